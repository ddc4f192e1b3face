(* Must be rejected: nothing is shared and nobody shares it. *)
(** * The fibre `empty` of `dwell.num` is stable

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
  [].

(** Who uses them: utilities with their boxes, a bound of their strong concavity, the use of each
    resource for a unit of the rate, and how many members there can be. A box may end below the
    spec's where no optimum exceeds that end: see the library's Tightening. *)
Definition agents : list family :=
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

Definition empty_stable := stable problem certificate_ok.

(** Whoever is present, if they fit: the problem has a solution, and with any allowed steps the
    rates converge to it from any prices. *)
Definition empty_settles := settles problem empty_stable.

Print Assumptions empty_stable.
