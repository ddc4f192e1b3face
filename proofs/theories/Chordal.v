(** * Chordal graphs and perfect elimination orderings

    A graph is chordal when each cycle of four or more vertices has a chord. It is enough to have a
    perfect elimination ordering: an order in which the later neighbours of each vertex are
    adjacent to each other.

    Source: Fulkerson and Gross (1965); Rose, Tarjan and Lueker, SIAM J. Comput. 5(2), 1976, for
    the test that only looks at the first later neighbour of each vertex. *)

From Coq Require Import List Arith Lia.
Import ListNotations.

Section Graph.
Context {X : Type} (adj : X -> X -> Prop) (vertex : X -> Prop).

(** [c 0, .., c (k-1)] are distinct vertices, each adjacent to the next, the last to the first. *)
Definition cycle (k : nat) (c : nat -> X) :=
  (forall i, i < k -> vertex (c i)) /\
  (forall i j, i < k -> j < k -> c i = c j -> i = j) /\
  (forall i, i < k -> adj (c i) (c (S i mod k))).

(** Two vertices of the cycle that are adjacent, but not next to each other on it. *)
Definition has_chord (k : nat) (c : nat -> X) := exists i j,
  i < k /\ j < k /\ i <> j /\ j <> S i mod k /\ i <> S j mod k /\ adj (c i) (c j).

Definition chordal := forall k c, 4 <= k -> cycle k c -> has_chord k c.

Definition clique (K : list X) :=
  NoDup K /\ (forall v, In v K -> vertex v) /\
  forall u v, In u K -> In v K -> u <> v -> adj u v.

(** Positions are distinct, and later neighbours of a vertex are adjacent to each other. *)
Definition perfect_elimination (position : X -> nat) :=
  (forall u v, vertex u -> vertex v -> position u = position v -> u = v) /\
  (forall v u w, vertex v -> vertex u -> vertex w -> adj v u -> adj v w ->
     position v < position u -> position v < position w -> u <> w -> adj u w).

(** The same for the order of a list. *)
Fixpoint eliminates (order : list X) : Prop :=
  match order with
  | [] => True
  | v :: rest =>
      (forall u w, In u rest -> In w rest -> u <> w -> adj v u -> adj v w -> adj u w) /\
      eliminates rest
  end.

Lemma exists_first (f : nat -> nat) k : 0 < k ->
  exists i, i < k /\ forall j, j < k -> f i <= f j.
Proof.
  induction k as [|k IH]; [lia|]. intros _. destruct k as [|k].
  - exists 0. split; [lia|]. intros j Hj. now replace j with 0 by lia.
  - destruct IH as (i & Hi & First); [lia|].
    destruct (le_lt_dec (f i) (f (S k))).
    + exists i. split; [lia|]. intros j Hj.
      destruct (Nat.eq_dec j (S k)) as [->|]; [assumption|]. apply First. lia.
    + exists (S k). split; [lia|]. intros j Hj.
      destruct (Nat.eq_dec j (S k)) as [->|]; [lia|]. specialize (First j ltac:(lia)). lia.
Qed.

Lemma next_on_cycle k i : i < k -> S i mod k = if Nat.eq_dec (S i) k then 0 else S i.
Proof.
  intros. destruct (Nat.eq_dec _ _) as [->|]; [apply Nat.mod_same|apply Nat.mod_small]; lia.
Qed.

Hypothesis adj_sym : forall u v, adj u v -> adj v u.

(** The first vertex of a cycle has two later neighbours on it: their edge is a chord. *)
Theorem perfect_elimination_chordal position : perfect_elimination position -> chordal.
Proof.
  intros [Distinct Perfect] k c Hk (Vertices & Simple & Edges).
  destruct (exists_first (fun i => position (c i)) k) as (i & Hi & First); [lia|].
  set (next := if Nat.eq_dec (S i) k then 0 else S i).
  set (previous := match i with 0 => pred k | S j => j end).
  assert (Hnext : next < k) by (unfold next; destruct (Nat.eq_dec _ _); lia).
  assert (Hprevious : previous < k) by (unfold previous; destruct i; lia).
  assert (next <> previous /\ next <> i /\ previous <> i) as (Apart & Hn & Hp).
  { unfold next, previous. destruct i; destruct (Nat.eq_dec _ _); lia. }
  assert (To : adj (c i) (c next)).
  { specialize (Edges i Hi). now rewrite next_on_cycle in Edges. }
  assert (From : adj (c i) (c previous)).
  { apply adj_sym. specialize (Edges previous Hprevious).
    rewrite next_on_cycle in Edges by assumption. unfold previous in *. destruct i as [|i].
    - destruct (Nat.eq_dec (S (pred k)) k); [assumption|lia].
    - destruct (Nat.eq_dec (S i) k); [lia|assumption]. }
  assert (Later : forall j, j < k -> j <> i -> position (c i) < position (c j)).
  { intros j Hj Hne. specialize (First j Hj).
    destruct (Nat.eq_dec (position (c i)) (position (c j))) as [E|]; [|lia].
    apply Distinct in E; auto. apply Simple in E; auto. congruence. }
  exists next, previous. repeat split; auto.
  - rewrite next_on_cycle by assumption. unfold next, previous.
    destruct i; repeat destruct (Nat.eq_dec _ _); lia.
  - rewrite next_on_cycle by assumption. unfold next, previous.
    destruct i; repeat destruct (Nat.eq_dec _ _); lia.
  - apply (Perfect (c i)); auto.
Qed.

(** It is enough that the later neighbours of [v], other than the first of them, [parent v], are
    adjacent to it. *)
Theorem parent_perfect_elimination (position : X -> nat) (bound : nat) (parent : X -> X) :
  (forall v, vertex v -> position v < bound) ->
  (forall u v, vertex u -> vertex v -> position u = position v -> u = v) ->
  (forall v u, vertex v -> vertex u -> adj v u -> position v < position u ->
     vertex (parent v) /\ position v < position (parent v) <= position u /\
     (u = parent v \/ adj (parent v) u)) ->
  perfect_elimination position.
Proof.
  intros Bound Distinct Parent. split; [exact Distinct|].
  enough (H : forall fuel v u w, bound - position v <= fuel ->
    vertex v -> vertex u -> vertex w -> adj v u -> adj v w ->
    position v < position u -> position v < position w -> u <> w -> adj u w)
    by (intros v; intros; now apply (H (bound - position v) v)).
  induction fuel as [|fuel IH]; intros v u w Hfuel Vv Vu Vw Au Aw Pu Pw Hne.
  { pose proof (Bound v Vv). lia. }
  destruct (Parent v u Vv Vu Au Pu) as (Vp & Order_u & Eu).
  destruct (Parent v w Vv Vw Aw Pw) as (_ & Order_w & Ew).
  destruct Eu as [->|Eu], Ew as [->|Ew]; try congruence; auto.
  destruct (Nat.eq_dec (position (parent v)) (position u)) as [E|].
  { apply Distinct in E; auto. now rewrite <- E. }
  destruct (Nat.eq_dec (position (parent v)) (position w)) as [E|].
  { apply Distinct in E; auto. rewrite <- E. auto. }
  apply (IH (parent v) u w); auto; lia.
Qed.

(** A clique has at most one vertex more than its first vertex has later neighbours. *)
Theorem clique_size (position : X -> nat) (later : X -> list X) (width : nat) :
  (forall u v, vertex u -> vertex v -> position u = position v -> u = v) ->
  (forall v u, vertex v -> vertex u -> adj v u -> position v < position u -> In u (later v)) ->
  (forall v, vertex v -> length (later v) <= width) ->
  forall K, clique K -> length K <= S width.
Proof.
  intros Distinct Later Width K (Simple & Vertices & Complete).
  destruct K as [|x K']; [simpl; lia|]. set (K := x :: K') in *.
  destruct (exists_first (fun i => position (nth i K x)) (length K)) as (i & Hi & First).
  { unfold K; simpl; lia. }
  set (v := nth i K x) in *. assert (Hv : In v K) by now apply nth_In.
  assert (FirstV : forall u, In u K -> position v <= position u).
  { intros u Hu. destruct (In_nth K u x Hu) as (j & Hj & <-). now apply First. }
  destruct (in_split v K Hv) as (before & after & E).
  assert (Others : incl (before ++ after) (later v)).
  { intros u Hu.
    assert (Hne : u <> v).
    { intros ->. rewrite E in Simple. now apply NoDup_remove_2 in Simple. }
    assert (HuK : In u K).
    { rewrite E. apply in_app_iff. apply in_app_iff in Hu. simpl. tauto. }
    apply Later; auto. specialize (FirstV u HuK).
    destruct (Nat.eq_dec (position v) (position u)) as [Ep|]; [|lia].
    apply Distinct in Ep; auto. congruence. }
  rewrite E in Simple. apply NoDup_remove_1 in Simple.
  pose proof (NoDup_incl_length Simple Others) as Size.
  specialize (Width v (Vertices v Hv)).
  rewrite E, app_length. rewrite app_length in Size. simpl. lia.
Qed.
End Graph.
