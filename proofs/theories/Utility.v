(** * Utilities of one variable: weighted logarithm and quadratic

    For each: strong concavity on a box, and a closed form of the demand.

    - [log_utility w x = w ln x] on [[lo, hi]] with [lo > 0]: modulus [w / hi²], demand [w / u];
    - [quadratic_utility b k x = b x - k/2 x²]: modulus [k], demand [(b - u) / k];

    both demands clamped to the box. *)

From Coq Require Import Reals Lra.
From Num Require Import Demand Convexity.
Open Scope R_scope.

Definition clamp lo hi x := Rmin hi (Rmax lo x).

Lemma clamp_in_box lo hi x : lo <= hi -> lo <= clamp lo hi x <= hi.
Proof. intros. unfold clamp, Rmin, Rmax. destruct (Rle_dec lo x), (Rle_dec _ _); lra. Qed.

(** [clamp] projects: from [x] and from any point of the box it lies on opposite sides. *)
Lemma clamp_projects lo hi x y : lo <= y <= hi -> 0 <= (clamp lo hi x - x) * (y - clamp lo hi x).
Proof.
  intros Hy. unfold clamp, Rmin, Rmax. destruct (Rle_dec lo x), (Rle_dec _ _); nra.
Qed.

(** ** Quadratic *)

Definition quadratic_utility b k x := b * x - k / 2 * x ^ 2.
Definition quadratic_demand b k lo hi u := clamp lo hi ((b - u) / k).

Lemma quadratic_strongly_concave b k lo hi :
  strongly_concave k lo hi (quadratic_utility b k).
Proof. intros x y t _ _ _. apply Req_le. unfold quadratic_utility. field. Qed.

Lemma quadratic_demand_correct b k lo hi : 0 < k -> lo <= hi ->
  is_demand lo hi (quadratic_utility b k) (quadratic_demand b k lo hi).
Proof.
  intros Hk Box u. split; [now apply clamp_in_box|]. intros y Hy.
  unfold quadratic_demand. set (peak := (b - u) / k).
  assert (Net : forall x, quadratic_utility b k x - u * x = k / 2 * (peak ^ 2 - (x - peak) ^ 2)).
  { intros x. unfold quadratic_utility, peak. field. lra. }
  rewrite !Net. apply Rmult_le_compat_l; [lra|].
  pose proof (clamp_projects lo hi peak y Hy). pose proof (pow2_ge_0 (y - clamp lo hi peak)). nra.
Qed.

(** ** Weighted logarithm *)

Definition log_utility w x := w * ln x.
Definition log_demand w lo hi u := if Rle_dec u 0 then hi else clamp lo hi (w / u).

(** [ln] lies below its tangent at [z], by [(x - z)² / (2 hi²)] at least: the difference has its
    minimum at [x = z], because its derivative there changes sign. *)
Lemma ln_curved hi x z : 0 < x <= hi -> 0 < z <= hi ->
  ln x <= ln z + (x - z) / z - / (2 * hi ^ 2) * (x - z) ^ 2.
Proof.
  intros Hx Hz. assert (Hh : 0 < hi) by lra.
  set (f := fun s => ln z + (s - z) * / z - / (2 * hi ^ 2) * ((s - z) * (s - z)) - ln s).
  set (f' := fun s => (s - z) * (/ (s * z) - / hi ^ 2)).
  assert (Derivative : forall s, 0 < s -> derivable_pt_lim f s (f' s)).
  { intros s Hs.
    replace (f' s) with (0 + ((1 - 0) * / z + (s - z) * 0)
      - / (2 * hi ^ 2) * ((1 - 0) * (s - z) + (s - z) * (1 - 0)) - / s)
      by (unfold f'; field; repeat split; lra).
    pose (shift := fun s => s - z).
    assert (Shift : derivable_pt_lim shift s (1 - 0)).
    { apply (derivable_pt_lim_minus (fun s => s) (fun _ => z));
        [apply derivable_pt_lim_id|apply derivable_pt_lim_const]. }
    apply (derivable_pt_lim_minus
             (fun s => ln z + shift s * / z - / (2 * hi ^ 2) * (shift s * shift s)) ln);
      [|now apply derivable_pt_lim_ln].
    apply (derivable_pt_lim_minus (fun s => ln z + shift s * / z)
             (fun s => / (2 * hi ^ 2) * (shift s * shift s))).
    - apply (derivable_pt_lim_plus (fun _ => ln z) (fun s => shift s * / z));
        [apply derivable_pt_lim_const|].
      apply (derivable_pt_lim_mult shift (fun _ => / z));
        [exact Shift|apply derivable_pt_lim_const].
    - apply (derivable_pt_lim_scal (fun s => shift s * shift s)).
      now apply (derivable_pt_lim_mult shift shift). }
  assert (Sign : forall s, 0 < s <= hi -> 0 <= / (s * z) - / hi ^ 2).
  { intros s Hs. assert (0 < s * z) by (apply Rmult_lt_0_compat; lra).
    assert (/ hi ^ 2 <= / (s * z)) by (apply Rinv_le_contravar; nra). lra. }
  assert (Fz : f z = 0) by (unfold f; ring).
  assert (Fx : 0 <= f x).
  { destruct (Rtotal_order x z) as [Lt|[->|Gt]]; [|lra|].
    - destruct (MVT_cor2 f f' x z Lt) as (s & E & Hs); [intros; apply Derivative; lra|].
      rewrite Fz in E. unfold f' in E.
      assert (0 <= (z - s) * (/ (s * z) - / hi ^ 2)) by (apply Rmult_le_pos; [lra|apply Sign; lra]).
      nra.
    - destruct (MVT_cor2 f f' z x Gt) as (s & E & Hs); [intros; apply Derivative; lra|].
      rewrite Fz in E. unfold f' in E.
      assert (0 <= (s - z) * (/ (s * z) - / hi ^ 2)) by (apply Rmult_le_pos; [lra|apply Sign; lra]).
      nra. }
  unfold f in Fx. unfold Rdiv. replace ((x - z) ^ 2) with ((x - z) * (x - z)) by ring. lra.
Qed.

Lemma log_strongly_concave w lo hi : 0 < w -> 0 < lo ->
  strongly_concave (w / hi ^ 2) lo hi (log_utility w).
Proof.
  intros Hw Hlo x y t Hx Hy Ht. unfold log_utility.
  pose proof (mix_in_box lo hi x y t Hx Hy Ht) as Hz. set (z := t * x + (1 - t) * y) in *.
  pose proof (ln_curved hi x z ltac:(lra) ltac:(lra)) as Tx.
  pose proof (ln_curved hi y z ltac:(lra) ltac:(lra)) as Ty.
  replace (x - z) with ((1 - t) * (x - y)) in Tx by (unfold z; ring).
  replace (y - z) with (- t * (x - y)) in Ty by (unfold z; ring).
  apply (Rmult_le_compat_l t) in Tx; [|lra]. apply (Rmult_le_compat_l (1 - t)) in Ty; [|lra].
  assert (Mean : t * ln x + (1 - t) * ln y + / (2 * hi ^ 2) * (t * (1 - t) * (x - y) ^ 2) <= ln z).
  { set (c := / (2 * hi ^ 2)) in *. unfold Rdiv in Tx, Ty. nra. }
  apply (Rmult_le_compat_l w) in Mean; [|lra].
  replace (w / hi ^ 2 / 2 * t * (1 - t) * (x - y) ^ 2)
    with (w * (/ (2 * hi ^ 2) * (t * (1 - t) * (x - y) ^ 2))) by (field; lra). lra.
Qed.

Lemma log_demand_correct w lo hi : 0 < w -> 0 < lo <= hi ->
  is_demand lo hi (log_utility w) (log_demand w lo hi).
Proof.
  intros Hw [Hlo Box] u. unfold log_demand, log_utility. destruct (Rle_dec u 0) as [Hu|Hu].
  - split; [lra|]. intros y Hy. pose proof (ln_mono y hi ltac:(lra) ltac:(lra)) as L.
    apply (Rmult_le_compat_l w) in L; nra.
  - split; [now apply clamp_in_box|]. intros y Hy.
    pose proof (clamp_in_box lo hi (w / u) Box) as Hz.
    pose proof (clamp_projects lo hi (w / u) y Hy) as P.
    set (z := clamp lo hi (w / u)) in *.
    pose proof (ln_tangent y z ltac:(lra) ltac:(lra)) as T.
    apply (Rmult_le_compat_l w) in T; [|lra].
    assert (0 < u / z) by (apply Rdiv_lt_0_compat; lra).
    apply (Rmult_le_compat_l (u / z)) in P; [|lra]. rewrite Rmult_0_r in P.
    replace (u / z * ((z - w / u) * (y - z))) with ((u - w / z) * (y - z)) in P by (field; lra).
    replace (w * (ln z + (y - z) / z)) with (w * ln z + w / z * (y - z)) in T by (field; lra). lra.
Qed.
