"""People at clients: who they are, what they wrote, and what erasing them takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from amends.desk.models import Message, Touch

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from amends.desk.models import Person


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of somebody goes when they are erased."""

    messages: int  # that they wrote: the words go, that there was a message stays
    touches: int  # calls, visits and notes with them: what they said goes
    addresses: int


def what_erasing_takes(person: Person) -> Erased:
    """Count what erasing somebody takes."""
    return Erased(
        messages=written_by(person).count(),
        touches=Touch.objects.filter(person=person).count(),
        addresses=person.addresses.count(),
    )


def written_by(person: Person) -> QuerySet[Message]:
    """Return the messages that somebody wrote, the newest first."""
    addresses = person.addresses.values("address")
    of_theirs = Q(person=person) | Q(person=None, sender__in=addresses)
    return Message.objects.filter(of_theirs, client=person.client_id, from_us=False).order_by("-at", "-pk")
