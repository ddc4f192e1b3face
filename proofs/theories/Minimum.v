(** * Minima of Lipschitz functions on boxes

    A function of finitely many reals that is Lipschitz on a box has a minimum there: minimise over
    one coordinate, which leaves a Lipschitz function of the others. *)

From Coq Require Import Reals List Lra.
From Num Require Import Sums.
Import ListNotations.
Open Scope R_scope.

Lemma lipschitz_continuous f K : 0 <= K -> (forall x y, Rabs (f x - f y) <= K * Rabs (x - y)) ->
  continuity f.
Proof.
  intros HK Lip x eps Heps. exists (eps / (K + 1)).
  split; [apply Rdiv_lt_0_compat; lra|]. intros y [_ Near]. simpl in *. unfold R_dist in *.
  eapply Rle_lt_trans; [apply Lip|].
  apply Rle_lt_trans with (K * (eps / (K + 1))).
  - apply Rmult_le_compat_l; lra.
  - apply Rmult_lt_reg_r with (K + 1); [lra|].
    replace (K * (eps / (K + 1)) * (K + 1)) with (K * eps) by (field; lra). lra.
Qed.

Section Minimum.
Context {X : Type} (eq_dec : forall x y : X, {x = y} + {x <> y}).

Definition update (p : X -> R) (x : X) (t : R) : X -> R :=
  fun y => if eq_dec y x then t else p y.

Lemma update_same p x t : update p x t x = t.
Proof. unfold update. destruct (eq_dec x x); congruence. Qed.

Lemma update_other p x t y : y <> x -> update p x t y = p y.
Proof. intros Hne. unfold update. destruct (eq_dec y x); congruence. Qed.

Definition distance (l : list X) (p q : X -> R) := sum l (fun x => Rabs (p x - q x)).

Definition lipschitz (K : R) (l : list X) (F : (X -> R) -> R) := forall p q,
  F p - F q <= K * distance l p q.

Variables (B K : R).
Hypothesis B_nonneg : 0 <= B.
Hypothesis K_nonneg : 0 <= K.

Definition in_cube (l : list X) (p : X -> R) := forall x, In x l -> 0 <= p x <= B.

Lemma distance_self l p : distance l p p = 0.
Proof. apply sum_zero_in. intros x _. replace (p x - p x) with 0 by ring. apply Rabs_R0. Qed.

Lemma distance_sym l p q : distance l p q = distance l q p.
Proof. apply sum_ext. intros x. apply Rabs_minus_sym. Qed.

Lemma distance_update v rest p q t u : ~ In v rest ->
  distance (v :: rest) (update p v t) (update q v u) = Rabs (t - u) + distance rest p q.
Proof.
  intros Hv. unfold distance. simpl. rewrite !update_same. f_equal. apply sum_ext_in.
  intros x Hx. rewrite !update_other; [reflexivity| |]; intros E; subst; contradiction.
Qed.

(** The minimum over one coordinate, as a function of the others. *)
Lemma partial_minimum v rest F : ~ In v rest -> lipschitz K (v :: rest) F -> forall p,
  {m | (forall t, 0 <= t <= B -> m <= F (update p v t)) /\
       exists t, 0 <= t <= B /\ m = F (update p v t)}.
Proof.
  intros Hv Lip p.
  assert (Attained : exists t, 0 <= t <= B /\
    forall u, 0 <= u <= B -> F (update p v t) <= F (update p v u)).
  { destruct (continuity_ab_min (fun t => F (update p v t)) 0 B B_nonneg) as (t & Least & Ht).
    - intros t _. apply (lipschitz_continuous _ K K_nonneg). intros x y.
      pose proof (Lip (update p v x) (update p v y)) as Hxy.
      pose proof (Lip (update p v y) (update p v x)) as Hyx.
      rewrite distance_update, distance_self in Hxy, Hyx by exact Hv.
      rewrite (Rabs_minus_sym y x) in Hyx. rewrite Rplus_0_r in *. apply Rabs_le. lra.
    - exists t. auto. }
  set (E := fun r => exists t, 0 <= t <= B /\ r = - F (update p v t)).
  destruct (completeness E) as [m [Upper Lub]].
  - destruct Attained as (t & Ht & Least). exists (- F (update p v t)).
    intros r (u & Hu & ->). specialize (Least u Hu). lra.
  - exists (- F (update p v 0)), 0. split; [lra|reflexivity].
  - exists (- m). split.
    + intros t Ht. specialize (Upper (- F (update p v t)) ltac:(exists t; auto)). lra.
    + destruct Attained as (t & Ht & Least). exists t. split; [exact Ht|].
      specialize (Upper (- F (update p v t)) ltac:(exists t; auto)).
      assert (m <= - F (update p v t)).
      { apply Lub. intros r (u & Hu & ->). specialize (Least u Hu). lra. }
      lra.
Qed.

Theorem minimum_exists : forall l F, NoDup l -> lipschitz K l F ->
  exists p, in_cube l p /\ forall q, in_cube l q -> F p <= F q.
Proof.
  induction l as [|v rest IH]; intros F ND Lip.
  { exists (fun _ => 0). split; [intros x []|]. intros q _.
    specialize (Lip (fun _ => 0) q). unfold distance in Lip. simpl in Lip. lra. }
  inversion ND as [|? ? Hv ND']; subst.
  set (m := fun p => proj1_sig (partial_minimum v rest F Hv Lip p)).
  assert (Below : forall p t, 0 <= t <= B -> m p <= F (update p v t)).
  { intros p. apply (proj2_sig (partial_minimum v rest F Hv Lip p)). }
  assert (Attained : forall p, exists t, 0 <= t <= B /\ m p = F (update p v t)).
  { intros p. apply (proj2_sig (partial_minimum v rest F Hv Lip p)). }
  destruct (IH m ND') as (p & Cube & Least).
  { intros p q. destruct (Attained q) as (t & Ht & ->). specialize (Below p t Ht).
    pose proof (Lip (update p v t) (update q v t)) as Near.
    rewrite distance_update in Near by exact Hv.
    replace (t - t) with 0 in Near by ring. rewrite Rabs_R0, Rplus_0_l in Near. lra. }
  destruct (Attained p) as (t & Ht & E). exists (update p v t). split.
  - intros x [<-|Hx]; [now rewrite update_same|].
    rewrite update_other by (intros E'; subst; contradiction). now apply Cube.
  - intros q Hq. rewrite <- E.
    assert (Tail : in_cube rest q) by (intros x Hx; apply Hq; now right).
    specialize (Least q Tail). specialize (Below q (q v) (Hq v (or_introl eq_refl))).
    pose proof (Lip (update q v (q v)) q) as Near.
    assert (Same : distance (v :: rest) (update q v (q v)) q = 0).
    { apply sum_zero_in. intros x _. unfold update. destruct (eq_dec x v) as [->|];
        (replace (_ - _) with 0 by ring); apply Rabs_R0. }
    rewrite Same in Near. lra.
Qed.
End Minimum.
