(** * When a smaller box has the same optimum

    The step of an agent with a logarithm is better the smaller its box is, so a compiler likes to
    lower the upper end to what no optimum exceeds. [idle_tightening]: on a single resource, let one
    agent alone use the capacity at the price [idle]. When anyone else is present the optimal price
    is at least [idle], so boxes may end at the demand at [idle]: optimal prices of the smaller boxes
    are optimal for the larger ones. *)

From Coq Require Import Reals List Lra.
From Num Require Import Sums Demand DualAscent Convexity Utility.
Import ListNotations.
Open Scope R_scope.

(** Demands that agree at optimal prices have the same optimal prices. *)
Lemma agreeing_demands {Resource Agent} (resources : list Resource) (agents : list Agent)
    A capacity demand demand' p :
  (forall s, In s agents -> rate resources A demand' p s = rate resources A demand p s) ->
  KKT resources agents A capacity demand p -> KKT resources agents A capacity demand' p.
Proof.
  intros Agree K l Hl. replace (excess resources agents A capacity demand' p l)
    with (excess resources agents A capacity demand p l); [now apply K|].
  unfold excess, load. f_equal. apply sum_ext_in. intros s Hs. now rewrite Agree.
Qed.

Lemma log_demand_positive w lo hi u : 0 < lo <= hi -> 0 < log_demand w lo hi u.
Proof.
  intros Box. unfold log_demand. destruct (Rle_dec u 0); [lra|].
  pose proof (clamp_in_box lo hi (w / u) ltac:(lra)). lra.
Qed.

(** Above the price [w / hi] the upper end [hi] is never reached. *)
Lemma log_demand_larger_box w lo hi hi' u : 0 < w -> 0 < lo <= hi -> hi <= hi' -> w / hi <= u ->
  log_demand w lo hi' u = log_demand w lo hi u.
Proof.
  intros Hw Box Larger Hu.
  assert (0 < w / hi) by (apply Rdiv_lt_0_compat; lra).
  assert (Below : w / u <= hi).
  { apply Rmult_le_reg_r with u; [lra|]. replace (w / u * u) with w by (field; lra).
    apply (Rmult_le_compat_l hi) in Hu; [|lra].
    replace (hi * (w / hi)) with w in Hu by (field; lra). lra. }
  unfold log_demand. destruct (Rle_dec u 0); [lra|].
  unfold clamp. assert (Rmax lo (w / u) <= hi) by (apply Rmax_lub; lra).
  rewrite !Rmin_right; lra.
Qed.

(** An agent that could use all of the capacity [c] does, at prices below [w / c]. *)
Lemma log_demand_fills w lo hi c u : 0 < w -> 0 < c <= hi -> u < w / c ->
  c <= log_demand w lo hi u.
Proof.
  intros Hw Hc Hu. unfold log_demand. destruct (Rle_dec u 0); [lra|].
  assert (c <= w / u).
  { apply Rmult_le_reg_r with u; [lra|]. replace (w / u * u) with w by (field; lra).
    apply (Rmult_lt_compat_l c) in Hu; [|lra].
    replace (c * (w / c)) with w in Hu by (field; lra). lra. }
  unfold clamp. apply Rmin_glb; [lra|]. eapply Rle_trans; [eassumption|apply Rmax_r].
Qed.

Section Idle.
Context {Agent : Type} (resident : Agent) (others : list Agent).
Variables (c : R) (w lo hi hi' : Agent -> R).
Let agents := resident :: others.

(** One resource of capacity [c], of which each agent uses its rate. *)
Let uses (_ : unit) (_ : Agent) := 1.
Let small s := log_demand (w s) (lo s) (hi s).
Let large s := log_demand (w s) (lo s) (hi' s).
Let idle := w resident / c.

Hypothesis weights : forall s, In s agents -> 0 < w s.
Hypothesis boxes : forall s, In s agents -> 0 < lo s <= hi s /\ hi s <= hi' s.
Hypothesis resident_box : 0 < c <= hi resident /\ hi resident = hi' resident.
Hypothesis tightened : forall s, In s others -> w s / hi s <= idle.

Lemma idle_is_least p : others <> [] -> KKT [tt] agents uses (fun _ => c) small p -> idle <= p tt.
Proof.
  intros Someone K. destruct (Rle_lt_dec idle (p tt)) as [|Low]; [assumption|exfalso].
  assert (Price : forall s, path_price [tt] uses p s = p tt).
  { intros s. unfold path_price, uses. simpl. ring. }
  pose proof (KKT_feasible _ _ _ _ _ _ K tt (or_introl eq_refl)) as Fits.
  unfold load, agents in Fits. cbn [sum] in Fits.
  assert (Full : c <= rate [tt] uses small p resident).
  { unfold rate. rewrite Price. apply log_demand_fills; [|apply resident_box|exact Low].
    apply weights. now left. }
  destruct others as [|s rest] eqn:E; [congruence|]. cbn [sum] in Fits.
  assert (Positive : forall r, In r (s :: rest) -> 0 < rate [tt] uses small p r).
  { intros r Hr. apply log_demand_positive. apply boxes. now right. }
  pose proof (Positive s (or_introl eq_refl)).
  assert (0 <= sum rest (fun r => uses tt r * rate [tt] uses small p r)).
  { apply sum_nonneg. intros r Hr. unfold uses at 1. rewrite Rmult_1_l. left.
    apply Positive. now right. }
  unfold uses at 1 3 in Fits. lra.
Qed.

Theorem idle_tightening p : KKT [tt] agents uses (fun _ => c) small p ->
  KKT [tt] agents uses (fun _ => c) large p.
Proof.
  intros K. apply (agreeing_demands [tt] agents) with small; [|exact K].
  intros s [<-|Hs]; unfold rate, large, small.
  - now rewrite (proj2 resident_box).
  - assert (Someone : others <> []) by (intros E; now rewrite E in Hs).
    pose proof (idle_is_least p Someone K) as Least.
    destruct (boxes s (or_intror Hs)) as [Box Larger].
    apply log_demand_larger_box; auto; [apply weights; now right|].
    eapply Rle_trans; [now apply tightened|]. unfold path_price, uses. simpl. lra.
Qed.
End Idle.
