(** * The certificate: what one computation proves of a problem

    [check P] looks at the numbers of a problem. [stable] says that, when it answers [true], dual
    ascent is stable at every population of the problem: see the record [stability]. *)

From Coq Require Import Reals List Lra Lia PArith QArith Qabs Qreals Bool.
From Num Require Import Sums Demand DualAscent Perron Chordal EliminationOrder CliqueDrift.
From Num Require Import Existence Rationals SingleLink Problem Population.
Import ListNotations.
Open Scope R_scope.

(** ** The check *)

(** Links of the route exist, and are adjacent to each other. *)
Definition check_route (P : problem) (pos : PM.t positive) (s : PM.t PS.t) (f : family) : bool :=
  forallb (fun e => PM.mem (fst e) pos &&
    forallb (fun e' => Pos.eqb (fst e) (fst e') || is_adj s (fst e) (fst e')) (route f)) (route f).

Definition check_family P pos s (f : family) : bool :=
  negb (match kinds f with [] => true | _ => false end) &&
  is_positive (mu f) && forallb (check_kind (mu f)) (kinds f) && check_route P pos s f.

(** An edge couples two links of a family or is listed as fill. *)
Definition check_edge (P : problem) (i j : positive) : bool :=
  existsb (fun f => negb (is_zero (coefficient f i)) && negb (is_zero (coefficient f j)))
    (families P) ||
  existsb (fun e => Pos.eqb (fst e) i && Pos.eqb (snd e) j ||
                    Pos.eqb (fst e) j && Pos.eqb (snd e) i) (fill P).

(** [weights] pairs each family with its route weight, computed once. *)
Definition check_step (P : problem) (weights : list (family * Q)) (l : link) : bool :=
  let bound := (2 * theta P * scale l)%Q in
  let use f := Qabs (coefficient f (link_id l)) in
  match rule l with
  | ByPopulation n terms =>
      is_positive n &&
      forallb (fun fw => let '(f, w) := fw in
        Qle_bool (n * (use f * w)) (bound * term terms f * mu f)) weights
  | Constant alpha =>
      is_positive alpha &&
      Qle_bool (alpha * Qsum weights (fun fw => let '(f, w) := fw in
        (Zpos (at_most f) # 1) * (use f * w / mu f))%Q) bound
  end.

Definition check_link P weights (l : link) : bool :=
  is_positive (scale l) && check_step P weights l &&
  forallb (check_edge P (link_id l)) (neighbours l).

Definition check (P : problem) : bool :=
  let pos := positions (order_of P) in
  let s := sets (graph_of P) in
  let weights := map (fun f => (f, Qred (route_weight P f))) (families P) in
  match links P, families P with
  | _ :: _, _ :: _ => true
  | _, _ => false
  end &&
  is_perfect (width P) (graph_of P) (order_of P) &&
  is_positive (theta P) && is_positive (1 - theta P) &&
  forallb (check_link P weights) (links P) &&
  forallb (check_family P pos s) (families P).

(** ** What it proves *)

(** A link by its number. *)
Definition is_link (P : problem) (id : positive) : Prop := In id (order_of P).
Definition adjacent (P : problem) : positive -> positive -> Prop := adj (graph_of P).

(** The least load of a link that the boxes of a population allow. *)
Definition least (pop : list member) (l : link) : R :=
  least_load l pop use (fun m => lower (kind_of m)) (fun m => upper (kind_of m)).

(** Optimal prices can only exist for populations that fit. These do: some allocation leaves room
    on every link; or there is one link, and it carries what the population takes at its least. *)
Definition fits (P : problem) (pop : list member) : Prop :=
  (exists x, in_boxes pop x /\ forall l, In l (links P) -> load pop use x l < limit l) \/
  (exists l, links P = [l] /\ least pop l <= limit l).

Record stability (P : problem) : Prop := {

  (** The graph is chordal, and its cliques are small. *)
  chordal_graph : chordal (adjacent P) (is_link P);
  small_cliques : forall K, clique (adjacent P) (is_link P) K -> (length K <= S (width P))%nat;

  (** It has an edge for each coupling: the route of each family is a clique. All its other edges
      are listed as fill; so without fill the dependence graph itself is chordal. *)
  coupled_adjacent : forall i j, coupled P i j -> adjacent P i j;
  adjacent_coupled : forall i j, adjacent P i j ->
    coupled P i j \/ In (i, j) (fill P) \/ In (j, i) (fill P);
  chordal_dependence : fill P = [] -> chordal (coupled P) (is_link P);

  (** The rules of disciplined convex programming prove each utility concave on its box. It is
      strongly concave there, and the demand is its maximiser less the bill. *)
  concave_utilities : forall f k, In f (families P) -> In k (kinds f) ->
    concave_on (lower k) (upper k) (utility k);
  strongly_concave_utilities : forall f k, In f (families P) -> In k (kinds f) ->
    0 < Q2R (mu f) /\ strongly_concave (Q2R (mu f)) (lower k) (upper k) (utility k);
  demands_maximise : forall f k, In f (families P) -> In k (kinds f) ->
    is_demand (lower k) (upper k) (utility k) (demand k);

  (** Whoever is present, some steps above 0 are allowed. *)
  steps_exist : forall pop, is_population P pop -> exists a, allowed P pop a;

  (** Lyapunov descent: each step gains at least one term for each member .. *)
  lyapunov_descent : forall pop a best p, is_population P pop -> allowed P pop a ->
    optimal_prices P pop best ->
    lyapunov P a (next P pop a p) best <= lyapunov P a p best
      - sum pop (fun m =>
          2 * (1 - Q2R (theta P)) * (modulus m * (rates P p m - rates P best m) ^ 2));
  (** .. and the term of a member sees the prices on its route only, a clique. *)
  terms_local : forall m p q,
    (forall l, In l (links P) -> use l m <> 0 -> p l = q l) -> rates P p m = rates P q m;

  (** Chordality splits the gain by links, too: at each population there is one square per link,
      the same for all prices, of a linear form in the overloads of one clique. *)
  clique_local_descent : forall pop a, is_population P pop -> allowed P pop a ->
    exists (pivot : link -> R) (form : link -> link -> R),
      (forall v, In v (links P) -> 0 < pivot v) /\
      (forall v l k, In v (links P) -> In l (links P) -> In k (links P) -> l <> k ->
         form v l <> 0 -> form v k <> 0 -> adjacent P (link_id l) (link_id k)) /\
      (forall p best, optimal_prices P pop best ->
         lyapunov P a (next P pop a p) best <= lyapunov P a p best
           - / 2 * sum (links P) (fun v => pivot v * (sum (links P) (fun l =>
               form v l * (a l * (overload P pop p l - overload P pop best l)))) ^ 2));

  (** From any prices the rates converge to those of optimal prices .. *)
  rates_settle : forall pop a best p, is_population P pop -> allowed P pop a ->
    optimal_prices P pop best ->
    forall m, In m pop -> Un_cv (fun k => rates P (after P pop a p k) m) (rates P best m);
  (** .. which are feasible, and no feasible allocation has more welfare. *)
  rates_optimal : forall pop best, is_population P pop -> optimal_prices P pop best ->
    in_boxes pop (rates P best) /\ within_capacity P pop (rates P best) /\
    forall x, in_boxes pop x -> within_capacity P pop x ->
      welfare pop x <= welfare pop (rates P best);

  (** Optimal prices exist whenever the population fits. *)
  prices_exist : forall pop, is_population P pop -> fits P pop ->
    exists best, optimal_prices P pop best
}.

Section Soundness.
Variable P : problem.
Hypothesis certified : check P = true.

Let pos := positions (order_of P).
Let s := sets (graph_of P).
Let weights := map (fun f => (f, Qred (route_weight P f))) (families P).

Lemma check_parts :
  is_perfect (width P) (graph_of P) (order_of P) = true /\
  0 < Q2R (theta P) < 1 /\
  (forall l, In l (links P) -> check_link P weights l = true) /\
  (forall f, In f (families P) -> check_family P pos s f = true).
Proof.
  pose proof certified as H. unfold check in H.
  apply andb_prop in H as [H Families]. apply andb_prop in H as [H Links].
  apply andb_prop in H as [H Below]. apply andb_prop in H as [H Above].
  apply andb_prop in H as [_ Order]. rewrite forallb_forall in Links, Families.
  apply is_positive_R in Above, Below. rewrite Q2R_minus, Q2R_1 in Below.
  repeat split; auto; lra.
Qed.

Lemma family_parts f : In f (families P) ->
  0 < Q2R (mu f) /\
  (forall k, In k (kinds f) -> check_kind (mu f) k = true) /\
  (forall e e', In e (route f) -> In e' (route f) ->
     is_link P (fst e) /\ (fst e = fst e' \/ adjacent P (fst e) (fst e'))).
Proof.
  intros Hf. destruct check_parts as (_ & _ & _ & Families).
  specialize (Families f Hf). unfold check_family in Families.
  apply andb_prop in Families as [H Route]. apply andb_prop in H as [H Kinds].
  apply andb_prop in H as [_ Mu]. rewrite forallb_forall in Kinds.
  split; [now apply is_positive_R|]. split; [exact Kinds|]. intros e e' He He'.
  unfold check_route in Route. rewrite forallb_forall in Route. specialize (Route e He).
  apply andb_prop in Route as [Known Pairs]. rewrite forallb_forall in Pairs.
  split; [now apply mem_positions|]. specialize (Pairs e' He').
  apply orb_prop in Pairs as [Same|Edge].
  - left. now apply Pos.eqb_eq.
  - right. now apply is_adj_spec.
Qed.

Lemma scale_pos l : In l (links P) -> 0 < Q2R (scale l).
Proof.
  intros Hl. destruct check_parts as (_ & _ & Links & _). specialize (Links l Hl).
  apply andb_prop in Links as [H _]. apply andb_prop in H as [H _]. now apply is_positive_R.
Qed.

Lemma mu_pos f : In f (families P) -> 0 < Q2R (mu f).
Proof. intros Hf. now apply family_parts. Qed.

Lemma share_times_mu l f : In f (families P) ->
  share P l f * Q2R (mu f) = Q2R (Qabs (coefficient f (link_id l)) * Qred (route_weight P f)).
Proof.
  intros Hf. unfold share. rewrite Q2R_mult, Q2R_abs, (Qeq_eqR _ _ (Qred_correct _)).
  pose proof (mu_pos f Hf). field. lra.
Qed.

Lemma condition l : In l (links P) -> step_condition P l.
Proof.
  intros Hl. destruct check_parts as (_ & _ & Links & _). specialize (Links l Hl).
  apply andb_prop in Links as [H _]. apply andb_prop in H as [_ H].
  unfold check_step in H. unfold step_condition.
  assert (Two : Q2R 2 = 2) by (unfold Q2R; simpl; lra).
  destruct (rule l) as [n terms|alpha]; apply andb_prop in H as [Pos H];
    (split; [now apply is_positive_R|]).
  - rewrite forallb_forall in H. intros f Hf.
    specialize (H (f, Qred (route_weight P f)) (in_map _ _ _ Hf)). cbv beta iota in H.
    apply Qle_bool_R in H. rewrite Q2R_mult, <- share_times_mu, !Q2R_mult, Two in H by exact Hf.
    pose proof (mu_pos f Hf). apply Rmult_le_reg_r with (Q2R (mu f)); lra.
  - apply Qle_bool_R in H. rewrite Q2R_mult, Qsum_R, !Q2R_mult, Two in H.
    unfold weights in H. rewrite sum_map in H.
    rewrite (sum_ext_in (families P) (fun f => IZR _ * share P l f) (fun f =>
      Q2R ((Zpos (at_most f) # 1) * (Qabs (coefficient f (link_id l))
             * Qred (route_weight P f) / mu f)))); [exact H|].
    intros f Hf. pose proof (mu_pos f Hf) as Hmu.
    assert (Hne : ~ (mu f == 0)%Q).
    { intros E. apply Qeq_eqR in E. rewrite Q2R_0 in E. lra. }
    rewrite Q2R_mult, Q2R_div, <- share_times_mu by assumption.
    unfold Q2R at 1. simpl. field. lra.
Qed.

Lemma coupled_is_adjacent i j : coupled P i j -> adjacent P i j.
Proof.
  intros (Hne & f & Hf & Ui & Uj).
  apply coefficient_on_route in Ui as (e & He & <-).
  apply coefficient_on_route in Uj as (e' & He' & <-).
  destruct (family_parts f Hf) as (_ & _ & Route).
  destruct (Route e e' He He') as [_ [E|Edge]]; [contradiction|exact Edge].
Qed.

Lemma adjacent_is_coupled i j : adjacent P i j ->
  coupled P i j \/ In (i, j) (fill P) \/ In (j, i) (fill P).
Proof.
  intros Edge. destruct check_parts as (Order & _ & Links & _).
  destruct (adj_props _ _ _ Order i j Edge) as (_ & _ & Hne & _).
  unfold adjacent, adj, row in Edge.
  destruct (PM.find i (rows (graph_of P))) as [others|] eqn:Row; [|destruct Edge].
  assert (Listed : exists l, In l (links P) /\ link_id l = i /\ neighbours l = others).
  { clear - Row. unfold graph_of in Row. induction (links P) as [|l rest IH]; cbn in Row.
    - rewrite PM.gempty in Row. discriminate.
    - destruct (Pos.eq_dec i (link_id l)) as [->|Hi].
      + rewrite PM.gss in Row. injection Row as E. exists l. simpl. auto.
      + rewrite PM.gso in Row by exact Hi. destruct (IH Row) as (k & Hk & E).
        exists k. simpl. auto. }
  destruct Listed as (l & Hl & <- & <-).
  specialize (Links l Hl). apply andb_prop in Links as [_ Edges].
  rewrite forallb_forall in Edges. specialize (Edges j Edge).
  apply orb_prop in Edges as [Family|Fill].
  - left. apply existsb_exists in Family as (f & Hf & Uses). apply andb_prop in Uses as [Ui Uj].
    apply negb_true_iff in Ui, Uj. split; [exact Hne|]. exists f.
    split; [exact Hf|split; now apply not_zero_R].
  - right. apply existsb_exists in Fill as ((i' & j') & He & Same). simpl in Same.
    apply orb_prop in Same as [Same|Same]; apply andb_prop in Same as [Ei Ej];
      apply Pos.eqb_eq in Ei, Ej; subst; auto.
Qed.

Lemma chordal_graph_holds : chordal (adjacent P) (is_link P).
Proof. apply (is_perfect_chordal (width P)). apply check_parts. Qed.

Lemma chordal_dependence_holds : fill P = [] -> chordal (coupled P) (is_link P).
Proof.
  intros NoFill k c Hk (Vertices & Simple & Edges).
  destruct (chordal_graph_holds k c Hk) as (i & j & Hi & Hj & Hne & Hij & Hji & Chord).
  - repeat split; auto. intros i Hi. now apply coupled_is_adjacent, Edges.
  - exists i, j. repeat (split; [assumption|]).
    destruct (adjacent_is_coupled _ _ Chord) as [C|[F|F]]; [exact C| |]; rewrite NoFill in F;
      destruct F.
Qed.

Lemma eliminates_links : eliminates (fun l k => adjacent P (link_id l) (link_id k)) (links P).
Proof.
  destruct check_parts as (Order & _). apply is_perfect_eliminates in Order.
  unfold adjacent, order_of in *. revert Order. generalize (adj (graph_of P)) as edge. intros edge.
  enough (H : forall all, NoDup (map link_id all) -> eliminates edge (map link_id all) ->
    eliminates (fun l k => edge (link_id l) (link_id k)) all).
  { apply H. apply (order_nodup (width P) (graph_of P)). apply check_parts. }
  induction all as [|v rest IH]; simpl; intros ND El; [exact I|].
  destruct El as [Perfect El]. inversion ND as [|? ? Hv ND']; subst. split; [|now apply IH].
  intros u w Hu Hw Hne Au Aw. apply Perfect; auto using in_map.
  intros E. apply Hne. clear - ND' Hu Hw E. induction rest as [|x rest IH]; [destruct Hu|].
  simpl in ND'. inversion ND' as [|? ? Hx ND'']; subst.
  destruct Hu as [->|Hu], Hw as [->|Hw]; auto; exfalso; apply Hx; [rewrite E|rewrite <- E];
    now apply in_map.
Qed.

Lemma links_nodup : NoDup (links P).
Proof.
  apply (NoDup_map_inv link_id). apply (order_nodup (width P) (graph_of P)). apply check_parts.
Qed.

Section AtPopulation.
Variable pop : list member.
Hypothesis population : is_population P pop.

Lemma member_kind m : In m pop -> check_kind (mu (family_of m)) (kind_of m) = true.
Proof. intros Hm. destruct (known P pop population m Hm) as [Hf Hk]. now apply family_parts. Qed.

Lemma member_modulus m : In m pop -> 0 < modulus m.
Proof. apply modulus_pos with P; [exact population|exact mu_pos]. Qed.

Lemma member_demand m : In m pop ->
  is_demand (lower (kind_of m)) (upper (kind_of m)) (utility (kind_of m)) (answer m).
Proof. intros Hm. apply check_kind_demand with (mu (family_of m)). now apply member_kind. Qed.

Lemma member_cocoercive m : In m pop -> cocoercive (modulus m) (answer m).
Proof.
  intros Hm. pose proof (member_kind m Hm) as H.
  apply (demand_cocoercive _ (lower (kind_of m)) (upper (kind_of m)) (utility (kind_of m))).
  - left. now apply member_modulus.
  - now apply check_kind_strongly_concave.
  - now apply member_demand.
Qed.

Lemma allowed_admissible a : allowed P pop a ->
  admissible (links P) pop use a modulus (Q2R (theta P)).
Proof.
  apply population_admissible; auto using mu_pos, scale_pos, condition. apply check_parts.
Qed.

Lemma descent_holds a best p : allowed P pop a -> optimal_prices P pop best ->
  lyapunov P a (next P pop a p) best <= lyapunov P a p best
    - sum pop (fun m =>
        2 * (1 - Q2R (theta P)) * (modulus m * (rates P p m - rates P best m) ^ 2)).
Proof.
  intros Allowed Best. rewrite sum_scale.
  apply (descent (links P) pop use limit a modulus answer); auto.
  - intros l Hl. now apply Allowed.
  - exact member_cocoercive.
  - now apply allowed_admissible.
Qed.

Lemma clique_local_descent_holds a : allowed P pop a ->
  exists (pivot : link -> R) (form : link -> link -> R),
    (forall v, In v (links P) -> 0 < pivot v) /\
    (forall v l k, In v (links P) -> In l (links P) -> In k (links P) -> l <> k ->
       form v l <> 0 -> form v k <> 0 -> adjacent P (link_id l) (link_id k)) /\
    (forall p best, optimal_prices P pop best ->
       lyapunov P a (next P pop a p) best <= lyapunov P a p best
         - / 2 * sum (links P) (fun v => pivot v * (sum (links P) (fun l =>
             form v l * (a l * (overload P pop p l - overload P pop best l)))) ^ 2)).
Proof.
  intros Allowed. destruct check_parts as (Order & Theta & _).
  destruct (clique_local_drift link_eq_dec (links P) pop use limit a modulus answer
              (Q2R (theta P))) with (adj := fun l k => adjacent P (link_id l) (link_id k))
    as (pivot & form & Pos & Clique & _ & Descent).
  - exact links_nodup.
  - intros l Hl. now apply Allowed.
  - exact member_modulus.
  - exact member_cocoercive.
  - lra.
  - now apply allowed_admissible.
  - intros i j Edge. apply (adj_props _ _ _ Order _ _ Edge).
  - intros i j m Hi Hj Hm Hne Ui Uj. apply coupled_is_adjacent. split.
    + intros E. apply Hne. pose proof (order_nodup _ _ _ Order) as ND.
      unfold order_of in ND. clear - ND Hi Hj E.
      induction (links P) as [|x rest IH]; [destruct Hi|].
      simpl in ND. inversion ND as [|? ? Hx ND']; subst.
      destruct Hi as [->|Hi], Hj as [->|Hj]; auto; exfalso; apply Hx; [rewrite E|rewrite <- E];
        now apply in_map.
    + exists (family_of m). split; [now apply (known P pop population)|auto].
  - exact eliminates_links.
  - exists pivot, form. auto.
Qed.

Lemma rates_settle_holds a best p : allowed P pop a -> optimal_prices P pop best ->
  forall m, In m pop -> Un_cv (fun k => rates P (after P pop a p k) m) (rates P best m).
Proof.
  intros Allowed Best. destruct check_parts as (_ & Theta & _).
  apply (rates_converge (links P) pop use limit a modulus answer) with (Q2R (theta P)).
  - intros l Hl. now apply Allowed.
  - exact member_modulus.
  - exact member_cocoercive.
  - lra.
  - now apply allowed_admissible.
  - exact Best.
Qed.

Lemma rates_optimal_holds best : optimal_prices P pop best ->
  in_boxes pop (rates P best) /\ within_capacity P pop (rates P best) /\
  forall x, in_boxes pop x -> within_capacity P pop x ->
    welfare pop x <= welfare pop (rates P best).
Proof.
  intros Best. split; [|split].
  - intros m Hm. apply member_demand. exact Hm.
  - exact (KKT_feasible _ _ _ _ _ _ Best).
  - intros x Boxes Fits.
    apply (KKT_optimal (links P) pop use limit answer (fun m => lower (kind_of m))
             (fun m => upper (kind_of m)) (fun m => utility (kind_of m))); auto.
    exact member_demand.
Qed.

Lemma prices_exist_holds : fits P pop -> exists best, optimal_prices P pop best.
Proof.
  intros [(x & Boxes & Room)|(l & One & Fits)].
  - apply (prices_exist_with_room link_eq_dec (links P) pop use limit modulus answer
             (fun m => lower (kind_of m)) (fun m => upper (kind_of m))
             (fun m => utility (kind_of m))) with x.
    + exact links_nodup.
    + exact member_modulus.
    + exact member_cocoercive.
    + exact member_demand.
    + split; [exact Boxes|exact Room].
  - destruct (single_link_prices_exist l pop use limit modulus answer
                (fun m => lower (kind_of m)) (fun m => upper (kind_of m))) as [p Best].
    + exact member_modulus.
    + exact member_cocoercive.
    + intros m Hm. destruct (member_demand m Hm 0) as [Box _]. lra.
    + intros m Hm. apply check_kind_saturates with (mu (family_of m)). now apply member_kind.
    + exact Fits.
    + exists (fun _ => p). unfold optimal_prices. rewrite One. exact Best.
Qed.
End AtPopulation.

Theorem stable : stability P.
Proof.
  destruct check_parts as (Order & Theta & _). constructor.
  - exact chordal_graph_holds.
  - apply (is_perfect_cliques _ _ _ Order).
  - exact coupled_is_adjacent.
  - exact adjacent_is_coupled.
  - exact chordal_dependence_holds.
  - intros f k Hf Hk. apply check_kind_concave with (mu f). now apply family_parts.
  - intros f k Hf Hk. split; [now apply mu_pos|]. apply check_kind_strongly_concave.
    now apply family_parts.
  - intros f k Hf Hk. apply check_kind_demand with (mu f). now apply family_parts.
  - intros pop Pop. apply allowed_steps_exist; auto using mu_pos, scale_pos, condition. lra.
  - intros pop a best p Pop. now apply descent_holds.
  - intros m p q Same. now apply rate_local.
  - intros pop a Pop. now apply clique_local_descent_holds.
  - intros pop a best p Pop. now apply rates_settle_holds.
  - intros pop best Pop. now apply rates_optimal_holds.
  - intros pop Pop. now apply prices_exist_holds.
Qed.
End Soundness.

(** In one sentence: whoever is present, if they fit, the problem has a solution [x], and with any
    allowed steps the rates converge to it from any prices. *)
Theorem settles P : stability P -> forall pop, is_population P pop -> fits P pop ->
  exists x,
    (in_boxes pop x /\ within_capacity P pop x /\
     forall y, in_boxes pop y -> within_capacity P pop y -> welfare pop y <= welfare pop x) /\
    forall a p, allowed P pop a ->
      forall m, In m pop -> Un_cv (fun k => rates P (after P pop a p k) m) (x m).
Proof.
  intros St pop Pop Fits. destruct (prices_exist P St pop Pop Fits) as [best Best].
  exists (rates P best). split; [now apply (rates_optimal P St)|].
  intros a p Allowed. now apply (rates_settle P St).
Qed.
