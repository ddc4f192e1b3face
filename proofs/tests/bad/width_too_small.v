(* Must be rejected: some link has two later neighbours. *)
(** * The fibre `width_too_small` of `ring.num` is stable

    The numbers of the problem, one computation that checks them, and what it proves: see the
    record [stability] in the library's Certificate. *)

From Coq Require Import List PArith QArith.
From Num Require Import Problem Certificate.
Import ListNotations.
Open Scope Q_scope.
Open Scope positive_scope.

(** Resources, in elimination order: the price of each moves by its step times what is used beyond
    its capacity. A step by population is its numerator over the sum of the terms of the members
    present. *)
Definition resources : list link :=
  (* east *)
  {| link_id := 2;
     capacity := (10#1);
     scale := (1#1);
     neighbours := [1; 3];
     rule := ByPopulation (3#2) (
       (1, (16#3)) ::
       (2, (16#3)) ::
       (5, (1#1)) ::
       [])
  |} ::
  (* west *)
  {| link_id := 4;
     capacity := (10#1);
     scale := (1#1);
     neighbours := [1; 3];
     rule := ByPopulation (3#2) (
       (3, (16#3)) ::
       (4, (16#3)) ::
       [])
  |} ::
  (* north *)
  {| link_id := 1;
     capacity := (10#1);
     scale := (1#1);
     neighbours := [2; 3; 4];
     rule := ByPopulation (3#2) (
       (1, (16#3)) ::
       (4, (16#3)) ::
       [])
  |} ::
  (* south *)
  {| link_id := 3;
     capacity := (10#1);
     scale := (1#1);
     neighbours := [1; 2; 4];
     rule := ByPopulation (3#2) (
       (2, (16#3)) ::
       (3, (16#3)) ::
       [])
  |} ::
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
  (* flow[1] *)
  {| family_id := 1;
     kinds :=
       KLog (6#1) (1#10) (4#1) ::
       [];
     mu := (3#8);
     route :=
       (1, (1#1)) ::
       (2, (1#1)) ::
       [];
     at_most := 32
  |} ::
  (* flow[2] *)
  {| family_id := 2;
     kinds :=
       KLog (6#1) (1#10) (4#1) ::
       [];
     mu := (3#8);
     route :=
       (2, (1#1)) ::
       (3, (1#1)) ::
       [];
     at_most := 32
  |} ::
  (* flow[3] *)
  {| family_id := 3;
     kinds :=
       KLog (6#1) (1#10) (4#1) ::
       [];
     mu := (3#8);
     route :=
       (3, (1#1)) ::
       (4, (1#1)) ::
       [];
     at_most := 32
  |} ::
  (* flow[4] *)
  {| family_id := 4;
     kinds :=
       KLog (6#1) (1#10) (4#1) ::
       [];
     mu := (3#8);
     route :=
       (4, (1#1)) ::
       (1, (1#1)) ::
       [];
     at_most := 32
  |} ::
  (* refill *)
  {| family_id := 5;
     kinds :=
       KQuad (1#1) (1#1) (0#1) (3#1) ::
       [];
     mu := (1#1);
     route :=
       (2, (-1#1)) ::
       [];
     at_most := 2
  |} ::
  [].

Definition problem : problem :=
  {| links := resources;
     families := agents;
     fill :=
       (1, 3) ::
       [];
     width := 1;
     theta := (3#4)
  |}.

Lemma certificate_ok : check problem = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition width_too_small_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition width_too_small_settles := settles problem width_too_small_stable.

Print Assumptions width_too_small_stable.
