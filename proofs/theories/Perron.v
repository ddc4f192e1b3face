(** * A step condition that is checked link by link

    For weights [v l > 0] let [w s = Σ_l |A l s| v l]. If
    [a l · Σ_s |A l s| w s / mu s ≤ 2 theta v l] at every resource, then the steps are admissible:
    the largest eigenvalue of a nonnegative matrix is at most its largest Collatz–Wielandt ratio.
    The condition is tight for nonnegative routings when [v] is the Perron vector; any [v > 0] is
    sound.

    Source: Collatz (1942) and Wielandt (1950), in Horn and Johnson, Matrix Analysis, 8.1. *)

From Coq Require Import Reals List Lra.
From Num Require Import Sums Demand DualAscent.
Open Scope R_scope.

(** The condition is symmetric: it bounds rates by steps as well as prices by steps. *)
Section Dual.
Context {Resource Agent : Type} (resources : list Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (a : Resource -> R) (mu : Agent -> R) (theta : R).
Hypothesis a_pos : forall l, In l resources -> 0 < a l.
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis theta_nonneg : 0 <= theta.

(** [A diag(1/mu) Aᵀ ⪯ 2 theta diag(1/a)]. *)
Lemma admissible_dual : admissible resources agents A a mu theta -> forall z : Resource -> R,
  sum agents (fun s => / mu s * path_price resources A z s ^ 2)
  <= 2 * theta * sum resources (fun l => z l ^ 2 / a l).
Proof.
  intros Adm z.
  set (u := path_price resources A z). set (x := fun s => / mu s * u s).
  set (P := sum agents (fun s => / mu s * u s ^ 2)).
  set (Z := sum resources (fun l => z l ^ 2 / a l)).
  assert (HP : 0 <= P).
  { apply sum_nonneg. intros s Hs. apply Rmult_le_pos; [|apply pow2_ge_0].
    left. now apply Rinv_0_lt_compat, mu_pos. }
  assert (HZ : 0 <= Z).
  { apply sum_nonneg. intros l Hl. apply Rmult_le_pos; [apply pow2_ge_0|].
    left. now apply Rinv_0_lt_compat, a_pos. }
  assert (Cross : sum resources (fun l => z l * load agents A x l) = P).
  { rewrite (adjoint resources agents A z x). apply sum_ext. intros s. unfold x. fold u. ring. }
  assert (Energy : sum agents (fun s => mu s * x s ^ 2) = P).
  { apply sum_ext_in. intros s Hs. unfold x. pose proof (mu_pos s Hs). field. lra. }
  specialize (Adm x). rewrite Energy in Adm.
  pose proof (sum_cauchy_schwarz resources a (fun l => z l / a l) (load agents A x)) as CS.
  rewrite (sum_ext_in resources (fun l => a l * (z l / a l) * _)
             (fun l => z l * load agents A x l)) in CS.
  2:{ intros l Hl. pose proof (a_pos l Hl). field. lra. }
  rewrite (sum_ext_in resources (fun l => a l * (z l / a l) ^ 2) (fun l => z l ^ 2 / a l)) in CS.
  2:{ intros l Hl. pose proof (a_pos l Hl). field. lra. }
  rewrite Cross in CS. fold Z in CS.
  specialize (CS ltac:(intros l Hl; left; now apply a_pos)).
  destruct (Req_dec P 0) as [E|E].
  - rewrite E. repeat apply Rmult_le_pos; lra.
  - apply Rmult_le_reg_r with P; [lra|].
    replace (P * P) with (P ^ 2) by ring. eapply Rle_trans; [exact CS|].
    apply (Rmult_le_compat_l Z) in Adm; [lra|exact HZ].
Qed.
End Dual.

Section Perron.
Context {Resource Agent : Type} (resources : list Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (a : Resource -> R) (mu : Agent -> R).
Variables (v : Resource -> R) (w : Agent -> R) (theta : R).
Hypothesis a_pos : forall l, In l resources -> 0 < a l.
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis w_pos : forall s, In s agents -> 0 < w s.
Hypothesis theta_nonneg : 0 <= theta.

Hypothesis column : forall s, In s agents -> sum resources (fun l => Rabs (A l s) * v l) <= w s.
Hypothesis row : forall l, In l resources ->
  a l * sum agents (fun s => Rabs (A l s) * w s / mu s) <= 2 * theta * v l.

(** One resource, by Cauchy–Schwarz with weights [|A| w / mu]. *)
Lemma perron_row x l : In l resources ->
  a l * load agents A x l ^ 2
  <= 2 * theta * v l * sum agents (fun s => Rabs (A l s) * (mu s * x s ^ 2 / w s)).
Proof.
  intros Hl. pose proof (a_pos l Hl) as Ha.
  set (sign := fun s => if Rle_dec 0 (A l s) then 1 else -1).
  assert (Hsign : forall s, Rabs (A l s) * sign s = A l s /\ sign s ^ 2 = 1).
  { intros s. unfold sign. destruct (Rle_dec 0 (A l s)).
    - rewrite Rabs_right; lra.
    - rewrite Rabs_left; lra. }
  pose proof (sum_cauchy_schwarz agents (fun s => Rabs (A l s) * w s / mu s) (fun _ => 1)
                (fun s => sign s * (mu s * x s / w s))) as CS.
  rewrite (sum_ext_in agents (fun s => _ * 1 * _) (fun s => A l s * x s)) in CS.
  2:{ intros s Hs. pose proof (mu_pos s Hs). pose proof (w_pos s Hs).
      rewrite <- (proj1 (Hsign s)) at 2. field. lra. }
  rewrite (sum_ext agents (fun s => _ * 1 ^ 2) (fun s => Rabs (A l s) * w s / mu s)) in CS
    by (intros; ring).
  rewrite (sum_ext_in agents (fun s => _ * (sign s * _) ^ 2)
             (fun s => Rabs (A l s) * (mu s * x s ^ 2 / w s))) in CS.
  2:{ intros s Hs. pose proof (mu_pos s Hs). pose proof (w_pos s Hs).
      transitivity (Rabs (A l s) * (mu s * x s ^ 2 / w s) * sign s ^ 2); [field; lra|].
      rewrite (proj2 (Hsign s)). ring. }
  fold (load agents A x l) in CS.
  set (T := sum agents (fun s => Rabs (A l s) * (mu s * x s ^ 2 / w s))) in *.
  set (B := sum agents (fun s => Rabs (A l s) * w s / mu s)) in *.
  assert (HT : 0 <= T).
  { apply sum_nonneg. intros s Hs. pose proof (mu_pos s Hs). pose proof (w_pos s Hs).
    apply Rmult_le_pos; [apply Rabs_pos|]. apply Rmult_le_pos.
    - apply Rmult_le_pos; [lra|apply pow2_ge_0].
    - left. now apply Rinv_0_lt_compat. }
  apply Rle_trans with (a l * (B * T)).
  - apply Rmult_le_compat_l; [lra|]. apply CS. intros s Hs.
    pose proof (mu_pos s Hs). pose proof (w_pos s Hs).
    repeat apply Rmult_le_pos; try apply Rabs_pos; try lra. left. now apply Rinv_0_lt_compat.
  - rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [exact HT|]. now apply row.
Qed.

Theorem perron_admissible : admissible resources agents A a mu theta.
Proof.
  intros x.
  apply Rle_trans with (sum resources (fun l => sum agents (fun s =>
    2 * theta * (Rabs (A l s) * v l * (mu s * x s ^ 2 / w s))))).
  - apply sum_le. intros l Hl. eapply Rle_trans; [now apply perron_row|].
    rewrite <- sum_scale. apply Req_le, sum_ext. intros; ring.
  - rewrite sum_swap, <- sum_scale. apply sum_le. intros s Hs.
    pose proof (mu_pos s Hs). pose proof (w_pos s Hs).
    rewrite sum_scale, sum_scale_r.
    replace (mu s * x s ^ 2) with (w s * (mu s * x s ^ 2 / w s)) at 2 by (field; lra).
    apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_r; [|now apply column].
    apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply pow2_ge_0]|].
    left. now apply Rinv_0_lt_compat.
Qed.
End Perron.
