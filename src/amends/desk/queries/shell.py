"""What the frame of every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.desk.models import Firm

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


def frame_of(user: User, now: datetime) -> Frame:
    """Return what the frame shows to somebody; counts of what they see that needs them."""
    del now
    return Frame(user, Firm.objects.first(), 0, 0, 0)
