"""Personal data: who was erased stays erased, and what is older than the firm keeps it is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from amends.desk.actions.dropped import forget_dropped
from amends.desk.actions.event import record
from amends.desk.actions.notice_out import forget_notices
from amends.desk.actions.outgoing import forget_letters
from amends.desk.models import (
    AgreedItem,
    Case,
    ClientPage,
    Dismissal,
    Event,
    Firm,
    FollowUp,
    Forgotten,
    FoundPromise,
    ImportSkip,
    Invitation,
    Known,
    Lesson,
    ListRow,
    Meeting,
    Message,
    Outgoing,
    Override,
    PageLink,
    Person,
    Promise,
    Pulse,
    Refusal,
    SheetItem,
    SheetState,
    Signal,
    SignIn,
    StaffingFact,
    Touch,
    Waiting,
)
from amends.desk.queries.case_words import LESSONS_KEEP, OF_CASE, OF_ROWS
from amends.desk.queries.case_words import rows_of as rows_of_recoveries
from amends.desk.queries.personal import forgotten_among, forgotten_as, forgotten_at, hash_of_address
from amends.sources.listing import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from amends.desk.actions.reading import Letter

NOBODY = "forgotten@erased.invalid"  # RFC 2606: nobody's domain
SLICE = 2000  # rows blanked in one transaction, so that nobody waits long for their turn to write; judgement
LINKS_KEPT = timedelta(days=30)  # after they ended; judgement
PAGES_TELL = timedelta(days=365)  # after a link to a page ended: so long an old mail leads to "has ended"; judgement
REFUSALS_KEPT = timedelta(days=1)  # as `actions.sign_in` does
WORDS = {"subject": "", "text": "", "opening": "", "worst": "", "asks": "", "promised": ""}  # of a message
WRITTEN_BY_PEOPLE = (
    "client", "person", "touch", "promise", "case", "followup", "agreeditem", "staffingfact", "signal", "outgoing",
    "sheet", "sheetitem", "foundpromise",
    *(model.__name__.lower() for model, _, _ in OF_ROWS),
)  # fmt: skip


@transaction.atomic
def remember_erased(person: Person, stand_in: str, *, now: datetime) -> None:
    """Keep the addresses and the name of somebody who is being erased as hashes; called by `person.erase_person`.

    The name is kept together with the client: a namesake elsewhere is somebody else.
    """
    row = {"stand_in": stand_in, "at": now}
    _remember_ids(person, row)
    of_a_client = (forgotten_at(at, person.name) for at in (person.client_id, name_key(person.client.name)))
    for address in (*person.addresses.values_list("address", flat=True), *filter(None, of_a_client)):
        Forgotten.objects.update_or_create(address_hash=hash_of_address(address), defaults=row)


def _remember_ids(person: Person, row: dict[str, Any]) -> None:
    """Keep what lists call somebody as hashes too: a list that comes again does not bring them back."""
    known = Known.objects.filter(thing="person", thing_id=person.pk)
    for source, external_id in known.values_list("source", "external_id"):
        told = hash_of_address(forgotten_as(source, external_id))
        Forgotten.objects.update_or_create(address_hash=told, defaults=row)
    known.delete()


def without_erased(letters: Sequence[Letter]) -> Sequence[Letter]:
    """Return letters as they may be kept: those from before somebody was erased say nothing of them any more.

    Called before an import keeps them. What somebody writes after that day is a new matter, and is kept.
    """
    met = {address for letter in letters for address, _ in (letter.sender, *letter.to, *letter.cc)}
    met |= {address for letter in letters for invite in letter.invites for address in invite.addresses}
    forgotten = forgotten_among(met)
    return [_without(letter, forgotten) for letter in letters] if forgotten else letters


def _without(letter: Letter, forgotten: dict[str, tuple[str, datetime]]) -> Letter:
    gone = {address: stand_in for address, (stand_in, at) in forgotten.items() if letter.at <= at}
    if not gone:
        return letter
    told = letter._replace(
        invites=tuple(invite.without(gone) for invite in letter.invites),
        to=tuple(_nameless(each, gone) for each in letter.to),
        cc=tuple(_nameless(each, gone) for each in letter.cc),
        clients=tuple(gone.get(key, key) for key in letter.clients),
    )
    if letter.sender[0] not in gone:
        return told
    return told._replace(
        sender=(gone[letter.sender[0]], ""), text="", opening="", worst="", said=(), asks="", promised="", title="",
        subject="", invites=(),
    )  # fmt: skip


def _nameless(each: tuple[str, str], gone: dict[str, str]) -> tuple[str, str]:
    return (gone[each[0]], "") if each[0] in gone else each


@dataclass(frozen=True, slots=True)
class Blanking:
    """Which rows have words to forget, and what stands there afterwards."""

    name: str
    rows: QuerySet[Any]
    blank: dict[str, Any]


def forget_old(now: datetime) -> dict[str, int]:
    """Forget what is over: links, failed sign-ins, mail that was sent; and words older than the firm keeps them.

    That something happened and when stays, with the flags that were read from it; words, names and addresses are
    blanked, and people who have not been heard of since are removed. Returns how many rows of each kind. Works in
    slices, each in a transaction of its own: what was cut off goes on the next time.
    """
    _forget_what_is_over(now)
    firm = Firm.objects.first()
    if firm is None or firm.keep_years is None:
        return {}
    limit = _years_before(now, firm.keep_years)
    counts = {blanking.name: _blank(blanking) for blanking in _blankings(limit)}
    counts["people"] = _remove(_people_gone(limit))
    counts["agreed"] = _remove(_agreed_before(limit))
    found = {name: count for name, count in counts.items() if count}
    if found:
        with transaction.atomic():
            record("forget_old", firm, by=None, now=now, after={**found, "older_than": limit.date()})
    return found


def what_is_old(now: datetime, years: int) -> tuple[int, int]:
    """Return how many messages would lose their words, and how many people go, if so many years were kept."""
    limit = _years_before(now, years)
    messages = Message.objects.filter(_any_of(WORDS), at__lt=limit)
    return messages.count(), _people_gone(limit).count()


def _years_before(now: datetime, years: int) -> datetime:
    day = now.date()
    is_leap_day = (day.month, day.day) == (2, 29)
    earlier = date(day.year - years, day.month, 28 if is_leap_day else day.day)
    return datetime.combine(earlier, now.timetz())


@transaction.atomic
def _forget_what_is_over(now: datetime) -> None:
    Session.objects.filter(expire_date__lt=now).delete()
    SignIn.objects.filter(at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    Refusal.objects.filter(at__lt=now - REFUSALS_KEPT).delete()
    Invitation.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    PageLink.objects.filter(Q(ends_at__lt=now - PAGES_TELL) | Q(ended_at__lt=now - PAGES_TELL)).delete()
    forget_letters(now)
    forget_notices(now)
    forget_dropped(now)


def _blankings(limit: datetime) -> Iterable[Blanking]:
    """Return what is forgotten of each kind of row that is older than `limit`."""
    old_mail = Message.objects.filter(at__lt=limit)
    yield Blanking("messages", old_mail.filter(_any_of(WORDS)), WORDS)
    yield Blanking("quotes", old_mail.exclude(said=[]), {"said": []})
    yield Blanking("recipients", old_mail.exclude(to=[], cc=[]), {"to": [], "cc": []})
    theirs = old_mail.filter(from_us=False).exclude(sender=NOBODY)
    yield Blanking("senders", theirs, {"sender": NOBODY, "sender_name": "", "person": None})
    for name, rows, fields in (
        ("touches", Touch.objects.filter(at__lt=limit), ("summary", "detail", "words")),
        ("facts", StaffingFact.objects.filter(at__lt=limit), ("note", "words")),
        ("recoveries", Case.objects.filter(closed_at__lt=limit), OF_CASE),
        *_of_recoveries(limit),
        ("pages", ClientPage.objects.filter(case=None, made_at__lt=limit), ("title", "lead", "amends_note")),
        ("answers of theirs", Pulse.objects.filter(at__lt=limit), ("words",)),
        ("promises found", FoundPromise.objects.filter(found_at__lt=limit), ("sentence",)),
        ("agreements", _sheets_before(limit), ("our_words", "their_words", "wording", "their_change")),
        ("check-ins", FollowUp.objects.filter(done_at__lt=limit), ("note", "outcome")),
        ("promises", Promise.objects.filter(settled_at__lt=limit), ("what", "search")),
        ("waits", Waiting.objects.filter(settled_at__lt=limit), ("quote",)),
        ("findings", Signal.objects.filter(cleared_at__lt=limit), ("summary",)),
        ("dismissals", Dismissal.objects.filter(at__lt=limit), ("summary", "reason")),
        ("overrides", Override.objects.filter(at__lt=limit), ("reason",)),
    ):
        blank = dict.fromkeys(fields, "")
        yield Blanking(name, rows.filter(_any_of(blank)), blank)
    over = Meeting.objects.filter(starts_at__lt=limit, due_at=None)
    nothing: dict[str, Any] = {"subject": "", "place": "", "organizer": "", "attendees": {}}
    yield Blanking("meetings", over.filter(_any_of(("subject", "place", "organizer")) | ~Q(attendees={})), nothing)
    yield Blanking("evidence", Signal.objects.filter(cleared_at__lt=limit).exclude(evidence=[]), {"evidence": []})
    old_changes = Event.objects.filter(at__lt=limit, thing__in=WRITTEN_BY_PEOPLE)
    yield Blanking("changes", old_changes.exclude(before={}, after={}), {"before": {}, "after": {}})
    letters = {"to": NOBODY, "reply_to": "", "subject": "", "text": "", "problem": "", "person": None}
    yield Blanking("letters", Outgoing.objects.filter(added_at__lt=limit).exclude(to=NOBODY), letters)
    told_of = Q(at__lt=limit) | Q(at=None, listing__added_at__lt=limit)
    old_rows = ListRow.objects.filter(told_of).exclude(raw={}, changes=[], problem="")
    yield Blanking("rows of lists", old_rows, {"raw": {}, "changes": [], "problem": ""})
    yield Blanking("skips", ImportSkip.objects.filter(mailing__finished_at__lt=limit).exclude(where=""), {"where": ""})


def _sheets_before(limit: datetime) -> QuerySet[SheetItem]:
    """Return the lines of agreements that hold no more, and were made before `limit`."""
    return SheetItem.objects.filter(
        sheet__made_at__lt=limit, sheet__state__in=[SheetState.REPLACED, SheetState.DROPPED]
    )


def _of_recoveries(limit: datetime) -> Iterable[tuple[str, QuerySet[Any], tuple[str, ...]]]:
    """Return what hangs on recoveries that ended before `limit`: their kind, the rows, and their fields with words."""
    for model, way, fields in OF_ROWS:
        kept = LESSONS_KEEP if model is Lesson else ()
        forgotten = tuple(field for field in fields if field not in kept)
        yield f"recoveries: {model.__name__.lower()}", rows_of_recoveries(model, way, closed_at__lt=limit), forgotten


def _any_of(fields: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for field in fields:
        found |= ~Q(**{field: ""})
    return found


def _blank(blanking: Blanking) -> int:
    """Blank the rows, a slice in each transaction, and return how many they were."""
    count = 0
    while ids := list(blanking.rows.order_by().values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            count += blanking.rows.model._default_manager.filter(pk__in=ids).update(**blanking.blank)  # noqa: SLF001  (of whichever model it is)
    return count


@transaction.atomic
def _remove(rows: QuerySet[Any]) -> int:
    """Remove rows, and return how many they were."""
    ids = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001  (of whichever model it is)
    return len(ids)


def _people_gone(limit: datetime) -> QuerySet[Person]:
    """Return who wrote last, or was last written down, before `limit`, and with whom there has been nothing since."""
    of_theirs = {"person": OuterRef("pk")}
    silent = Q(last_wrote_at=None, client__created_at__lt=limit) & ~Exists(_written_down("person", limit))
    return Person.objects.filter(Q(last_wrote_at__lt=limit) | silent).exclude(
        Exists(Touch.objects.filter(**of_theirs, at__gte=limit))
        | Exists(Promise.objects.filter(**of_theirs, due_at__gte=limit))
        | Exists(Case.objects.filter(**of_theirs, closed_at=None))
        | Exists(ClientPage.objects.filter(**of_theirs, made_at__gte=limit))
        | Exists(Pulse.objects.filter(**of_theirs, at__gte=limit))
        | Exists(FollowUp.objects.filter(**of_theirs, done_at=None))
        | Exists(Waiting.objects.filter(**of_theirs, settled_at=None))
    )


def _agreed_before(limit: datetime) -> QuerySet[AgreedItem]:
    """Return the lines of what was agreed that were written down before `limit`."""
    old = AgreedItem.objects.filter(client__created_at__lt=limit)
    return old.exclude(Exists(_written_down("agreeditem", limit)))


def _written_down(thing: str, limit: datetime) -> QuerySet[Event]:
    """Return the changes of a row since `limit`, to be asked for each row of a query."""
    return Event.objects.filter(thing=thing, thing_id=OuterRef("pk"), at__gte=limit)
