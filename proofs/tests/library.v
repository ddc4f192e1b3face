(** What the public theorems of the library assume. *)

From Num Require Import DualAscent Perron EliminationOrder CliqueDrift DCP Counterexamples.
From Num Require Import Existence SingleLink Tightening Certificate Worth.

Print Assumptions rates_converge.
Print Assumptions perron_admissible.
Print Assumptions is_perfect_chordal.
Print Assumptions is_perfect_cliques.
Print Assumptions clique_local_drift.
Print Assumptions curvature_sound.
Print Assumptions prices_exist_with_room.
Print Assumptions single_link_prices_exist.
Print Assumptions idle_tightening.
Print Assumptions any_step_below_two.
Print Assumptions no_split_on_a_cycle.
Print Assumptions stable.
Print Assumptions settles.
Print Assumptions full_worth.
Print Assumptions steady_at_any_worth.
