"""Own it: who says sorry, how, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.apology import TooLongError, Way, check
from amends.core.case import Step
from amends.core.staffing import TALKS
from amends.desk import clock
from amends.desk.actions.apology import apology_of, prepare_apology, say_apology, write_note
from amends.desk.models import TouchKind, User
from amends.desk.queries.apology import apologisers
from amends.desk.queries.tone import firm_phrases, hours_known, situation_of
from amends.web import own_it_words
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.own_it import NoteForm, PrepareForm, SaidForm
from amends.web.recovery_frame import step_page
from amends.web.tone_words import title

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from amends.core.apology import Situation
    from amends.desk.models import Apology, Case, Outgoing

    Change = Callable[[HttpRequest, Case, Any, datetime], HttpResponse | None]


@dataclass(frozen=True, slots=True)
class Ready:
    """What is kept of an apology, and who may make it: those involved, the most senior first, and others."""

    apology: Apology
    involved: list[User]
    others: list[User]

    @property
    def first(self) -> dict[str, Any]:
        """What the preparation shows first: as it is kept, else who is suggested, by phone, with a starter."""
        kept = PrepareForm.of(self.apology)
        if self.apology.way:
            return kept
        starter = own_it_words.starters(self.apology.case)[own_it_words.CALL].text
        senior = self.involved[0].pk if self.involved else None
        return {**kept, "apologiser": senior, "way": Way.CALL.value, "script": starter}


@page()
def own_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare the apology, log that it was said, and make the note a letter."""
    case, now, asked = case_or_404(request, pk), clock.now(), request.POST.get("do", "")
    ready = _ready(case)
    forms = _forms(request, ready, now)
    if asked in forms and (done := CHANGES[asked](request, case, forms[asked], now)):
        return done
    shown = {**_shown(case, ready, now), **{f"{name}_form": form for name, form in forms.items()}}
    return step_page(request, case, Step.OWN_IT, "web/recovery/own_it.html", {**shown, "form": forms.get(asked)})


def _ready(case: Case) -> Ready:
    return Ready(apology_of(case), *apologisers(case))


def _forms(request: HttpRequest, ready: Ready, now: datetime) -> dict[str, Form]:
    """Return the three forms of the page; the one that was sent holds what was typed."""
    sent = {name: request.POST if request.POST.get("do") == name else None for name in CHANGES}
    kind = ready.apology.way if ready.apology.way in TALKS else TouchKind.CALL.value
    people = [*ready.involved, *ready.others]
    return {
        "prepare": PrepareForm(sent["prepare"], people=people, initial=ready.first),
        "said": SaidForm(sent["said"], now=now, initial={"kind": kind}, auto_id="said_%s"),
        "note": NoteForm(sent["note"], client=ready.apology.case.client, auto_id="note_%s"),
    }


def _prepare(request: HttpRequest, case: Case, form: Any, now: datetime) -> HttpResponse | None:
    by = user_of(request)

    def change() -> Apology:
        told = {**form.cleaned_data}
        chosen = User.objects.filter(pk=told.pop("apologiser")).first()
        return prepare_apology(case, apologiser=chosen, by=by, now=now, **told)

    if attempt_on(form, case, lambda row: _ready(row).first, by, change) is None:
        return None
    messages.success(request, _("Kept. Now say it."))
    return redirect("recovery-own_it", case.pk)


def _say(request: HttpRequest, case: Case, form: Any, now: datetime) -> HttpResponse | None:
    by = user_of(request)
    touch = attempt(form, lambda: say_apology(case, **form.cleaned_data, by=by, now=now))
    if touch is None:
        return None
    is_said = touch.kind in TALKS
    messages.success(request, _("Logged. It was said.") if is_said else _("Logged. It is still to be said in person."))
    return redirect("recovery-own_it", case.pk)


def _write(request: HttpRequest, case: Case, form: Any, now: datetime) -> HttpResponse | None:
    by = user_of(request)
    letter: Outgoing | None = attempt(form, lambda: write_note(case, **form.cleaned_data, by=by, now=now))
    return redirect("letter", letter.pk) if letter else None


CHANGES: dict[str, Change] = {"prepare": _prepare, "said": _say, "note": _write}


def _shown(case: Case, ready: Ready, now: datetime) -> dict[str, Any]:
    """Return what the page says beside its forms."""
    situation, apology = situation_of(case, now), ready.apology
    return {
        "apology": apology,
        "suggested": own_it_words.suggested(ready.involved),
        "stance": own_it_words.stance(situation),
        "lateness": own_it_words.lateness(case, hours_known(case, now), apology, now),
        "starters": own_it_words.starters(case).values(),
        "note_title": _note_title(case, apology, situation),
        "letters": case.letters.filter(sending_at=None, failed_at=None).exclude(text=""),
    }


def _note_title(case: Case, apology: Apology, situation: Situation) -> str:
    """Say how many places of the note there are to look at again."""
    if not apology.note:
        return ""
    try:
        checked = check(apology.note, situation=situation, firm=firm_phrases())
    except TooLongError as problem:
        return str(problem)
    reader = case.person.first_name if case.person else ""
    return title(len(checked.faults), reader) if checked.is_checked else checked.notes[0]
