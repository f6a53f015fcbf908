"""How the rows of Today, Recoveries and Promises are written: from rows of the database to words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.case import Status
from amends.desk.queries.case import seam_place, status_name, step_name
from amends.web import wording
from amends.web.still import stands_still

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.models import Case, FollowUp, Promise, User, Waiting
    from amends.desk.queries.needs import CheckIn
    from amends.desk.queries.today import Making, Someone, Today

NOON, EVENING = 12, 18  # hours of the day
MENDED = frozenset({Status.MENDED, Status.CLOSED})  # their seam is whole as far as it went
LONGEST_DETAIL = 140  # characters of a row's second line (judgement)
ENDS = ".!?…”"  # of a sentence; a note without one gets its full stop before another sentence follows

Row = dict[str, Any]


def part_of_day(now: datetime) -> str:
    """Return morning, afternoon or evening, in the firm's zone."""
    hour = wording.local(now).hour
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


def greeting(user: User, now: datetime) -> str:
    """Greet somebody by the time of day."""
    words = {
        "morning": _("Good morning, %(name)s."),
        "afternoon": _("Good afternoon, %(name)s."),
        "evening": _("Good evening, %(name)s."),
    }
    return words[part_of_day(now)] % {"name": user.first_name}


def how_many(today: Today) -> str:
    """Say how many things there are, and with whom to start."""
    count = today.needs.count
    if count == 1:
        return _("One thing needs you today.")
    told = ngettext("%(count)s thing needs you today.", "%(count)s things need you today.", count)
    told %= {"count": wording.counted(count)}
    if today.first is None:
        return told
    return _("%(told)s Start with %(name)s.") % {"told": told, "name": today.first.first_name}


def closing(today: Today, now: datetime) -> str:
    """Say that there is nothing more, and of how many clients that is true."""
    if not today.others or not today.theirs:
        return _("That is everything.")
    forms = {
        "morning": ngettext(
            "That is everything. Your other client needs nothing from you this morning.",
            "That is everything. Your other %(count)s clients need nothing from you this morning.",
            today.others,
        ),
        "afternoon": ngettext(
            "That is everything. Your other client needs nothing from you this afternoon.",
            "That is everything. Your other %(count)s clients need nothing from you this afternoon.",
            today.others,
        ),
        "evening": ngettext(
            "That is everything. Your other client needs nothing from you this evening.",
            "That is everything. Your other %(count)s clients need nothing from you this evening.",
            today.others,
        ),
    }
    return forms[part_of_day(now)] % {"count": today.others}


def all_clear(today: Today) -> str:
    """Say what is true where nobody waits on somebody: of their own clients, and that people wait elsewhere."""
    if today.unseen:
        return _("How your clients stand is worked out now, the ones that need you first. Look again in a moment.")
    told = []
    if today.theirs and not today.is_covered:
        told.append(
            ngettext(
                "Your client has had an answer, and every promise due today is kept.",
                "All %(count)d clients have had their answer, and every promise due today is kept.",
                today.theirs,
            )
            % {"count": today.theirs}
        )
    if today.elsewhere:
        told.append(
            ngettext(
                "Elsewhere in the firm, one person waits.",
                "Elsewhere in the firm, %(count)d people wait.",
                today.elsewhere,
            )
            % {"count": today.elsewhere}
        )
    elif today.theirs == 1:
        told.append(_("A good day to call just to ask how it is going."))
    elif today.theirs:
        told.append(_("A good day to call someone just to ask how it is going."))
    return " ".join(told)


def first_row(today: Today, user: User, now: datetime) -> Row:
    """Write the first card: who, since when, their words, and what was agreed."""
    one = today.first
    if one is None:
        return {}
    return {
        "person": one.name,
        "role": _inside(one.person.title) if one.person and one.person.name else "",
        "client": one.client,
        "client_href": reverse("client", args=[one.client.pk]),
        "state": one.client.state,
        "waiting": _since(one, now),
        "words": one.words,
        "why": " ".join(part for part in (_agreed(one, today), _better_said(one), _covers(one, user)) if part),
        "reason": _reason(one),
        "first_name": one.first_name,
        "call": call_address(one),
        "item": one,
    }


def _since(one: Someone, now: datetime) -> str:
    if one.waiting:
        return _("waiting %(long)s") % {"long": wording.span(now - one.waiting.asked_at)}
    if one.is_call_back and one.case:
        return wording.due(one.case.call_back_by, now)
    due = next_due(one.case, now) if one.case else {}
    return due["note"] if due.get("urgency") else _("to call today")


def _agreed(one: Someone, today: Today) -> str:
    """Say what the client may expect."""
    if one.waiting is None and one.case:
        if one.is_call_back:
            told = _("You said you would call %(name)s back by %(when)s.")
            return told % {"name": one.first_name, "when": wording.clock_time(one.case.call_back_by)}  # type: ignore[arg-type]  # a call-back has one
        return one.case.next_note
    hours = one.agreed_hours(today.firm)
    told = ngettext(
        "You agreed to answer %(client)s within %(count)d working hour.",
        "You agreed to answer %(client)s within %(count)d working hours.",
        hours,
    )
    return told % {"client": one.client, "count": hours}


def _better_said(one: Someone) -> str:
    """Ask for a call where writing is not enough: late, or with something to mend (docs/method.md rule 5)."""
    return _("This one is better said than written.") if one.place.has_case or one.place.overrun_hours > 0 else ""


def _covers(one: Someone, user: User) -> str:
    """Say for whom somebody covers."""
    keeper = one.client.looked_after_by
    if one.waiting and one.waiting.covered_by_id == user.pk and keeper and keeper != user:
        return _("You cover for %(name)s.") % {"name": keeper.first_name}
    return ""


def _reason(one: Someone) -> str:
    """Say why this is first: the reasons, and how the order is made (docs/method.md rule 1)."""
    why = one.why_first if one.waiting else _("%(name)s expects to hear from you today.") % {"name": one.first_name}
    order = _(
        "Whoever has waited longest past the agreed time comes first; a client who matters more to the firm weighs up"
        " to twice as much, and half as much again while a recovery is open."
    )
    return f"{why} {order}"


def call_address(one: Someone) -> str:
    """Return the call sheet for somebody."""
    if one.case:
        return reverse("call-sheet", args=[one.case.pk])
    return reverse("client-call", args=[one.client.pk]) + (f"?person={one.person.pk}" if one.person else "")


def person_row(one: Someone, now: datetime) -> Row:
    """Write one of the people to get back to."""
    is_named = bool(one.person and one.person.name)
    return {
        "href": reverse("recovery", args=[one.case.pk]) if one.case else call_address(one),
        "title": one.name,
        "beside": _("at %(client)s") % {"client": one.client} if is_named else "",
        "detail": _detail(one, now),
        **_due(one, now),
    }


def _detail(one: Someone, now: datetime) -> str:
    """Write why: the plan of a recovery and for how long they wait, else their words; and the check-in that is due."""
    told = [stands_still(one.case, now) or one.case.next_note, has_waited(one.waiting, now)] if one.case else []
    if not any(told[:1]):
        told.insert(0, _words(one))
    if one.check_in:
        told.append(_("A check-in is due too."))
    said = [part for part in told if part]
    return " ".join([*(part if part[-1] in ENDS else f"{part}." for part in said[:-1]), *said[-1:]])


def _words(one: Someone) -> str:
    words = " ".join((one.waiting.quote if one.waiting else one.words).split())
    if len(words) > LONGEST_DETAIL:
        words = words[:LONGEST_DETAIL].rsplit(" ", 1)[0] + "…"
    return wording.said(words)


def has_waited(waiting: Waiting | None, now: datetime) -> str:
    """Say for how long somebody waits whose answer is late; nothing where it is not, or nobody waits."""
    if waiting is None or waiting.due_at > now:
        return ""
    named = waiting.person.first_name if waiting.person else ""
    return _("%(name)s has waited %(long)s for an answer.") % {
        "name": named or _("Somebody there"),
        "long": wording.span(now - waiting.asked_at),
    }


def _due(one: Someone, now: datetime) -> Row:
    """Write when: a call-back and an answer have an hour, the next step of a recovery has a day."""
    if one.case and not one.is_call_back:
        return next_due(one.case, now)
    due_at = one.case.call_back_by if one.case else one.waiting.due_at if one.waiting else None
    return due_note(due_at, now)


def next_due(case: Case, now: datetime) -> Row:
    """Write when somebody gets back to the client of a recovery: a day."""
    if case.next_at is None:
        return {"note": "", "urgency": ""}
    days = (timezone.localdate(case.next_at) - timezone.localdate(now)).days
    if days < 0:
        return {"note": wording.days_late(-days), "urgency": "late"}
    note = wording.when(timezone.localdate(case.next_at), now) if days else _("Call today")
    return {"note": note, "urgency": ""}


def settled(over: list[Waiting], asked: Waiting) -> str:
    """Say who waits no more since a talk was logged, and whether the one it was logged for still does."""
    names = dict.fromkeys(str(one.person or one.client) for one in over)
    told = [_("Logged."), *(_("%(name)s waits no more.") % {"name": name} for name in names)]
    if asked.pk not in {one.pk for one in over}:
        told.append(_("%(name)s still waits.") % {"name": asked.person or asked.client})
    return " ".join(told)


def promise_row(promise: Promise, user: User, now: datetime, waiting: Waiting | None = None) -> Row:
    """Write one promise: what, to whom, who promised, and for how long they wait where it stands for that."""
    told = (_to(promise), _by(promise, user), has_waited(waiting, now))
    return {
        "what": promise.what,
        "detail": " ".join(part for part in told if part),
        "action": reverse("promise-keep", args=[promise.pk]),
        "broken_href": reverse("promise-broken", args=[promise.pk]) if promise.due_at < now else "",
        "href": reverse("client", args=[promise.client_id]),
        **due_note(promise.due_at, now),
        "promise": promise,
    }


def _to(promise: Promise) -> str:
    if promise.person and promise.person.name:
        return _("To %(person)s, %(client)s.") % {"person": promise.person, "client": promise.client}
    return _("To %(client)s.") % {"client": promise.client}


def _by(promise: Promise, user: User) -> str:
    if promise.promised_by_id == user.pk:
        return _("You promised.")
    return _("%(name)s promised.") % {"name": promise.promised_by} if promise.promised_by else ""


def rail_row(making: Making, now: datetime) -> Row:
    """Write a recovery of the rail: where it stands, and what it waits for."""
    case = making.case
    return {
        "href": reverse("recovery", args=[case.pk]),
        "client": case.client,
        "step_name": step_name(case.step),
        "step": making.place,
        "note": waits_for(case, making.check_in, now, is_due=making.is_check_in_due),
    }


def waits_for(case: Case, check_in: CheckIn | None, now: datetime, *, is_due: bool = False) -> str:
    """Say what a recovery waits for: what somebody wrote, else its check-in, its call-back, or its next day."""
    if waits := stands_still(case, now) or case.waiting_for:
        return waits
    if check_in and case.status == Status.FOLLOWING:
        told = {"number": check_in.number, "of": check_in.of, "day": wording.day(check_in.due_on, now)}
        if is_due:
            return _("Check-in %(number)d of %(of)d due today") % told
        return _("Check-in %(number)d of %(of)d on %(day)s") % told
    if case.call_back_by and not case.called_back_at:
        return _("Call back. %(due)s") % {"due": due_note(case.call_back_by, now)["note"]}
    if case.next_at:
        due = next_due(case, now)["note"]
        is_ahead = timezone.localdate(case.next_at) > timezone.localdate(now)
        return _("Next: %(day)s") % {"day": due} if is_ahead else due
    return _in_step(case, now) or _("In this step since today")


def _in_step(case: Case, now: datetime) -> str:
    days = (timezone.localdate(now) - timezone.localdate(case.step_since)).days
    told = ngettext("%(count)s day in this step", "%(count)s days in this step", days)
    return told % {"count": wording.grouped(days)} if days else ""


def _inside(text: str) -> str:
    """Return words as they stand inside a sentence: "Plant Manager" → "plant manager", "HR Lead" → "HR lead"."""
    return " ".join(word.lower() if word[1:].islower() else word for word in text.split())


def due_note(due_at: datetime | None, now: datetime) -> Row:
    """Write when something is due, and its urgency; what was due on an earlier day is so many days late."""
    days = (timezone.localdate(now) - timezone.localdate(due_at)).days if due_at else 0
    note = wording.days_late(days) if days > 0 else wording.due(due_at, now)
    return {"note": note, "urgency": wording.urgency(due_at, now)}


def recovery_row(case: Case, followup: FollowUp | None, now: datetime) -> Row:
    """Write a recovery in the list: who, for what it waits, its step, since when, and the next date."""
    is_over = case.closed_at is not None
    return {
        "href": reverse("recovery", args=[case.pk]),
        "client": case.client,
        "detail": _over(case, now) if is_over else case.waiting_for or _led(case),
        "step_name": step_name(case.step),
        "step": seam_place(case) + (case.status in MENDED),
        "since": "" if is_over else _in_step(case, now),
        **({"note": "", "urgency": ""} if is_over else _next(case, followup, now)),
    }


def _over(case: Case, now: datetime) -> str:
    return _("%(status)s on %(day)s") % {"status": status_name(case.status), "day": wording.day(case.closed_at, now)}


def _led(case: Case) -> str:
    return _("%(name)s leads") % {"name": case.lead} if case.lead else _("Nobody leads this yet")


def _next(case: Case, followup: FollowUp | None, now: datetime) -> Row:
    if case.call_back_by and not case.called_back_at:
        return due_note(case.call_back_by, now)
    if case.next_at is None and followup:
        is_late = followup.due_on < timezone.localdate(now)
        return {"note": wording.when(followup.due_on, now), "urgency": "late" if is_late else ""}
    return next_due(case, now)


def tabs(here: str, counts: Mapping[str, int]) -> list[Row]:
    """Write the tabs of the list of recoveries, each with how many stand under it."""
    names = {"open": _("Open"), "following": _("Follow-up"), "closed": _("Closed"), "parted": _("Parted")}
    return [
        {"href": f"?tab={tab}", "name": name, "count": counts.get(tab, 0), "is_here": tab == here}
        for tab, name in names.items()
    ]
