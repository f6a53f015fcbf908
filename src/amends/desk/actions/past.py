"""How a client stood on the days of the past half year, for the line on its page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from amends.core.health import assess, shown_state
from amends.core.trend import DAY, WEEK, WEEKS, weeks_back
from amends.desk.actions.standing import day_row, keep_days
from amends.desk.models import Client, Standing
from amends.desk.queries.firm import standards_of, the_firm
from amends.desk.queries.relationship import HABIT, known_of, window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from amends.core.message import Relationship
    from amends.desk.models import HealthDay
    from amends.desk.queries.firm import Standards
    from amends.desk.queries.relationship import Known

AT_A_TIME = 5  # days kept in one transaction: what is lost at most when the worker is killed
MOMENT = timedelta(microseconds=1)


def undrawn(on: date) -> Q:
    """Return the condition under which a client's past weeks are still to be drawn, as asked on a day."""
    return Q(standing=Standing.CLIENT) & (Q(drawn_until=None) | Q(drawn_until__gt=weeks_back(on)[0]))


def draw_history(
    client: Client, *, now: datetime, standards: Standards | None = None, goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Compute and keep how a client stood a week ago, two weeks ago …, as is known now, for half a year.

    The relationship is read once. The newest day comes first, and `drawn_until` is the oldest done, so that work cut
    off is taken up where it was left; between two pieces of it `goes_on` is asked. A day before the first message is
    passed over.
    """
    standards = standards or standards_of(the_firm())
    done = Client.objects.values_list("drawn_until", flat=True).get(pk=client.pk)
    today = standards.day_of(now)
    days = [on for on in reversed(weeks_back(today)) if on < today and (done is None or on < done)]
    if not days:
        return
    known = known_of(client, now, HABIT + WEEKS * WEEK)
    for start in range(0, len(days), AT_A_TIME):
        some = days[start : start + AT_A_TIME]
        rows = list(_rows(client, some, known, standards))
        if done is None:
            _forget(client, weeks_back(today)[0], today)
        if not _keep(client, done, some[-1], rows):
            return
        done = client.drawn_until = some[-1]
        if not goes_on():
            return


def _forget(client: Client, since: date, until: date) -> None:
    """Drop the days that were kept one by one since: they know nothing of what has made the past another."""
    client.days.filter(on__gt=since, on__lt=until).delete()


@transaction.atomic
def _keep(client: Client, done: date | None, until: date, rows: Sequence[HealthDay]) -> bool:
    """Keep some days, unless the client is to be drawn anew meanwhile, or is gone."""
    if not Client.objects.filter(pk=client.pk, drawn_until=done).update(drawn_until=until):
        return False
    keep_days(rows)
    return True


def _rows(client: Client, days: Sequence[date], known: Known, standards: Standards) -> Iterator[HealthDay]:
    """Yield how the client stood at the end of each day, from what had been written by then."""
    for on in days:
        at = _end_of(on, standards)
        relationship = window(known.relationship, at)
        if not _has_begun(relationship, at):
            continue
        health = assess(
            relationship,
            at,
            standards.hours,
            base_rate=standards.base_rate,
            dismissed=known.dismissed,
            points=standards.points,
        )
        state = shown_state(health, at.astimezone(standards.hours.zone), mended_on=client.mended_on)
        yield day_row(client, on, health, state)


def _end_of(on: date, standards: Standards) -> datetime:
    """Return the last moment of a day of the firm's, in UTC."""
    return datetime.combine(on + DAY, time(), standards.hours.zone).astimezone(UTC) - MOMENT


def _has_begun(relationship: Relationship, at: datetime) -> bool:
    """Whether anything was exchanged or recorded by then."""
    firsts = [one.at for one in relationship.messages[:1]]
    firsts += [touch.at for touch in relationship.touches]
    firsts += [fact.at for fact in relationship.facts]
    return min(firsts, default=at + MOMENT) <= at
