(** * Evidence may lower what a member is worth

    A member whose weight [w] is lowered by a factor [f] between 0 and 1 asks for [f w / u] at the
    price [u], clamped to its box. The strong concavity of [f w ln x] falls with [f], and its inverse
    bounds nothing any more: where the full demand stands at the upper end [hi] of the box, a lowered
    one may move, by [hi / u] for each unit of the price. So a least price bounds it: from [floor] on
    every lowered demand is Lipschitz with constant [1 / mu] where [mu hi <= floor], whatever [f] is.

    [steady_at_any_worth]: then the steps that are allowed at full worth are allowed at any. Within a
    round the worth is constant; from round to round it may change, and each step brings the prices
    nearer to those that are optimal for the worth of its round. *)

From Coq Require Import Reals List Lra PArith QArith Qreals Bool.
From Num Require Import Sums Demand DualAscent Utility Rationals Problem Population Certificate.
Import ListNotations.
Open Scope R_scope.

(** What a member of worth [f] asks for where no price is below [floor]. *)
Definition lowered_demand f w lo hi floor u := clamp lo hi (f * w / Rmax floor u).

(** Of two prices, the demand at the higher one. *)
Lemma lowered_demand_steps f w lo hi floor mu u v :
  0 <= f * w -> 0 < lo <= hi -> 0 < floor -> mu * hi <= floor -> floor <= u <= v ->
  let x := clamp lo hi (f * w / u) in
  let y := clamp lo hi (f * w / v) in
  y <= x /\ mu * (x - y) <= v - u.
Proof.
  intros Hw [Hlo Box] Hfloor Hmu [Hu Huv] x y.
  assert (Order : f * w / v <= f * w / u).
  { apply Rmult_le_compat_l; [exact Hw|]. apply Rinv_le_contravar; lra. }
  assert (Hx : lo <= x <= hi) by now apply clamp_in_box.
  assert (Hy : lo <= y <= hi) by now apply clamp_in_box.
  assert (Falls : y <= x).
  { unfold x, y, clamp. apply Rle_min_compat_l, Rle_max_compat_l, Order. }
  split; [exact Falls|]. destruct (Req_dec x y) as [->|Hne]; [lra|].
  (* What moves is at neither end of the box where it is moved to. *)
  assert (Above : x * u <= f * w).
  { assert (x <= f * w / u).
    { revert Falls Hne Hx Hy. unfold x, y, clamp, Rmin, Rmax.
      destruct (Rle_dec lo (f * w / u)), (Rle_dec lo (f * w / v)); repeat destruct (Rle_dec _ _);
        lra. }
    replace (f * w) with (f * w / u * u) by (field; lra). apply Rmult_le_compat_r; lra. }
  assert (Below : f * w <= y * v).
  { assert (f * w / v <= y).
    { revert Falls Hne Hx Hy. unfold x, y, clamp, Rmin, Rmax.
      destruct (Rle_dec lo (f * w / u)), (Rle_dec lo (f * w / v)); repeat destruct (Rle_dec _ _);
        lra. }
    replace (f * w) with (f * w / v * v) by (field; lra). apply Rmult_le_compat_r; lra. }
  (* u (x - y) <= y (v - u), and y <= hi. *)
  assert (u * (x - y) <= hi * (v - u)).
  { assert (y * (v - u) <= hi * (v - u)) by (apply Rmult_le_compat_r; lra). lra. }
  assert (mu * hi * (x - y) <= u * (x - y)) by (apply Rmult_le_compat_r; lra).
  apply Rmult_le_reg_l with hi; lra.
Qed.

(** The demand answers the price no faster than [mu] allows, at whatever worth. *)
Theorem lowered_demand_cocoercive f w lo hi floor mu :
  0 <= f -> 0 <= w -> 0 < lo <= hi -> 0 < floor -> 0 <= mu -> mu * hi <= floor ->
  cocoercive mu (lowered_demand f w lo hi floor).
Proof.
  intros Hf Hw Box Hfloor Hmu Bound.
  assert (Hfw : 0 <= f * w) by now apply Rmult_le_pos.
  assert (Half : forall u v, u <= v ->
    mu * (lowered_demand f w lo hi floor u - lowered_demand f w lo hi floor v) ^ 2
    <= (v - u) * (lowered_demand f w lo hi floor u - lowered_demand f w lo hi floor v)).
  { intros u v Huv. unfold lowered_demand.
    assert (Wide : Rmax floor v - Rmax floor u <= v - u).
    { unfold Rmax. destruct (Rle_dec floor u), (Rle_dec floor v); lra. }
    destruct (lowered_demand_steps f w lo hi floor mu (Rmax floor u) (Rmax floor v))
      as [Falls Steps]; auto.
    { split; [apply Rmax_l|]. now apply Rle_max_compat_l. }
    set (x := clamp lo hi (f * w / Rmax floor u)) in *.
    set (y := clamp lo hi (f * w / Rmax floor v)) in *.
    replace (mu * (x - y) ^ 2) with (mu * (x - y) * (x - y)) by ring.
    apply Rmult_le_compat_r; lra. }
  intros u v. destruct (Rle_dec u v) as [Le|Gt]; [now apply Half|].
  specialize (Half v u ltac:(lra)). nra.
Qed.

(** At full worth, and where the floor is no higher than the price at which the box ends, nothing
    is changed. *)
Lemma full_worth w lo hi floor u : 0 < w -> 0 < lo <= hi -> 0 < floor -> floor * hi <= w ->
  lowered_demand 1 w lo hi floor u = log_demand w lo hi u.
Proof.
  intros Hw Box Hfloor Low. unfold lowered_demand, log_demand. rewrite Rmult_1_l.
  assert (AtFloor : hi <= w / floor).
  { apply Rmult_le_reg_r with floor; [exact Hfloor|].
    replace (w / floor * floor) with w by (field; lra). lra. }
  assert (Full : forall q, hi <= q -> clamp lo hi q = hi).
  { intros q Hq. unfold clamp. apply Rmin_left. eapply Rle_trans; [exact Hq|apply Rmax_r]. }
  destruct (Rle_dec u 0) as [Hu|Hu].
  - rewrite Rmax_left by lra. now apply Full.
  - destruct (Rle_dec floor u) as [Above|Under].
    + now rewrite Rmax_right.
    + rewrite Rmax_left by lra. rewrite Full by exact AtFloor. symmetry. apply Full.
      eapply Rle_trans; [exact AtFloor|]. apply Rmult_le_compat_l; [lra|].
      apply Rinv_le_contravar; lra.
Qed.

(** ** Problems *)

(** Whether evidence lowers the worth of a family. *)
Definition may_fall (lowered : list positive) (f : family) : bool :=
  existsb (Pos.eqb (family_id f)) lowered.

(** What a member asks for at a worth. *)
Definition answer_at (floor : Q) (lowered : list positive) (worth : member -> R) (m : member)
    : R -> R :=
  match may_fall lowered (family_of m), kind_of m with
  | true, KLog w lo hi =>
      lowered_demand (worth m) (Q2R w) (Q2R lo) (Q2R hi) (Q2R floor)
  | _, _ => answer m
  end.

Definition check_worth (P : problem) (floor : Q) (lowered : list positive) : bool :=
  is_positive floor &&
  forallb (fun f => negb (may_fall lowered f) || forallb (fun k =>
    match k with
    | KLog _ _ hi => Qle_bool (mu f * hi) floor
    | KQuad _ _ _ _ => true
    end) (kinds f)) (families P).

Definition is_worth (pop : list member) (worth : member -> R) : Prop :=
  forall m, In m pop -> 0 <= worth m <= 1.

(** Optimal prices, and a step, at a worth. *)
Definition optimal_at P floor lowered worth pop (p : prices) : Prop :=
  KKT (links P) pop use limit (answer_at floor lowered worth) p.
Definition next_at P floor lowered worth pop (a : link -> R) (p : prices) : prices :=
  step (links P) pop use limit a (answer_at floor lowered worth) p.
Definition rates_at P floor lowered worth (p : prices) : member -> R :=
  rate (links P) use (answer_at floor lowered worth) p.

Record steadiness (P : problem) (floor : Q) (lowered : list positive) : Prop := {

  (** No worth makes a demand answer the price faster than the bound of its family. *)
  steady : forall pop worth, is_population P pop -> is_worth pop worth -> forall m, In m pop ->
    forall u v, modulus m * Rabs (answer_at floor lowered worth m u
                                  - answer_at floor lowered worth m v) <= Rabs (u - v);

  (** Each step that is allowed at full worth gains what it gains there, at the worth of its round .. *)
  descent_at_any_worth : forall pop worth a best p, is_population P pop -> is_worth pop worth ->
    allowed P pop a -> optimal_at P floor lowered worth pop best ->
    lyapunov P a (next_at P floor lowered worth pop a p) best <= lyapunov P a p best
      - 2 * (1 - Q2R (theta P)) * sum pop (fun m => modulus m *
          (rates_at P floor lowered worth p m - rates_at P floor lowered worth best m) ^ 2);
  (** .. and while the worth stays as it is, the rates converge. *)
  rates_settle_at_any_worth : forall pop worth a best p, is_population P pop ->
    is_worth pop worth -> allowed P pop a -> optimal_at P floor lowered worth pop best ->
    forall m, In m pop ->
      Un_cv (fun k => rates_at P floor lowered worth
               (trajectory (links P) pop use limit a (answer_at floor lowered worth) p k) m)
            (rates_at P floor lowered worth best m)
}.

Section Worth.
Variables (P : problem) (floor : Q) (lowered : list positive).
Hypothesis certified : check P = true.
Hypothesis worth_checked : check_worth P floor lowered = true.

Variables (pop : list member) (worth : member -> R).
Hypothesis population : is_population P pop.
Hypothesis in_range : is_worth pop worth.

Lemma answer_at_cocoercive m : In m pop ->
  cocoercive (modulus m) (answer_at floor lowered worth m).
Proof.
  intros Hm. pose proof (member_cocoercive P certified pop population m Hm) as Full.
  pose proof (member_kind P certified pop population m Hm) as Kind.
  pose proof (member_modulus P certified pop population m Hm) as Hmu.
  destruct (known P pop population m Hm) as [Hf Hk]. specialize (in_range m Hm).
  unfold check_worth in worth_checked. apply andb_prop in worth_checked as [Floor Families].
  apply is_positive_R in Floor. rewrite forallb_forall in Families. specialize (Families _ Hf).
  unfold answer_at. destruct (may_fall lowered (family_of m)) eqn:Falls; [|exact Full].
  destruct (kind_of m) as [w lo hi|] eqn:Of; [|exact Full].
  simpl in Families. rewrite forallb_forall in Families. specialize (Families _ Hk).
  apply Qle_bool_R in Families. rewrite Q2R_mult in Families.
  apply check_kind_log in Kind as (Hw & Box & _).
  apply lowered_demand_cocoercive; unfold modulus in *; lra.
Qed.
End Worth.

Theorem steady_at_any_worth P floor lowered : check P = true ->
  check_worth P floor lowered = true -> steadiness P floor lowered.
Proof.
  intros Certified Checked.
  assert (Co := answer_at_cocoercive P floor lowered Certified Checked).
  destruct (check_parts P Certified) as (_ & Theta & _). constructor.
  - intros pop worth Pop Range m Hm. apply cocoercive_lipschitz.
    + now apply (member_modulus P Certified pop Pop).
    + now apply (Co pop worth Pop Range).
  - intros pop worth a best p Pop Range Allowed Best.
    apply (descent (links P) pop use limit a modulus (answer_at floor lowered worth)).
    + intros l Hl. now apply Allowed.
    + exact (Co pop worth Pop Range).
    + now apply allowed_admissible.
    + exact Best.
  - intros pop worth a best p Pop Range Allowed Best.
    apply (rates_converge (links P) pop use limit a modulus (answer_at floor lowered worth))
      with (Q2R (theta P)).
    + intros l Hl. now apply Allowed.
    + now apply (member_modulus P Certified pop Pop).
    + exact (Co pop worth Pop Range).
    + lra.
    + now apply allowed_admissible.
    + exact Best.
Qed.
