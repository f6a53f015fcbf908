"""Drop addresses end, and the list of what came by them forgets: after weeks, and with the clients it names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.desk.actions import spool
from amends.desk.actions.event import record
from amends.desk.models import Dropped, Message

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, Drop, User

DROPPED_KEPT = timedelta(days=30)  # the list of what came; the messages stay. Judgement
ASIDE_KEPT = timedelta(days=30)  # files that could not be taken in, for whoever looks after the desk; judgement
LONGEST_SUBJECT = 300  # characters of `Dropped.subject`


def end_drops(drops: QuerySet[Drop], *, by: User | None, now: datetime) -> None:
    """End addresses for good: nothing comes by them any more, whatever becomes of whose they were."""
    for drop in drops.select_for_update().filter(ended_at=None):
        drop.ended_at = now
        drop.save(update_fields=["ended_at"])
        record("end_drop", drop, by=by, now=now)


def forget_dropped(now: datetime) -> None:
    """Forget what came weeks ago, and files that were set aside; the messages that were kept stay."""
    Dropped.objects.filter(at__lt=now - DROPPED_KEPT).delete()
    spool.sweep_queue(now, ASIDE_KEPT)


def forget_dropped_of(client: Client) -> None:
    """Blank the subjects in the list that are those of a client's messages."""
    forget_subjects_of(Message.objects.filter(client=client))


def forget_subjects_of(messages: QuerySet[Message]) -> None:
    """Blank the subjects in the list that are those of some messages."""
    subjects = Dropped.objects.exclude(subject="").values_list("subject", flat=True)
    theirs = messages.filter(subject__in=set(subjects)).values_list("subject", flat=True)
    Dropped.objects.filter(subject__in=set(theirs)).update(subject="")
