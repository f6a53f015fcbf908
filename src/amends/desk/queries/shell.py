"""What the frame of every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.desk.queries.firm import firm_and_mail, hours_of
from amends.desk.queries.mailbox import freshness
from amends.desk.queries.needs import Needs, needs_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Firm, User
    from amends.desk.queries.mailbox import Freshness


@dataclass(frozen=True, slots=True)
class Frame:
    """The firm, the person, and how many things need them behind each menu entry."""

    user: User
    firm: Firm | None
    today: int
    recoveries: int
    promises: int
    stale: Freshness | None = None  # a mailbox that cannot be read


def frame_of(user: User, now: datetime, *, firm: Firm | None = None, needs: Needs | None = None) -> Frame:
    """Return what the frame shows to somebody: six queries, fewer where `firm` and `needs` are known already.

    One more where a mailbox cannot be read.
    """
    firm = firm or firm_and_mail()
    if firm is None:
        return Frame(user, None, 0, 0, 0)
    needs = needs or needs_of(user, now, hours_of(firm))
    stale = freshness(now) if getattr(firm, "mail_fails", False) else None
    return Frame(user, firm, needs.count, len(needs.recoveries), needs.promises, stale)
