(** * Populations of a problem with open sets

    Members of a family come and go; a population is who is present. The step of a link may depend
    on it: [a_l = numerator / Σ_f terms_f · n_f]. This file shows that one condition per link and
    family makes the steps admissible at every population.

    The theorems take any step vector [a] with [0 < a_l] and [a_l · denominator ≤ numerator]. So
    they also cover an implementation that rounds its steps down to integers, and links that nobody
    uses at the moment, whose denominator is 0. *)

From Coq Require Import Reals List Lra Lia PArith QArith Qabs Qreals Bool.
From Num Require Import Sums Demand DualAscent Perron Rationals SingleLink Problem.
Import ListNotations.
Open Scope R_scope.

(** ** Members *)

(** A member of a family has one of its kinds. The number only tells members apart. *)
Record member := Member {
  member_id : nat;
  family_of : family;
  kind_of : kind
}.

Definition count (id : positive) (pop : list member) : nat :=
  length (filter (fun m => Pos.eqb (family_id (family_of m)) id) pop).

Record is_population (P : problem) (pop : list member) : Prop := {
  known : forall m, In m pop ->
    In (family_of m) (families P) /\ In (kind_of m) (kinds (family_of m));
  few : forall f, In f (families P) -> (count (family_id f) pop <= Pos.to_nat (at_most f))%nat
}.

(** Use of a link by a member for a unit of its rate. *)
Definition use (l : link) (m : member) : R := Q2R (coefficient (family_of m) (link_id l)).
Definition limit (l : link) : R := Q2R (capacity l).
Definition modulus (m : member) : R := Q2R (mu (family_of m)).
Definition answer (m : member) : R -> R := demand (kind_of m).

(** ** Dual ascent of a population, see DualAscent *)

Definition prices := link -> R.

(** What members take at the prices [p]. *)
Definition rates (P : problem) (p : prices) : member -> R := rate (links P) use answer p.

(** Prices one step, and [k] steps, after [p]. *)
Definition next P pop (a : link -> R) (p : prices) : prices :=
  step (links P) pop use limit a answer p.
Definition after P pop (a : link -> R) (p : prices) (k : nat) : prices :=
  trajectory (links P) pop use limit a answer p k.

(** Use of a link beyond its capacity. *)
Definition overload P pop (p : prices) : link -> R := excess (links P) pop use limit answer p.

(** Prices are optimal when nothing is overloaded and only what is full costs anything. *)
Definition optimal_prices P pop (p : prices) : Prop := KKT (links P) pop use limit answer p.

(** [Σ_l (p_l - q_l)² / a_l]. *)
Definition lyapunov P (a : link -> R) (p q : prices) : R := V (links P) a p q.

Definition in_boxes pop (x : member -> R) : Prop := forall m, In m pop ->
  lower (kind_of m) <= x m <= upper (kind_of m).
Definition within_capacity P pop (x : member -> R) : Prop := forall l, In l (links P) ->
  load pop use x l <= limit l.
Definition welfare pop (x : member -> R) : R := sum pop (fun m => utility (kind_of m) (x m)).

(** ** Steps *)

Definition numerator (r : step_rule) : R :=
  match r with
  | ByPopulation n _ => Q2R n
  | Constant alpha => Q2R alpha
  end.

Definition denominator (r : step_rule) (pop : list member) : R :=
  match r with
  | ByPopulation _ terms => sum terms (fun t => Q2R (snd t) * INR (count (fst t) pop))
  | Constant _ => 1
  end.

Definition allowed (P : problem) (pop : list member) (a : link -> R) : Prop :=
  forall l, In l (links P) ->
    0 < a l /\ a l * denominator (rule l) pop <= numerator (rule l).

(** What one member of the family adds to the denominator. *)
Definition term (terms : list (positive * Q)) (f : family) : Q :=
  Qsum terms (fun t => if Pos.eqb (fst t) (family_id f) then snd t else 0%Q).

Lemma count_sum id pop : INR (count id pop) =
  sum pop (fun m => if Pos.eqb (family_id (family_of m)) id then 1 else 0).
Proof.
  unfold count. induction pop as [|m pop IH]; cbn [filter sum]; [reflexivity|].
  destruct (Pos.eqb _ id); cbn [length]; [rewrite S_INR|]; lra.
Qed.

(** A denominator affine in the counts is a sum over members. *)
Lemma denominator_members n terms pop :
  denominator (ByPopulation n terms) pop = sum pop (fun m => Q2R (term terms (family_of m))).
Proof.
  simpl. rewrite (sum_ext terms _ (fun t => sum pop (fun m =>
    Q2R (snd t) * if Pos.eqb (family_id (family_of m)) (fst t) then 1 else 0)))
    by (intros t; now rewrite count_sum, sum_scale).
  rewrite sum_swap. apply sum_ext. intros m. unfold term. rewrite Qsum_R. apply sum_ext. intros t.
  rewrite (Pos.eqb_sym (fst t)). destruct (Pos.eqb _ (fst t)); [|rewrite Q2R_0]; ring.
Qed.

(** A sum over members of a function of their family, by counts. *)
Lemma sum_families_ge P pop (g : family -> R) : is_population P pop ->
  (forall f, In f (families P) -> 0 <= g f) ->
  sum pop (fun m => g (family_of m))
  <= sum (families P) (fun f => IZR (Zpos (at_most f)) * g f).
Proof.
  intros Pop Hg.
  apply Rle_trans with (sum (families P) (fun f => INR (count (family_id f) pop) * g f)).
  - rewrite (sum_ext (families P) (fun f => INR _ * g f) (fun f => sum pop (fun m =>
      (if Pos.eqb (family_id (family_of m)) (family_id f) then 1 else 0) * g f)))
      by (intros f; now rewrite count_sum, sum_scale_r).
    rewrite sum_swap. apply sum_le. intros m Hm. destruct (known P pop Pop m Hm) as [Hf _].
    eapply Rle_trans; [|apply (sum_ge_term _ _ (family_of m)); [|exact Hf]].
    + cbv beta. rewrite Pos.eqb_refl. lra.
    + intros f Hf'. cbv beta. specialize (Hg f Hf'). destruct (Pos.eqb _ _); lra.
  - apply sum_le. intros f Hf. apply Rmult_le_compat_r; [now apply Hg|].
    rewrite <- positive_nat_Z, <- INR_IZR_INZ. apply le_INR. now apply (few P pop Pop).
Qed.

(** ** The step condition *)

(** [S_f = Σ_l |A_lf| v_l], and the share of one member of the family in the bound of a link. *)
Definition route_weight (P : problem) (f : family) : Q :=
  Qsum (links P) (fun l => Qabs (coefficient f (link_id l)) * scale l)%Q.
Definition share (P : problem) (l : link) (f : family) : R :=
  Rabs (Q2R (coefficient f (link_id l))) * Q2R (route_weight P f) / Q2R (mu f).

(** The rule of a link keeps [a_l Σ_members share ≤ 2 theta v_l] at every population. *)
Definition step_condition (P : problem) (l : link) : Prop :=
  match rule l with
  | ByPopulation n terms => 0 < Q2R n /\ forall f, In f (families P) ->
      Q2R n * share P l f <= 2 * Q2R (theta P) * Q2R (scale l) * Q2R (term terms f)
  | Constant alpha => 0 < Q2R alpha /\
      Q2R alpha * sum (families P) (fun f => IZR (Zpos (at_most f)) * share P l f)
      <= 2 * Q2R (theta P) * Q2R (scale l)
  end.

Section Steps.
Variables (P : problem) (pop : list member).
Hypothesis population : is_population P pop.
Hypothesis mu_pos : forall f, In f (families P) -> 0 < Q2R (mu f).
Hypothesis scale_pos : forall l, In l (links P) -> 0 < Q2R (scale l).
Hypothesis theta_pos : 0 < Q2R (theta P).
Hypothesis condition : forall l, In l (links P) -> step_condition P l.

Lemma modulus_pos m : In m pop -> 0 < modulus m.
Proof. intros Hm. apply mu_pos. now apply (known P pop population). Qed.

Lemma route_weight_R f : Q2R (route_weight P f)
  = sum (links P) (fun l => Rabs (Q2R (coefficient f (link_id l))) * Q2R (scale l)).
Proof.
  unfold route_weight. rewrite Qsum_R. apply sum_ext. intros l. now rewrite Q2R_mult, Q2R_abs.
Qed.

Lemma route_terms_nonneg f l : In l (links P) ->
  0 <= Rabs (Q2R (coefficient f (link_id l))) * Q2R (scale l).
Proof. intros Hl. apply Rmult_le_pos; [apply Rabs_pos|]. left. now apply scale_pos. Qed.

Lemma route_weight_nonneg f : 0 <= Q2R (route_weight P f).
Proof. rewrite route_weight_R. apply sum_nonneg. apply route_terms_nonneg. Qed.

(** A family of weight 0 uses nothing. *)
Lemma route_weight_zero f l : In l (links P) -> Q2R (route_weight P f) = 0 ->
  Q2R (coefficient f (link_id l)) = 0.
Proof.
  intros Hl E. rewrite route_weight_R in E.
  pose proof (sum_ge_term (links P) (fun l => Rabs (Q2R (coefficient f (link_id l)))
                * Q2R (scale l)) l (route_terms_nonneg f) Hl) as H.
  cbv beta in H. rewrite E in H. pose proof (scale_pos l Hl).
  pose proof (Rabs_pos (Q2R (coefficient f (link_id l)))).
  destruct (Req_dec (Q2R (coefficient f (link_id l))) 0) as [|Hne]; [assumption|].
  apply Rabs_pos_lt in Hne. pose proof (Rmult_lt_0_compat _ _ Hne H0). lra.
Qed.

Lemma share_nonneg l f : In f (families P) -> 0 <= share P l f.
Proof.
  intros Hf. unfold share. apply Rmult_le_pos.
  - apply Rmult_le_pos; [apply Rabs_pos|apply route_weight_nonneg].
  - left. now apply Rinv_0_lt_compat, mu_pos.
Qed.

Lemma total_share_nonneg l : 0 <= sum pop (fun m => share P l (family_of m)).
Proof. apply sum_nonneg. intros m Hm. apply share_nonneg. now apply (known P pop population). Qed.

(** With rules by population the condition adds up over members. *)
Lemma numerator_bound l : In l (links P) ->
  0 < numerator (rule l) /\
  numerator (rule l) * sum pop (fun m => share P l (family_of m))
  <= 2 * Q2R (theta P) * Q2R (scale l) * denominator (rule l) pop.
Proof.
  intros Hl. pose proof (condition l Hl) as C. unfold step_condition in C.
  destruct (rule l) as [n terms|alpha]; destruct C as [Pos C]; (split; [exact Pos|]).
  - rewrite denominator_members. simpl. rewrite <- !sum_scale. apply sum_le. intros m Hm.
    apply C. now apply (known P pop population).
  - simpl. rewrite Rmult_1_r. eapply Rle_trans; [|exact C]. apply Rmult_le_compat_l; [lra|].
    apply (sum_families_ge P pop (share P l) population). intros f Hf. now apply share_nonneg.
Qed.

Lemma denominator_nonneg l : In l (links P) -> 0 <= denominator (rule l) pop.
Proof.
  intros Hl. destruct (numerator_bound l Hl) as [Pos Bound].
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Pos) (total_share_nonneg l)).
  assert (0 < 2 * Q2R (theta P) * Q2R (scale l)).
  { apply Rmult_lt_0_compat; [lra|now apply scale_pos]. }
  apply Rmult_le_reg_l with (2 * Q2R (theta P) * Q2R (scale l)); lra.
Qed.

(** Whoever is present, there are steps above 0 that are allowed. *)
Theorem allowed_steps_exist : exists a, allowed P pop a.
Proof.
  exists (fun l => numerator (rule l) / (denominator (rule l) pop + 1)). intros l Hl.
  destruct (numerator_bound l Hl) as [Pos _]. pose proof (denominator_nonneg l Hl) as Den.
  split; [apply Rdiv_lt_0_compat; lra|].
  apply Rmult_le_reg_r with (denominator (rule l) pop + 1); [lra|].
  replace (_ / _ * _ * _) with (numerator (rule l) * denominator (rule l) pop) by (field; lra).
  rewrite Rmult_plus_distr_l. lra.
Qed.

Lemma step_bound a l : allowed P pop a -> In l (links P) ->
  a l * sum pop (fun m => share P l (family_of m)) <= 2 * Q2R (theta P) * Q2R (scale l).
Proof.
  intros Allowed Hl. destruct (Allowed l Hl) as [Ha Step].
  destruct (numerator_bound l Hl) as [Pos Bound].
  apply Rmult_le_reg_l with (numerator (rule l)); [exact Pos|].
  apply (Rmult_le_compat_l (a l)) in Bound; [|lra].
  apply (Rmult_le_compat_l (2 * Q2R (theta P) * Q2R (scale l))) in Step; [lra|].
  pose proof (scale_pos l Hl). apply Rmult_le_pos; lra.
Qed.

Theorem population_admissible a : allowed P pop a ->
  admissible (links P) pop use a modulus (Q2R (theta P)).
Proof.
  intros Allowed.
  set (S := fun m => Q2R (route_weight P (family_of m))).
  set (w := fun m => if Rle_dec (S m) 0 then 1 else S m).
  assert (HS : forall m, 0 <= S m) by (intros m; apply route_weight_nonneg).
  apply (perron_admissible (links P) pop use a modulus (fun l => Q2R (scale l)) w).
  - intros l Hl. now apply Allowed.
  - exact modulus_pos.
  - intros m _. unfold w. destruct (Rle_dec (S m) 0); lra.
  - lra.
  - intros m _. unfold use. rewrite <- route_weight_R. fold (S m). unfold w.
    destruct (Rle_dec (S m) 0); lra.
  - intros l Hl. eapply Rle_trans; [|exact (step_bound a l Allowed Hl)]. apply Req_le. f_equal.
    apply sum_ext. intros m. unfold share, use, modulus. fold (S m). unfold w.
    destruct (Rle_dec (S m) 0) as [Zero|]; [|reflexivity].
    rewrite (route_weight_zero (family_of m) l Hl); [rewrite Rabs_R0; unfold Rdiv; ring|].
    fold (S m). specialize (HS m). lra.
Qed.
End Steps.
