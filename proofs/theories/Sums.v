(** * Finite sums of reals over lists

    Vectors are functions, index sets are lists: no dependent types, and a list may name an index
    twice (it then counts twice). *)

From Coq Require Import Reals List Lra.
Import ListNotations.
Open Scope R_scope.

Section Sum.
Context {T : Type}.

(** [sum l f] is the sum of [f x] over the entries [x] of [l]. *)
Fixpoint sum (l : list T) (f : T -> R) : R :=
  match l with
  | [] => 0
  | x :: rest => f x + sum rest f
  end.

Lemma sum_ext_in l f g : (forall x, In x l -> f x = g x) -> sum l f = sum l g.
Proof.
  induction l as [|x l IH]; intros E; simpl; [reflexivity|].
  rewrite E, IH; simpl; auto. intros y Hy. apply E. now right.
Qed.

Lemma sum_ext l f g : (forall x, f x = g x) -> sum l f = sum l g.
Proof. intros E. apply sum_ext_in. auto. Qed.

Lemma sum_plus l f g : sum l (fun x => f x + g x) = sum l f + sum l g.
Proof. induction l; simpl; lra. Qed.

Lemma sum_minus l f g : sum l (fun x => f x - g x) = sum l f - sum l g.
Proof. induction l; simpl; lra. Qed.

Lemma sum_opp l f : sum l (fun x => - f x) = - sum l f.
Proof. induction l; simpl; lra. Qed.

Lemma sum_scale l c f : sum l (fun x => c * f x) = c * sum l f.
Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma sum_scale_r l c f : sum l (fun x => f x * c) = sum l f * c.
Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma sum_zero l : sum l (fun _ => 0) = 0.
Proof. induction l; simpl; lra. Qed.

Lemma sum_zero_in l f : (forall x, In x l -> f x = 0) -> sum l f = 0.
Proof. intros E. rewrite (sum_ext_in l f (fun _ => 0)); auto using sum_zero. Qed.

Lemma sum_le l f g : (forall x, In x l -> f x <= g x) -> sum l f <= sum l g.
Proof.
  induction l as [|x l IH]; intros H; simpl; [lra|].
  apply Rplus_le_compat; [|apply IH; intros]; apply H; simpl; auto.
Qed.

Lemma sum_nonneg l f : (forall x, In x l -> 0 <= f x) -> 0 <= sum l f.
Proof. intros H. rewrite <- (sum_zero l). now apply sum_le. Qed.

(** A term is at most the sum when no term is negative. *)
Lemma sum_ge_term l f x : (forall y, In y l -> 0 <= f y) -> In x l -> f x <= sum l f.
Proof.
  induction l as [|z l IH]; intros H Hx; [destruct Hx|]. simpl.
  assert (0 <= f z) by (apply H; now left).
  assert (0 <= sum l f) by (apply sum_nonneg; intros y Hy; apply H; now right).
  destruct Hx as [<-|Hx]; [lra|].
  enough (f x <= sum l f) by lra. apply IH; auto. intros y Hy. apply H. now right.
Qed.

Lemma sum_app l k f : sum (l ++ k) f = sum l f + sum k f.
Proof. induction l; simpl; lra. Qed.

(** A sum in which one index only has a term. *)
Lemma sum_delta (eq_dec : forall x y : T, {x = y} + {x <> y}) l i f : NoDup l -> In i l ->
  sum l (fun j => if eq_dec i j then f j else 0) = f i.
Proof.
  induction l as [|x l IH]; intros ND Hi; [destruct Hi|].
  inversion ND as [|? ? Hx ND']; subst. simpl. destruct (eq_dec i x) as [->|Hne].
  - rewrite sum_zero_in; [lra|]. intros y Hy. destruct (eq_dec x y); [congruence|reflexivity].
  - destruct Hi as [->|Hi]; [congruence|]. rewrite IH by auto. lra.
Qed.

End Sum.

Lemma sum_map {T U} (h : T -> U) l f : sum (map h l) f = sum l (fun x => f (h x)).
Proof. induction l; simpl; congruence. Qed.

Lemma sum_swap {T U} (l : list T) (k : list U) (f : T -> U -> R) :
  sum l (fun x => sum k (fun y => f x y)) = sum k (fun y => sum l (fun x => f x y)).
Proof.
  induction l as [|x l IH]; simpl; [symmetry; apply sum_zero|].
  rewrite IH, <- sum_plus. reflexivity.
Qed.

(** Cauchy–Schwarz with weights that are not negative: the discriminant of the polynomial
    [t ↦ Σ w (t f + g)²], which is never negative, is not positive. *)
Lemma sum_cauchy_schwarz {T} (l : list T) (w f g : T -> R) :
  (forall x, In x l -> 0 <= w x) ->
  (sum l (fun x => w x * f x * g x)) ^ 2
  <= sum l (fun x => w x * f x ^ 2) * sum l (fun x => w x * g x ^ 2).
Proof.
  intros Hw.
  set (a := sum l (fun x => w x * f x ^ 2)).
  set (b := sum l (fun x => w x * f x * g x)).
  set (c := sum l (fun x => w x * g x ^ 2)).
  assert (P : forall t, 0 <= a * t ^ 2 + 2 * b * t + c).
  { intros t.
    replace (a * t ^ 2 + 2 * b * t + c) with (sum l (fun x => w x * (t * f x + g x) ^ 2)).
    - apply sum_nonneg. intros x Hx. apply Rmult_le_pos; [now apply Hw|apply pow2_ge_0].
    - replace (a * t ^ 2 + 2 * b * t + c) with (t ^ 2 * a + (2 * t) * b + c) by ring.
      unfold a, b, c. rewrite <- !sum_scale, <- !sum_plus. apply sum_ext. intros; ring. }
  assert (Ha : 0 <= a).
  { apply sum_nonneg. intros x Hx. apply Rmult_le_pos; [now apply Hw|apply pow2_ge_0]. }
  destruct (Req_dec a 0) as [Ea|Ea].
  - destruct (Req_dec b 0) as [->|Eb]; [rewrite Ea; lra|]. exfalso.
    specialize (P (- (c + 1) / (2 * b))). rewrite Ea in P.
    replace (0 * _ + 2 * b * (- (c + 1) / (2 * b)) + c) with (-1) in P by (field; auto). lra.
  - specialize (P (- b / a)).
    replace (a * (- b / a) ^ 2 + 2 * b * (- b / a) + c) with ((a * c - b ^ 2) / a) in P
      by (field; auto).
    apply (Rmult_le_compat_r a) in P; [|exact Ha].
    unfold Rdiv in P. rewrite Rmult_assoc, Rinv_l in P; lra.
Qed.
