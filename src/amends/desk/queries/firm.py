"""The firm, its business hours, and the numbers by which its clients are assessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Exists

from amends.core.hours import BusinessHours
from amends.desk.models import ONLY_FIRM, Firm, Holiday, Mailbox
from amends.desk.queries.number import base_rate_of, points_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.core.hours import Period
    from amends.desk.models import Client

Week = tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Standards:
    """What every client is measured with: asked for once a pass, not once a client.

    `answer_hours` are working hours, `base_rate` is the share of clients lost in a quarter, `points` the firm's own.
    """

    hours: BusinessHours
    answer_hours: int
    base_rate: float
    points: Mapping[str, int]

    def day_of(self, now: datetime) -> date:
        """Return the firm's own day at a moment."""
        return now.astimezone(self.hours.zone).date()


def the_firm() -> Firm:
    """Return the firm whose desk this is; raises Firm.DoesNotExist before it is founded."""
    return Firm.objects.get(pk=ONLY_FIRM)


def firm_and_mail() -> Firm | None:
    """Return the firm, if there is one, with `mail_fails`: whether a mailbox cannot be read."""
    fails = Exists(Mailbox.objects.filter(failing_since__isnull=False))
    return Firm.objects.annotate(mail_fails=fails).first()


def the_day(now: datetime) -> date:
    """Return the firm's own day at a moment."""
    return now.astimezone(ZoneInfo(the_firm().zone)).date()


def founded() -> bool:
    """Return whether there is a firm yet."""
    return Firm.objects.exists()


def hours_of(firm: Firm) -> BusinessHours:
    """Return the firm's business hours, with its holidays: one query."""
    week = tuple(tuple(tuple(period) for period in day) for day in firm.week)
    return _hours(week, firm.zone, frozenset(Holiday.objects.values_list("on", flat=True)))


@lru_cache(maxsize=8)  # one firm, and what it changes: the value remembers the days it was asked for
def _hours(week: Week, zone: str, holidays: frozenset[date]) -> BusinessHours:
    days = tuple(tuple(_period(*period) for period in day) for day in week)
    return BusinessHours(days, ZoneInfo(zone), holidays)


def _period(opens: str, closes: str) -> Period:
    return time.fromisoformat(opens), time.fromisoformat(closes)


def standards_of(firm: Firm) -> Standards:
    """Return what the firm's clients are measured with: one query."""
    return Standards(hours_of(firm), firm.answer_hours, base_rate_of(firm), points_of(firm))


def answer_hours_of(client: Client, firm: Firm | Standards) -> int:
    """Return within how many working hours a client was promised an answer: its own, else the firm's."""
    return firm.answer_hours if client.answer_hours is None else client.answer_hours
