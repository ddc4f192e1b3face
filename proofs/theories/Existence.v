(** * Optimal prices exist when there is room

    If some allocation in the boxes leaves room on every resource (Slater's condition), then KKT
    prices exist: the dual function has a minimum on a box of prices, because it is Lipschitz; the
    room keeps the minimum away from the upper end of the box; and there KKT holds, because excess
    is the negative slope of the dual along a price.

    Source: Boyd and Vandenberghe, Convex Optimization, 5.2.3 and 5.5.3. *)

From Coq Require Import Reals List Lra.
From Num Require Import Sums Demand DualAscent Minimum.
Import ListNotations.
Open Scope R_scope.

Section Existence.
Context {Resource Agent : Type} (eq_dec : forall x y : Resource, {x = y} + {x <> y}).
Variables (resources : list Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (capacity : Resource -> R) (mu : Agent -> R).
Variables (demand : Agent -> R -> R) (lo hi : Agent -> R) (U : Agent -> R -> R).
Hypothesis distinct : NoDup resources.
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis demand_coco : forall s, In s agents -> cocoercive (mu s) (demand s).
Hypothesis demands : forall s, In s agents -> is_demand (lo s) (hi s) (U s) (demand s).

Let pay (p : Resource -> R) := path_price resources A p.
Let take (p : Resource -> R) := rate resources A demand p.
Let over (p : Resource -> R) := excess resources agents A capacity demand p.

(** What agents gain at the prices, plus what the capacities are worth. *)
Definition dual (p : Resource -> R) : R :=
  sum agents (fun s => U s (take p s) - pay p s * take p s)
  + sum resources (fun l => p l * capacity l).

(** Any allocation in the boxes bounds the dual from below. *)
Lemma dual_ge x p : (forall s, In s agents -> lo s <= x s <= hi s) ->
  sum agents (fun s => U s (x s))
  + sum resources (fun l => p l * (capacity l - load agents A x l)) <= dual p.
Proof.
  intros Box. unfold dual.
  rewrite (sum_ext resources (fun l => p l * (_ - _))
             (fun l => p l * capacity l - p l * load agents A x l)) by (intros; ring).
  rewrite sum_minus, adjoint.
  enough (sum agents (fun s => U s (x s) - pay p s * x s)
          <= sum agents (fun s => U s (take p s) - pay p s * take p s))
    by (rewrite !sum_minus in *; unfold pay in *; lra).
  apply sum_le. intros s Hs. apply (demands s Hs). now apply Box.
Qed.

(** The excess is a subgradient, with a minus sign. *)
Lemma dual_subgradient p q :
  dual q - dual p <= sum resources (fun l => (p l - q l) * over q l).
Proof.
  pose proof (dual_ge (take q) p ltac:(intros s Hs; apply (demands s Hs))) as H.
  unfold dual at 1. unfold over, excess. fold (take q).
  rewrite (sum_ext resources (fun l => (p l - q l) * _) (fun l =>
    p l * load agents A (take q) l - q l * load agents A (take q) l
    - (p l * capacity l - q l * capacity l))) by (intros; ring).
  rewrite (sum_ext resources (fun l => p l * (_ - _))
    (fun l => p l * capacity l - p l * load agents A (take q) l)) in H by (intros; ring).
  rewrite !sum_minus in *. rewrite (adjoint resources agents A q) in *.
  unfold pay in *. lra.
Qed.

(** What a resource can be off by, at any prices. *)
Let worst (l : Resource) :=
  sum agents (fun s => Rabs (A l s) * (Rabs (lo s) + Rabs (hi s))) + Rabs (capacity l).

Lemma excess_bounded q l : Rabs (over q l) <= worst l.
Proof.
  unfold over, excess, worst, load, Rminus. eapply Rle_trans; [apply Rabs_triang|].
  rewrite Rabs_Ropp. apply Rplus_le_compat_r. fold (take q).
  clear demand_coco mu_pos. induction agents as [|s rest IH]; cbn [sum]; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. apply Rplus_le_compat.
  - rewrite Rabs_mult. apply Rmult_le_compat_l; [apply Rabs_pos|].
    destruct (demands s (or_introl eq_refl) (pay q s)) as [Box _].
    unfold take, rate. fold (pay q s).
    pose proof (Rabs_pos (lo s)). pose proof (Rabs_pos (hi s)).
    pose proof (Rle_abs (hi s)). pose proof (Rle_abs (- lo s)) as Hlo. rewrite Rabs_Ropp in Hlo.
    apply Rabs_le. lra.
  - apply IH. intros r Hr. apply demands. now right.
Qed.

Lemma dual_lipschitz : lipschitz (sum resources worst) resources dual.
Proof.
  intros q p. eapply Rle_trans; [apply dual_subgradient|].
  unfold distance. rewrite <- sum_scale. apply sum_le. intros l Hl.
  eapply Rle_trans; [apply Rle_abs|]. rewrite Rabs_mult, Rabs_minus_sym, Rmult_comm.
  apply Rmult_le_compat_r; [apply Rabs_pos|].
  eapply Rle_trans; [apply excess_bounded|]. apply sum_ge_term; [|exact Hl].
  intros k _. eapply Rle_trans; [apply Rabs_pos|apply (excess_bounded p)].
Qed.

(** The excess of a resource is Lipschitz in its own price. *)
Lemma excess_lipschitz p l t : In l resources ->
  Rabs (over (update eq_dec p l t) l - over p l)
  <= sum agents (fun s => A l s ^ 2 / mu s) * Rabs (t - p l).
Proof.
  intros Hl. unfold over. rewrite excess_gap. unfold load.
  assert (Pay : forall s, pay (update eq_dec p l t) s - pay p s = A l s * (t - p l)).
  { intros s. unfold pay, path_price. rewrite <- sum_minus.
    rewrite <- (sum_delta eq_dec resources l (fun k => A k s * (t - p k)) distinct Hl).
    apply sum_ext. intros k. unfold update.
    destruct (eq_dec k l), (eq_dec l k); try congruence; ring. }
  clear distinct demands. induction agents as [|s rest IH]; cbn [sum]; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r. apply Rplus_le_compat.
  2:{ apply IH; intros r Hr; (apply mu_pos || apply demand_coco); now right. }
  pose proof (mu_pos s (or_introl eq_refl)) as Hmu.
  pose proof (cocoercive_lipschitz (mu s) (demand s) Hmu (demand_coco s (or_introl eq_refl))
    (pay (update eq_dec p l t) s) (pay p s)) as Lip.
  unfold rate_gap, rate. fold (pay p s). fold (pay (update eq_dec p l t) s).
  rewrite Pay, Rabs_mult in Lip. rewrite Rabs_mult.
  apply Rmult_le_reg_l with (mu s); [exact Hmu|].
  replace (mu s * (A l s ^ 2 / mu s * Rabs (t - p l)))
    with (Rabs (A l s) * (Rabs (A l s) * Rabs (t - p l))).
  2:{ rewrite <- (pow2_abs (A l s)). field. lra. }
  apply (Rmult_le_compat_l (Rabs (A l s))) in Lip; [lra|apply Rabs_pos].
Qed.

(** Towards a price with a higher dual the excess does not change its sign on the way. *)
Lemma excess_sign p l t : In l resources -> dual p <= dual (update eq_dec p l t) ->
  (t - p l) * over (update eq_dec p l t) l <= 0.
Proof.
  intros Hl Higher. pose proof (dual_subgradient p (update eq_dec p l t)) as H.
  rewrite (sum_ext resources _ (fun k => if eq_dec l k
    then (p k - t) * over (update eq_dec p l t) k else 0)) in H.
  - rewrite (sum_delta eq_dec resources l (fun k => (p k - t) * over (update eq_dec p l t) k))
      in H by assumption. lra.
  - intros k. unfold update at 1.
    destruct (eq_dec k l), (eq_dec l k); try congruence; ring.
Qed.

(** A number that is at most [K d] for all small [d > 0] is at most 0. *)
Lemma small_is_nonpositive e K room : 0 <= K -> 0 < room ->
  (forall d, 0 < d <= room -> e <= K * d) -> e <= 0.
Proof.
  intros HK Hroom H. destruct (Rle_lt_dec e 0) as [|Pos]; [assumption|exfalso].
  set (d := Rmin room (e / (2 * (K + 1)))).
  assert (0 < e / (2 * (K + 1))) by (apply Rdiv_lt_0_compat; lra).
  assert (Hd : 0 < d <= room). { unfold d, Rmin. destruct (Rle_dec _ _); lra. }
  specialize (H d Hd).
  assert (Hs : K * d <= K * (e / (2 * (K + 1)))).
  { apply Rmult_le_compat_l; [exact HK|apply Rmin_r]. }
  assert (Hh : K * (e / (2 * (K + 1))) <= e / 2).
  { apply Rmult_le_reg_r with (2 * (K + 1)); [lra|].
    replace (K * (e / (2 * (K + 1))) * (2 * (K + 1))) with (K * e) by (field; lra).
    replace (e / 2 * (2 * (K + 1))) with (K * e + e) by field. lra. }
  lra.
Qed.

(** Some allocation leaves room on every resource. *)
Definition room_for (x : Agent -> R) :=
  (forall s, In s agents -> lo s <= x s <= hi s) /\
  (forall l, In l resources -> load agents A x l < capacity l).

Lemma least_room x : room_for x ->
  exists eps, 0 < eps /\ forall l, In l resources -> eps <= capacity l - load agents A x l.
Proof.
  intros [_ Room]. clear distinct. induction resources as [|l rest IH].
  - exists 1. split; [lra|]. intros l [].
  - destruct IH as (eps & Pos & Least); [intros k Hk; apply Room; now right|].
    specialize (Room l (or_introl eq_refl)).
    exists (Rmin eps (capacity l - load agents A x l)).
    pose proof (Rmin_l eps (capacity l - load agents A x l)).
    pose proof (Rmin_r eps (capacity l - load agents A x l)).
    split; [unfold Rmin; destruct (Rle_dec _ _); lra|].
    intros k [<-|Hk]; [lra|]. specialize (Least k Hk). lra.
Qed.

Theorem prices_exist_with_room x : room_for x ->
  exists p, KKT resources agents A capacity demand p.
Proof.
  intros Room. destruct (least_room x Room) as (eps & Heps & Least). destruct Room as [Box _].
  set (gain := dual (fun _ => 0) - sum agents (fun s => U s (x s))).
  assert (High : forall p, (forall l, In l resources -> 0 <= p l) ->
    dual p <= dual (fun _ => 0) -> eps * sum resources p <= gain).
  { intros p Pos Low. pose proof (dual_ge x p Box) as H. unfold gain.
    enough (eps * sum resources p
            <= sum resources (fun l => p l * (capacity l - load agents A x l))) by lra.
    rewrite <- sum_scale. apply sum_le. intros l Hl. rewrite Rmult_comm.
    apply Rmult_le_compat_l; [now apply Pos|now apply Least]. }
  assert (Gain : 0 <= gain).
  { specialize (High (fun _ => 0) ltac:(intros; lra) ltac:(lra)). rewrite sum_zero in High. lra. }
  set (B := gain / eps + 1).
  assert (0 <= gain / eps).
  { apply Rmult_le_pos; [exact Gain|]. left. now apply Rinv_0_lt_compat. }
  assert (HB : 0 <= B) by (unfold B; lra).
  assert (HK : 0 <= sum resources worst).
  { apply sum_nonneg. intros l _.
    eapply Rle_trans; [apply Rabs_pos|apply (excess_bounded (fun _ => 0))]. }
  destruct (minimum_exists eq_dec B (sum resources worst) HB HK resources dual distinct
              dual_lipschitz) as (p & Cube & Minimal).
  exists p. intros l Hl. destruct (Cube l Hl) as [Pos _].
  assert (Inside : p l < B).
  { specialize (High p ltac:(intros k Hk; now apply Cube)
                  ltac:(apply Minimal; intros k _; lra)).
    assert (Term : p l <= sum resources p).
    { apply (sum_ge_term resources p); [intros k Hk; now apply Cube|exact Hl]. }
    assert (eps * p l <= gain) by (apply (Rmult_le_compat_l eps) in Term; lra).
    apply Rmult_lt_reg_l with eps; [exact Heps|]. unfold B.
    replace (eps * (gain / eps + 1)) with (gain + eps) by (field; lra). lra. }
  assert (Sign : forall t, 0 <= t <= B -> (t - p l) * over (update eq_dec p l t) l <= 0).
  { intros t Ht. apply excess_sign; [exact Hl|]. apply Minimal. intros k Hk.
    unfold update. destruct (eq_dec k l); [exact Ht|now apply Cube]. }
  set (K := sum agents (fun s => A l s ^ 2 / mu s)).
  assert (HKl : 0 <= K).
  { apply sum_nonneg. intros s Hs. apply Rmult_le_pos; [apply pow2_ge_0|].
    left. now apply Rinv_0_lt_compat, mu_pos. }
  assert (Close : forall t, Rabs (over (update eq_dec p l t) l - over p l) <= K * Rabs (t - p l)).
  { intros t. now apply excess_lipschitz. }
  assert (Fits : over p l <= 0).
  { apply (small_is_nonpositive _ K (B - p l)); [exact HKl|lra|]. intros d Hd.
    specialize (Sign (p l + d) ltac:(lra)). specialize (Close (p l + d)).
    replace (p l + d - p l) with d in * by ring. rewrite (Rabs_right d) in Close by lra.
    set (e := over (update eq_dec p l (p l + d)) l) in *.
    assert (e <= 0) by (apply Rmult_le_reg_l with d; lra).
    pose proof (Rle_abs (- (e - over p l))) as H'. rewrite Rabs_Ropp in H'. lra. }
  split; [exact Pos|]. split; [exact Fits|]. fold (over p l).
  destruct (Req_dec (p l) 0) as [->|Hne]; [ring|].
  enough (- over p l <= 0) by (replace (over p l) with 0 by lra; ring).
  apply (small_is_nonpositive _ K (p l)); [exact HKl|lra|]. intros d Hd.
  specialize (Sign (p l - d) ltac:(lra)). specialize (Close (p l - d)).
  replace (p l - d - p l) with (- d) in * by ring.
  rewrite Rabs_Ropp, (Rabs_right d) in Close by lra.
  set (e := over (update eq_dec p l (p l - d)) l) in *.
  assert (0 <= e) by (apply Rmult_le_reg_l with d; lra).
  pose proof (Rle_abs (e - over p l)). lra.
Qed.
End Existence.
