"""Colleagues are told what is due, as a worker would, for tests: who waits too long, whom to call this morning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amends.desk.actions.notice import tell_late, tell_morning
from amends.desk.models import LetterKind, Notice, Outgoing, Waiting
from cast import JOINED, a_client, at

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

EIGHT = at("10 Mar 08:00")  # a Monday
TELLING = at("10 Mar 09:30")


def waits(name: str = "North", due: str = "10 Mar 09:30", **fields: Any) -> Waiting:
    """Keep a client with one message that waits, due for an answer at a moment."""
    fields.setdefault("created_at", JOINED)
    client = fields.pop("client", None) or a_client(
        "7 Mar 17:30 gary: Does anyone there read these?", name=name, **fields
    )
    message = client.messages.get()
    return Waiting.objects.create(
        client=client,
        person=message.person,
        message=message,
        thread=message.thread,
        quote=message.text,
        asked_at=message.at,
        due_at=at(due),
    )


def late(now: datetime = TELLING) -> list[tuple[str, str]]:
    """Tell what is due at a moment, and return whom of what."""
    before = set(Notice.objects.values_list("pk", flat=True))
    tell_late(now=now)
    rows = Notice.objects.exclude(pk__in=before).order_by("user__name", "pk").select_related("user", "waiting__client")
    return [(row.user.first_name, row.waiting.client.name if row.waiting else "") for row in rows]


def mornings(now: datetime = EIGHT) -> list[str]:
    """Tell the morning to everybody, and return the subjects of the mails in order of names."""
    before = set(Outgoing.objects.values_list("pk", flat=True))
    while tell_morning(now=now):
        continue
    rows = Outgoing.objects.exclude(pk__in=before).order_by("user__name")
    return [f"{row.user}: {row.subject}" for row in rows]


def a_mail(**about: Any) -> Outgoing:
    return Outgoing.objects.get(**about)


def queued(user: User, kind: LetterKind = LetterKind.LATE) -> Outgoing:
    return Outgoing.objects.get(user=user, kind=kind)
