(** * The fibre `dwell` of `dwell.num` is stable

    The numbers of the problem, one computation that checks them, and what it proves: see the
    record [stability] in the library's Certificate. *)

From Coq Require Import List PArith QArith.
From Num Require Import Problem Certificate Worth.
Import ListNotations.
Open Scope Q_scope.
Open Scope positive_scope.

(** Resources, in elimination order: the price of each moves by its step times what is used beyond
    its capacity. A step by population is its numerator over the sum of the terms of the members
    present. *)
Definition resources : list link :=
  (* exposure *)
  {| link_id := 1;
     capacity := (5#1);
     scale := (1#1);
     neighbours := [];
     rule := ByPopulation (1#1) (
       (1, (25#99)) ::
       (2, (5101636313#500000000000)) ::
       [])
  |} ::
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
  (* reserve *)
  {| family_id := 1;
     kinds :=
       KLog (99#1) (1#50) (5#1) ::
       [];
     mu := (99#25);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 1
  |} ::
  (* x *)
  {| family_id := 2;
     kinds :=
       KLog (4#1) (1#10000) (202021#1000000) ::
       KLog (1#1) (1#10000) (25253#500000) ::
       [];
     mu := (500000000000#5101636313);
     route :=
       (1, (1#1)) ::
       [];
     at_most := 4096
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

Definition dwell_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition dwell_settles := settles problem dwell_stable.

(** No price is below this one. *)
Definition floor : Q := (41522829#2097152).

(** Families whose members are worth less when there is evidence against them. *)
Definition lowered : list positive := [2].

Lemma worth_ok : check_worth problem floor lowered = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** The steps that are allowed at full worth are allowed at any: see the library's Worth. *)
Definition dwell_steady := steady_at_any_worth problem floor lowered certificate_ok worth_ok.

Print Assumptions dwell_steady.
Print Assumptions dwell_stable.
