"""What the pages of a recovery say: its steps with their questions, its history, the call sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.case import MOVES, UNDER_WAY, Severity, Status, Step
from amends.desk.queries.case import STEPS, step_name
from amends.web import check_in_words, listing, wording

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, FollowUp, Person, Touch, User
    from amends.desk.queries.case import Told
    from amends.desk.queries.sheet import Sheet

Row = dict[str, Any]

# What each step is for, and the question that completes it.
PURPOSES = {
    Step.DECIDE: (
        gettext_lazy("Is this worth saving, and do we all want it?"),
        gettext_lazy("Do we all want this?"),
    ),
    Step.UNDERSTAND: (
        gettext_lazy("Call or visit. Ask, write down their words, and leave the explaining for later."),
        gettext_lazy("Have you heard all of it?"),
    ),
    Step.OWN_IT: (
        gettext_lazy("Say what happened, that it was ours, and what it did to them. Then stop."),
        gettext_lazy("Have you said it, in person or by phone?"),
    ),
    Step.PLAN: (
        gettext_lazy(
            "Every change answers something they said. Nobody is bound until they agree and the owner agrees."
        ),
        gettext_lazy("Has the client agreed?"),
    ),
    Step.FIX: (
        gettext_lazy("Fix it, quietly. Tell them when it holds, not when it starts."),
        gettext_lazy("Is it fixed, and are you sure it cannot come back?"),
    ),
    Step.MAKE_GOOD: (
        gettext_lazy("Leave them a little better off than before, and not more."),
        gettext_lazy("Has it reached them?"),
    ),
    Step.FOLLOW_UP: (
        gettext_lazy("Ask whether it is still working, and keep asking until it has held for sixty days."),
        gettext_lazy("Does it hold, and do they say so?"),
    ),
    Step.LEARN: (
        gettext_lazy("What would have stopped this, and which other clients could it happen to?"),
        gettext_lazy("Have you changed it for every client?"),
    ),
    Step.PART_WELL: (
        gettext_lazy("We may not win this back. Leave it so that they would speak well of us."),
        gettext_lazy("Have you said goodbye?"),
    ),
}
FEELINGS = {
    Severity.PUT_OUT: gettext_lazy("A little put out"),
    Severity.ANNOYED: gettext_lazy("Annoyed"),
    Severity.LET_DOWN: gettext_lazy("Let down"),
    Severity.ANGRY: gettext_lazy("Angry"),
    Severity.READY_TO_LEAVE: gettext_lazy("Ready to leave"),
}
FELT = {
    Severity.PUT_OUT: gettext_lazy("%(name)s felt a little put out on %(day)s"),
    Severity.ANNOYED: gettext_lazy("%(name)s felt annoyed on %(day)s"),
    Severity.LET_DOWN: gettext_lazy("%(name)s felt let down on %(day)s"),
    Severity.ANGRY: gettext_lazy("%(name)s felt angry on %(day)s"),
    Severity.READY_TO_LEAVE: gettext_lazy("%(name)s felt ready to leave on %(day)s"),
}
ICONS = {
    "call": "phone",
    "visit": "map-pin",
    "meeting": "users-round",
    "voicemail": "voicemail",
    "note": "notebook-pen",
}
DAYS_NAMED = 7  # days in which a weekday names the day by itself


def known_step(told: str) -> Step:
    """Return a step that a form names; a made-up one is no page of ours."""
    if told not in set(Step):
        raise Http404
    return Step(told)


def known_status(told: str) -> Status:
    """Return a status that a form names; a made-up one is no page of ours."""
    if told not in set(Status):
        raise Http404
    return Status(told)


def taken(case: Case, now: datetime, person: Person | None = None) -> str:
    """Say what comes after a complaint of somebody was taken down."""
    name = (person.first_name if person else "") or _first_name(case)
    if case.opened_at < now:
        by = wording.when(case.call_back_by, now)
        told = {"client": case.client, "name": name, "by": by}
        return _("%(client)s has a recovery under way: added there. Call %(name)s back by %(by)s.") % told
    if case.call_back_by is None:
        return _("Got it. Here is what to have in front of you when you ask %(name)s.") % {"name": name}
    if case.call_back_by - now <= wording.HOUR:
        return _("Got it. Call %(name)s back within the hour. Here is what to have in front of you.") % {"name": name}
    by = wording.when(case.call_back_by, now)
    return _("Got it. Call %(name)s back by %(by)s. Here is what to have in front of you.") % {"name": name, "by": by}


def _first_name(case: Case) -> str:
    return (case.person.first_name if case.person else "") or str(case.client)


def step_done(case: Case, step: Step) -> str:
    """Say that a step is done, and which comes next."""
    told = {"step": step_name(step), "next": step_name(case.step)}
    return _("%(step)s is done.") % told if case.step == step else _("%(step)s is done. Next: %(next)s.") % told


def moved(case: Case) -> str:
    """Say where a recovery stands now."""
    if case.status == Status.OPEN:
        return _("Open again. It stands at Understand.")
    return _("The recovery is closed.")


def checked(followup: FollowUp, *, holds: bool) -> str:
    """Say what follows from a check-in."""
    if holds:
        return _("Noted. It holds.")
    told = {"name": (followup.person.first_name if followup.person else "") or followup.client}
    return _("%(name)s says it has slipped. Back to Understand.") % told if followup.case else _("Noted.")


def of_case(case: Case, step: Step, followup: FollowUp | None, now: datetime) -> Row:
    """Return what the page of a step shows of its recovery: its question, what waits, what else may be done."""
    done = {told.step for told in case.steps.all()}
    is_under_way = case.status in UNDER_WAY
    is_open_step = (is_under_way or (step is Step.LEARN and case.status != Status.MERGED)) and step not in done
    purpose, question = PURPOSES[step]
    ended = listing.recovery_row(case, None, now)["detail"] if case.closed_at else ""
    return {
        "step": step,
        "step_name": STEPS[step],
        "is_present": step == case.step,
        "is_done": step in done,
        "present_name": STEPS[Step(case.step)],
        "purpose": purpose,
        "question": question if is_open_step else "",
        "is_under_way": is_under_way,
        "may_part": is_under_way and Step.PART_WELL not in done,
        "part_purpose": PURPOSES[Step.PART_WELL][0],
        "may_close": Status.CLOSED in MOVES[Status(case.status)],
        "may_open": Status.OPEN in MOVES[Status(case.status)] and not is_under_way,
        "feeling": feeling(case.severity),
        "facts": [*filter(None, (ended,)), *_facts(case, now)],
        "waits": listing.waits_for(case, None, now) if is_under_way else "",
        "next_due": listing.next_due(case, now) if is_under_way else {},
        "check_in": check_in_words.check_in_row(_with_client(followup, case), now) if followup else None,
        "ended": ended,
    }


def _with_client(followup: FollowUp, case: Case) -> FollowUp:
    """Spare two queries: a check-in of a case is with the case's client."""
    followup.client = case.client
    if followup.person_id and followup.person_id == case.person_id:
        followup.person = case.person
    return followup


def feeling(severity: int) -> str:
    """Return how bad it feels, in a word: one of five."""
    nearest = min(FEELINGS, key=lambda each: abs(each - severity))
    return str(FEELINGS[nearest])


def _facts(case: Case, now: datetime) -> list[str]:
    opened = _("Open since %(day)s") % {"day": wording.day(case.opened_at, now)}
    lead = _("%(name)s leads") % {"name": case.lead} if case.lead else _("Nobody leads this yet")
    return [opened, lead, _felt(case, now)]


def _felt(case: Case, now: datetime) -> str:
    """Say who felt how, and when: "Dana felt ready to leave on Oct 6"."""
    name = (case.person.first_name if case.person else "") or _("Somebody there")
    nearest = min(FELT, key=lambda each: abs(each - case.severity))
    return str(FELT[nearest]) % {"name": name, "day": wording.day(case.opened_at, now)}


def entry(told: Told, now: datetime) -> Row:
    """Write one entry of a recovery's history for the timeline."""
    row: Row = {"when": wording.when(told.at, now), "words": told.words, "by": "", "text": "", "tone": "", "href": ""}
    if told.step:
        by = _("%(name)s said so") % {"name": told.by} if told.by else ""
        title = _("%(step)s is done") % {"step": step_name(told.step)}
        return {**row, "title": title, "by": by, "tone": "gold", "icon_name": "check"}
    if told.touch:
        return {**row, **_touch(told.touch)}
    title = _("%(name)s opened the recovery") % {"name": told.by} if told.by else _("The recovery was opened")
    return {**row, "title": title, "words": "", "tone": "hurt", "icon_name": "circle-alert"}


def _touch(touch: Touch) -> Row:
    named = touch.person is not None and bool(touch.person.name)
    kind = touch.get_kind_display()
    title = _("%(kind)s with %(name)s") % {"kind": kind, "name": touch.person} if named else kind
    minutes = ngettext("%(count)d minute", "%(count)d minutes", touch.minutes or 0) % {"count": touch.minutes or 0}
    by = ", ".join(part for part in (str(touch.by or ""), minutes if touch.minutes else "") if part)
    href = reverse("touch-edit", args=[touch.pk])
    return {"title": title, "text": touch.summary, "by": by, "icon_name": ICONS[touch.kind], "href": href}


# ── The call sheet ─────────────────────────────────────────────────────────────────────────────────────────────────


def of_sheet(sheet: Sheet, user: User, now: datetime) -> Row:
    """Return what the call sheet says: why now, what to say and what to avoid (docs/method.md rule 4)."""
    return {
        "why_now": why_now(sheet, now),
        "say": say(sheet, now),
        "promises": [listing.promise_row(promise, user, now) for promise in sheet.promises],
        "name": (sheet.person.name if sheet.person else "") or str(sheet.client),
        "first_name": (sheet.person.first_name if sheet.person else "") or str(sheet.client),
        "tel": tel(sheet.person),
    }


def tel(person: Person | None) -> str:
    """Return somebody's number as a link to call it has it; nothing where there is none."""
    return "".join(char for char in person.phone if char in "+0123456789") if person else ""


def why_now(sheet: Sheet, now: datetime) -> str:
    """Say why this call, now."""
    name = (sheet.person.first_name if sheet.person else "") or str(sheet.client)
    if sheet.waiting:
        asker = sheet.waiting.person.first_name if sheet.waiting.person else ""
        told = {"name": asker or _("Somebody there"), "long": wording.span(now - sheet.waiting.asked_at)}
        return _("%(name)s has waited %(long)s for an answer.") % told
    if sheet.case and sheet.case.call_back_by and not sheet.case.called_back_at:
        told = {"name": name, "by": wording.when(sheet.case.call_back_by, now)}
        return _("You said you would call %(name)s back by %(by)s.") % told
    if sheet.case and (sheet.case.next_note or sheet.case.waiting_for):
        return sheet.case.next_note or sheet.case.waiting_for
    if sheet.case:
        return _("A recovery is under way. It stands at %(step)s.") % {"step": step_name(sheet.case.step)}
    return sheet.client.why or _("No reason but to ask how it is going. That is a good one.")


ELSE = gettext_lazy("Is there anything else, even something small?")
SAYINGS = {  # what to say at each step once they have told it all: nobody is asked twice what happened
    Step.OWN_IT: (
        gettext_lazy("This is what I understood. Tell me where I am wrong."),
        gettext_lazy("It happened, it was ours, and I am sorry for what it did to you."),
    ),
    Step.PLAN: (
        gettext_lazy("I heard you say what has to change. This is our plan."),
        gettext_lazy("Do you feel that by making these changes we can get back to how it was?"),
        gettext_lazy("What is missing from the plan?"),
    ),
    Step.FIX: (
        gettext_lazy("This is done already, and this is still to come."),
        gettext_lazy("Has it happened again since we spoke?"),
    ),
    Step.MAKE_GOOD: (
        gettext_lazy("It is fixed. Do you see it too?"),
        gettext_lazy("We would like to leave you a little better off than before."),
    ),
    Step.FOLLOW_UP: (
        gettext_lazy("Is it still working?"),
        gettext_lazy("What has slipped, even a little?"),
    ),
    Step.PART_WELL: (
        gettext_lazy("Thank you for the time that you worked with us."),
        gettext_lazy("What do you still need from us?"),
    ),
}


def say(sheet: Sheet, now: datetime) -> list[str]:
    """Return what to say: the answer to a question, what belongs to the step, else openers that let them tell it."""
    step = Step.FOLLOW_UP if sheet.step is Step.LEARN else sheet.step
    if step in SAYINGS:
        return [*map(str, SAYINGS[step]), str(ELSE)]
    if sheet.waiting and sheet.is_question:
        return [
            _("You asked: %(words)s") % {"words": wording.said(" ".join(sheet.waiting.quote.split()))},
            _("The answer is … (Have it ready before you call, or say by when they have it.)"),
            _("Does that answer it?"),
            str(ELSE),
        ]
    if not sheet.is_upset:
        return [
            _("I am not selling anything. I am calling to ask how it is going."),
            _("From your perspective, what could we have done better?"),
            _("What should we keep doing just as it is?"),
            str(ELSE),
        ]
    return openers(sheet.happened_at, now)


def openers(happened_at: datetime | None, now: datetime) -> list[str]:
    """Return the four questions that let a client tell it all, in the order of `core.listening.Question`."""
    return [
        _what_happened(happened_at, now),
        _("From your perspective, what has that cost you?"),
        _("What would you have expected us to do?"),
        str(ELSE),
    ]


def _what_happened(at: datetime | None, now: datetime) -> str:
    """Ask what happened, on the day that is known, if one is."""
    if at is None:
        return _("Help me understand what has happened.")
    return _("Help me understand what happened %(when)s.") % {"when": _when(at, now)}


def _when(since: datetime, now: datetime) -> str:
    on, today = timezone.localdate(since), timezone.localdate(now)
    if on == today:
        return _("today")
    if (today - on).days < DAYS_NAMED:
        return _("on %(day)s") % {"day": date_format(on, "l")}
    return _("around %(day)s") % {"day": wording.day(on, now)}


def logged(case: Case | None, due_at: datetime | None, now: datetime, *, is_promised: bool) -> str:
    """Say what a logged call led to: what was promised stands somewhere, or a recovery has no next date."""
    if is_promised and due_at:
        is_soon = (timezone.localdate(due_at) - timezone.localdate(now)).days <= 1  # as Today shows promises
        return _("Logged. What you promised is on Today.") if is_soon else _("Logged. It is under Promises.")
    return _("Logged. Is there a next date?") if case else _("Logged.")
