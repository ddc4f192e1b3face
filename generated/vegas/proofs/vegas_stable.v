(** * The fibre `vegas` of `vegas.num` is stable

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
  (* bottleneck *)
  {| link_id := 1;
     capacity := (100#1);
     scale := (1#1);
     neighbours := [];
     rule := ByPopulation (1#1) (
       (1, (204081767346961#20000000000000)) ::
       (2, (816327012244969#40000000000000)) ::
       (3, (3265307934694129#80000000000000)) ::
       [])
  |} ::
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
  (* x[near] *)
  {| family_id := 1;
     kinds :=
       KLog (20#1) (1#1) (14285719#1000000) ::
       [];
     mu := (20000000000000#204081767346961);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x[middle] *)
  {| family_id := 2;
     kinds :=
       KLog (40#1) (1#1) (28571437#1000000) ::
       [];
     mu := (40000000000000#816327012244969);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x[far] *)
  {| family_id := 3;
     kinds :=
       KLog (80#1) (1#1) (57142873#1000000) ::
       [];
     mu := (80000000000000#3265307934694129);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 1
  |} ::
  [].

Definition problem : problem :=
  {| links := resources;
     families := agents;
     fill :=
       [];
     width := 0;
     theta := (1#2)
  |}.

Lemma certificate_ok : check problem = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition vegas_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition vegas_settles := settles problem vegas_stable.

Print Assumptions vegas_stable.
