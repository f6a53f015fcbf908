"""Understand: what the client says, and what lies underneath."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY, Step
from amends.core.listening import Question
from amends.desk import clock
from amends.desk.actions.case import finish_step
from amends.desk.actions.listening import hear_words, note_remedy
from amends.desk.models import LoggedFact
from amends.desk.queries.cause import underneath
from amends.desk.queries.listening import heard_in, saved_at, source_named, suggested
from amends.web import recovery_words, understand_words
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.understand import YES, ListenForm
from amends.web.recovery_frame import step_address, step_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case, User
    from amends.desk.queries.listening import Suggested


@page()
def understand(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was heard and what lies underneath; the form adds what the client said."""
    case, now, by = case_or_404(request, pk), clock.now(), user_of(request)
    heard, saved = heard_in(case), saved_at(case)
    found = suggested(case, [row for rows in heard.values() for row in rows], now=now)
    form = _form(request, case, found if saved is None else {}, now)
    taken = next((each for each in found.values() if each.question == request.POST.get("take")), None)
    change = partial(_keep, case, form, taken, by=by, now=now)
    if request.method == "POST" and attempt_on(form, case, form.of, by, change):
        is_done = form.cleaned_data["is_all"] == YES
        messages.success(request, recovery_words.step_done(case, Step.UNDERSTAND) if is_done else _("Saved."))
        return redirect(step_address(case, case.step if is_done else Step.UNDERSTAND))
    prompts = [understand_words.prompt(form, each, heard[each], found.get(each), now) for each in Question]
    shown = {"form": form, "prompts": prompts, "saved": understand_words.saved(saved, now), **_shown(case)}
    shown["is_filled"] = any(prompt["is_filled"] for prompt in prompts)
    return step_page(request, case, Step.UNDERSTAND, "web/recovery/understand.html", shown)


def _form(request: HttpRequest, case: Case, filled: dict[Question, Suggested], now: datetime) -> ListenForm:
    """Return the form: before anything was saved, what the client already wrote is filled in."""
    name, asks, hints = understand_words.name_of(case), understand_words.asks(case, now), understand_words.HINTS
    form = ListenForm(posted(request), name=name, asks=asks, hints=hints, suggested=filled)
    form.initial = form.of(case)
    return form


def _shown(case: Case) -> dict[str, Any]:
    below = underneath(case)
    return {
        "name": understand_words.name_of(case),
        "tel": recovery_words.tel(case.person),
        "sides": [understand_words.side_row(side, rows, case) for side, rows in below.contributions.items()],
        "excess": understand_words.excess(below),
        "causes": [understand_words.cause_row(each) for each in below.causes],
        "lacks": [understand_words.lacks(each) for each in below.missing],
        "established": LoggedFact.objects.filter(case=case).select_related("by"),
    }


def _keep(case: Case, form: ListenForm, taken: Suggested | None, *, by: User, now: datetime) -> Case:
    """Keep each answer with where it is from, and the remedy; all heard, the step is done."""
    answers = form.answers() + ([(taken.question, taken.words, taken.named)] if taken else [])
    for question, words, named in answers:
        hear_words(case, question, words, by=by, now=now, source=source_named(case, named, words))
    note_remedy(case, form.cleaned_data["remedy"], by=by, now=now)
    is_open = case.status in UNDER_WAY and not case.steps.filter(step=Step.UNDERSTAND).exists()
    if form.cleaned_data["is_all"] == YES and is_open:
        finish_step(case, Step.UNDERSTAND, by=by, now=now)
    return case
