"""Which parts of an apology a draft has, and which its writer is asked for (docs/method.md rule 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.apology.finder import joined
from amends.core.apology.rules import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.core.apology.finder import Found, Span

    Parts = dict[Part, tuple[Span, ...]]

SIX = tuple(part for part in Part if part is not Part.EMPATHY)
_BY_NAME = {part.value: part for part in Part}
_OWNING = frozenset({"regret", "responsibility"})
# "We charged you twice" owns it beside a "sorry", and is a mere fact elsewhere.
_ACT = "responsibility.act"
_BESIDE = 2  # sentences (judgement)


def parts_of(found: Sequence[Found]) -> Parts:
    """Return where each part was found, the weightiest part first; one that was not found is left out."""
    owning = {hit.sentence for hit in found if hit.section in _OWNING}
    places: dict[str, list[Span]] = {}
    for hit in found:
        if hit.section in _BY_NAME:
            places.setdefault(hit.section, []).append((hit.start, hit.end))
        elif hit.section == _ACT and not owning.isdisjoint(range(hit.sentence - _BESIDE, hit.sentence + _BESIDE + 1)):
            places.setdefault(Part.RESPONSIBILITY.value, []).append((hit.start, hit.end))
    return {part: tuple(joined(places[name])) for name, part in _BY_NAME.items() if name in places}


def asked_for(parts: Parts, *, is_process: bool = False) -> tuple[Part, ...]:
    """Return what to ask for: those of the six that were not found, and empathy where a process failed."""
    wanted = tuple(Part) if is_process else SIX
    return tuple(part for part in wanted if part not in parts)
