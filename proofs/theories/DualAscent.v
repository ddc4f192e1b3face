(** * Projected dual ascent for network utility maximisation

    Resources [l] have capacities, agents [s] use [A l s] of [l] for each unit of their rate and
    answer prices with a co-coercive demand. One step of the prices is
    [p l ← max 0 (p l + a l (use l - capacity l))], with a step of its own for each resource.

    - [one_step]: what a step gains, in [V p q = Σ (p - q)² / a], for any steps;
    - [descent], [rates_converge], [best_iterate]: with [admissible] steps [V] falls and the rates
      converge from any prices, also when [A] lacks full rank (the prices then need not converge);
    - [KKT_optimal]: prices that satisfy the KKT conditions give the optimal rates.

    Source: Low and Lapsley, Optimization flow control I, IEEE/ACM ToN 7(6), 1999, with the
    Baillon–Haddad form of the descent so that demands need not be differentiable. *)

From Coq Require Import Reals List Lra Lia.
From Num Require Import Sums Demand.
Import ListNotations.
Open Scope R_scope.

(** Sum of the first [n] terms of a sequence. *)
Fixpoint partial (n : nat) (f : nat -> R) : R :=
  match n with
  | O => 0
  | S n => partial n f + f n
  end.

Lemma partial_ge_constant n f B : (forall k, (k < n)%nat -> B <= f k) -> INR n * B <= partial n f.
Proof.
  induction n as [|n IH]; intros H; [simpl; lra|].
  rewrite S_INR. cbn [partial].
  assert (B <= f n) by (apply H; lia).
  assert (INR n * B <= partial n f) by (apply IH; intros; apply H; lia). lra.
Qed.

(** Terms that are not negative and have a bounded sum tend to 0. *)
Lemma bounded_series_vanishes f B : (forall k, 0 <= f k) -> (forall n, partial n f <= B) ->
  forall eps, 0 < eps -> exists N, forall n, (n >= N)%nat -> f n < eps.
Proof.
  intros Hf HB eps Heps.
  assert (Grows : Un_growing (fun n => partial n f)).
  { intros n. cbn [partial]. specialize (Hf n). lra. }
  destruct (growing_cv _ Grows) as [limit Hlimit].
  { exists B. intros x [n ->]. apply HB. }
  destruct (CV_Cauchy _ (exist _ limit Hlimit) eps Heps) as [N HN].
  exists N. intros n Hn. specialize (HN (S n) n ltac:(lia) ltac:(lia)).
  unfold R_dist in HN. cbn [partial] in HN.
  replace (partial n f + f n - partial n f) with (f n) in HN by ring.
  rewrite Rabs_right in HN; [exact HN|]. apply Rle_ge, Hf.
Qed.

(** The least [f k] with [k < n] exists when [n > 0]. *)
Lemma exists_min n (f : nat -> R) : (0 < n)%nat ->
  exists k, (k < n)%nat /\ forall j, (j < n)%nat -> f k <= f j.
Proof.
  induction n as [|n IH]; [lia|]. intros _. destruct n as [|n].
  - exists 0%nat. split; [lia|]. intros j Hj. replace j with 0%nat by lia. lra.
  - destruct (IH ltac:(lia)) as (k & Hk & Least).
    destruct (Rle_lt_dec (f k) (f (S n))).
    + exists k. split; [lia|]. intros j Hj. destruct (Nat.eq_dec j (S n)) as [->|]; [lra|].
      apply Least. lia.
    + exists (S n). split; [lia|]. intros j Hj. destruct (Nat.eq_dec j (S n)) as [->|]; [lra|].
      specialize (Least j ltac:(lia)). lra.
Qed.

Lemma project_nonexpansive x y : (Rmax 0 x - Rmax 0 y) ^ 2 <= (x - y) ^ 2.
Proof.
  unfold Rmax. destruct (Rle_dec 0 x), (Rle_dec 0 y); try lra.
  - assert (0 <= x * - y) by (apply Rmult_le_pos; lra). pose proof (pow2_ge_0 y). nra.
  - assert (0 <= - x * y) by (apply Rmult_le_pos; lra). pose proof (pow2_ge_0 x). nra.
  - pose proof (pow2_ge_0 (x - y)). lra.
Qed.

Section Network.
Context {Resource Agent : Type} (resources : list Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (capacity : Resource -> R).
Variables (a : Resource -> R) (mu : Agent -> R) (demand : Agent -> R -> R).

(** What an agent pays for a unit, what a resource carries, and the answer to prices. *)
Definition path_price (p : Resource -> R) (s : Agent) := sum resources (fun l => A l s * p l).
Definition load (x : Agent -> R) (l : Resource) := sum agents (fun s => A l s * x s).
Definition rate (p : Resource -> R) (s : Agent) := demand s (path_price p s).
Definition excess (p : Resource -> R) (l : Resource) := load (rate p) l - capacity l.

(** One step, and the prices after [k] steps. *)
Definition step (p : Resource -> R) (l : Resource) := Rmax 0 (p l + a l * excess p l).
Fixpoint trajectory (p : Resource -> R) (k : nat) : Resource -> R :=
  match k with
  | O => p
  | S k => step (trajectory p k)
  end.

(** The Lyapunov function. *)
Definition V (p q : Resource -> R) := sum resources (fun l => (p l - q l) ^ 2 / a l).

(** Prices at which nothing is overloaded and only what is full costs anything. *)
Definition KKT (p : Resource -> R) := forall l, In l resources ->
  0 <= p l /\ excess p l <= 0 /\ p l * excess p l = 0.

Definition rate_gap (p q : Resource -> R) (s : Agent) := rate p s - rate q s.
Definition rate_error (p q : Resource -> R) := sum agents (fun s => mu s * rate_gap p q s ^ 2).

(** [‖diag(a)^½ A diag(mu)^-½‖² ≤ 2 theta]. *)
Definition admissible (theta : R) := forall x : Agent -> R,
  sum resources (fun l => a l * load x l ^ 2) <= 2 * theta * sum agents (fun s => mu s * x s ^ 2).

Lemma adjoint p x :
  sum resources (fun l => p l * load x l) = sum agents (fun s => path_price p s * x s).
Proof.
  unfold load, path_price.
  transitivity (sum resources (fun l => sum agents (fun s => A l s * p l * x s))).
  - apply sum_ext. intros l. rewrite <- sum_scale. apply sum_ext. intros; ring.
  - rewrite sum_swap. apply sum_ext. intros s. apply sum_scale_r.
Qed.

Lemma load_minus x y l : load (fun s => x s - y s) l = load x l - load y l.
Proof. unfold load. rewrite <- sum_minus. apply sum_ext. intros; ring. Qed.

Lemma path_price_minus p q s :
  path_price (fun l => p l - q l) s = path_price p s - path_price q s.
Proof. unfold path_price. rewrite <- sum_minus. apply sum_ext. intros; ring. Qed.

Lemma excess_gap p q l : excess p l - excess q l = load (rate_gap p q) l.
Proof. unfold excess, rate_gap. rewrite load_minus. ring. Qed.

(** The rate of an agent depends only on the prices of what it uses. *)
Lemma rate_local p q s : (forall l, In l resources -> A l s <> 0 -> p l = q l) ->
  rate p s = rate q s.
Proof.
  intros E. unfold rate, path_price. f_equal. apply sum_ext_in. intros l Hl.
  destruct (Req_dec (A l s) 0) as [->|Hne]; [ring|]. now rewrite E.
Qed.

Hypothesis a_pos : forall l, In l resources -> 0 < a l.
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis demand_coco : forall s, In s agents -> cocoercive (mu s) (demand s).

Lemma KKT_fixed p : KKT p -> forall l, In l resources -> step p l = p l.
Proof.
  intros K l Hl. destruct (K l Hl) as (Pos & Fits & Slack). pose proof (a_pos l Hl) as Ha.
  unfold step. apply Rmult_integral in Slack. destruct Slack as [E|E]; rewrite E in *.
  - rewrite Rmax_left; [reflexivity|].
    assert (a l * excess p l <= a l * 0) by (apply Rmult_le_compat_l; lra). lra.
  - rewrite Rmult_0_r, Rplus_0_r, Rmax_right; auto.
Qed.

Lemma V_nonneg p q : 0 <= V p q.
Proof.
  apply sum_nonneg. intros l Hl. apply Rmult_le_pos; [apply pow2_ge_0|].
  left. now apply Rinv_0_lt_compat, a_pos.
Qed.

Lemma weighted_squares_nonneg x : 0 <= sum agents (fun s => mu s * x s ^ 2).
Proof.
  apply sum_nonneg. intros s Hs. apply Rmult_le_pos; [left; now apply mu_pos|apply pow2_ge_0].
Qed.

Lemma rate_error_nonneg p q : 0 <= rate_error p q.
Proof. apply weighted_squares_nonneg. Qed.

(** Rates are monotone in prices, and more: the step against them loses [mu] times their square. *)
Lemma rates_cocoercive p q :
  sum agents (fun s => mu s * rate_gap p q s ^ 2)
  <= - sum resources (fun l => (p l - q l) * load (rate_gap p q) l).
Proof.
  rewrite (adjoint (fun l => p l - q l)), <- sum_opp. apply sum_le. intros s Hs.
  rewrite path_price_minus. unfold rate_gap, rate.
  pose proof (demand_coco s Hs (path_price p s) (path_price q s)). lra.
Qed.

(** What one step gains; nothing is asked of the steps but that they are above 0. *)
Theorem one_step p ps : KKT ps ->
  V (step p) ps <= V p ps - (2 * rate_error p ps
                             - sum resources (fun l => a l * load (rate_gap p ps) l ^ 2)).
Proof.
  intros K. pose proof (rates_cocoercive p ps) as Co.
  assert (Expanded : V (step p) ps <= sum resources (fun l => (p l - ps l) ^ 2 / a l
    + 2 * ((p l - ps l) * load (rate_gap p ps) l) + a l * load (rate_gap p ps) l ^ 2)).
  { apply sum_le. intros l Hl. pose proof (a_pos l Hl) as Ha.
    rewrite <- (KKT_fixed ps K l Hl) at 1. unfold step. rewrite <- excess_gap.
    replace (_ + 2 * _ + _) with
      ((p l + a l * excess p l - (ps l + a l * excess ps l)) ^ 2 / a l) by (field; lra).
    apply Rmult_le_compat_r; [left; now apply Rinv_0_lt_compat|apply project_nonexpansive]. }
  rewrite !sum_plus, sum_scale in Expanded. unfold V at 2, rate_error. lra.
Qed.

Theorem descent theta p ps : admissible theta -> KKT ps ->
  V (step p) ps <= V p ps - 2 * (1 - theta) * rate_error p ps.
Proof.
  intros Adm K. pose proof (one_step p ps K). specialize (Adm (rate_gap p ps)).
  fold (rate_error p ps) in Adm. lra.
Qed.

Theorem errors_summable theta p ps n : admissible theta -> KKT ps ->
  2 * (1 - theta) * partial n (fun k => rate_error (trajectory p k) ps)
  <= V p ps - V (trajectory p n) ps.
Proof.
  intros Adm K. induction n as [|n IH]; cbn [partial trajectory]; [lra|].
  pose proof (descent theta (trajectory p n) ps Adm K). lra.
Qed.

(** The rates converge, from any prices. *)
Theorem rates_converge theta p ps : theta < 1 -> admissible theta -> KKT ps ->
  forall s, In s agents -> Un_cv (fun k => rate (trajectory p k) s) (rate ps s).
Proof.
  intros Ht Adm K s Hs eps Heps. pose proof (mu_pos s Hs) as Hm.
  set (error := fun k => rate_error (trajectory p k) ps).
  destruct (bounded_series_vanishes error (V p ps / (2 * (1 - theta)))) with (mu s * eps ^ 2)
    as [N HN].
  - intros k. apply rate_error_nonneg.
  - intros n. apply Rmult_le_reg_l with (2 * (1 - theta)); [lra|].
    replace (2 * (1 - theta) * (V p ps / (2 * (1 - theta)))) with (V p ps) by (field; lra).
    pose proof (errors_summable theta p ps n Adm K). pose proof (V_nonneg (trajectory p n) ps).
    unfold error. lra.
  - apply Rmult_lt_0_compat; [exact Hm|]. now apply pow_lt.
  - exists N. intros n Hn. specialize (HN n Hn).
    set (gap := rate_gap (trajectory p n) ps) in *.
    assert (Term : mu s * gap s ^ 2 <= error n).
    { apply (sum_ge_term agents (fun s => mu s * gap s ^ 2)); [|exact Hs].
      intros r Hr. apply Rmult_le_pos; [left; now apply mu_pos|apply pow2_ge_0]. }
    assert (Square : gap s ^ 2 < eps ^ 2) by (apply Rmult_lt_reg_l with (mu s); lra).
    unfold R_dist. fold (gap s). change (rate _ _ - rate _ _) with (gap s).
    rewrite <- (Rabs_right eps) by lra. apply Rsqr_lt_abs_0. unfold Rsqr. lra.
Qed.

(** Of the first [n] prices the best has an error of at most [V / (2 (1 - theta) n)]. *)
Theorem best_iterate theta p ps n : (0 < n)%nat -> theta < 1 -> admissible theta -> KKT ps ->
  exists k, (k < n)%nat /\
    rate_error (trajectory p k) ps <= V p ps / (2 * (1 - theta) * INR n).
Proof.
  intros Hn Ht Adm K.
  destruct (exists_min n (fun k => rate_error (trajectory p k) ps) Hn) as (k & Hk & Least).
  exists k. split; [exact Hk|].
  pose proof (partial_ge_constant n _ _ Least) as Mean.
  pose proof (errors_summable theta p ps n Adm K) as Total.
  pose proof (V_nonneg (trajectory p n) ps) as Final.
  assert (0 < INR n) by now apply lt_0_INR.
  assert (Hden : 0 < 2 * (1 - theta) * INR n) by (apply Rmult_lt_0_compat; lra).
  apply Rmult_le_reg_l with (2 * (1 - theta) * INR n); [exact Hden|].
  replace (2 * (1 - theta) * INR n * (V p ps / _)) with (V p ps) by (field; lra).
  apply (Rmult_le_compat_l (2 * (1 - theta))) in Mean; lra.
Qed.

(** KKT prices solve the problem: no feasible allocation has more utility than their rates. *)
Theorem KKT_optimal (lo hi : Agent -> R) (U : Agent -> R -> R) ps :
  (forall s, In s agents -> is_demand (lo s) (hi s) (U s) (demand s)) -> KKT ps ->
  forall x, (forall s, In s agents -> lo s <= x s <= hi s) ->
    (forall l, In l resources -> load x l <= capacity l) ->
    sum agents (fun s => U s (x s)) <= sum agents (fun s => U s (rate ps s)).
Proof.
  intros HD K x Box Fits.
  assert (Net : sum agents (fun s => U s (x s) - path_price ps s * x s)
      <= sum agents (fun s => U s (rate ps s) - path_price ps s * rate ps s)).
  { apply sum_le. intros s Hs. apply (HD s Hs). auto. }
  rewrite !sum_minus, <- !adjoint in Net.
  assert (Bill : sum resources (fun l => ps l * load x l)
      <= sum resources (fun l => ps l * load (rate ps) l)).
  { apply sum_le. intros l Hl. destruct (K l Hl) as (Pos & _ & Slack).
    unfold excess in Slack. specialize (Fits l Hl).
    assert (ps l * load x l <= ps l * capacity l) by now apply Rmult_le_compat_l. lra. }
  lra.
Qed.

(** At the rates of KKT prices nothing is overloaded. *)
Lemma KKT_feasible ps : KKT ps -> forall l, In l resources -> load (rate ps) l <= capacity l.
Proof. intros K l Hl. destruct (K l Hl) as (_ & Fits & _). unfold excess in Fits. lra. Qed.

End Network.
