"""Imports, how far they are, what they found, and the companies that nobody has confirmed yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from amends.core.client import client_of
from amends.core.health import State
from amends.desk.models import Client, ImportStatus, MailImport, Message, Person, Standing, User
from amends.desk.rules import Power, may, opened_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from amends.desk.models import ImportSkip

UNDER_WAY = (ImportStatus.LOOKING, ImportStatus.READING)
SHOWN = 50  # imports on the page of imports; older ones say nothing any more (judgement)
SKIPS_SHOWN = 20  # reasons on the page of an import (judgement)
SENDERS_SHOWN = 20  # of newsletters, on the page of an import (judgement)
PEOPLE_SHOWN = 3  # people named of a company to confirm: by them it is recognised
NEED_YOU = (State.AT_RISK, State.STRAINED)
POSSIBLE = (Standing.FOUND, Standing.CLIENT)
TALKED = 2  # messages each way, by people: less is a question, or an offer (judgement)
# Messages in all from which somebody seems a client: in the sample, suppliers have 8 and applicants 6. A private
# address with many is a small client, not an applicant. Both are a guess that a person corrects (judgement).
COMPANY_WRITES, PRIVATE_WRITES = 10, 20


def imports() -> QuerySet[MailImport]:
    """Return the latest imports that nobody took off the list, the newest first."""
    return MailImport.objects.filter(cleared_at=None).select_related("by")[:SHOWN]


def open_import() -> MailImport | None:
    """Return the newest import that is under way or waits for a person."""
    return MailImport.objects.filter(status__in=(*UNDER_WAY, ImportStatus.READY)).first()


@dataclass(frozen=True, slots=True)
class Found:
    """What mail has shown so far: clients in it, companies still to confirm, people, and how many need somebody.

    `unconfirmed` is `count_unconfirmed`, as on every page: of the whole desk, not of this mail alone.
    """

    clients: int
    unconfirmed: int
    people: int
    need_you: int

    @property
    def companies(self) -> int:
        """How many there are to speak of at all."""
        return self.clients + self.unconfirmed


def found_in(mailing: MailImport, user: User) -> Found:
    """Return what the new messages of an import have shown; left out are those who were said to be no clients."""
    return _found(Message.objects.filter(mailing=mailing), user)


def found_at_all(user: User) -> Found:
    """Return what all mail has shown so far, as `found_in`."""
    return _found(Message.objects.all(), user)


def _found(messages: QuerySet[Message], user: User) -> Found:
    talked = Client.objects.filter(
        opened_by(user),
        Exists(messages.filter(client=OuterRef("pk"), automated="")),
        standing__in=POSSIBLE,
    )
    confirmed, in_need = Q(standing=Standing.CLIENT), Q(state__in=NEED_YOU)
    told = talked.aggregate(clients=Count("pk", filter=confirmed), need_you=Count("pk", filter=in_need))
    people = Person.objects.filter(last_wrote_at__isnull=False, client__in=talked).count()
    return Found(told["clients"], count_unconfirmed(user), people, told["need_you"])


@dataclass(frozen=True, slots=True)
class Progress:
    """An import as its page shows it. `left` is None while nothing can be said about it."""

    mailing: MailImport
    left: timedelta | None
    found: Found | None
    skips: tuple[ImportSkip, ...]
    unconfirmed: int
    newsletters: tuple[tuple[str, int], ...]  # domains that sent most of what was not kept, and how much

    @property
    def more_skips(self) -> int:
        """How many more could not be read than are shown."""
        return max(self.mailing.skipped - len(self.skips), 0)


def progress_of(mailing: MailImport, now: datetime, user: User) -> Progress:
    """Return how far an import is, as `user` sees it."""
    return Progress(
        mailing=mailing,
        left=_left(mailing, now),
        found=found_in(mailing, user) if mailing.kept else None,
        skips=tuple(mailing.skips.order_by("pk")[:SKIPS_SHOWN]),
        unconfirmed=count_unconfirmed(user) if mailing.status == ImportStatus.DONE else 0,
        newsletters=tuple(Counter(mailing.newsletters).most_common(SENDERS_SHOWN)),
    )


def _left(mailing: MailImport, now: datetime) -> timedelta | None:
    """Return how long reading will go on, at the speed it had so far."""
    if mailing.status != ImportStatus.READING or not mailing.read or mailing.started_at is None:
        return None
    return (now - mailing.started_at) * (max(mailing.total - mailing.read, 0) / mailing.read)


def unconfirmed_clients(user: User) -> QuerySet[Client]:
    """Return the companies found in mail and lists of which nobody has said yet whether they are clients.

    The one answer to "how many": every page counts these, and no others.
    """
    return Client.objects.filter(opened_by(user), standing=Standing.FOUND)


def count_unconfirmed(user: User) -> int:
    """Return how many companies somebody may confirm; 0 for who confirms none."""
    return unconfirmed_clients(user).count() if may(user, Power.MANAGE) else 0


def found_clients(user: User) -> QuerySet[Client]:
    """Return the companies to confirm, most mail first."""
    counts = (
        Message.objects.filter(client=OuterRef("pk"), automated="")
        .order_by()
        .values("client")
        .annotate(all=Count("pk"), ours=Count("pk", filter=Q(from_us=True)))
    )
    return (
        unconfirmed_clients(user)
        .annotate(mails=Subquery(counts.values("all")), ours=Subquery(counts.values("ours")))
        .order_by("-mails", "name", "pk")
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company to confirm: what it is recognised by, and whether it seems to be a client."""

    client: Client
    messages: int
    people: tuple[str, ...]
    more_people: int
    subject: str
    seems_client: bool


def candidates(clients: Iterable[Client]) -> list[Candidate]:
    """Return what some clients of `found_clients` are recognised by: two more queries, however many they are."""
    rows = list(clients)
    people: dict[int, list[str]] = {client.pk: [] for client in rows}
    for client_id, name in (
        Person.objects.filter(client__in=rows).exclude(name="").order_by("pk").values_list("client_id", "name")
    ):
        people[client_id].append(name)
    keys: dict[int, list[str]] = {client.pk: [] for client in rows}
    newest = Message.objects.filter(client=OuterRef("pk"), automated="").order_by("-at", "-pk")
    told = Client.objects.filter(pk__in=people).annotate(subject=Subquery(newest.values("subject")[:1]))
    for client_id, subject, key in told.values_list("pk", "subject", "keys__key"):
        keys[client_id] += [subject or "", key or ""]
    return [
        Candidate(
            client=client,
            messages=client.mails or 0,  # type: ignore[attr-defined]  # annotated by `found_clients`
            people=tuple(people[client.pk][:PEOPLE_SHOWN]),
            more_people=max(len(people[client.pk]) - PEOPLE_SHOWN, 0),
            subject=keys[client.pk][0],
            seems_client=_seems_client(client, keys[client.pk][1::2]),
        )
        for client in rows
    ]


def _seems_client(client: Client, keys: list[str]) -> bool:
    """Guess by how much people talked, in both directions; a private address is rather an applicant's."""
    mails: int = client.mails or 0  # type: ignore[attr-defined]  # annotated by `found_clients`
    ours: int = client.ours or 0  # type: ignore[attr-defined]  # annotated by `found_clients`
    is_company = any(key and client_of(f"anybody@{key}") == key for key in keys)
    enough = COMPANY_WRITES if is_company else PRIVATE_WRITES
    return mails >= enough and ours >= TALKED and mails - ours >= TALKED


def who_writes_most(client_ids: Iterable[int]) -> dict[int, User]:
    """Return for each client the colleague who wrote to it most; nobody for those to whom no colleague wrote."""
    colleagues = {user.email: user for user in User.objects.filter(is_active=True)}
    counts = (
        Message.objects.filter(client__in=list(client_ids), from_us=True, sender__in=colleagues)
        .order_by()
        .values("client_id", "sender")
        .annotate(count=Count("pk"))
        .order_by("count", "sender")
    )
    return {row["client_id"]: colleagues[row["sender"]] for row in counts}
