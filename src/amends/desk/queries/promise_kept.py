"""Whether promises were kept on their day, and which of them have fallen due (docs/method.md rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from amends.desk.models import PromiseState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ENDED = ("state", "settled_at", "due_at")  # what `kept_in_order` reads of a promise
Ended = tuple[str, "datetime | None", "datetime"]


def is_in_time(settled_at: datetime | None, due_at: datetime) -> bool:
    """Whether a promise was settled on its day: its last hours are still that day."""
    return settled_at is not None and timezone.localdate(settled_at) <= timezone.localdate(due_at)


def was_kept(state: str, settled_at: datetime | None, due_at: datetime) -> bool:
    """Whether a promise was kept on its day; late is not, and neither is one that is open past it."""
    return state == PromiseState.KEPT and is_in_time(settled_at, due_at)


def fell_due(now: datetime) -> Q:
    """Return the condition for promises that were kept or broken, or passed their moment; dropped ones count not."""
    return Q(state__in=[PromiseState.KEPT, PromiseState.BROKEN]) | Q(state=PromiseState.OPEN, due_at__lt=now)


def kept_in_order(ended: Iterable[Ended]) -> list[bool]:
    """Return of each promise that fell due whether it was kept on its day, in the order in which that was settled."""
    ordered = sorted(ended, key=lambda one: (one[1] or one[2], one[2]))
    return [was_kept(*one) for one in ordered]
