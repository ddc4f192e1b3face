(** * The fibre `kelly` of `kelly.num` is stable

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
  (* link[bc] *)
  {| link_id := 2;
     capacity := (100000000#1);
     scale := (1#1);
     neighbours := [1; 3];
     rule := ByPopulation (1#1) (
       (1, (30000000000000000#1)) ::
       (3, (10000000000000000#1)) ::
       [])
  |} ::
  (* link[cd] *)
  {| link_id := 3;
     capacity := (100000000#1);
     scale := (1#1);
     neighbours := [1; 2];
     rule := ByPopulation (1#1) (
       (1, (30000000000000000#1)) ::
       (4, (10000000000000000#1)) ::
       [])
  |} ::
  (* link[ab] *)
  {| link_id := 1;
     capacity := (100000000#1);
     scale := (1#1);
     neighbours := [2; 3];
     rule := ByPopulation (1#1) (
       (1, (30000000000000000#1)) ::
       (2, (10000000000000000#1)) ::
       [])
  |} ::
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
  (* x[long] *)
  {| family_id := 1;
     kinds :=
       KLog (1#1) (1000000#1) (100000000#1) ::
       [];
     mu := (1#10000000000000000);
     route :=
       (1, (1#1)) ::
       (2, (1#1)) ::
       (3, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x[left] *)
  {| family_id := 2;
     kinds :=
       KLog (1#1) (1000000#1) (100000000#1) ::
       [];
     mu := (1#10000000000000000);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x[middle] *)
  {| family_id := 3;
     kinds :=
       KLog (1#1) (1000000#1) (100000000#1) ::
       [];
     mu := (1#10000000000000000);
     route :=
       (2, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x[right] *)
  {| family_id := 4;
     kinds :=
       KLog (1#1) (1000000#1) (100000000#1) ::
       [];
     mu := (1#10000000000000000);
     route :=
       (3, (1#1)) ::
       [];
     at_most := 1
  |} ::
  [].

Definition problem : problem :=
  {| links := resources;
     families := agents;
     fill :=
       [];
     width := 2;
     theta := (1#2)
  |}.

Lemma certificate_ok : check problem = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition kelly_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition kelly_settles := settles problem kelly_stable.

Print Assumptions kelly_stable.
