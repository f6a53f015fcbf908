"""What a list tells of the trade and of talks: facts, calls, visits and notes.

They are the list's own: brought up to date, and removed, until a person changes them here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from amends.desk.actions.list_around import FACTS, fact_key
from amends.desk.actions.list_change import Change
from amends.desk.actions.list_whose import NotTaken, client_for, knows, must_manage, person_for
from amends.desk.models import RowOutcome
from amends.desk.queries.find import searchable
from amends.desk.queries.undo import FIELDS, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from amends.desk.actions.list_around import Around, Told, Typed
    from amends.desk.actions.list_change import Planned
    from amends.sources.listing import Talk

FACT = ("kind", "at", "count", "of", "value", "days", "note", "words")
WORDS = ("note", "words", "summary", "detail")
A_YEAR = timedelta(days=365)  # a leap day early, so that the night finds nothing to blank
TALK = ("kind", "at", "minutes", "summary", "detail")


def plan_visit(here: Around, told: Mapping[str, Any], own: str, person: int, planned: Planned, now: datetime) -> None:
    """Plan the last visit that the list of people tells, as the visit it was."""
    at = told.get("last_visit_at")
    if at is None or at > now:
        return
    values = {"kind": "visit", "at": at, "minutes": None, "summary": "", "detail": "", "person_id": person}
    _plan_touch(here, f"{own}/visit", values, planned, now)


def plan_talk(here: Around, typed: Typed, own: str, planned: Planned, now: datetime) -> None:
    """Plan the call, visit or note that a row tells."""
    talk = typed.row.talk
    assert talk is not None  # noqa: S101  (for the type checker: every sound row of these kinds tells one)
    at = _past(talk.at, now)
    _must_manage_talk(here, own)
    client = client_for(here, typed.told, planned, now)
    planned.client = client
    author = str(typed.told.get("author") or "")
    by = here.users.get(searchable(author)) or here.users.get(author.lower()) if author else None
    planned.at = at
    values = {**_talk(talk), "at": at, "person_id": person_for(here, typed.told, client)}
    _leave_old_words(here, planned, [values], now)
    _plan_touch(here, own, values, planned, now, by=by)
    planned.tell({"touch"})


def _must_manage_talk(here: Around, own: str) -> None:
    known = here.known.get(("touch", own))
    row = here.touches.get(known["thing_id"]) if known else None
    if row is not None:
        must_manage(here, row["client_id"])


def _leave_old_words(here: Around, planned: Planned, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Leave the words out of what is older than the firm keeps them: that it happened and when is taken in."""
    if here.keep_years is None or planned.at is None or now - planned.at < A_YEAR * here.keep_years:
        return
    planned.raw = {}
    for row in rows:
        row.update({name: "" for name in WORDS if name in row})


def _talk(talk: Talk) -> dict[str, Any]:
    return {"kind": str(talk.kind), "minutes": talk.minutes, "summary": talk.summary, "detail": talk.detail}


def _plan_touch(
    here: Around, own: str, values: dict[str, Any], planned: Planned, now: datetime, *, by: int | None = None
) -> None:
    """Plan a talk: made, or brought up to date where nobody changed it here."""
    known = here.known.get(("touch", own))
    values = {**values, "client_id": planned.client}
    planned.at = values["at"]
    if known is None:
        pk = next(here.fresh)
        whole = {**values, "by_id": by, "words": "", "is_mending": False, "added_at": now}
        planned.changes.append(Change("touch", pk, None, whole))
        knows(here, planned, "touch", own, pk, client=planned.client, told=_said(values))
        here.touches[pk] = whole
        planned.is_redrawn = True
        return
    row = here.touches.get(known["thing_id"])
    if row is None:
        planned.problem = _("Somebody removed this here. A list does not bring it back.")
        return
    _update_touch(here, own, known["thing_id"], row, values, planned)


def _update_touch(here: Around, own: str, pk: int, row: Told, values: dict[str, Any], planned: Planned) -> None:
    changes = {name: values[name] for name in ("client_id", *TALK) if row[name] != values[name]}
    if row["person_id"] is None and values["person_id"] is not None:
        changes["person_id"] = values["person_id"]
    if not changes:
        return
    if here.known["touch", own]["told"] != _said(row):
        planned.problem = _("Kept as somebody corrected it here.")
        return
    planned.changes.append(Change("touch", pk, {name: row[name] for name in changes}, changes))
    row.update(changes)
    knows(here, planned, "touch", own, pk, client=planned.client, told=_said(values))
    planned.is_redrawn = True


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {"all": digest({name: values[name] for name in TALK})}


def plan_facts(here: Around, typed: Typed, own: str, planned: Planned, now: datetime) -> None:
    """Plan the facts that a row tells; those that it told before and no longer does go."""
    told = {
        fact_key(here.kind, own, fact.kind): {name: getattr(fact, name) for name in FACT} | {"at": _past(fact.at, now)}
        for fact in typed.row.facts
    }
    if not told:
        raise NotTaken(_("The row says nothing that has happened yet."))
    _must_manage_facts(here, own)
    planned.at = max(fact["at"] for fact in told.values())
    planned.client = client_for(here, typed.told, planned, now)
    _leave_old_words(here, planned, told.values(), now)
    for key, fact in told.items():
        _plan_fact(here, key, {**fact, "client_id": planned.client}, planned, now)
    for key in _facts_of(here, own):
        if key not in told:
            _remove_fact(here, key, planned)
    planned.tell({"staffingfact"})


def _plan_fact(here: Around, key: str, values: dict[str, Any], planned: Planned, now: datetime) -> None:
    row = here.facts.get(key)
    if row is None and key in here.deleted:
        planned.problem = _("Somebody removed this here. A list does not bring it back.")
    elif row is None:
        whole = {**values, "source": here.source, "external_id": key, "added_at": now}
        pk = next(here.fresh)
        planned.changes.append(Change("staffingfact", pk, None, whole))
        here.facts[key] = {**whole, "pk": pk}
        planned.is_redrawn = True
    else:
        changes = {name: values[name] for name in ("client_id", *FACT) if row[name] != values[name]}
        if changes and row["pk"] in here.corrected:
            planned.problem = _("Kept as somebody corrected it here.")
        elif changes:
            planned.changes.append(Change("staffingfact", row["pk"], {name: row[name] for name in changes}, changes))
            row.update(changes)
            planned.is_redrawn = True


def _facts_of(here: Around, own: str) -> list[str]:
    return [key for fact in FACTS[here.kind] if (key := fact_key(here.kind, own, fact)) in here.facts]


def _must_manage_facts(here: Around, own: str) -> None:
    for key in _facts_of(here, own):
        must_manage(here, here.facts[key]["client_id"])


def _remove_fact(here: Around, key: str, planned: Planned) -> bool:
    """Plan that a fact goes which the list no longer tells; false where somebody corrected it, and it stays."""
    row = here.facts[key]
    if row["pk"] in here.corrected:
        planned.problem = _("Kept as somebody corrected it here.")
        return False
    whole = {name: row[name] for name in FIELDS["staffingfact"]}
    planned.changes.append(Change("staffingfact", row["pk"], whole, None))
    planned.client, planned.is_redrawn = row["client_id"], True
    del here.facts[key]
    return True


def _past(at: datetime, now: datetime) -> datetime:
    """Return when something happened, today at the latest. Raises NotTaken for what is still to come."""
    if at.date() > now.date():  # without the day, which stands in the row: a list counts its rows by their reason
        raise NotTaken(_("It is still to come. The first list after that day takes it in."))
    return at


def facts_gone(here: Around, own: str, planned: Planned, now: datetime) -> None:
    """Plan that the facts go of a row which was deleted over there."""
    del now
    _must_manage_facts(here, own)
    if [key for key in _facts_of(here, own) if _remove_fact(here, key, planned)]:
        planned.outcome = RowOutcome.REMOVED


def talk_gone(here: Around, own: str, planned: Planned, now: datetime) -> None:
    """Plan that a talk goes which was deleted over there; one that somebody corrected stays."""
    del now
    _must_manage_talk(here, own)
    known = here.known.get(("touch", own))
    row = here.touches.pop(known["thing_id"], None) if known else None
    if known is None or row is None:
        return
    if known["told"] != _said(row):
        planned.problem = _("Kept as somebody corrected it here.")
        return
    planned.client, planned.outcome, planned.is_redrawn = row["client_id"], RowOutcome.REMOVED, True
    whole = {name: row[name] for name in FIELDS["touch"]}
    planned.changes.append(Change("touch", known["thing_id"], whole, None))
