"""What a case is, and which part it belongs to."""

import random
from dataclasses import dataclass

# Cases are dealt to the parts once; with another seed the figures of the report mean nothing.
SPLIT_SEED = 20261123
PARTS = ("tuning", "report")


@dataclass(frozen=True)
class Opponent:
    """Something that encrypts a tree.

    Commands run by `sh -eu` in the tree, with T (the tree), W (an empty folder beside it, on the
    same disk), M (an empty folder in memory) and B (the bench's programs).
    """

    name: str
    kind: str
    command: str
    # Whether anything but its intention tells it from a tool that people use.
    separable: bool = True
    # How many files it destroys at least when nobody hinders it; all of them if None.
    destroys: int | None = None


@dataclass(frozen=True)
class Workload:
    """Something that people and servers do to a tree.

    `prepare` runs before the files are old and before anybody watches; `check` tells afterwards
    whether the result is right. Commands run as those of opponents do.
    """

    name: str
    kind: str
    command: str
    prepare: str = ""
    check: str = ""


def part(cases, name):
    """The cases of a part: each list is cut in half after it was shuffled once."""
    ordered = sorted(cases, key=lambda case: case.name)
    random.Random(SPLIT_SEED).shuffle(ordered)
    half = (len(ordered) + 1) // 2
    return ordered[:half] if name == PARTS[0] else ordered[half:]
