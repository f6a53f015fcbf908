"""What lies underneath a recovery: contributions by side, the tree of whys, and what it lacks. For the team alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.core.cause import Side, Why, excess, missing_in, share_of
from amends.desk.models import Cause, Contribution, Person, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.core.cause import Missing
    from amends.desk.models import Case


@dataclass(frozen=True, slots=True)
class Underneath:
    """All that lies underneath one recovery: contributions by side, how much their shares exceed a whole, causes."""

    contributions: dict[Side, list[Contribution]]
    excess: int
    causes: list[Placed]
    missing: list[Missing]


@dataclass(frozen=True, slots=True)
class Placed:
    """One cause at its place in the tree: how deep it stands, and whether nobody has asked why again."""

    cause: Cause
    depth: int
    is_end: bool


def underneath(case: Case) -> Underneath:
    """Return what lies underneath a recovery: four queries."""
    rows = list(Contribution.objects.filter(case=case).select_related("by"))
    causes = list(Cause.objects.filter(case=case).select_related("by"))
    shares = [(row.side, row.share) for row in rows]
    whys = [
        Why(row.pk, row.what, row.parent_id, is_process=row.is_process, would_have_prevented=row.would_have_prevented)
        for row in causes
    ]
    missing = missing_in(whys, names=names_near(case), has_escape=bool(case.escape_point))
    by_side = {side: [row for row in rows if row.side == side] for side in Side}
    return Underneath(by_side, excess(shares), placed(causes), missing)


def share_in(case: Case, side: Side) -> int | None:
    """Return the share of one side in a recovery, in per cent; None where nobody has said: one query."""
    return share_of(side, Contribution.objects.filter(case=case).values_list("side", "share"))


def placed(causes: Sequence[Cause]) -> list[Placed]:
    """Return causes in the order of their tree: each with what was asked of it right behind it."""
    below: dict[int | None, list[Cause]] = {}
    for cause in causes:
        below.setdefault(cause.parent_id, []).append(cause)
    found: list[Placed] = []
    ahead = [(cause, 0) for cause in reversed(below.get(None, []))]
    while ahead:
        cause, depth = ahead.pop()
        deeper = below.get(cause.pk, [])
        found.append(Placed(cause, depth, not deeper))
        ahead += [(each, depth + 1) for each in reversed(deeper)]
    return found


def names_near(case: Case) -> list[str]:
    """Return the names of colleagues and of people at the client: no cause ends at one of them. Two queries."""
    ours = User.objects.exclude(name="").values_list("name", flat=True)
    theirs = Person.objects.filter(client=case.client_id).exclude(name="").values_list("name", flat=True)
    return [*ours, *theirs]
