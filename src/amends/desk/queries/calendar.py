"""A colleague's own calendar, as other programs read it: whom to call when, and what is due to whom.

A calendar lies open on a phone and on a desk: an entry says whom to call, and not a word of why. Moments are given in
UTC, which every program shows in its own zone; what has no hour is a whole day (RFC 5545).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from amends.core.case import UNDER_WAY
from amends.desk.models import Case, Event, Feed, FollowUp, Promise, PromiseState, Standing
from amends.desk.queries.user import hash_of
from amends.desk.rules import mine, of_seen_case, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from amends.desk.models import Client, Firm, Person, User

CALL_MINUTES = 15  # of a call for which nobody said how long it is to take; judgement
MOST = 500  # entries of each kind: nobody has more open (judgement)
END_OF_DAY = time(23, 59)  # what is due then is due that day, at no hour
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # of what no change is on record
WHOM = ("client", "person")
REFRESH = timedelta(hours=1)  # programs are asked to come again after it; judgement


@dataclass(frozen=True, slots=True)
class Due:
    """One entry: whom it is about, when, and how often it was changed. A day means all of it."""

    uid: str
    title: str
    starts: datetime | date
    client: int
    minutes: int = CALL_MINUTES
    sequence: int = 0
    changed_at: datetime | None = None


class Changes(NamedTuple):
    """How often a row was changed, and when last."""

    many: int = 0
    at: datetime | None = None


def feed_of(token: str) -> Feed | None:
    """Return the feed that a private address leads to; None where there is none, or its colleague is gone."""
    return Feed.objects.filter(token_hash=hash_of(token), user__is_active=True).select_related("user").first()


def calendar_of(user: User, firm: Firm, *, site: str, domain: str) -> bytes:
    """Return a colleague's calendar as RFC 5545 has it: six queries. `site` is the desk's address, without a slash."""
    calendar = new_calendar("PUBLISH", domain)
    calendar.add("x-wr-calname", _("Calls and promises"))
    calendar.add("x-wr-timezone", firm.zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for due in entries_of(user, firm, domain):
        calendar.add_component(_entry(due, site))
    return bytes(calendar.to_ical())


def new_calendar(method: str, domain: str) -> Calendar:
    """Return an empty calendar that is told by a method of RFC 5546; nothing in it names the desk."""
    calendar, product = Calendar(), f"-//{domain}//Calendar//EN"
    for name, value in (("prodid", product), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(name, value)
    return calendar


def entries_of(user: User, firm: Firm, domain: str) -> list[Due]:
    """Return what stands in a colleague's calendar: check-ins and planned calls, call-backs, and their promises."""
    seen = _of_clients(user)
    asks = FollowUp.objects.filter(_own(user, "case__lead"), seen, of_seen_case(user), done_at=None)
    waits = Case.objects.filter(_own(user, "lead"), seen, of_seen_case(user, "pk"), status__in=UNDER_WAY)
    promised = Promise.objects.filter(seen, of_seen_case(user), promised_by=user, state=PromiseState.OPEN)
    check_ins = list(asks.select_related(*WHOM)[:MOST])
    backs = list(waits.exclude(next_at=None).select_related(*WHOM)[:MOST])
    owed = list(promised.select_related(*WHOM)[:MOST])
    changes, zone = _changes([*check_ins, *backs, *owed]), ZoneInfo(firm.zone)
    return [
        *(_check_in(one, changes, domain) for one in check_ins),
        *(_call_back(one, changes, domain) for one in backs),
        *(_promise(one, changes, zone, domain) for one in owed),
    ]


def _own(user: User, lead: str) -> Q:
    """Return the condition for what is a colleague's to call: they lead it, or look after the client, or nobody does.

    Who manages a branch sees all of it on Today; in their own calendar stands what they do themselves.
    """
    nobodys = Q(client__looked_after_by=None) & mine(user, "client__")
    return Q(**{lead: user.pk}) | Q(client__looked_after_by=user.pk) | nobodys


def _of_clients(user: User) -> Q:
    return seen_by(user, "client__") & Q(client__standing=Standing.CLIENT)


def call_title(client: Client, person: Person | None) -> str:
    """Say whom to call: "Call Dana Whitlock (Brightwater)"."""
    return _("Call %(name)s") % {"name": whom(client, person)}


def whom(client: Client, person: Person | None) -> str:
    """Name somebody and where they are: "Dana Whitlock (Brightwater)"."""
    if person is None or not person.name:
        return client.name
    return _("%(person)s (%(client)s)") % {"person": person.name, "client": client.name}


def printable(text: str) -> str:
    """Return a text without control signs: a name that came with a mail may hold some, and no calendar takes them."""
    return "".join(sign for sign in text if category(sign) != "Cc")


def uid_of(followup: FollowUp, domain: str) -> str:
    """Return the name under which programs know a check-in: that of its invitation, the same for ever."""
    return followup.uid or f"call-{followup.pk}@{domain}"


def _check_in(one: FollowUp, changes: dict[tuple[str, int], Changes], domain: str) -> Due:
    return Due(
        uid_of(one, domain),
        call_title(one.client, one.person),
        one.call_at or one.due_on,
        one.client_id,
        one.minutes or CALL_MINUTES,
        one.sequence,
        changes.get(("followup", one.pk), Changes()).at,
    )


def _call_back(one: Case, changes: dict[tuple[str, int], Changes], domain: str) -> Due:
    changed = changes.get(("case", one.pk), Changes())
    told = (one.next_at or one.opened_at, one.client_id, CALL_MINUTES, changed.many, changed.at)
    return Due(f"back-{one.pk}@{domain}", call_title(one.client, one.person), *told)


def _promise(one: Promise, changes: dict[tuple[str, int], Changes], zone: ZoneInfo, domain: str) -> Due:
    """Return the entry of a promise: it ends when it is due, or is that day where it is due at its end."""
    due_at, changed = one.due_at.astimezone(zone), changes.get(("promise", one.pk), Changes())
    before = one.due_at - timedelta(minutes=CALL_MINUTES)
    starts = due_at.date() if due_at.time() >= END_OF_DAY else before
    title = _("Promised to %(name)s") % {"name": whom(one.client, one.person)}
    return Due(f"promise-{one.pk}@{domain}", title, starts, one.client_id, CALL_MINUTES, changed.many, changed.at)


def _changes(rows: Sequence[FollowUp | Case | Promise]) -> dict[tuple[str, int], Changes]:
    """Return how often each of some rows was changed, and when last: one query."""
    things = {(type(row).__name__.lower(), row.pk) for row in rows}
    names, keys = {name for name, _key in things}, {key for _name, key in things}
    found = Event.objects.filter(client__in={row.client_id for row in rows}, thing__in=names, thing_id__in=keys)
    counted = found.order_by().values_list("thing", "thing_id").annotate(Count("pk"), Max("at"))
    return {(name, key): Changes(many, at) for name, key, many, at in counted if key is not None}


def _entry(due: Due, site: str) -> Entry:
    entry = Entry()
    for name, value in _fields(due, site):
        entry.add(name, value)
    return entry


def _fields(due: Due, site: str) -> Iterator[tuple[str, object]]:
    is_day = not isinstance(due.starts, datetime)
    ends = due.starts + (timedelta(days=1) if is_day else timedelta(minutes=due.minutes))
    yield "uid", due.uid
    yield "dtstamp", due.changed_at or NEVER
    yield "sequence", due.sequence
    yield "summary", printable(due.title)
    yield "dtstart", due.starts
    yield "dtend", ends
    yield "class", "PRIVATE"
    yield "transp", "TRANSPARENT" if is_day else "OPAQUE"
    yield "url", f"{site}/clients/{due.client}"
