(** * A verified checker of perfect elimination orderings

    Graphs are adjacency lists over [positive]. [is_perfect width g order = true] means that [g] is
    symmetric and free of loops, that [order] names each vertex once and eliminates [g] perfectly,
    and that no vertex has more than [width] later neighbours. Then [g] is chordal and its cliques
    have at most [width + 1] vertices. Each edge is looked at a constant number of times, with
    lookups in tries of [positive]: a graph of 1,000 vertices takes tens of milliseconds. *)

From Coq Require Import List Bool PArith Arith Lia FMapPositive MSetPositive.
From Num Require Import Chordal.
Import ListNotations.
Module PM := PositiveMap.
Module PS := PositiveSet.

Definition graph := list (positive * list positive).

(** ** Lookups *)

Definition set_of (l : list positive) : PS.t := fold_right PS.add PS.empty l.

Definition rows (g : graph) : PM.t (list positive) :=
  fold_right (fun entry m => PM.add (fst entry) (snd entry) m) (PM.empty _) g.

Definition row (m : PM.t (list positive)) (v : positive) : list positive :=
  match PM.find v m with
  | Some l => l
  | None => []
  end.

(** [v] is listed as a neighbour of [u]. *)
Definition adj (g : graph) (u v : positive) : Prop := In v (row (rows g) u).

(** The same by computation, on the table [sets g]. *)
Definition sets (g : graph) : PM.t PS.t := PM.map set_of (rows g).
Definition is_adj (s : PM.t PS.t) (u v : positive) : bool :=
  match PM.find u s with
  | Some neighbours => PS.mem v neighbours
  | None => false
  end.

Fixpoint number (i : positive) (l : list positive) (m : PM.t positive) : PM.t positive :=
  match l with
  | [] => m
  | v :: rest => number (Pos.succ i) rest (PM.add v i m)
  end.
Definition positions (order : list positive) := number 1 order (PM.empty _).
Definition at_ (pos : PM.t positive) (v : positive) : positive :=
  match PM.find v pos with
  | Some i => i
  | None => 1%positive
  end.

(** ** The checker *)

Fixpoint first_of (pos : PM.t positive) (best : positive) (l : list positive) : positive :=
  match l with
  | [] => best
  | u :: rest => first_of pos (if Pos.ltb (at_ pos u) (at_ pos best) then u else best) rest
  end.

Definition later (pos : PM.t positive) (m : PM.t (list positive)) (v : positive) :=
  filter (fun u => Pos.ltb (at_ pos v) (at_ pos u)) (row m v).

(** The first later neighbour of [v] is adjacent to the others, of which there are few. *)
Definition check_later (width : nat) (pos : PM.t positive) (m : PM.t (list positive))
    (s : PM.t PS.t) (v : positive) : bool :=
  match later pos m v with
  | [] => true
  | u :: rest =>
      let parent := first_of pos u rest in
      Nat.leb (length (u :: rest)) width &&
      forallb (fun w => Pos.eqb w parent || is_adj s parent w) (u :: rest)
  end.

(** No vertex comes twice: each is where the table says. *)
Fixpoint check_distinct (pos : PM.t positive) (i : positive) (l : list positive) : bool :=
  match l with
  | [] => true
  | v :: rest => Pos.eqb (at_ pos v) i && check_distinct pos (Pos.succ i) rest
  end.

(** Neighbours of [v] are other vertices and have [v] as a neighbour. *)
Definition check_neighbours (pos : PM.t positive) (m : PM.t (list positive)) (s : PM.t PS.t)
    (v : positive) : bool :=
  forallb (fun u => negb (Pos.eqb u v) && PM.mem u pos && is_adj s u v) (row m v).

Definition is_perfect (width : nat) (g : graph) (order : list positive) : bool :=
  let m := rows g in
  let s := sets g in
  let pos := positions order in
  forallb (fun entry => PM.mem (fst entry) pos) g &&
  check_distinct pos 1 order &&
  forallb (check_neighbours pos m s) order &&
  forallb (check_later width pos m s) order.

(** ** What the lookups mean *)

Lemma set_of_spec l x : PS.mem x (set_of l) = true <-> In x l.
Proof.
  rewrite PS.mem_spec. induction l as [|y l IH]; simpl.
  - split; [apply PS.empty_spec|tauto].
  - rewrite PS.add_spec, IH. intuition.
Qed.

Lemma is_adj_spec g u v : is_adj (sets g) u v = true <-> adj g u v.
Proof.
  unfold is_adj, sets, adj, row, PM.map. rewrite PM.gmapi.
  destruct (PM.find u (rows g)) as [l|]; simpl; [apply set_of_spec|].
  split; [discriminate|intros []].
Qed.

Lemma first_of_in pos l : forall best, In (first_of pos best l) (best :: l).
Proof.
  induction l as [|u rest IH]; intros best; cbn [first_of]; [now left|].
  destruct (IH (if (at_ pos u <? at_ pos best)%positive then u else best)) as [<-|]; [|simpl; auto].
  destruct (_ <? _)%positive; simpl; auto.
Qed.

Lemma first_of_le pos l : forall best u, In u (best :: l) ->
  (at_ pos (first_of pos best l) <= at_ pos u)%positive.
Proof.
  induction l as [|x rest IH]; intros best u Hu; cbn [first_of].
  - destruct Hu as [->|[]]. lia.
  - set (better := if (at_ pos x <? at_ pos best)%positive then x else best).
    assert ((at_ pos better <= at_ pos best)%positive /\ (at_ pos better <= at_ pos x)%positive).
    { unfold better. destruct (at_ pos x <? at_ pos best)%positive eqn:E;
        [apply Pos.ltb_lt in E|apply Pos.ltb_ge in E]; lia. }
    pose proof (IH better better (or_introl eq_refl)).
    destruct Hu as [->|[->|Hu]]; [lia|lia|]. apply IH. now right.
Qed.

Lemma check_distinct_ge pos l : forall i, check_distinct pos i l = true ->
  forall v, In v l -> (i <= at_ pos v)%positive.
Proof.
  induction l as [|x rest IH]; intros i H v Hv; [destruct Hv|].
  cbn in H. apply andb_prop in H as [E H]. apply Pos.eqb_eq in E.
  destruct Hv as [->|Hv]; [lia|]. specialize (IH _ H v Hv). lia.
Qed.

Lemma check_distinct_inj pos l : forall i, check_distinct pos i l = true ->
  forall u v, In u l -> In v l -> at_ pos u = at_ pos v -> u = v.
Proof.
  induction l as [|x rest IH]; intros i H u v Hu Hv Same; [destruct Hu|].
  cbn in H. apply andb_prop in H as [E H]. apply Pos.eqb_eq in E.
  pose proof (check_distinct_ge _ _ _ H) as After.
  destruct Hu as [->|Hu], Hv as [->|Hv]; auto.
  - specialize (After v Hv). lia.
  - specialize (After u Hu). lia.
  - now apply (IH (Pos.succ i)).
Qed.

Lemma check_distinct_nodup pos l : forall i, check_distinct pos i l = true -> NoDup l.
Proof.
  induction l as [|x rest IH]; intros i H; constructor;
    cbn in H; apply andb_prop in H as [E H]; apply Pos.eqb_eq in E.
  - intros Hx. pose proof (check_distinct_ge _ _ _ H x Hx). lia.
  - now apply (IH (Pos.succ i)).
Qed.

Lemma number_mem l : forall i m v, PM.mem v (number i l m) = true -> In v l \/ PM.mem v m = true.
Proof.
  induction l as [|x rest IH]; intros i m v H; cbn in *; [auto|].
  apply IH in H as [|H]; [auto|]. rewrite PM.mem_find in *.
  destruct (Pos.eq_dec v x) as [->|]; [auto|]. rewrite PM.gso in H by assumption. auto.
Qed.

Lemma mem_positions order v : PM.mem v (positions order) = true -> In v order.
Proof.
  intros H. apply number_mem in H as [|H]; [assumption|].
  rewrite PM.mem_find, PM.gempty in H. discriminate.
Qed.

Lemma rows_in g v l : PM.find v (rows g) = Some l -> exists entry, In entry g /\ fst entry = v.
Proof.
  induction g as [|entry g IH]; cbn; intros H.
  - rewrite PM.gempty in H. discriminate.
  - destruct (Pos.eq_dec v (fst entry)) as [->|]; [eauto|].
    rewrite PM.gso in H by assumption. destruct IH as (e & ? & ?); eauto.
Qed.

Lemma bounded (f : positive -> nat) l : exists bound, forall v, In v l -> f v < bound.
Proof.
  induction l as [|x l [bound IH]]; [exists 0; intros v []|].
  exists (S (bound + f x)). intros v [->|Hv]; [lia|]. specialize (IH v Hv). lia.
Qed.

(** ** Soundness *)

Section Sound.
Variables (width : nat) (g : graph) (order : list positive).
Hypothesis checked : is_perfect width g order = true.
Let pos := positions order.
Let vertex (v : positive) := In v order.
Let position (v : positive) := Pos.to_nat (at_ pos v).
Let parent v :=
  match later pos (rows g) v with
  | [] => v
  | u :: rest => first_of pos u rest
  end.

Lemma is_perfect_parts :
  (forall entry, In entry g -> PM.mem (fst entry) pos = true) /\
  check_distinct pos 1 order = true /\
  (forall v, vertex v -> check_neighbours pos (rows g) (sets g) v = true) /\
  (forall v, vertex v -> check_later width pos (rows g) (sets g) v = true).
Proof.
  pose proof checked as H. unfold is_perfect in H.
  apply andb_prop in H as [H Later]. apply andb_prop in H as [H Neighbours].
  apply andb_prop in H as [Known Distinct]. rewrite forallb_forall in Known, Neighbours, Later.
  auto.
Qed.

Lemma order_nodup : NoDup order.
Proof. apply (check_distinct_nodup pos order 1). apply is_perfect_parts. Qed.

Lemma adj_props u v : adj g u v -> vertex u /\ vertex v /\ u <> v /\ adj g v u.
Proof.
  intros H. destruct is_perfect_parts as (Known & _ & Neighbours & _).
  assert (Hu : vertex u).
  { unfold adj, row in H. destruct (PM.find u (rows g)) as [l|] eqn:E; [|destruct H].
    apply rows_in in E as (entry & He & <-). apply mem_positions. now apply Known. }
  specialize (Neighbours u Hu). unfold check_neighbours in Neighbours.
  rewrite forallb_forall in Neighbours. specialize (Neighbours v H).
  apply andb_prop in Neighbours as [Other Back]. apply andb_prop in Other as [Other Hv].
  apply negb_true_iff, Pos.eqb_neq in Other.
  repeat split; auto; [now apply mem_positions|now apply is_adj_spec].
Qed.

Lemma later_spec v u : In u (later pos (rows g) v) <-> adj g v u /\ position v < position u.
Proof.
  unfold later, adj, position. rewrite filter_In, Pos.ltb_lt, Pos2Nat.inj_lt. tauto.
Qed.

Lemma position_inj u v : vertex u -> vertex v -> position u = position v -> u = v.
Proof.
  intros Hu Hv E. apply Pos2Nat.inj in E.
  apply (check_distinct_inj pos order 1); auto. apply is_perfect_parts.
Qed.

Theorem is_perfect_sound : perfect_elimination (adj g) vertex position.
Proof.
  destruct (bounded position order) as [bound Bound].
  apply (parent_perfect_elimination (adj g) vertex) with bound parent.
  - intros u v H. apply (adj_props u v H).
  - exact Bound.
  - exact position_inj.
  - intros v u Vv Vu Au Pu.
    assert (Hu : In u (later pos (rows g) v)) by now apply later_spec.
    destruct is_perfect_parts as (_ & _ & _ & Later).
    specialize (Later v Vv). unfold check_later in Later. unfold parent.
    destruct (later pos (rows g) v) as [|x rest] eqn:E; [destruct Hu|].
    pose proof (first_of_in pos rest x) as Hp. rewrite <- E in Hp.
    apply later_spec in Hp as [Ap Pp].
    split; [now apply (adj_props v)|]. split; [split; [exact Pp|]|].
    + apply Pos2Nat.inj_le. now apply first_of_le.
    + apply andb_prop in Later as [_ Later]. rewrite forallb_forall in Later.
      specialize (Later u Hu). apply orb_prop in Later as [Eq|Adj].
      * left. now apply Pos.eqb_eq.
      * right. now apply is_adj_spec.
Qed.

(** The same without positions, for inductions on the list. *)
Corollary is_perfect_eliminates : eliminates (adj g) order.
Proof.
  destruct is_perfect_sound as [_ Perfect].
  destruct is_perfect_parts as (_ & Distinct & _ & _).
  enough (H : forall l i, incl l order -> check_distinct pos i l = true -> eliminates (adj g) l)
    by (apply (H order 1%positive); [intros x Hx|]; assumption).
  induction l as [|v rest IH]; intros i Sub H; simpl; [exact I|].
  cbn in H. apply andb_prop in H as [E H]. apply Pos.eqb_eq in E.
  apply incl_cons_inv in Sub as [Hv Sub]. split; [|now apply (IH (Pos.succ i))].
  intros u w Hu Hw Hne Au Aw.
  pose proof (check_distinct_ge _ _ _ H u Hu). pose proof (check_distinct_ge _ _ _ H w Hw).
  apply (Perfect v u w); unfold vertex, position; auto; apply Pos2Nat.inj_lt; lia.
Qed.

Theorem is_perfect_chordal : chordal (adj g) vertex.
Proof.
  apply (perfect_elimination_chordal (adj g) vertex) with position; [|apply is_perfect_sound].
  intros u v H. apply (adj_props u v H).
Qed.

Theorem is_perfect_cliques K : clique (adj g) vertex K -> length K <= S width.
Proof.
  apply (clique_size (adj g) vertex) with position (later pos (rows g)).
  - intros u v H. apply (adj_props u v H).
  - exact position_inj.
  - intros v u Vv Vu Au Pu. now apply later_spec.
  - intros v Vv. destruct is_perfect_parts as (_ & _ & _ & Later).
    specialize (Later v Vv). unfold check_later in Later.
    destruct (later pos (rows g) v); [simpl; lia|].
    apply andb_prop in Later as [Few _]. now apply Nat.leb_le.
Qed.

End Sound.
