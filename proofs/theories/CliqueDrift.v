(** * Chordal coupling makes the drift a sum of clique-local squares

    A positive definite form whose off-diagonal entries lie on the edges of a graph is eliminated
    along a perfect elimination ordering without fill, so it is a sum of one square per vertex,
    each a linear form of that vertex and its later neighbours: a clique. Applied to
    [2 diag(1/a) - A diag(1/mu) Aᵀ] this splits the fall of the Lyapunov function.

    On the cycle of four vertices such a split can be impossible: see Counterexamples.

    Source: Rose (1970) for the elimination; Agler, Helton, McCullough and Rodman, Linear Algebra
    Appl. 107, 1988, and Griewank and Toint (1984) for the sum over cliques. *)

From Coq Require Import Reals List Lra Lia.
From Num Require Import Sums Demand DualAscent Perron Chordal.
Import ListNotations.
Open Scope R_scope.

Section Elimination.
Context {X : Type} (eq_dec : forall x y : X, {x = y} + {x <> y}) (adj : X -> X -> Prop).

Definition form (l : list X) (M : X -> X -> R) (z : X -> R) :=
  sum l (fun i => sum l (fun j => M i j * z i * z j)).
Definition positive_definite l M := forall z, (exists i, In i l /\ z i <> 0) -> 0 < form l M z.
Definition symmetric l (M : X -> X -> R) := forall i j, In i l -> In j l -> M i j = M j i.
Definition sparse l (M : X -> X -> R) :=
  forall i j, In i l -> In j l -> i <> j -> M i j <> 0 -> adj i j.

(** Schur complement of the entry at [v], and row [v] over it. *)
Definition schur (M : X -> X -> R) v i j := M i j - M v i * M v j / M v v.
Definition pivot_row (M : X -> X -> R) v w := M v w / M v v.

Lemma complete_square v rest M z : M v v <> 0 -> symmetric (v :: rest) M ->
  form (v :: rest) M z
  = M v v * (z v + sum rest (fun w => pivot_row M v w * z w)) ^ 2 + form rest (schur M v) z.
Proof.
  intros Hv Sym. unfold form. simpl sum. set (s := sum rest (fun w => M v w * z w)).
  assert (Row : sum rest (fun j => M v j * z v * z j) = z v * s).
  { unfold s. rewrite <- sum_scale. apply sum_ext. intros; ring. }
  assert (Column : sum rest (fun i => M i v * z i * z v) = z v * s).
  { unfold s. rewrite <- sum_scale. apply sum_ext_in. intros i Hi.
    rewrite (Sym i v) by (simpl; auto). ring. }
  assert (Pivot : sum rest (fun w => pivot_row M v w * z w) = s / M v v).
  { unfold s, Rdiv. rewrite <- sum_scale_r. apply sum_ext. intros. unfold pivot_row, Rdiv. ring. }
  assert (Rest : sum rest (fun i => sum rest (fun j => schur M v i j * z i * z j))
      = sum rest (fun i => sum rest (fun j => M i j * z i * z j)) - s * s / M v v).
  { transitivity (sum rest (fun i => sum rest (fun j => M i j * z i * z j)
      - s / M v v * (M v i * z i))).
    - apply sum_ext. intros i. unfold s at 1. unfold Rdiv.
      rewrite <- !sum_scale_r, <- sum_minus.
      apply sum_ext. intros j. unfold schur. field. exact Hv.
    - rewrite sum_minus, sum_scale. fold s. field. exact Hv. }
  rewrite sum_plus, Row, Column, Pivot, Rest. field. exact Hv.
Qed.

(** Elimination fills nothing in: here, and only here, chordality is used. *)
Lemma no_fill v rest M : sparse (v :: rest) M -> eliminates adj (v :: rest) -> ~ In v rest ->
  sparse rest (schur M v).
Proof.
  intros Sp [Perfect _] Hv i j Hi Hj Hne Entry.
  destruct (Req_dec (M i j) 0) as [E|E]; [|apply Sp; simpl; auto].
  assert (M v i <> 0 /\ M v j <> 0) as [Ei Ej].
  { split; intros E'; apply Entry; unfold schur; rewrite E, E'; unfold Rdiv; ring. }
  apply Perfect; auto; apply Sp; simpl; auto; congruence.
Qed.

Lemma sum_update rest v (f : X -> R -> R) z t : ~ In v rest ->
  sum rest (fun i => f i (if eq_dec i v then t else z i)) = sum rest (fun i => f i (z i)).
Proof.
  intros Hv. apply sum_ext_in. intros i Hi. destruct (eq_dec i v) as [->|]; [contradiction|auto].
Qed.

Lemma form_update v rest M z t : ~ In v rest ->
  form rest M (fun i => if eq_dec i v then t else z i) = form rest M z.
Proof.
  intros Hv. unfold form.
  rewrite (sum_update rest v (fun i x => sum rest (fun j => M i j * x * _)) z t) by exact Hv.
  apply sum_ext. intros i. apply (sum_update rest v (fun j x => M i j * z i * x) z t Hv).
Qed.

Lemma pivot_positive v rest M : ~ In v rest -> positive_definite (v :: rest) M -> 0 < M v v.
Proof.
  intros Hv PD. set (e := fun i => if eq_dec i v then 1 else 0).
  assert (Ev : e v = 1) by (unfold e; destruct (eq_dec v v); congruence).
  assert (E0 : forall i, In i rest -> e i = 0).
  { intros i Hi. unfold e. destruct (eq_dec i v) as [->|]; [contradiction|reflexivity]. }
  specialize (PD e ltac:(exists v; simpl; split; [auto|rewrite Ev; lra])).
  unfold form in PD. simpl in PD.
  rewrite Ev in PD.
  rewrite (sum_zero_in rest (fun j => M v j * 1 * e j)) in PD
    by (intros i Hi; rewrite (E0 i Hi); ring).
  rewrite (sum_zero_in rest) in PD; [lra|].
  intros i Hi. rewrite (E0 i Hi), sum_zero_in; [ring|intros; ring].
Qed.

Lemma schur_positive_definite v rest M : ~ In v rest -> symmetric (v :: rest) M ->
  positive_definite (v :: rest) M -> positive_definite rest (schur M v).
Proof.
  intros Hv Sym PD z (i & Hi & Hz). pose proof (pivot_positive v rest M Hv PD) as Pivot.
  set (t := - sum rest (fun w => pivot_row M v w * z w)).
  set (z' := fun i => if eq_dec i v then t else z i).
  assert (Ev : z' v = t) by (unfold z'; destruct (eq_dec v v); congruence).
  assert (Pos : 0 < form (v :: rest) M z').
  { apply PD. exists i. split; [now right|].
    unfold z'. destruct (eq_dec i v) as [->|]; [contradiction|exact Hz]. }
  rewrite complete_square, Ev in Pos by (auto; lra).
  unfold z' in Pos. rewrite form_update in Pos by exact Hv.
  rewrite (sum_update rest v (fun i x => pivot_row M v i * x)) in Pos by exact Hv.
  replace (t + _) with 0 in Pos by (unfold t; ring). lra.
Qed.

(** One square per vertex, supported on the vertex and its later neighbours, a clique. *)
Theorem clique_decomposition : forall l M,
  NoDup l -> (forall i j, adj i j -> adj j i) ->
  symmetric l M -> sparse l M -> eliminates adj l -> positive_definite l M ->
  exists (p : X -> R) (e : X -> X -> R),
    (forall v, In v l -> 0 < p v) /\
    (forall v u w, In v l -> In u l -> In w l -> u <> w -> e v u <> 0 -> e v w <> 0 -> adj u w) /\
    (forall v w, In v l -> In w l -> e v w <> 0 -> w = v \/ adj v w) /\
    (forall z, form l M z = sum l (fun v => p v * (sum l (fun w => e v w * z w)) ^ 2)).
Proof.
  induction l as [|v rest IH]; intros M ND Sym SymM Sp El PD.
  { exists (fun _ => 1), (fun _ _ => 0). repeat split; intros; try contradiction; reflexivity. }
  inversion ND as [|? ? Hv ND']; subst.
  pose proof (pivot_positive v rest M Hv PD) as Pivot.
  destruct (IH (schur M v)) as (p & e & Hp & Clique & Support & Split); auto.
  { intros i j Hi Hj. unfold schur. rewrite (SymM i j) by (simpl; auto). unfold Rdiv. ring. }
  { now apply no_fill. }
  { apply El. }
  { now apply schur_positive_definite. }
  assert (RowSupport : forall w, In w rest -> pivot_row M v w <> 0 -> adj v w).
  { intros w Hw E. apply Sp; simpl; auto; [congruence|].
    intros E'. apply E. unfold pivot_row. rewrite E'. unfold Rdiv. ring. }
  exists (fun x => if eq_dec x v then M v v else p x).
  exists (fun x w => if eq_dec x v
                     then if eq_dec w v then 1 else pivot_row M v w
                     else if eq_dec w v then 0 else e x w).
  split; [|split; [|split]].
  - intros x [->|Hx]; destruct (eq_dec x x) as [|]; try congruence;
      destruct (eq_dec x v) as [->|]; auto; contradiction.
  - intros x u w Hx Hu Hw Hne Eu Ew.
    assert (Tail : forall y, In y (v :: rest) -> y <> v -> In y rest).
    { intros y [<-|Hy] Ny; [congruence|exact Hy]. }
    destruct (eq_dec x v) as [->|Nx], (eq_dec u v) as [->|Nu], (eq_dec w v) as [->|Nw];
      try congruence; auto.
    destruct El as [Perfect _]. auto.
    apply (Clique x); auto.
  - intros x w Hx Hw E.
    assert (Tail : forall y, In y (v :: rest) -> y <> v -> In y rest).
    { intros y [<-|Hy] Ny; [congruence|exact Hy]. }
    destruct (eq_dec x v) as [->|Nx], (eq_dec w v) as [->|Nw]; try congruence; auto.
  - intros z. rewrite complete_square, Split by (auto; lra). simpl sum.
    destruct (eq_dec v v) as [_|]; [|congruence]. rewrite Rmult_1_l.
    rewrite (sum_ext_in rest (fun w => (if eq_dec w v then 1 else pivot_row M v w) * z w)
               (fun w => pivot_row M v w * z w)).
    2:{ intros w Hw. destruct (eq_dec w v) as [->|]; [contradiction|reflexivity]. }
    f_equal. apply sum_ext_in. intros x Hx.
    destruct (eq_dec x v) as [->|]; [contradiction|]. rewrite Rmult_0_l, Rplus_0_l.
    rewrite (sum_ext_in rest (fun w => (if eq_dec w v then 0 else e x w) * z w)
               (fun w => e x w * z w)); [reflexivity|].
    intros w Hw. destruct (eq_dec w v) as [->|]; [contradiction|reflexivity].
Qed.
End Elimination.

Section Drift.
Context {Resource Agent : Type} (eq_dec : forall x y : Resource, {x = y} + {x <> y}).
Variables (resources : list Resource) (agents : list Agent).
Variables (A : Resource -> Agent -> R) (capacity a : Resource -> R) (mu : Agent -> R).
Variables (demand : Agent -> R -> R) (theta : R).
Hypothesis distinct : NoDup resources.
Hypothesis a_pos : forall l, In l resources -> 0 < a l.
Hypothesis mu_pos : forall s, In s agents -> 0 < mu s.
Hypothesis demand_coco : forall s, In s agents -> cocoercive (mu s) (demand s).
Hypothesis theta_range : 0 <= theta < 1.
Hypothesis steps : admissible resources agents A a mu theta.

Let gap := rate_gap resources A demand.
Let use := load agents A.

(** [2 diag(1/a) - A diag(1/mu) Aᵀ]. *)
Definition drift_matrix (i j : Resource) :=
  (if eq_dec i j then 2 / a i else 0) - sum agents (fun s => / mu s * A i s * A j s).

Lemma drift_form z : form resources drift_matrix z
  = 2 * sum resources (fun l => z l ^ 2 / a l)
    - sum agents (fun s => / mu s * path_price resources A z s ^ 2).
Proof.
  unfold form, drift_matrix.
  transitivity (sum resources (fun i => sum resources (fun j =>
      if eq_dec i j then 2 / a i * z i * z j else 0))
    - sum resources (fun i => sum resources (fun j => sum agents (fun s =>
      / mu s * (A i s * z i) * (A j s * z j))))).
  - rewrite <- sum_minus. apply sum_ext. intros i. rewrite <- sum_minus. apply sum_ext. intros j.
    rewrite (sum_ext agents (fun s => / mu s * (A i s * z i) * (A j s * z j))
               (fun s => z i * z j * (/ mu s * A i s * A j s))) by (intros; ring).
    rewrite sum_scale. destruct (eq_dec i j); ring.
  - f_equal.
    + rewrite <- sum_scale. apply sum_ext_in. intros i Hi.
      rewrite (sum_delta eq_dec resources i (fun j => 2 / a i * z i * z j)) by assumption.
      unfold Rdiv. ring.
    + transitivity (sum resources (fun i => sum agents (fun s =>
        / mu s * path_price resources A z s * (A i s * z i)))).
      * apply sum_ext. intros i. rewrite sum_swap. apply sum_ext. intros s.
        unfold path_price. rewrite <- sum_scale, <- sum_scale_r. apply sum_ext. intros; ring.
      * rewrite sum_swap. apply sum_ext. intros s. rewrite sum_scale.
        fold (path_price resources A z s). ring.
Qed.

Lemma drift_matrix_symmetric : symmetric resources drift_matrix.
Proof.
  intros i j _ _. unfold drift_matrix.
  rewrite (sum_ext agents (fun s => / mu s * A i s * A j s) (fun s => / mu s * A j s * A i s))
    by (intros; ring).
  destruct (eq_dec i j), (eq_dec j i); subst; congruence.
Qed.

(** Resources are coupled when an agent uses both. *)
Lemma drift_matrix_sparse (adj : Resource -> Resource -> Prop) :
  (forall i j s, In i resources -> In j resources -> In s agents -> i <> j ->
     A i s <> 0 -> A j s <> 0 -> adj i j) ->
  sparse adj resources drift_matrix.
Proof.
  intros Coupled i j Hi Hj Hne Entry. unfold drift_matrix in Entry.
  destruct (eq_dec i j); [contradiction|].
  enough (exists s, In s agents /\ A i s <> 0 /\ A j s <> 0) as (s & Hs & Ei & Ej) by eauto.
  clear Coupled mu_pos demand_coco steps. induction agents as [|s rest IH]; simpl in Entry.
  - exfalso. apply Entry. ring.
  - destruct (Req_dec (A i s) 0) as [Ei|Ei]; [|destruct (Req_dec (A j s) 0) as [Ej|Ej]].
    + rewrite Ei in Entry. destruct IH as (r & Hr & E).
      { intros E. apply Entry. lra. }
      exists r. simpl. auto.
    + rewrite Ej in Entry. destruct IH as (r & Hr & E).
      { intros E. apply Entry. lra. }
      exists r. simpl. auto.
    + exists s. simpl. auto.
Qed.

Lemma drift_matrix_positive_definite : positive_definite resources drift_matrix.
Proof.
  intros z (i & Hi & Hz). rewrite drift_form.
  assert (Square : 0 < z i ^ 2) by (rewrite <- Rsqr_pow2; now apply Rsqr_pos_lt).
  pose proof (admissible_dual resources agents A a mu theta a_pos mu_pos ltac:(lra) steps z)
    as Dual.
  assert (Pos : 0 < sum resources (fun l => z l ^ 2 / a l)).
  { apply Rlt_le_trans with (z i ^ 2 / a i).
    - apply Rdiv_lt_0_compat; [exact Square|now apply a_pos].
    - apply (sum_ge_term resources (fun l => z l ^ 2 / a l)); [|exact Hi].
      intros l Hl. apply Rmult_le_pos; [apply pow2_ge_0|].
      left. now apply Rinv_0_lt_compat, a_pos. }
  nra.
Qed.

(** Completing the square in the rates: what [one_step] leaves is at least half of the form. *)
Lemma gain_ge_form x :
  / 2 * form resources drift_matrix (fun l => a l * use x l)
  <= 2 * sum agents (fun s => mu s * x s ^ 2) - sum resources (fun l => a l * use x l ^ 2).
Proof.
  set (z := fun l => a l * use x l). rewrite drift_form.
  assert (Steps : sum resources (fun l => z l ^ 2 / a l)
      = sum resources (fun l => a l * use x l ^ 2)).
  { apply sum_ext_in. intros l Hl. unfold z. pose proof (a_pos l Hl). field. lra. }
  assert (Cross : sum resources (fun l => a l * use x l ^ 2)
      = sum agents (fun s => path_price resources A z s * x s)).
  { rewrite <- (adjoint resources agents A z x). apply sum_ext. intros l. unfold z, use. ring. }
  assert (Square : 0 <= sum agents (fun s =>
      mu s * (/ mu s * path_price resources A z s - 2 * x s) ^ 2)).
  { apply sum_nonneg. intros s Hs. apply Rmult_le_pos; [left; now apply mu_pos|apply pow2_ge_0]. }
  rewrite (sum_ext_in agents (fun s => mu s * (_ - _) ^ 2) (fun s =>
    / mu s * path_price resources A z s ^ 2 - 4 * (path_price resources A z s * x s)
    + 4 * (mu s * x s ^ 2))) in Square.
  2:{ intros s Hs. pose proof (mu_pos s Hs). field. lra. }
  rewrite sum_plus, sum_minus, !sum_scale in Square. lra.
Qed.

(** The fall of [V] is at least one square per resource, and each square sees the excesses of one
    clique only. The squares do not depend on the prices. *)
Theorem clique_local_drift (adj : Resource -> Resource -> Prop) :
  (forall i j, adj i j -> adj j i) ->
  (forall i j s, In i resources -> In j resources -> In s agents -> i <> j ->
     A i s <> 0 -> A j s <> 0 -> adj i j) ->
  eliminates adj resources ->
  exists (p : Resource -> R) (e : Resource -> Resource -> R),
    (forall v, In v resources -> 0 < p v) /\
    (forall v u w, In v resources -> In u resources -> In w resources ->
       u <> w -> e v u <> 0 -> e v w <> 0 -> adj u w) /\
    (forall v w, In v resources -> In w resources -> e v w <> 0 -> w = v \/ adj v w) /\
    (forall prices optimum, KKT resources agents A capacity demand optimum ->
       V resources a (step resources agents A capacity a demand prices) optimum
       <= V resources a prices optimum
          - / 2 * sum resources (fun v => p v * (sum resources (fun w =>
              e v w * (a w * (excess resources agents A capacity demand prices w
                              - excess resources agents A capacity demand optimum w)))) ^ 2)).
Proof.
  intros Sym Coupled El.
  destruct (clique_decomposition eq_dec adj resources drift_matrix)
    as (p & e & Pos & Clique & Support & Split); auto.
  { exact drift_matrix_symmetric. }
  { now apply drift_matrix_sparse. }
  { exact drift_matrix_positive_definite. }
  exists p, e. do 3 (split; [assumption|]). intros prices optimum K.
  pose proof (one_step resources agents A capacity a mu demand a_pos demand_coco
                prices optimum K) as Gain.
  pose proof (gain_ge_form (gap prices optimum)) as Form. rewrite Split in Form.
  rewrite (sum_ext resources (fun v => p v * (sum resources (fun w => e v w * (a w * (_ - _)))) ^ 2)
             (fun v => p v * (sum resources (fun w =>
                e v w * (a w * use (gap prices optimum) w))) ^ 2)).
  - unfold rate_error in Gain. unfold use, gap in *. lra.
  - intros v. rewrite (sum_ext resources (fun w => e v w * (a w * (_ - _)))
                         (fun w => e v w * (a w * use (gap prices optimum) w))); [reflexivity|].
    intros w. rewrite excess_gap. reflexivity.
Qed.
End Drift.
