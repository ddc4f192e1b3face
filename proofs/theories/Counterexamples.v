(** * What must not be claimed

    - [any_step_below_two]: "dual ascent converges for every step [0 < alpha < 2]" is false. The
      bound on the step is relative to the curvature, see [admissible].
    - [no_split_on_a_cycle]: without chordality the drift need not split over cliques. *)

From Coq Require Import Reals Lra.
From Num Require Import Demand.
Open Scope R_scope.

(** ** One resource of capacity 2, one agent, step 1: prices cycle 0, 2, 0, .. *)

Definition price_step (alpha capacity : R) (D : R -> R) (p : R) :=
  Rmax 0 (p + alpha * (D p - capacity)).

Theorem any_step_below_two : exists (alpha capacity : R) (U D : R -> R),
  0 < alpha < 2 /\ strongly_concave (1 / 4) 0 4 U /\ is_demand 0 4 U D /\
  price_step alpha capacity D 0 = 2 /\ price_step alpha capacity D 2 = 0.
Proof.
  exists 1, 2, (fun x => x - x ^ 2 / 8), (fun u => Rmin 4 (Rmax 0 (4 * (1 - u)))).
  split; [lra|]. split; [|split].
  - intros x y t _ _ _. nra.
  - intros u. unfold Rmin, Rmax.
    destruct (Rle_dec 0 (4 * (1 - u))), (Rle_dec _ _); split; try lra; intros y Hy.
    + assert (0 <= (4 - y) * - u) by (apply Rmult_le_pos; lra). pose proof (pow2_ge_0 (4 - y)). nra.
    + pose proof (pow2_ge_0 (y - 4 * (1 - u))). nra.
    + assert (0 <= y * (u - 1)) by (apply Rmult_le_pos; lra). pose proof (pow2_ge_0 y). nra.
  - unfold price_step, Rmin, Rmax. split; repeat destruct (Rle_dec _ _); lra.
Qed.

(** ** A positive definite form on the cycle of four vertices *)

Definition cycle_form x y z w :=
  x ^ 2 + y ^ 2 + z ^ 2 + w ^ 2 + 6 / 5 * (x * y + y * z + z * w - w * x).

Lemma cycle_form_positive x y z w : (x, y, z, w) <> (0, 0, 0, 0) -> 0 < cycle_form x y z w.
Proof.
  intros Hne.
  assert (E : cycle_form x y z w = (x + 3 / 5 * (y - w)) ^ 2 + (z + 3 / 5 * (y + w)) ^ 2
                                   + 7 / 25 * (y ^ 2 + w ^ 2)) by (unfold cycle_form; field).
  rewrite E.
  pose proof (pow2_ge_0 (x + 3 / 5 * (y - w))). pose proof (pow2_ge_0 (z + 3 / 5 * (y + w))).
  pose proof (pow2_ge_0 y). pose proof (pow2_ge_0 w).
  destruct (Req_dec (y ^ 2 + w ^ 2) 0); [|lra].
  assert (y = 0) by nra. assert (w = 0) by nra. subst.
  destruct (Req_dec x 0), (Req_dec z 0); subst; try (exfalso; now apply Hne); nra.
Qed.

(** A form [a u² + 2 b u v + c v²] on an edge, a maximal clique of the cycle. *)
Definition edge_form a b c (u v : R) := a * u ^ 2 + 2 * b * u * v + c * v ^ 2.
Definition nonnegative a b c := forall u v, 0 <= edge_form a b c u v.

Theorem no_split_on_a_cycle : ~ exists a1 b1 c1 a2 b2 c2 a3 b3 c3 a4 b4 c4,
  nonnegative a1 b1 c1 /\ nonnegative a2 b2 c2 /\ nonnegative a3 b3 c3 /\ nonnegative a4 b4 c4 /\
  forall x y z w, cycle_form x y z w = edge_form a1 b1 c1 x y + edge_form a2 b2 c2 y z
                                       + edge_form a3 b3 c3 z w + edge_form a4 b4 c4 w x.
Proof.
  intros (a1 & b1 & c1 & a2 & b2 & c2 & a3 & b3 & c3 & a4 & b4 & c4 & P1 & P2 & P3 & P4 & E).
  unfold nonnegative, edge_form, cycle_form in *.
  pose proof (E 1 0 0 0). pose proof (E 0 1 0 0). pose proof (E 0 0 1 0). pose proof (E 0 0 0 1).
  pose proof (E 1 1 0 0). pose proof (E 0 1 1 0). pose proof (E 0 0 1 1). pose proof (E 1 0 0 1).
  pose proof (P1 1 (-1)). pose proof (P2 1 (-1)). pose proof (P3 1 (-1)). pose proof (P4 1 1). lra.
Qed.
