(** * Demand of a strongly concave utility

    [U] is [mu]-strongly concave on the box [[lo, hi]]; its demand [D u] maximises [U x - u x]
    there. Then [D] is co-coercive: [mu (D u - D v)² ≤ (v - u)(D u - D v)]. No derivative is needed.
    Source: the conjugate of a strongly convex function is smooth (Rockafellar and Wets, Variational
    Analysis, Prop. 12.60), proved here for one variable. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.

Definition concave_on (lo hi : R) (U : R -> R) : Prop :=
  forall x y t, lo <= x <= hi -> lo <= y <= hi -> 0 <= t <= 1 ->
    t * U x + (1 - t) * U y <= U (t * x + (1 - t) * y).

Definition strongly_concave (mu lo hi : R) (U : R -> R) : Prop :=
  forall x y t, lo <= x <= hi -> lo <= y <= hi -> 0 <= t <= 1 ->
    t * U x + (1 - t) * U y + mu / 2 * t * (1 - t) * (x - y) ^ 2 <= U (t * x + (1 - t) * y).

(** [D u] lies in the box and maximises [U y - u y] over it. *)
Definition is_demand (lo hi : R) (U D : R -> R) : Prop :=
  forall u, lo <= D u <= hi /\ forall y, lo <= y <= hi -> U y - u * y <= U (D u) - u * D u.

Definition cocoercive (mu : R) (D : R -> R) : Prop :=
  forall u v, mu * (D u - D v) ^ 2 <= (v - u) * (D u - D v).

Lemma mix_in_box lo hi x y t : lo <= x <= hi -> lo <= y <= hi -> 0 <= t <= 1 ->
  lo <= t * x + (1 - t) * y <= hi.
Proof.
  intros Hx Hy Ht.
  assert (0 <= t * (x - lo)) by (apply Rmult_le_pos; lra).
  assert (0 <= (1 - t) * (y - lo)) by (apply Rmult_le_pos; lra).
  assert (0 <= t * (hi - x)) by (apply Rmult_le_pos; lra).
  assert (0 <= (1 - t) * (hi - y)) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma strongly_concave_weaken mu mu' lo hi U : mu <= mu' ->
  strongly_concave mu' lo hi U -> strongly_concave mu lo hi U.
Proof.
  intros Hmu SC x y t Hx Hy Ht. specialize (SC x y t Hx Hy Ht).
  assert (0 <= t * (1 - t) * (x - y) ^ 2).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]. }
  assert (0 <= (mu' - mu) / 2 * (t * (1 - t) * (x - y) ^ 2)) by (apply Rmult_le_pos; lra).
  lra.
Qed.

(** A bound that holds with every factor [1 - t] holds without it. *)
Lemma le_of_scaled_le a b : 0 <= b -> (forall t, 0 < t < 1 -> b * (1 - t) <= a) -> b <= a.
Proof.
  intros Hb H. destruct (Rle_lt_dec b a) as [|Hlt]; [assumption|exfalso].
  assert (0 < b). { specialize (H (1 / 2)). lra. }
  set (t := Rmin (1 / 2) ((b - a) / (2 * b))).
  assert (0 < (b - a) / (2 * b)) by (apply Rdiv_lt_0_compat; lra).
  assert (Ht : 0 < t < 1). { unfold t, Rmin; destruct (Rle_dec _ _); lra. }
  specialize (H t Ht).
  assert (Hbt : b * t <= b * ((b - a) / (2 * b))).
  { apply Rmult_le_compat_l; [lra|apply Rmin_r]. }
  replace (b * ((b - a) / (2 * b))) with ((b - a) / 2) in Hbt by (field; lra). lra.
Qed.

(** Whoever moves away from the demand loses at least [mu/2] times the distance squared. *)
Lemma demand_growth mu lo hi U D : 0 <= mu -> strongly_concave mu lo hi U ->
  is_demand lo hi U D -> forall u y, lo <= y <= hi ->
  mu / 2 * (D u - y) ^ 2 <= (U (D u) - u * D u) - (U y - u * y).
Proof.
  intros Hmu SC HD u y Hy. destruct (HD u) as [Hx Best].
  apply le_of_scaled_le.
  - apply Rmult_le_pos; [lra|apply pow2_ge_0].
  - intros t Ht. specialize (SC y (D u) t Hy Hx ltac:(lra)).
    specialize (Best _ (mix_in_box lo hi y (D u) t Hy Hx ltac:(lra))).
    apply Rmult_le_reg_l with t; [lra|].
    replace ((D u - y) ^ 2) with ((y - D u) ^ 2) by ring. lra.
Qed.

Theorem demand_cocoercive mu lo hi U D : 0 <= mu -> strongly_concave mu lo hi U ->
  is_demand lo hi U D -> cocoercive mu D.
Proof.
  intros Hmu SC HD u v.
  pose proof (demand_growth mu lo hi U D Hmu SC HD u (D v) (proj1 (HD v))) as Hu.
  pose proof (demand_growth mu lo hi U D Hmu SC HD v (D u) (proj1 (HD u))) as Hv.
  replace ((D v - D u) ^ 2) with ((D u - D v) ^ 2) in Hv by ring. lra.
Qed.

(** A co-coercive demand is Lipschitz with constant [1/mu]. *)
Lemma cocoercive_lipschitz mu D : 0 < mu -> cocoercive mu D ->
  forall u v, mu * Rabs (D u - D v) <= Rabs (u - v).
Proof.
  intros Hmu Co u v. specialize (Co u v).
  destruct (Req_dec (D u - D v) 0) as [E|E].
  { rewrite E, Rabs_R0, Rmult_0_r. apply Rabs_pos. }
  assert (Hpos : 0 < Rabs (D u - D v)) by now apply Rabs_pos_lt.
  apply Rmult_le_reg_r with (Rabs (D u - D v)); [exact Hpos|].
  replace (mu * Rabs (D u - D v) * Rabs (D u - D v)) with (mu * (D u - D v) ^ 2).
  2:{ rewrite Rmult_assoc, <- Rabs_mult, Rabs_right; [ring|].
      apply Rle_ge. replace (_ * _) with ((D u - D v) ^ 2) by ring. apply pow2_ge_0. }
  eapply Rle_trans; [exact Co|]. rewrite <- Rabs_mult.
  replace ((v - u) * (D u - D v)) with (- ((u - v) * (D u - D v))) by ring.
  rewrite <- Rabs_Ropp. apply Rle_abs.
Qed.
