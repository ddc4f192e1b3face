(** * Problems as data

    A problem lists its resources ([links], in elimination order) and its [families] of agents. All
    members of a family use the same links; each has one of the family's kinds of utility. How many
    members a family has is not part of the problem: see Population. *)

From Coq Require Import Reals List Lra Lia PArith QArith Qreals Bool.
From Num Require Import Sums Demand Convexity DCP Utility Rationals EliminationOrder SingleLink.
Import ListNotations.
Open Scope R_scope.

(** ** Data *)

(** A utility on a box: [w ln x] or [b x - k/2 x²] on [[lo, hi]]. *)
Inductive kind :=
| KLog (w lo hi : Q)
| KQuad (b k lo hi : Q).

(** The step of a link: [numerator / Σ_f terms_f · n_f] where [n_f] counts the members of the
    family [f] that are present, or a number. *)
Inductive step_rule :=
| ByPopulation (numerator : Q) (terms : list (positive * Q))
| Constant (alpha : Q).

Record link := Link {
  link_id : positive;
  capacity : Q;
  scale : Q;                     (* weight in the Collatz–Wielandt bound, see Perron *)
  neighbours : list positive;    (* links it shares a family with, and those of [fill] *)
  rule : step_rule
}.

Record family := Family {
  family_id : positive;
  kinds : list kind;
  mu : Q;                        (* no kind is less concave than this *)
  route : list (positive * Q);   (* link and use of it for a unit of the rate *)
  at_most : positive             (* members; a fixed agent is a family of one *)
}.

Record problem := Problem {
  links : list link;                    (* in elimination order *)
  families : list family;
  fill : list (positive * positive);    (* edges that only complete the graph *)
  width : nat;                          (* later neighbours of a link, at most *)
  theta : Q                             (* share of the largest step that is taken *)
}.

Definition graph_of (P : problem) : graph := map (fun l => (link_id l, neighbours l)) (links P).
Definition order_of (P : problem) : list positive := map link_id (links P).

(** Use of a link by a member of the family, for a unit of its rate. *)
Definition coefficient (f : family) (id : positive) : Q :=
  Qsum (route f) (fun use => if Pos.eqb (fst use) id then snd use else 0%Q).

(** Two links are coupled when members of a family use both. *)
Definition coupled (P : problem) (i j : positive) : Prop := i <> j /\
  exists f, In f (families P) /\ Q2R (coefficient f i) <> 0 /\ Q2R (coefficient f j) <> 0.

Lemma link_eq_dec : forall x y : link, {x = y} + {x <> y}.
Proof. repeat decide equality. Qed.

Lemma coefficient_on_route f id : Q2R (coefficient f id) <> 0 ->
  exists use, In use (route f) /\ fst use = id.
Proof.
  unfold coefficient. rewrite Qsum_R.
  induction (route f) as [|use rest IH]; simpl; intros H; [lra|].
  destruct (Pos.eqb_spec (fst use) id) as [E|]; [eauto|].
  rewrite Q2R_0, Rplus_0_l in H. destruct (IH H) as (u & Hu & E). eauto.
Qed.

(** ** What kinds mean *)

Definition lower (k : kind) : R :=
  match k with
  | KLog _ lo _ | KQuad _ _ lo _ => Q2R lo
  end.

Definition upper (k : kind) : R :=
  match k with
  | KLog _ _ hi | KQuad _ _ _ hi => Q2R hi
  end.

Definition utility (k : kind) : R -> R :=
  match k with
  | KLog w _ _ => log_utility (Q2R w)
  | KQuad b k _ _ => quadratic_utility (Q2R b) (Q2R k)
  end.

Definition demand (k : kind) : R -> R :=
  match k with
  | KLog w lo hi => log_demand (Q2R w) (Q2R lo) (Q2R hi)
  | KQuad b k lo hi => quadratic_demand (Q2R b) (Q2R k) (Q2R lo) (Q2R hi)
  end.

(** The utility as an expression of the variable 1. *)
Definition expression (k : kind) : expr :=
  match k with
  | KLog w _ _ => Scale w (Log (Var 1))
  | KQuad b k _ _ => Add (Scale b (Var 1)) (Scale (- (k * (1 # 2))) (Square (Var 1)))
  end.

Lemma expression_value k x : value (expression k) (fun _ => x) = utility k x.
Proof.
  destruct k; simpl; unfold log_utility, quadratic_utility; [reflexivity|].
  rewrite Q2R_opp, Q2R_mult. unfold Q2R at 3. simpl. field.
Qed.

(** ** Checking a kind *)

Definition check_kind (mu : Q) (k : kind) : bool :=
  is_concave (expression k) &&
  match k with
  | KLog w lo hi =>
      is_positive w && is_positive lo && Qle_bool lo hi && Qle_bool (mu * (hi * hi)) w
  | KQuad _ k lo hi => is_positive k && Qle_bool lo hi && Qle_bool mu k
  end.

Lemma check_kind_log mu w lo hi : check_kind mu (KLog w lo hi) = true ->
  0 < Q2R w /\ 0 < Q2R lo <= Q2R hi /\ Q2R mu <= Q2R w / Q2R hi ^ 2.
Proof.
  intros H. apply andb_prop in H as [_ H]. apply andb_prop in H as [H Hmu].
  apply andb_prop in H as [H Box]. apply andb_prop in H as [Hw Hlo].
  apply is_positive_R in Hw, Hlo. apply Qle_bool_R in Box, Hmu. rewrite !Q2R_mult in Hmu.
  repeat split; auto. assert (0 < Q2R hi ^ 2) by (apply pow_lt; lra).
  apply Rmult_le_reg_r with (Q2R hi ^ 2); [assumption|].
  replace (Q2R w / Q2R hi ^ 2 * Q2R hi ^ 2) with (Q2R w) by (field; lra). lra.
Qed.

Lemma check_kind_quad mu b k lo hi : check_kind mu (KQuad b k lo hi) = true ->
  0 < Q2R k /\ Q2R lo <= Q2R hi /\ Q2R mu <= Q2R k.
Proof.
  intros H. apply andb_prop in H as [_ H]. apply andb_prop in H as [H Hmu].
  apply andb_prop in H as [Hk Box].
  apply is_positive_R in Hk. apply Qle_bool_R in Box, Hmu. auto.
Qed.

(** The rules of disciplined convex programming prove the utility concave on its box. *)
Lemma check_kind_concave mu k : check_kind mu k = true ->
  concave_on (lower k) (upper k) (utility k).
Proof.
  intros H x y t Hx Hy Ht.
  assert (In_domain : forall z, lower k <= z <= upper k -> domain (expression k) (fun _ => z)).
  { intros z Hz. destruct k; simpl in *; [|auto]. apply check_kind_log in H. split; [exact I|lra]. }
  apply andb_prop in H as [H _]. apply is_concave_sound in H as [_ Concave].
  specialize (Concave (fun _ => x) (fun _ => y) t (In_domain x Hx) (In_domain y Hy) Ht).
  unfold mix in Concave. now rewrite !expression_value in Concave.
Qed.

Lemma check_kind_strongly_concave mu k : check_kind mu k = true ->
  strongly_concave (Q2R mu) (lower k) (upper k) (utility k).
Proof.
  intros H. destruct k; simpl.
  - apply check_kind_log in H as (Hw & Box & Hmu).
    apply strongly_concave_weaken with (Q2R w / Q2R hi ^ 2); [exact Hmu|].
    now apply log_strongly_concave.
  - apply check_kind_quad in H as (Hk & Box & Hmu).
    apply strongly_concave_weaken with (Q2R k); [exact Hmu|]. apply quadratic_strongly_concave.
Qed.

Lemma check_kind_demand mu k : check_kind mu k = true ->
  is_demand (lower k) (upper k) (utility k) (demand k).
Proof.
  intros H. destruct k; simpl.
  - apply check_kind_log in H as (Hw & Box & _). now apply log_demand_correct.
  - apply check_kind_quad in H as (Hk & Box & _). now apply quadratic_demand_correct.
Qed.

Lemma check_kind_saturates mu k : check_kind mu k = true ->
  saturates (lower k) (upper k) (demand k).
Proof.
  intros H. destruct k; simpl.
  - apply check_kind_log in H as (Hw & [Hlo Box] & _).
    assert (Pos : 0 < Q2R w / Q2R lo) by now apply Rdiv_lt_0_compat.
    exists (Q2R w / Q2R lo). intros u. unfold log_demand.
    split; intros Hu; destruct (Rle_dec u 0); try lra.
    assert (Q2R w / u <= Q2R lo).
    { apply Rmult_le_reg_r with u; [lra|].
      replace (Q2R w / u * u) with (Q2R w) by (field; lra).
      apply (Rmult_le_compat_l (Q2R lo)) in Hu; [|lra].
      replace (Q2R lo * (Q2R w / Q2R lo)) with (Q2R w) in Hu by (field; lra). lra. }
    unfold clamp. rewrite Rmax_left by lra. apply Rmin_right. lra.
  - apply check_kind_quad in H as (Hk & Box & _).
    set (B := Rabs (Q2R b) + Q2R k * (Rabs (Q2R lo) + Rabs (Q2R hi))).
    exists B. intros u. unfold quadratic_demand.
    assert (Peak : Q2R k * ((Q2R b - u) / Q2R k) = Q2R b - u) by (field; lra).
    pose proof (Rle_abs (Q2R b)). pose proof (Rle_abs (- Q2R b)) as Hb. rewrite Rabs_Ropp in Hb.
    pose proof (Rle_abs (Q2R hi)). pose proof (Rle_abs (- Q2R lo)) as Hl. rewrite Rabs_Ropp in Hl.
    pose proof (Rabs_pos (Q2R lo)). pose proof (Rabs_pos (Q2R hi)).
    split; intros Hu; unfold B in Hu.
    + assert ((Q2R b - u) / Q2R k <= Q2R lo).
      { apply Rmult_le_reg_l with (Q2R k); [exact Hk|]. rewrite Peak.
        assert (Q2R k * - Q2R lo <= Q2R k * (Rabs (Q2R lo) + Rabs (Q2R hi)))
          by (apply Rmult_le_compat_l; lra). lra. }
      unfold clamp. rewrite Rmax_left by lra. apply Rmin_right. lra.
    + assert (Q2R hi <= (Q2R b - u) / Q2R k).
      { apply Rmult_le_reg_l with (Q2R k); [exact Hk|]. rewrite Peak.
        assert (Q2R k * Q2R hi <= Q2R k * (Rabs (Q2R lo) + Rabs (Q2R hi)))
          by (apply Rmult_le_compat_l; lra). lra. }
      unfold clamp. rewrite Rmax_right by lra. apply Rmin_left. lra.
Qed.
