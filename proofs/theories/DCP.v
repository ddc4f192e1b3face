(** * A verified checker of disciplined convex programming

    [curvature e = Some Concave] means that the composition rules prove [e] concave: then the domain
    of [e] is convex and [e] is concave on it ([curvature_sound]). The checker is not complete: it
    answers [None] whenever the rules do not apply.

    Source: Grant, Boyd and Ye, Disciplined convex programming, 2006. *)

From Coq Require Import Reals Lra Lia PArith QArith Qreals Bool.
From Num Require Import Convexity.
Open Scope R_scope.

Inductive expr :=
| Var (i : positive)
| Const (q : Q)
| Add (a b : expr)
| Scale (q : Q) (a : expr)
| Min (a b : expr)
| Max (a b : expr)
| Log (a : expr)
| Sqrt (a : expr)
| Exp (a : expr)
| Square (a : expr)
| Abs (a : expr)
| Power (q : Q) (a : expr). (* only [q < 0] and [0 ≤ q ≤ 1] have a rule *)

Definition assignment := positive -> R.

Fixpoint value (e : expr) (v : assignment) : R :=
  match e with
  | Var i => v i
  | Const q => Q2R q
  | Add a b => value a v + value b v
  | Scale q a => Q2R q * value a v
  | Min a b => Rmin (value a v) (value b v)
  | Max a b => Rmax (value a v) (value b v)
  | Log a => ln (value a v)
  | Sqrt a => sqrt (value a v)
  | Exp a => exp (value a v)
  | Square a => value a v ^ 2
  | Abs a => Rabs (value a v)
  | Power q a => power (Q2R q) (value a v)
  end.

(** Where the expression means what it says. *)
Fixpoint domain (e : expr) (v : assignment) : Prop :=
  match e with
  | Var _ | Const _ => True
  | Add a b | Min a b | Max a b => domain a v /\ domain b v
  | Scale _ a | Exp a | Square a | Abs a => domain a v
  | Log a | Power _ a => domain a v /\ 0 < value a v
  | Sqrt a => domain a v /\ 0 <= value a v
  end.

(** ** The checker *)

Inductive curvature_kind := Affine | Convex | Concave.

Definition fits (k wanted : curvature_kind) : bool :=
  match k, wanted with
  | Affine, _ | Convex, Convex | Concave, Concave => true
  | _, _ => false
  end.

Definition add_kind (k l : curvature_kind) : option curvature_kind :=
  match k, l with
  | Affine, k | k, Affine => Some k
  | Convex, Convex => Some Convex
  | Concave, Concave => Some Concave
  | _, _ => None
  end.

Definition flip (k : curvature_kind) : curvature_kind :=
  match k with
  | Affine => Affine
  | Convex => Concave
  | Concave => Convex
  end.

Definition is_negative (q : Q) : bool := Z.ltb (Qnum q) 0.

(** An atom that yields [result] when its argument fits [wanted]. *)
Definition atom (wanted result : curvature_kind) (argument : option curvature_kind) :=
  match argument with
  | Some k => if fits k wanted then Some result else None
  | None => None
  end.

Definition both (k l : option curvature_kind) (f : curvature_kind -> curvature_kind ->
    option curvature_kind) : option curvature_kind :=
  match k, l with
  | Some k, Some l => f k l
  | _, _ => None
  end.

Fixpoint curvature (e : expr) : option curvature_kind :=
  match e with
  | Var _ | Const _ => Some Affine
  | Add a b => both (curvature a) (curvature b) add_kind
  | Scale q a => option_map (if is_negative q then flip else fun k => k) (curvature a)
  | Min a b => both (atom Concave Concave (curvature a)) (atom Concave Concave (curvature b))
                 (fun _ _ => Some Concave)
  | Max a b => both (atom Convex Convex (curvature a)) (atom Convex Convex (curvature b))
                 (fun _ _ => Some Convex)
  | Log a | Sqrt a => atom Concave Concave (curvature a)
  | Exp a => atom Convex Convex (curvature a)
  | Square a | Abs a => atom Affine Convex (curvature a)
  | Power q a =>
      if is_negative q then atom Concave Convex (curvature a)
      else if Qle_bool q 1 then atom Concave Concave (curvature a)
      else None
  end.

Definition is_concave (e : expr) : bool :=
  match curvature e with
  | Some k => fits k Concave
  | None => false
  end.

(** ** What it means *)

Definition mix (t : R) (x y : assignment) : assignment := fun i => t * x i + (1 - t) * y i.

Definition convex_domain (e : expr) := forall x y t,
  domain e x -> domain e y -> 0 <= t <= 1 -> domain e (mix t x y).
Definition convex (e : expr) := forall x y t, domain e x -> domain e y -> 0 <= t <= 1 ->
  value e (mix t x y) <= t * value e x + (1 - t) * value e y.
Definition concave (e : expr) := forall x y t, domain e x -> domain e y -> 0 <= t <= 1 ->
  t * value e x + (1 - t) * value e y <= value e (mix t x y).

Definition has_curvature (k : curvature_kind) (e : expr) :=
  convex_domain e /\
  match k with
  | Affine => convex e /\ concave e
  | Convex => convex e
  | Concave => concave e
  end.

Lemma fits_convex k e : fits k Convex = true -> has_curvature k e -> convex e.
Proof. destruct k; simpl; intros H [_ C]; try discriminate; tauto. Qed.

Lemma fits_concave k e : fits k Concave = true -> has_curvature k e -> concave e.
Proof. destruct k; simpl; intros H [_ C]; try discriminate; tauto. Qed.

Lemma fits_affine k e : fits k Affine = true -> has_curvature k e -> convex e /\ concave e.
Proof. destruct k; simpl; intros H [_ C]; try discriminate; tauto. Qed.

Lemma atom_inv wanted result argument k : atom wanted result argument = Some k ->
  exists l, argument = Some l /\ fits l wanted = true /\ k = result.
Proof.
  unfold atom. destruct argument as [l|]; [|discriminate].
  destruct (fits l wanted) eqn:E; [|discriminate]. intros [= <-]. eauto.
Qed.

Lemma is_negative_R q : is_negative q = true -> Q2R q <= 0.
Proof.
  unfold is_negative. intros H. apply Z.ltb_lt in H. unfold Q2R.
  assert (IZR (Qnum q) <= 0) by (apply IZR_le; lia).
  assert (0 < / IZR (Zpos (Qden q))) by (apply Rinv_0_lt_compat, IZR_lt; lia). nra.
Qed.

Lemma not_negative_R q : is_negative q = false -> 0 <= Q2R q.
Proof.
  unfold is_negative. intros H. apply Z.ltb_ge in H. unfold Q2R.
  apply Rmult_le_pos; [now apply IZR_le|]. left. apply Rinv_0_lt_compat, IZR_lt. lia.
Qed.

(** ** Soundness, rule by rule *)

Lemma add_sound a b k l r : add_kind k l = Some r ->
  has_curvature k a -> has_curvature l b -> has_curvature r (Add a b).
Proof.
  intros J [Da Ca] [Db Cb].
  assert (Cvx : convex a -> convex b -> convex (Add a b)).
  { intros Va Vb x y t [? ?] [? ?] Ht. simpl. specialize (Va x y t). specialize (Vb x y t).
    intuition lra. }
  assert (Ccv : concave a -> concave b -> concave (Add a b)).
  { intros Va Vb x y t [? ?] [? ?] Ht. simpl. specialize (Va x y t). specialize (Vb x y t).
    intuition lra. }
  split.
  - intros x y t [? ?] [? ?] Ht. split; auto.
  - destruct k, l; simpl in J; try discriminate; injection J as <-; intuition.
Qed.

Lemma scale_sound q a k : has_curvature k a ->
  has_curvature ((if is_negative q then flip else fun k => k) k) (Scale q a).
Proof.
  intros [D C]. split; [exact D|].
  destruct (is_negative q) eqn:E.
  - apply is_negative_R in E.
    assert (Ccv : convex a -> concave (Scale q a)).
    { intros Va x y t Dx Dy Ht. simpl. specialize (Va x y t Dx Dy Ht).
      apply (Rmult_le_compat_l (- Q2R q)) in Va; lra. }
    assert (Cvx : concave a -> convex (Scale q a)).
    { intros Va x y t Dx Dy Ht. simpl. specialize (Va x y t Dx Dy Ht).
      apply (Rmult_le_compat_l (- Q2R q)) in Va; lra. }
    destruct k; simpl in *; intuition.
  - apply not_negative_R in E.
    assert (Cvx : convex a -> convex (Scale q a)).
    { intros Va x y t Dx Dy Ht. simpl. specialize (Va x y t Dx Dy Ht).
      apply (Rmult_le_compat_l (Q2R q)) in Va; lra. }
    assert (Ccv : concave a -> concave (Scale q a)).
    { intros Va x y t Dx Dy Ht. simpl. specialize (Va x y t Dx Dy Ht).
      apply (Rmult_le_compat_l (Q2R q)) in Va; lra. }
    destruct k; simpl in *; intuition.
Qed.

Lemma min_sound a b : convex_domain a -> convex_domain b -> concave a -> concave b ->
  has_curvature Concave (Min a b).
Proof.
  intros Da Db Ca Cb. split; intros x y t [Dax Dbx] [Day Dby] Ht; [split; auto|simpl].
  specialize (Ca x y t Dax Day Ht). specialize (Cb x y t Dbx Dby Ht).
  apply Rmin_glb; (eapply Rle_trans; [|eassumption]);
    apply Rplus_le_compat; apply Rmult_le_compat_l; try lra; apply Rmin_l || apply Rmin_r.
Qed.

Lemma max_sound a b : convex_domain a -> convex_domain b -> convex a -> convex b ->
  has_curvature Convex (Max a b).
Proof.
  intros Da Db Ca Cb. split; intros x y t [Dax Dbx] [Day Dby] Ht; [split; auto|simpl].
  specialize (Ca x y t Dax Day Ht). specialize (Cb x y t Dbx Dby Ht).
  apply Rmax_lub; (eapply Rle_trans; [eassumption|]);
    apply Rplus_le_compat; apply Rmult_le_compat_l; try lra; apply Rmax_l || apply Rmax_r.
Qed.

(** The value at a mixture of points where a concave [a] is above 0 is above 0. *)
Lemma concave_positive a x y t : concave a -> domain a x /\ 0 < value a x ->
  domain a y /\ 0 < value a y -> 0 <= t <= 1 ->
  0 < t * value a x + (1 - t) * value a y <= value a (mix t x y).
Proof. intros C [Dx Px] [Dy Py] Ht. split; [now apply mix_pos|now apply C]. Qed.

Lemma log_sound a : convex_domain a -> concave a -> has_curvature Concave (Log a).
Proof.
  intros D C. split; intros x y t Hx Hy Ht; pose proof (concave_positive a x y t C Hx Hy Ht);
    destruct Hx, Hy; simpl.
  - split; [now apply D|lra].
  - eapply Rle_trans; [now apply ln_concave|]. apply ln_mono; lra.
Qed.

Lemma sqrt_sound a : convex_domain a -> concave a -> has_curvature Concave (Sqrt a).
Proof.
  intros D C. split; intros x y t [Dx Px] [Dy Py] Ht; simpl.
  - split; [now apply D|]. eapply Rle_trans; [|now apply C]. now apply mix_nonneg.
  - eapply Rle_trans; [now apply sqrt_concave|]. apply sqrt_le_1_alt. now apply C.
Qed.

Lemma exp_sound a : convex_domain a -> convex a -> has_curvature Convex (Exp a).
Proof.
  intros D C. split; [exact D|]. intros x y t Dx Dy Ht. simpl.
  eapply Rle_trans; [|now apply exp_convex]. apply exp_mono. now apply C.
Qed.

Lemma affine_value a x y t : convex a -> concave a -> domain a x -> domain a y -> 0 <= t <= 1 ->
  value a (mix t x y) = t * value a x + (1 - t) * value a y.
Proof. intros Cvx Ccv Dx Dy Ht. apply Rle_antisym; [now apply Cvx|now apply Ccv]. Qed.

Lemma square_sound a : convex_domain a -> convex a -> concave a -> has_curvature Convex (Square a).
Proof.
  intros D Cvx Ccv. split; [exact D|]. intros x y t Dx Dy Ht. simpl.
  rewrite (affine_value a x y t) by assumption.
  assert (0 <= t * (1 - t) * (value a x - value a y) ^ 2).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]. }
  nra.
Qed.

Lemma abs_sound a : convex_domain a -> convex a -> concave a -> has_curvature Convex (Abs a).
Proof.
  intros D Cvx Ccv. split; [exact D|]. intros x y t Dx Dy Ht. simpl.
  rewrite (affine_value a x y t) by assumption.
  eapply Rle_trans; [apply Rabs_triang|].
  rewrite !Rabs_mult, (Rabs_right t), (Rabs_right (1 - t)) by lra. lra.
Qed.

Lemma power_negative_sound q a : Q2R q <= 0 -> convex_domain a -> concave a ->
  has_curvature Convex (Power q a).
Proof.
  intros Hq D C. split; intros x y t Hx Hy Ht; pose proof (concave_positive a x y t C Hx Hy Ht);
    destruct Hx, Hy; simpl.
  - split; [now apply D|lra].
  - eapply Rle_trans; [|now apply power_convex].
    apply power_decreasing; lra.
Qed.

Lemma power_root_sound q a : 0 <= Q2R q <= 1 -> convex_domain a -> concave a ->
  has_curvature Concave (Power q a).
Proof.
  intros Hq D C. split; intros x y t Hx Hy Ht; pose proof (concave_positive a x y t C Hx Hy Ht);
    destruct Hx, Hy; simpl.
  - split; [now apply D|lra].
  - eapply Rle_trans; [now apply power_concave|]. apply power_increasing; lra.
Qed.

Theorem curvature_sound : forall e k, curvature e = Some k -> has_curvature k e.
Proof.
  induction e as [i|q|a IHa b IHb|q a IH|a IHa b IHb|a IHa b IHb|a IH|a IH|a IH|a IH|a IH|q a IH];
    cbn [curvature]; intros k H.
  - injection H as <-. split; [intros x y t; simpl; auto|].
    split; intros x y t; simpl; unfold mix; lra.
  - injection H as <-. split; [intros x y t; simpl; auto|]. split; intros x y t; simpl; lra.
  - destruct (curvature a) as [l|], (curvature b) as [r|]; try discriminate.
    eapply add_sound; eauto.
  - destruct (curvature a) as [l|]; [|discriminate]. injection H as <-. apply scale_sound; auto.
  - destruct (atom _ _ (curvature a)) as [l|] eqn:Ea; [|discriminate].
    destruct (atom _ _ (curvature b)) as [r|] eqn:Eb; [|discriminate]. injection H as <-.
    apply atom_inv in Ea as (la & Ea & Fa & _). apply atom_inv in Eb as (lb & Eb & Fb & _).
    specialize (IHa la Ea). specialize (IHb lb Eb).
    apply min_sound; [apply IHa|apply IHb|exact (fits_concave la a Fa IHa)|].
    exact (fits_concave lb b Fb IHb).
  - destruct (atom _ _ (curvature a)) as [l|] eqn:Ea; [|discriminate].
    destruct (atom _ _ (curvature b)) as [r|] eqn:Eb; [|discriminate]. injection H as <-.
    apply atom_inv in Ea as (la & Ea & Fa & _). apply atom_inv in Eb as (lb & Eb & Fb & _).
    specialize (IHa la Ea). specialize (IHb lb Eb).
    apply max_sound; [apply IHa|apply IHb|exact (fits_convex la a Fa IHa)|].
    exact (fits_convex lb b Fb IHb).
  - apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
    apply log_sound; [apply IH|eapply fits_concave; eauto].
  - apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
    apply sqrt_sound; [apply IH|eapply fits_concave; eauto].
  - apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
    apply exp_sound; [apply IH|eapply fits_convex; eauto].
  - apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
    destruct (fits_affine l a F IH). apply square_sound; auto. apply IH.
  - apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
    destruct (fits_affine l a F IH). apply abs_sound; auto. apply IH.
  - destruct (is_negative q) eqn:Sign.
    + apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
      apply power_negative_sound; [now apply is_negative_R|apply IH|eapply fits_concave; eauto].
    + destruct (Qle_bool q 1) eqn:One; [|discriminate].
      apply atom_inv in H as (l & E & F & ->). specialize (IH l E).
      apply power_root_sound; [|apply IH|eapply fits_concave; eauto].
      apply not_negative_R in Sign. apply Qle_bool_iff, Qle_Rle in One.
      unfold Q2R at 2 in One. simpl in One. lra.
Qed.

Corollary is_concave_sound e : is_concave e = true -> convex_domain e /\ concave e.
Proof.
  unfold is_concave. destruct (curvature e) as [k|] eqn:E; [|discriminate].
  intros F. apply curvature_sound in E. split; [apply E|eapply fits_concave; eauto].
Qed.

(** ** Examples *)

(** [3 log x + ½ √min(x, 2y + 1) − exp(x − y) − (x − y)² − 2/x] *)
Example concave_sum :
  let x := Var 1 in
  let difference := Add x (Scale (-1) (Var 2)) in
  is_concave
    (Add (Scale 3 (Log x))
    (Add (Scale (1 # 2) (Sqrt (Min x (Add (Scale 2 (Var 2)) (Const 1)))))
    (Add (Scale (-1) (Exp difference))
    (Add (Scale (-1) (Square difference)) (Scale (-2) (Power (-1) x)))))) = true.
Proof. reflexivity. Qed.

Example exp_is_not_concave : is_concave (Exp (Var 1)) = false.
Proof. reflexivity. Qed.
