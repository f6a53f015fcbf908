"""The record of every change, in words: who, when, what, before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.models import Branch, Client, Event, Person, User
from amends.desk.queries.field_name import field_name, value_name
from amends.desk.queries.verb import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrPromise

A_DAY = timedelta(days=1)
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)  # of a record; days beyond have no moment in every zone
ISO_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:[01]\d|2[0-8])")  # days that every month has; others stay as they are
ISO_MOMENT = re.compile(rf"{ISO_DAY.pattern}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{{1,6}})?(?:Z|[+-]\d\d:\d\d)")
LONGEST_VALUE = 200  # characters of a value that the list shows; judgement

KINDS: dict[str, _StrPromise] = {  # of things, as the page offers them
    "client": gettext_lazy("Clients"),
    "person": gettext_lazy("People"),
    "touch": gettext_lazy("Calls, visits and notes"),
    "promise": gettext_lazy("Promises"),
    "case": gettext_lazy("Recoveries"),
    "planaction": gettext_lazy("Actions of plans"),
    "pulse": gettext_lazy("How they feel about us"),
    "playbook": gettext_lazy("Playbooks"),
    "mailimport": gettext_lazy("Mail files"),
    "outgoing": gettext_lazy("Letters"),
    "listimport": gettext_lazy("Lists"),
    "mailbox": gettext_lazy("Mailboxes"),
    "private": gettext_lazy("Who is private"),
    "noticechoice": gettext_lazy("Notices"),
    "drop": gettext_lazy("Drop addresses"),
    "user": gettext_lazy("Colleagues and sign-ins"),
    "firm": gettext_lazy("The firm"),
    "firmphrase": gettext_lazy("Words not to write"),
    "apology": gettext_lazy("Apologies"),
}
# Fields whose value is the number of a row, and the row that has the name.
NAMELESS = frozenset({"uid", "case_id", "line_id"})  # which only programs read: what they stand for is told beside them
NAMED_BY: dict[str, type[Model]] = {
    "apologiser": User,
    "approved_by": User,
    "asked_by": User,
    "branch": Branch,
    "by": User,
    "client": Client,
    "colleague": User,
    "covered_by": User,
    "decided_by": User,
    "into": Client,
    "lead": User,
    "looked_after_by": User,
    "owner": User,
    "person": Person,
    "plan_approved_by": User,
    "promised_by": User,
    "scribe": User,
    "sponsor": User,
    "team": User,
    "user": User,
}


# What reads badly as "so and so was this, and is empty now".
ENDED: dict[str, _StrPromise] = {
    "away_until": gettext_lazy("Away until %(before)s no more."),
    "failing_since": gettext_lazy("Since %(before)s it had failed, and does so no more."),
    "left_on": gettext_lazy("Had left on %(before)s, and is there again."),
    "problem": gettext_lazy("What was wrong is over: %(before)s"),
    "settled_at": gettext_lazy("Settled on %(before)s, and open again."),
}
BEGUN: dict[str, _StrPromise] = {
    "failing_since": gettext_lazy("Since %(after)s it fails."),
    "problem": gettext_lazy("What is wrong: %(after)s"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change; empty text where there was nothing. `key` is the field as it is stored."""

    name: str
    before: str
    after: str
    key: str = field(default="", compare=False)

    @property
    def sentence(self) -> str:
        """What was there before and what is there now, in a sentence; what was only put in says itself."""
        told = {"name": self.name, "before": self.before, "after": self.after}
        if not self.after:
            return str(ENDED.get(self.key, _("%(name)s was %(before)s, and is empty now."))) % told
        if not self.before:
            return str(BEGUN.get(self.key, _("%(name)s: %(after)s"))) % told
        return _("%(name)s was %(before)s, and is %(after)s now.") % told


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words. `who` is a colleague, or a client on their page; empty for the desk itself.

    `about` is the client it belongs to.
    """

    at: datetime
    who: str
    sentence: str
    about: Client | None
    lines: tuple[Line, ...]


def changes(
    *, who: User | None = None, what: str = "", since: date | None = None, until: date | None = None, zone: tzinfo
) -> QuerySet[Event]:
    """Return the changes, the latest first, of one colleague, of one kind of thing, between two days of a zone."""
    found = Event.objects.select_related("by", "person", "client")
    if who:
        found = found.filter(by=who)
    if what:
        found = found.filter(thing=what)
    if since:
        found = found.filter(at__gte=datetime.combine(max(since, EARLIEST), time(), zone))
    if until:
        found = found.filter(at__lt=datetime.combine(min(until, LATEST) + A_DAY, time(), zone))
    return found


def latest_change(thing: Model, field: str) -> Event | None:
    """Return the last change of one field of a row; None where the record knows of none."""
    found = Event.objects.filter(thing=type(thing).__name__.lower(), thing_id=thing.pk, after__has_key=field)
    return found.select_related("by").order_by("-at", "-pk").first()


def page_of(found: QuerySet[Event], *, below: int, many: int) -> tuple[list[Event], int]:
    """Return so many of the changes from below one of them on, and the number of the last if there are more.

    Nothing is counted, and no change before them is read: the last page costs what the first one does.
    """
    last = Event.objects.filter(pk=below).first()
    if last:
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(found[: many + 1])
    return rows[:many], rows[many - 1].pk if len(rows) > many else 0


def told(events: Iterable[Event]) -> list[Told]:
    """Put changes into words: at most one query for each kind of row that their values name."""
    asked = list(events)
    names = _names(asked)
    return [
        Told(
            at=event.at,
            who=event.by.name if event.by else event.person.name if event.person else "",
            sentence=str(VERBS.get(event.verb, event.verb.replace("_", " ").capitalize())),
            about=event.client,
            lines=tuple(_lines(event, names)),
        )
        for event in asked
    ]


def _lines(event: Event, names: Mapping[tuple[type[Model], int], str]) -> Iterable[Line]:
    for key in dict.fromkeys([*event.before, *event.after]):
        before, after = (_value(event.thing, key, told.get(key), names) for told in (event.before, event.after))
        if before != after and key not in NAMELESS:
            yield Line(field_name(key), before, after, key)


def _value(thing: str, field: str, value: Any, names: Mapping[tuple[type[Model], int], str]) -> str:
    """Return one value as people say it: yes and no, names instead of numbers, lists side by side."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(thing, field, one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(thing, name, one, names)}" for name, one in value.items())
    row = NAMED_BY.get(field.removesuffix("_id"))
    if row and isinstance(value, int):
        return names.get((row, value), _("somebody who is gone"))
    text = _moment(str(value)) or value_name(thing, field, str(value))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _moment(text: str) -> str:
    """Return a day or a moment, as JSON keeps them, the way people write it; empty for anything else."""
    if ISO_DAY.fullmatch(text):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    if ISO_MOMENT.fullmatch(text):
        return date_format(localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")
    return ""


def _names(events: Iterable[Event]) -> dict[tuple[type[Model], int], str]:
    """Return the names of the rows that the values of some changes name by number."""
    asked: dict[type[Model], set[int]] = {}
    for event in events:
        for key, value in [*event.before.items(), *event.after.items()]:
            row = NAMED_BY.get(key.removesuffix("_id"))
            many = value if isinstance(value, list) else [value]
            if row:
                asked.setdefault(row, set()).update(one for one in many if isinstance(one, int))
    return {
        (row, pk): name
        for row, pks in asked.items()
        if pks
        for pk, name in row._default_manager.filter(pk__in=pks).values_list("pk", "name")  # noqa: SLF001  (whichever model it is)
    }
