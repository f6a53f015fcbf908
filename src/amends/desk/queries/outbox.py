"""What goes out by mail: what is to be read, waits, is lost, came back, was sent; as far as somebody may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q

from amends.core.thread import key_of
from amends.desk.models import LetterKind, Message, Outgoing, PersonAddress
from amends.desk.rules import Power, may, mine, of_seen_case, opened_by

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Case, Client, Firm, Person, User

SENDING = timedelta(minutes=5)  # longer than every answer of a slow server takes together (EMAIL_TIMEOUT); judgement
MOST_TOLD = 3  # letters that came back, told one by one on Today; judgement
UNSENT = Q(sending_at=None, failed_at=None)
DRAFT = Q(UNSENT, kind=LetterKind.CLIENT, read_at=None)
GIVEN_BACK = Q(DRAFT) & ~Q(problem="")  # its writer writes there no more: for somebody to take over
QUEUED = Q(UNSENT) & (~Q(kind=LetterKind.CLIENT) | Q(read_at__isnull=False))
SENT = Q(sent_at__isnull=False)
BACK = Q(Q(failed_at__isnull=False) | Q(bounced_at__isnull=False), closed_at=None) & ~Q(subject="")
BEGUN = Q(sending_at__isnull=False, sent_at=None, failed_at=None)


class Tab(StrEnum):
    """A part of the outbox."""

    READ = "read"  # drafts, for somebody to read and send
    WAITING = "waiting"
    UNKNOWN = "unknown"
    BACK = "back"
    SENT = "sent"


def lost(now: datetime) -> Q:
    """Return the condition under which nobody knows whether a letter arrived: cut off, and not still being sent."""
    return Q(BEGUN) & (~Q(problem="") | Q(sending_at__lt=now - SENDING))


def conditions(now: datetime) -> dict[Tab, Q]:
    """Return which letters stand in which part."""
    under_way = Q(BEGUN, problem="", sending_at__gte=now - SENDING)
    return {
        Tab.READ: DRAFT,
        Tab.WAITING: Q(QUEUED) | under_way,
        Tab.UNKNOWN: lost(now),
        Tab.BACK: BACK,
        Tab.SENT: SENT,
    }


def letters_seen_by(user: User) -> QuerySet[Outgoing]:
    """Return the letters that somebody sees: those to clients they see; who manages, notices to colleagues too."""
    of_clients = Q(opened_by(user, "client__"), of_seen_case(user), client__isnull=False)
    if not may(user, Power.MANAGE):
        return Outgoing.objects.filter(of_clients, kind=LetterKind.CLIENT)
    return Outgoing.objects.filter(of_clients | Q(client=None) & ~Q(kind=LetterKind.CLIENT))


def letters_in(tab: Tab, user: User, now: datetime) -> QuerySet[Outgoing]:
    """Return one part of somebody's outbox: what goes out next first, what is over the newest first."""
    rows = letters_seen_by(user).filter(conditions(now)[tab]).select_related("client", "person", "user", "by")
    return rows.order_by("added_at", "pk") if tab is Tab.WAITING else rows.order_by("-added_at", "-pk")


def counts_of(user: User, now: datetime) -> dict[Tab, int]:
    """Return how many letters stand in each part of somebody's outbox, in one query."""
    told = {tab.value: Count("pk", filter=condition) for tab, condition in conditions(now).items()}
    found = letters_seen_by(user).aggregate(**told)
    return {tab: found[tab.value] for tab in Tab}


@dataclass(frozen=True, slots=True)
class Held:
    """Why no mail goes out: since when (None: since ever), and what the mail server says (empty: there is none)."""

    since: datetime | None
    why: str = ""


def held(firm: Firm) -> Held | None:
    """Return why mail waits; None while it goes out."""
    if not settings.EMAIL_HOST:
        return Held(None)
    return Held(firm.mail_down_at, firm.mail_problem) if firm.mail_down_at else None


def letters_back(user: User, now: datetime) -> QuerySet[Outgoing]:
    """Return the letters of somebody's own, to their clients, or of recoveries they lead, that did not arrive.

    And that nobody has seen to; among them those that were not sent, because who wrote them writes there no more.
    """
    rows = letters_seen_by(user).filter(
        BACK | lost(now) | GIVEN_BACK, Q(by=user) | Q(case__lead=user) | mine(user, "client__"), kind=LetterKind.CLIENT
    )
    return rows.select_related("client", "person", "by").order_by("-added_at", "-pk")[:MOST_TOLD]


def filed_as(letter: Outgoing) -> Message | None:
    """Return the message of ours as which a letter that was sent is kept."""
    if letter.kind != LetterKind.CLIENT or letter.sent_at is None:
        return None
    return Message.objects.filter(client=letter.client_id, key=key_of(letter.message_id or "")).first()


def last_test(user: User) -> Outgoing | None:
    """Return the last test mail that somebody asked for."""
    return Outgoing.objects.filter(kind=LetterKind.TEST, by=user).order_by("-added_at", "-pk").first()


def writable(client: Client) -> QuerySet[PersonAddress]:
    """Return the addresses of who works at a client now, the main contact first."""
    rows = PersonAddress.objects.filter(person__client=client, person__left_on=None).select_related("person")
    return rows.order_by("-person__is_main", "person__name", "person_id", "address")


def subject_of_answer(message: Message) -> str:
    """Return the subject under which a message is answered: one "Re:", however many it carries."""
    subject = " ".join(message.subject.split())
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def spoken_last(person: Person, case: Case) -> Message | None:
    """Return the message that a letter about a recovery answers: the last one of the conversation that it is about.

    Where that was no mail of theirs, or another's, the last one that they wrote.
    """
    written = Message.objects.filter(client=person.client_id, automated="").order_by("-at", "-pk")
    about = case.message
    if about and person.pk in {about.person_id, case.person_id}:
        return written.filter(thread=about.thread).first()
    return written.filter(person=person).first()


def letters_of(case: Case, user: User) -> QuerySet[Outgoing]:
    """Return the letters to the client that belong to a recovery, as far as somebody sees them, the newest first."""
    rows = letters_seen_by(user).filter(kind=LetterKind.CLIENT, case=case).exclude(subject="")
    return rows.select_related("client", "person", "user", "by").order_by("-added_at", "-pk")
