(* Must be rejected: the constant step of disk is above the bound of the largest population. *)
(** * The fibre `constant_step_too_large` of `three_links.num` is stable

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
  (* uplink *)
  {| link_id := 1;
     capacity := (100#1);
     scale := (1#1);
     neighbours := [2];
     rule := ByPopulation (1#1) (
       (1, (3#1)) ::
       (4, (45#8)) ::
       [])
  |} ::
  (* core *)
  {| link_id := 2;
     capacity := (400#1);
     scale := (3#2);
     neighbours := [1; 3];
     rule := ByPopulation (1#1) (
       (1, (2#1)) ::
       (2, (1400#9)) ::
       [])
  |} ::
  (* disk *)
  {| link_id := 3;
     capacity := (50#1);
     scale := (1#2);
     neighbours := [2];
     rule := Constant (303#1600000)
  |} ::
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
  (* video *)
  {| family_id := 1;
     kinds :=
       KQuad (20#1) (2#1) (0#1) (8#1) ::
       KLog (30#1) (1#10) (6#1) ::
       [];
     mu := (5#6);
     route :=
       (1, (1#1)) ::
       (2, (1#1)) ::
       [];
     at_most := 64
  |} ::
  (* backup *)
  {| family_id := 2;
     kinds :=
       KLog (12#1) (1#1) (40#1) ::
       [];
     mu := (3#400);
     route :=
       (2, (1#1)) ::
       (3, (1#2)) ::
       [];
     at_most := 16
  |} ::
  (* batch *)
  {| family_id := 3;
     kinds :=
       KQuad (5#1) (1#3) (0#1) (12#1) ::
       KQuad (9#1) (1#1) (0#1) (9#1) ::
       KLog (1#1) (1#2) (2#1) ::
       [];
     mu := (1#4);
     route :=
       (3, (2#1)) ::
       [];
     at_most := 100
  |} ::
  (* control *)
  {| family_id := 4;
     kinds :=
       KLog (40#1) (1#5) (10#1) ::
       [];
     mu := (2#5);
     route :=
       (1, (3#2)) ::
       [];
     at_most := 1
  |} ::
  [].

Definition problem : problem :=
  {| links := resources;
     families := agents;
     fill :=
       [];
     width := 1;
     theta := (1#2)
  |}.

Lemma certificate_ok : check problem = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition constant_step_too_large_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition constant_step_too_large_settles := settles problem constant_step_too_large_stable.

Print Assumptions constant_step_too_large_stable.
