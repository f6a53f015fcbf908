"""Who is private: mail from or to them is never kept, and what was kept before goes, with all that quotes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from amends.core.client import client_of, key_given, registrable_domain
from amends.desk.actions.dropped import forget_subjects_of
from amends.desk.actions.event import record
from amends.desk.actions.firm import OURS
from amends.desk.actions.health import touch_health
from amends.desk.actions.outgoing import blank_letters
from amends.desk.actions.personal import NOBODY
from amends.desk.models import (
    Client,
    Dismissal,
    Event,
    Firm,
    FolderMessage,
    LetterKind,
    Mailbox,
    Meeting,
    Message,
    Outgoing,
    Person,
    PersonAddress,
    Private,
    Signal,
    Standing,
    Waiting,
)
from amends.desk.queries.mailbox import domains_of, messages_of, read_only_from
from amends.desk.rules import Power, Refused, require, require_managed, seen_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.actions.reading import Letter
    from amends.desk.models import User

ANYBODY = "anybody"  # any name before the @ tells whether a domain is everybody's
AT_A_TIME = 500  # rows asked for, or deleted, in one statement
QUOTED = ("text", "opening", "worst", "asks", "promised")


def without_private(letters: Sequence[Letter]) -> Sequence[Letter]:
    """Return the letters in which nobody takes part who is private. Called before any are kept: the one place."""
    private = frozenset(Private.objects.values_list("what", flat=True))
    if not private:
        return letters
    return [letter for letter in letters if private.isdisjoint(_met(letter))]


def _met(letter: Letter) -> Iterable[str]:
    """Return everybody who takes part in a letter, as addresses and as every domain that these belong to."""
    for address, _name in (letter.sender, *letter.to, *letter.cc):
        yield address
        yield from domains_of(address)


def private_name(typed: str) -> str:
    """Return an address or a domain as it is kept. Refused for what is neither, everybody's, or our own."""
    what = typed.strip().lower().removeprefix("@").rstrip(".")
    if not OURS.fullmatch(what):
        told = _("“%s” is neither an address nor a domain. Write it as in ann@clinic.com, or clinic.com.")
        raise Refused(told % typed.strip())
    domain = what.rpartition("@")[2]
    if what == domain and client_of(f"{ANYBODY}@{what}") == f"{ANYBODY}@{what}":
        told = _("Everybody may have an address at %(domain)s. Write the person’s whole address.")
        raise Refused(told % {"domain": what})
    if _is_suffix(domain):
        raise Refused(_("%s belongs to too many. Write the domain of one company, or a whole address.") % what)
    ours = {key_given(address) for address in [*_our_addresses(), *Mailbox.objects.values_list("address", flat=True)]}
    if {client_of(what), registrable_domain(domain), what} & ours:
        raise Refused(_("%s is your own firm’s. Pause the mailbox, or mark a folder of it as private.") % what)
    return what


def _our_addresses() -> list[str]:
    firm = Firm.objects.first()
    return list(firm.addresses) if firm else []


def _is_suffix(domain: str) -> bool:
    """Whether a domain is one below which everybody registers theirs, such as co.uk."""
    return registrable_domain(f"{ANYBODY}.{domain}") == f"{ANYBODY}.{domain}"


def mark_private(what: str, *, by: User | None, now: datetime, is_removed: bool = True) -> Private:
    """Mark an address or a domain: mail from or to it is never kept again, whichever way it comes.

    With `is_removed` what was kept goes too: messages, what they were quoted for (findings, waits, the desk's own
    mails), people who have no other address, and who was found in that mail alone. How threads hang together is kept.
    Refused for who manages not all of the clients that lose something, and for our own domains.
    """
    require(by, Power.MANAGE)
    name = private_name(what)
    with transaction.atomic():
        Firm.objects.select_for_update().get()  # nobody keeps mail meanwhile
        try:
            with transaction.atomic():
                private = Private.objects.create(what=name, by=by, at=now)
        except IntegrityError as error:
            raise Refused(_("%s is marked as private already.") % name) from error
        gone = _remove(name, by, now) if is_removed else 0
        record("mark_private", private, by=by, now=now, after={"is_domain": "@" not in name, "messages": gone})
    return private


@transaction.atomic
def unmark_private(private: Private, *, by: User | None, now: datetime) -> None:
    """Let mail from and to somebody be kept again, from now on; what was not kept does not come back by itself."""
    require(by, Power.MANAGE)
    pk = private.pk
    if Private.objects.filter(pk=pk).delete()[0]:
        private.pk = pk  # the record says which, by number
        record("unmark_private", private, by=by, now=now)


def _remove(what: str, by: User | None, now: datetime) -> int:
    """Remove all that was kept of mail with somebody; return how many mails that was."""
    people = Person.objects.filter(Exists(_addresses(what).filter(person=OuterRef("pk"))))
    theirs = set(people.values_list("client_id", flat=True))
    gone, touched = _remove_messages(messages_of(what), theirs, by, now)
    _remove_letters(what, now)
    _remove_meetings(what, touched)
    _remove_people(what)
    _look_again(touched, now)
    return gone


@transaction.atomic
def remove_read_from(folders: Collection[int], *, by: User | None, now: datetime) -> int:
    """Remove what was read from some folders and came from nowhere else; return how many mails that was.

    With it goes what they were quoted for, and who was found in that mail alone. People and meetings stay. Refused for
    who manages not all of the clients that lose something.
    """
    require(by, Power.MANAGE)
    Firm.objects.select_for_update().get()  # nobody keeps mail meanwhile
    gone, touched = _remove_messages(read_only_from(folders), set(), by, now)
    FolderMessage.objects.filter(folder__in=folders).delete()
    _look_again(touched, now)
    return gone


def _remove_messages(
    messages: QuerySet[Message], theirs: Collection[int], by: User | None, now: datetime
) -> tuple[int, set[int]]:
    """Remove some messages and what quotes them; return how many mails that was, and whose, with whom else it meets."""
    rows = list(messages.values_list("pk", "client_id", "message_id", "key", "said", *QUOTED))
    touched = {row[1] for row in rows} | set(theirs)
    lost = Client.objects.filter(pk__in=touched)
    if by is not None and lost.exclude(pk__in=lost.filter(seen_by(by)).values("pk")).exists():
        raise Refused(_("Some of what is stored is not yours to remove. Keep it, or ask the owner."))  # names nobody
    for client in lost:
        require_managed(by, client)
    quotes = {text for row in rows for text in (*row[5:], *(quote for _rule, quote in row[4])) if text}
    ids = {each for row in rows for each in (row[2], str(row[3]), f"m{row[0]}")}  # as evidence names them
    _remove_quotes({row[1] for row in rows}, ids, quotes, now)
    forget_subjects_of(messages)
    keys = [row[0] for row in rows]
    for start in range(0, len(keys), AT_A_TIME):
        some = keys[start : start + AT_A_TIME]
        Waiting.objects.filter(message__in=some).delete()
        Message.objects.filter(pk__in=some).delete()
    return len({row[3] for row in rows}), touched


def _look_again(touched: Collection[int], now: datetime) -> None:
    """Let go who was found in what has gone, and look at the others again."""
    _remove_strangers(touched)
    left = list(Client.objects.filter(pk__in=touched).values_list("pk", flat=True))
    touch_health(left, now=now, is_redrawn=True)


def _remove_quotes(client_ids: Collection[int], ids: Collection[str], quotes: Collection[str], now: datetime) -> None:
    """Remove what quotes some messages: findings of now and before, what was said of them, and the desk's own mails."""
    signals = Signal.objects.filter(client__in=client_ids).only("pk", "evidence")
    quoting = [row.pk for row in signals if any(piece.get("id") in ids for piece in row.evidence)]
    Signal.objects.filter(pk__in=quoting).delete()
    wrong = Dismissal.objects.filter(client__in=client_ids, evidence_id__in=list(ids))
    told = list(wrong.values_list("pk", flat=True))
    Event.objects.filter(thing="signal", thing_id__in=quoting).update(before={}, after={})
    Event.objects.filter(thing="dismissal", thing_id__in=told).update(before={}, after={})
    wrong.update(summary="", reason="")
    letters = Outgoing.objects.filter(Q(client__in=client_ids) | Q(client=None)).exclude(subject="", text="")
    for letter in letters:
        if any(quote in letter.text or quote in letter.subject for quote in quotes):
            blank_letters(Outgoing.objects.filter(pk=letter.pk), now=now)


def _remove_letters(what: str, now: datetime) -> None:
    """Blank the letters to them: what was not sent goes nowhere, and of the others nothing is told any more."""
    theirs = Q(to=what) if "@" in what else Q(to__endswith=f"@{what}") | Q(to__endswith=f".{what}")
    letters = Outgoing.objects.filter(theirs, kind=LetterKind.CLIENT)
    blank_letters(letters, now=now)
    Event.objects.filter(thing="outgoing", thing_id__in=letters.values("pk")).update(before={}, after={})
    letters.update(to=NOBODY, person=None, problem="")


def _addresses(what: str) -> QuerySet[PersonAddress]:
    """Return the addresses of people that are meant."""
    if "@" in what:
        return PersonAddress.objects.filter(address=what)
    return PersonAddress.objects.filter(Q(address__endswith=f"@{what}") | Q(address__endswith=f".{what}"))


def _remove_people(what: str) -> None:
    """Remove the addresses, and who has no other."""
    meant = _addresses(what)
    ids = list(meant.values_list("person", flat=True))
    meant.delete()
    others = PersonAddress.objects.filter(person=OuterRef("pk"))
    alone = list(Person.objects.filter(~Exists(others), pk__in=ids).values_list("pk", flat=True))
    Event.objects.filter(thing="person", thing_id__in=alone).update(before={}, after={})
    Person.objects.filter(pk__in=alone).delete()


def _remove_meetings(what: str, client_ids: Collection[int]) -> None:
    """Remove the meetings in which somebody takes part, and what was logged of them by themselves."""
    for meeting in Meeting.objects.filter(client__in=client_ids).select_related("touch"):
        met = {name for each in (meeting.organizer, *meeting.attendees) for name in (each, *domains_of(each))}
        if what in met:
            if meeting.touch and meeting.touch.by_id is None:
                meeting.touch.delete()
            meeting.delete()


def _remove_strangers(client_ids: Collection[int]) -> None:
    """Remove who was found in the mail alone, when none of it is left."""
    nothing = ~Exists(Message.objects.filter(client=OuterRef("pk")))
    strangers = Client.objects.filter(nothing, pk__in=client_ids, standing__in=(Standing.FOUND, Standing.OTHER))
    gone = list(strangers.values_list("pk", flat=True))
    Event.objects.filter(client__in=gone).update(before={}, after={})
    Client.objects.filter(pk__in=gone).delete()
