(** * With one resource, optimal prices exist

    As in Existence, but no room is needed: if the agents fit when everyone takes the least that
    its box allows, then KKT prices of a single resource exist. Either nothing is overloaded for
    free, or the excess passes through 0 between the price 0 and a price so high that everyone
    takes the least. *)

From Coq Require Import Reals List Lra.
From Num Require Import Sums Demand DualAscent Minimum.
Import ListNotations.
Open Scope R_scope.

(** Far out the demand sticks to the ends of its box. *)
Definition saturates (lo hi : R) (D : R -> R) :=
  exists B, forall u, (B <= u -> D u = lo) /\ (u <= - B -> D u = hi).

Section SingleLink.
Context {Resource Agent : Type} (link : Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (capacity : Resource -> R) (mu : Agent -> R).
Variables (demand : Agent -> R -> R) (lo hi : Agent -> R).
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis demand_coco : forall s, In s agents -> cocoercive (mu s) (demand s).
Hypothesis boxes : forall s, In s agents -> lo s <= hi s.
Hypothesis demand_saturates : forall s, In s agents -> saturates (lo s) (hi s) (demand s).

Let use (x : R) (s : Agent) := A link s * demand s (A link s * x).
Let gap (x : R) := sum agents (use x) - capacity link.

(** The least load that the boxes allow. *)
Definition least_load := sum agents (fun s => Rmin (A link s * lo s) (A link s * hi s)).

Lemma gap_continuous : continuity gap.
Proof.
  apply lipschitz_continuous with (sum agents (fun s => A link s ^ 2 / mu s)).
  { apply sum_nonneg. intros s Hs. apply Rmult_le_pos; [apply pow2_ge_0|].
    left. now apply Rinv_0_lt_compat, mu_pos. }
  intros x y. replace (gap x - gap y) with (sum agents (use x) - sum agents (use y))
    by (unfold gap; ring).
  clear gap boxes demand_saturates. induction agents as [|s rest IH]; cbn [sum].
  - rewrite Rminus_0_r, Rabs_R0. lra.
  - replace (_ - _) with ((use x s - use y s) + (sum rest (use x) - sum rest (use y))) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r.
    apply Rplus_le_compat; [|apply IH; intros; (apply mu_pos || apply demand_coco); now right].
    pose proof (mu_pos s (or_introl eq_refl)) as Hmu.
    pose proof (cocoercive_lipschitz (mu s) (demand s) Hmu (demand_coco s (or_introl eq_refl))
                  (A link s * x) (A link s * y)) as Lip.
    unfold use. rewrite <- Rmult_minus_distr_l, Rabs_mult.
    rewrite <- Rmult_minus_distr_l, Rabs_mult in Lip.
    apply Rmult_le_reg_l with (mu s); [exact Hmu|].
    replace (mu s * (A link s ^ 2 / mu s * Rabs (x - y)))
      with (Rabs (A link s) * (Rabs (A link s) * Rabs (x - y))).
    2:{ rewrite <- (pow2_abs (A link s)). field. lra. }
    apply (Rmult_le_compat_l (Rabs (A link s))) in Lip; [lra|apply Rabs_pos].
Qed.

(** From some price on, an agent takes the least. *)
Lemma use_is_least s : In s agents ->
  exists x0, forall x, x0 <= x -> use x s <= Rmin (A link s * lo s) (A link s * hi s).
Proof.
  intros Hs. destruct (demand_saturates s Hs) as [B Sat]. pose proof (boxes s Hs) as Box.
  set (c := A link s) in *. exists (Rabs B / Rabs c). intros x Hx. unfold use. fold c.
  assert (HB : B <= Rabs B) by apply Rle_abs.
  destruct (Rtotal_order c 0) as [Neg|[Zero|Pos]].
  - rewrite (Rabs_left c Neg) in Hx. apply (Rmult_le_compat_l (- c)) in Hx; [|lra].
    replace (- c * (Rabs B / - c)) with (Rabs B) in Hx by (field; lra).
    rewrite (proj2 (Sat (c * x)) ltac:(lra)).
    apply (Rmult_le_compat_l (- c)) in Box; [|lra]. apply Rmin_glb; lra.
  - rewrite Zero, !Rmult_0_l. apply Rmin_glb; lra.
  - rewrite (Rabs_right c) in Hx by lra. apply (Rmult_le_compat_l c) in Hx; [|lra].
    replace (c * (Rabs B / c)) with (Rabs B) in Hx by (field; lra).
    rewrite (proj1 (Sat (c * x)) ltac:(lra)).
    apply (Rmult_le_compat_l c) in Box; [|lra]. apply Rmin_glb; lra.
Qed.

Lemma load_is_least :
  exists x0, 0 <= x0 /\ forall x, x0 <= x -> sum agents (use x) <= least_load.
Proof.
  unfold least_load.
  enough (H : forall l, incl l agents -> exists x0, 0 <= x0 /\ forall x, x0 <= x ->
    sum l (use x) <= sum l (fun s => Rmin (A link s * lo s) (A link s * hi s)))
    by (apply H; intros s Hs; exact Hs).
  induction l as [|s l IH]; intros Sub.
  - exists 0. split; [lra|]. intros x _. simpl. lra.
  - apply incl_cons_inv in Sub as [Hs Sub].
    destruct (IH Sub) as (x1 & Pos & Rest). destruct (use_is_least s Hs) as (x2 & First).
    exists (Rmax x1 x2). pose proof (Rmax_l x1 x2). pose proof (Rmax_r x1 x2).
    split; [lra|]. intros x Hx. simpl.
    specialize (Rest x ltac:(lra)). specialize (First x ltac:(lra)). lra.
Qed.

Theorem single_link_prices_exist : least_load <= capacity link ->
  exists p : R, KKT [link] agents A capacity demand (fun _ => p).
Proof.
  intros Fits.
  assert (Excess : forall p, excess [link] agents A capacity demand (fun _ => p) link = gap p).
  { intros p. unfold excess, load, rate, path_price, gap, use. simpl.
    f_equal. apply sum_ext. intros s. now rewrite Rplus_0_r. }
  assert (Reduced : forall p, 0 <= p -> gap p <= 0 -> p * gap p = 0 ->
    KKT [link] agents A capacity demand (fun _ => p)).
  { intros p Pos Under Slack l [<-|[]]. rewrite Excess. auto. }
  destruct (Rle_lt_dec (gap 0) 0) as [Idle|Full].
  - exists 0. apply Reduced; lra.
  - destruct load_is_least as (x0 & Pos & High). specialize (High x0 ltac:(lra)).
    assert (Under : gap x0 <= 0) by (unfold gap; lra).
    destruct (IVT_cor gap 0 x0 gap_continuous Pos) as (p & Range & Zero).
    { assert (0 <= gap 0 * - gap x0) by (apply Rmult_le_pos; lra). lra. }
    exists p. rewrite <- Zero in Under. apply Reduced; [lra|lra|]. rewrite Zero. ring.
Qed.
End SingleLink.
