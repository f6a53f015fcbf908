"""The messages of a client, one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.desk.models import Message
from amends.desk.rules import of_seen_letter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, User

SHOWN = 25  # of one page (judgement)
AROUND = timedelta(days=60)  # how far from a message its conversation is looked for: the index is by time (judgement)
MOST_AROUND = 30  # of a conversation that never ends, those nearest in time


def messages_before(rows: QuerySet[Message], before: datetime | None) -> tuple[Sequence[Message], datetime | None]:
    """Return one page of messages, the newest first, and where the next one begins; None at the end.

    Messages of the same second as the last of a page are on that page.
    """
    older = rows.filter(at__lt=before) if before else rows
    found = list(older.select_related("person").defer("text").order_by("-at", "-pk")[: SHOWN + 1])
    if len(found) <= SHOWN:
        return found, None
    last = found[SHOWN - 1].at
    page = [message for message in found[:SHOWN] if message.at != last or found[SHOWN].at != last]
    shown = page or found[:SHOWN]
    return shown, shown[-1].at


def written_with(client: Client, user: User | None = None) -> QuerySet[Message]:
    """Return what people on both sides wrote, as far as `user` reads it (None: all)."""
    return Message.objects.filter(of_seen_letter(user), client=client, automated="")


def conversation_of(message: Message, user: User | None = None) -> list[Message]:
    """Return the messages of the same conversation around one, in order of time, that one with them."""
    near = Message.objects.filter(
        of_seen_letter(user),
        client=message.client_id,
        thread=message.thread,
        at__gte=message.at - AROUND,
        at__lte=message.at + AROUND,
    ).select_related("person")
    before = near.filter(at__lte=message.at).order_by("-at", "-pk")[:MOST_AROUND]
    after = near.filter(at__gt=message.at).order_by("at", "pk")[:MOST_AROUND]
    return [*reversed(before), *after]
