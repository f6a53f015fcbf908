"""What the frame of every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.desk.models import Firm
from amends.desk.queries.firm import hours_of
from amends.desk.queries.needs import Needs, needs_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User


@dataclass(frozen=True, slots=True)
class Frame:
    """The firm, the person, and how many things need them behind each menu entry."""

    user: User
    firm: Firm | None
    today: int
    recoveries: int
    promises: int


def frame_of(user: User, now: datetime, *, firm: Firm | None = None, needs: Needs | None = None) -> Frame:
    """Return what the frame shows to somebody: six queries, fewer where `firm` and `needs` are known already."""
    firm = firm or Firm.objects.first()
    if firm is None:
        return Frame(user, None, 0, 0, 0)
    needs = needs or needs_of(user, now, hours_of(firm))
    return Frame(user, firm, needs.count, len(needs.recoveries), needs.promises)
