(** * Rationals that stand for reals

    What the checkers compute over [Q], and what it means over [R]. *)

From Coq Require Import Reals List Lra Lia PArith QArith Qabs Qreals Bool.
From Num Require Import Sums.
Import ListNotations.
Open Scope R_scope.

Lemma Q2R_0 : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_1 : Q2R 1 = 1.
Proof. unfold Q2R. simpl. lra. Qed.

Definition is_positive (q : Q) : bool := Z.ltb 0 (Qnum q).

Lemma is_positive_R q : is_positive q = true -> 0 < Q2R q.
Proof.
  unfold is_positive. intros H. apply Z.ltb_lt in H. unfold Q2R.
  apply Rmult_lt_0_compat; [now apply IZR_lt|]. apply Rinv_0_lt_compat, IZR_lt. lia.
Qed.

Lemma Qle_bool_R p q : Qle_bool p q = true -> Q2R p <= Q2R q.
Proof. intros H. now apply Qle_Rle, Qle_bool_iff. Qed.

Definition is_zero (q : Q) : bool := Z.eqb (Qnum q) 0.

Lemma is_zero_R q : is_zero q = true -> Q2R q = 0.
Proof. unfold is_zero, Q2R. intros H. apply Z.eqb_eq in H. rewrite H. ring. Qed.

Lemma not_zero_R q : is_zero q = false -> Q2R q <> 0.
Proof.
  unfold is_zero, Q2R. intros H. apply Z.eqb_neq in H.
  apply Rmult_integral_contrapositive_currified; [now apply not_0_IZR|].
  apply Rinv_neq_0_compat, not_0_IZR. lia.
Qed.

Lemma Q2R_abs q : Q2R (Qabs q) = Rabs (Q2R q).
Proof.
  apply Qabs_case; intros H; apply Qle_Rle in H; rewrite Q2R_0 in H.
  - rewrite Rabs_right; lra.
  - rewrite Q2R_opp, Rabs_left1; lra.
Qed.

(** Sums, in lowest terms. *)
Definition Qsum {T} (l : list T) (f : T -> Q) : Q :=
  fold_right (fun x total => Qred (f x + total)) 0%Q l.

Lemma Qsum_R {T} (l : list T) f : Q2R (Qsum l f) = sum l (fun x => Q2R (f x)).
Proof.
  induction l as [|x l IH]; cbn [Qsum fold_right sum]; [apply Q2R_0|].
  rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus.
  unfold Qsum in IH. now rewrite IH.
Qed.
