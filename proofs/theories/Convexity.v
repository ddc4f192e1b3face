(** * Convexity of the scalar atoms

    [exp] is convex, [ln] and [sqrt] are concave, [x^q] is convex and decreasing for [q ≤ 0] and
    concave and increasing for [0 ≤ q ≤ 1]. Each follows from one inequality, the tangent of [exp],
    without derivatives. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.

Lemma mix_pos t a b : 0 <= t <= 1 -> 0 < a -> 0 < b -> 0 < t * a + (1 - t) * b.
Proof.
  intros Ht Ha Hb. destruct (Req_dec t 0) as [->|]; [lra|].
  assert (0 < t * a) by (apply Rmult_lt_0_compat; lra).
  assert (0 <= (1 - t) * b) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma mix_nonneg t a b : 0 <= t <= 1 -> 0 <= a -> 0 <= b -> 0 <= t * a + (1 - t) * b.
Proof.
  intros Ht Ha Hb. assert (0 <= t * a) by (apply Rmult_le_pos; lra).
  assert (0 <= (1 - t) * b) by (apply Rmult_le_pos; lra). lra.
Qed.

(** A function above its tangent at the mean of two points is below their chord there. *)
Lemma tangent_convex (f : R -> R) slope a b t : 0 <= t <= 1 ->
  let z := t * a + (1 - t) * b in
  f z + slope * (a - z) <= f a -> f z + slope * (b - z) <= f b ->
  f z <= t * f a + (1 - t) * f b.
Proof.
  intros Ht z Ha Hb.
  apply (Rmult_le_compat_l t) in Ha; [|lra]. apply (Rmult_le_compat_l (1 - t)) in Hb; [|lra].
  assert (t * (f z + slope * (a - z)) + (1 - t) * (f z + slope * (b - z)) = f z)
    by (unfold z; ring). lra.
Qed.

Lemma exp_tangent x z : exp z * (1 + (x - z)) <= exp x.
Proof.
  replace (exp x) with (exp z * exp (x - z)) by (rewrite <- exp_plus; f_equal; ring).
  apply Rmult_le_compat_l; [left; apply exp_pos|].
  destruct (Req_dec (x - z) 0) as [->|]; [rewrite exp_0; lra|]. left. now apply exp_ineq1.
Qed.

Lemma ln_tangent x z : 0 < x -> 0 < z -> ln x <= ln z + (x - z) / z.
Proof.
  intros Hx Hz. pose proof (exp_tangent (ln x - ln z) 0) as H.
  replace (exp (ln x - ln z)) with (x / z) in H.
  2:{ unfold Rminus. rewrite exp_plus, exp_Ropp, !exp_ln by assumption. reflexivity. }
  rewrite exp_0 in H. replace ((x - z) / z) with (x / z - 1) by (field; lra). lra.
Qed.

Lemma exp_mono a b : a <= b -> exp a <= exp b.
Proof. intros [H| ->]; [left; now apply exp_increasing|lra]. Qed.

Lemma ln_mono a b : 0 < a -> a <= b -> ln a <= ln b.
Proof. intros Ha [H| ->]; [left; now apply ln_increasing|lra]. Qed.

Lemma exp_convex t a b : 0 <= t <= 1 -> exp (t * a + (1 - t) * b) <= t * exp a + (1 - t) * exp b.
Proof.
  intros Ht. set (z := t * a + (1 - t) * b).
  pose proof (exp_tangent a z). pose proof (exp_tangent b z).
  apply (tangent_convex exp (exp z) a b t Ht); fold z; lra.
Qed.

Lemma ln_concave t a b : 0 <= t <= 1 -> 0 < a -> 0 < b ->
  t * ln a + (1 - t) * ln b <= ln (t * a + (1 - t) * b).
Proof.
  intros Ht Ha Hb. pose proof (mix_pos t a b Ht Ha Hb) as Hz.
  pose proof (tangent_convex (fun x => - ln x) (- / (t * a + (1 - t) * b)) a b t Ht) as T.
  cbv zeta in T. set (z := t * a + (1 - t) * b) in *.
  pose proof (ln_tangent a z Ha Hz). pose proof (ln_tangent b z Hb Hz). unfold Rdiv in *. lra.
Qed.

Lemma sqrt_concave t a b : 0 <= t <= 1 -> 0 <= a -> 0 <= b ->
  t * sqrt a + (1 - t) * sqrt b <= sqrt (t * a + (1 - t) * b).
Proof.
  intros Ht Ha Hb. pose proof (mix_nonneg t _ _ Ht (sqrt_pos a) (sqrt_pos b)) as Hm.
  rewrite <- (sqrt_Rsqr (t * sqrt a + (1 - t) * sqrt b)) by exact Hm.
  apply sqrt_le_1_alt. unfold Rsqr.
  pose proof (sqrt_sqrt a Ha). pose proof (sqrt_sqrt b Hb).
  assert (0 <= t * (1 - t) * (sqrt a - sqrt b) ^ 2).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]. }
  nra.
Qed.

(** [x^q] for [x > 0]. *)
Definition power (q x : R) := exp (q * ln x).

Lemma power_above_tangent q x z : q <= 0 -> 0 < x -> 0 < z ->
  power q z + power q z * q / z * (x - z) <= power q x.
Proof.
  intros Hq Hx Hz. unfold power.
  eapply Rle_trans; [|apply (exp_tangent (q * ln x) (q * ln z))].
  replace (_ + _ * q / z * (x - z)) with (exp (q * ln z) * (1 + q * ((x - z) / z)))
    by (field; lra).
  apply Rmult_le_compat_l; [left; apply exp_pos|].
  pose proof (ln_tangent x z Hx Hz) as T. apply (Rmult_le_compat_l (- q)) in T; lra.
Qed.

Lemma power_below_tangent q x z : 0 <= q <= 1 -> 0 < x -> 0 < z ->
  power q x <= power q z + power q z * q / z * (x - z).
Proof.
  intros Hq Hx Hz. unfold power.
  assert (Hr : 0 < x / z) by now apply Rdiv_lt_0_compat.
  assert (Mix : 1 + q * ((x - z) / z) = q * (x / z) + (1 - q) * 1) by (field; lra).
  replace (_ + _ * q / z * (x - z)) with (exp (q * ln z) * (1 + q * ((x - z) / z)))
    by (field; lra).
  replace (q * ln x) with (q * ln z + q * ln (x / z)).
  2:{ unfold Rdiv. rewrite ln_mult, ln_Rinv; [ring|lra|lra|now apply Rinv_0_lt_compat]. }
  rewrite exp_plus, Mix. apply Rmult_le_compat_l; [left; apply exp_pos|].
  rewrite <- (exp_ln (q * (x / z) + (1 - q) * 1)) by (apply mix_pos; lra).
  apply exp_mono. pose proof (ln_concave q (x / z) 1 Hq Hr ltac:(lra)) as L.
  rewrite ln_1 in L. lra.
Qed.

Lemma power_convex q t a b : q <= 0 -> 0 <= t <= 1 -> 0 < a -> 0 < b ->
  power q (t * a + (1 - t) * b) <= t * power q a + (1 - t) * power q b.
Proof.
  intros Hq Ht Ha Hb. pose proof (mix_pos t a b Ht Ha Hb).
  apply (tangent_convex (power q) (power q (t * a + (1 - t) * b) * q / (t * a + (1 - t) * b)));
    auto; now apply power_above_tangent.
Qed.

Lemma power_concave q t a b : 0 <= q <= 1 -> 0 <= t <= 1 -> 0 < a -> 0 < b ->
  t * power q a + (1 - t) * power q b <= power q (t * a + (1 - t) * b).
Proof.
  intros Hq Ht Ha Hb. pose proof (mix_pos t a b Ht Ha Hb) as Hz.
  set (z := t * a + (1 - t) * b) in *.
  pose proof (tangent_convex (fun x => - power q x) (- (power q z * q / z)) a b t Ht) as T.
  cbv zeta in T. fold z in T.
  pose proof (power_below_tangent q a z Hq Ha Hz).
  pose proof (power_below_tangent q b z Hq Hb Hz). lra.
Qed.

Lemma power_decreasing q a b : q <= 0 -> 0 < a -> a <= b -> power q b <= power q a.
Proof.
  intros Hq Ha Hab. apply exp_mono. pose proof (ln_mono a b Ha Hab) as L.
  apply (Rmult_le_compat_l (- q)) in L; lra.
Qed.

Lemma power_increasing q a b : 0 <= q -> 0 < a -> a <= b -> power q a <= power q b.
Proof.
  intros Hq Ha Hab. apply exp_mono. apply Rmult_le_compat_l; [exact Hq|now apply ln_mono].
Qed.
