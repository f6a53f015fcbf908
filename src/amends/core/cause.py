"""What lies underneath: what each side contributed, and the tree of whys (docs/method.md rule 4). For the team alone.

One chain of whys is one opinion (Card 2017: no evidence that "5 whys" works), so the tree branches, each end of it is
tested, and what is missing is said as a sentence. Nothing here is a lock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

SHARES = (20, 40, 60, 80, 100)  # per cent: finer steps than a fifth nobody can tell (docs/method.md rule 4)
WHOLE = 100
FEWEST_ENDS = 2  # leaf causes (docs/method.md rule 4)
SHORTEST_NAME = 3  # letters; "Al" and "Jo" stand in other words and abbreviations (judgement)
WORD = re.compile(r"[^\W\d_]+")


class Side(StrEnum):
    """Who contributed to what happened (Stone, Patton & Heen)."""

    OURS = "ours"
    THEIRS = "theirs"
    SITUATION = "situation"


def share_of(side: Side, shares: Iterable[tuple[str, int | None]]) -> int | None:
    """Return the share of one side in per cent, None where nobody has said: unknown is not nothing.

    `shares` are (side, share) of each contribution. Of shares that make more than a whole it is the part of their sum,
    so that no side ever has more than 100.
    """
    known = [(each, share) for each, share in shares if share is not None]
    own = sum(share for each, share in known if each == side)
    total = sum(share for _, share in known)
    if not known or (not own and total < WHOLE):
        return None
    return round(WHOLE * own / max(total, WHOLE))


def excess(shares: Iterable[tuple[str, int | None]]) -> int:
    """Return by how much the shares make more than a whole, in per cent; 0 where they do not."""
    return max(0, sum(share or 0 for _, share in shares) - WHOLE)


@dataclass(frozen=True, slots=True)
class Why:
    """One cause in the tree: why its `parent` happened, a root without one."""

    id: int
    what: str
    parent: int | None = None
    is_process: bool = False
    would_have_prevented: bool | None = None


class Gap(StrEnum):
    """What a tree of whys still lacks."""

    NO_WHY = "no_why"  # nobody has asked yet
    ONE_END = "one_end"  # one chain: fewer than two leaf causes
    NO_PROCESS = "no_process"  # no end says how we work
    NAMES = "names"  # an end is a person's name
    UNTESTED = "untested"  # an end of which nobody asked whether removing it would have prevented this
    NOTHING_PREVENTS = "nothing_prevents"  # removing none of the ends would have
    NO_ESCAPE = "no_escape"  # why did we not notice?


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a tree lacks, with the cause it is about and the name that stands in it, where there is one."""

    gap: Gap
    why: Why | None = None
    name: str = ""


def ends_of(whys: Sequence[Why]) -> list[Why]:
    """Return the leaf causes: of which nobody has asked why again."""
    asked = {why.parent for why in whys}
    return [why for why in whys if why.id not in asked]


def missing_in(whys: Sequence[Why], *, names: Collection[str], has_escape: bool) -> list[Missing]:
    """Return what a tree of whys lacks, in the order in which to mend it; nothing where it holds.

    `names` are those of colleagues and of people at the client: a cause that ends at one of them blames somebody, and
    says nothing that could be changed.
    """
    escape = [] if has_escape else [Missing(Gap.NO_ESCAPE)]
    ends = ends_of(whys)
    if not ends:
        return [Missing(Gap.NO_WHY), *escape]
    found = [] if len(ends) >= FEWEST_ENDS else [Missing(Gap.ONE_END, ends[0])]
    if not any(end.is_process for end in ends):
        found.append(Missing(Gap.NO_PROCESS))
    named = ((end, name_in(end.what, names)) for end in ends)
    found += [Missing(Gap.NAMES, end, name) for end, name in named if name]
    untested = next((end for end in ends if end.would_have_prevented is None), None)
    if untested:
        found.append(Missing(Gap.UNTESTED, untested))
    elif not any(end.would_have_prevented for end in ends):
        found.append(Missing(Gap.NOTHING_PREVENTS))
    return [*found, *escape]


def name_in(text: str, names: Collection[str]) -> str:
    """Return the name that stands in a text, whole or one part of it written with a capital; "" where none does."""
    written = WORD.findall(text)
    words, folded = set(written), f" {' '.join(written).lower()} "
    for name in names:
        parts = WORD.findall(name)
        if parts and f" {' '.join(parts).lower()} " in folded:
            return name
        told = next((part for part in parts if len(part) >= SHORTEST_NAME and part[0].isupper() and part in words), "")
        if told:
            return told
    return ""
