"""Check a draft: will this help or hurt? Nothing is stored, unless it belongs to a letter or to a recovery's note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from amends.core.apology import TooLongError, check, measured
from amends.desk import clock
from amends.desk.actions.apology import apology_of, keep_note
from amends.desk.actions.letter import change_letter
from amends.desk.models import Person
from amends.desk.queries.tone import Answering, answered_by, answering, firm_phrases, has_spoken, situation_of
from amends.desk.rules import Power, Refused, may
from amends.web.access import case_or_404, client_asked, letter_or_404, number_asked, own_page, user_of
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.tone import DraftForm
from amends.web.tone_words import Shown, keyed, shown_of, used

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.core.apology import Checked
    from amends.desk.models import Apology, Case, Client, Outgoing

LATELY = timedelta(days=7)  # a talk is still "by phone first" of a draft that belongs to no recovery (judgement)


@dataclass(frozen=True, slots=True)
class About:
    """Whom a draft is for, what it answers, and where it is kept: a letter, the note of a recovery, or nowhere."""

    client: Client | None = None
    answers: Answering | None = None
    person: Person | None = None
    letter: Outgoing | None = None
    case: Case | None = None

    @property
    def text(self) -> str:
        """What is kept of it so far."""
        if self.letter:
            return self.letter.text
        return apology_of(self.case).note if self.case else ""

    @property
    def reader(self) -> str:
        """Who will read it, by the name one says."""
        return self.person.first_name if self.person else ""

    def is_unsaid(self, now: datetime) -> bool:
        """Whether to say that a call comes first: always where nobody knows for whom the draft is."""
        if self.client is None or self.answers is None:
            return True
        return self.answers.is_unsaid if self.answers.is_hard else not has_spoken(self.client, now - LATELY)


@own_page()
def tone(request: HttpRequest) -> HttpResponse:
    """Show a draft with its marks, and put a better wording in its place where that is asked for."""
    about, now = _about(request), clock.now()
    if request.POST.get("do") == "keep":
        form = DraftForm(request.POST)
        if kept := _kept(request, form, about, now):
            return kept
    else:
        form = _sent(request, about, now) if request.method == "POST" else DraftForm(initial={"text": about.text})
    shown = _shown(form, about, now)
    told = {"about": about, "form": form, "shown": shown, "is_unsaid": about.is_unsaid(now), "measured": measured()}
    may_keep = may(user_of(request), Power.WORK) and (about.letter or about.case)
    return render(request, "web/tone.html", {**told, "may_keep": may_keep, "client": about.client, "case": about.case})


@own_page(methods=("POST",))
def tone_live(request: HttpRequest) -> HttpResponse:
    """Answer the page that is being typed on: the marks of the draft as it is now."""
    about, now = _about(request), clock.now()
    form = _sent(request, about, now)
    shown = _shown(form, about, now)
    told = {"shown": shown, "form": form}
    pieces = {name: render_to_string(f"web/tone_{name}.html", told, request) for name in ("letter", "found", "parts")}
    title = shown.title if shown else " ".join(str(one) for one in form.errors.get("text", ()))
    return JsonResponse({"text": _text(form), "left": form.cleaned_data.get("left", ""), "title": title, **pieces})


def _about(request: HttpRequest) -> About:
    """Return what the address names: a letter, a recovery, or a client and a person there."""
    user, asked = user_of(request), number_asked(request, "letter")
    if asked and may(user, Power.WORK):
        letter = letter_or_404(request, asked, is_clients=True)
        return About(letter.client, answered_by(letter, user), letter.person, letter=letter)
    asked = number_asked(request, "case")
    if asked:
        case = case_or_404(request, asked)
        return About(case.client, answering(case.client, user, case=case), case.person, case=case)
    client, asked = client_asked(request), number_asked(request, "person")
    if client is None:
        return About()
    person = Person.objects.filter(client=client, pk=asked).first() if asked else None
    return About(client, answering(client, user), person)


def _sent(request: HttpRequest, about: About, now: datetime) -> DraftForm:
    """Return the form that was sent, with the wording that was chosen in its place."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return form
    text, left = form.cleaned_data["text"], form.keys_left
    if use := request.POST.get("use"):
        checked = _checked(form, about, now)
        text = used(text, checked, use) if checked else text
    if leave := request.POST.get("leave"):
        left = [*left, leave]
    data: Any = request.POST.copy()
    data["text"], data["left"] = text, "" if "again" in request.POST else " ".join(dict.fromkeys(left))
    fresh = DraftForm(data)
    fresh.is_valid()
    return fresh


def _text(form: DraftForm) -> str:
    return str(form.cleaned_data.get("text", "")) if form.is_bound else str(form.initial["text"])


def _checked(form: DraftForm, about: About, now: datetime) -> Checked | None:
    """Check a draft; None, with the reason at the form, where it is too long or there is none."""
    text = _text(form)
    try:
        situation = situation_of(about.answers.case if about.answers else None, now)
        return check(text, situation=situation, firm=firm_phrases()) if text.strip() else None
    except TooLongError as problem:
        form.cleaned_data = {} if not form.is_bound else form.cleaned_data
        form.add_error("text", str(problem))
        return None


def _shown(form: DraftForm, about: About, now: datetime) -> Shown | None:
    """Return what is shown of a draft, if it can be checked."""
    text, checked = _text(form), _checked(form, about, now)
    if checked is None:
        return None
    still = {key for key, _fault in keyed(checked.faults)}
    left = [key for key in form.keys_left if key in still] if form.is_bound else []
    return shown_of(text, checked, left=left, reader=about.reader)


def _kept(request: HttpRequest, form: DraftForm, about: About, now: datetime) -> HttpResponse | None:
    """Keep the draft where it belongs; None, with the reason at the form, where it cannot be kept."""
    if about.letter:
        return _kept_letter(request, form, about.letter, now)
    if about.case:
        return _kept_note(request, form, about.case, now)
    raise Refused(_("This draft belongs to no letter and to no recovery, so it is kept nowhere."))


def _kept_letter(request: HttpRequest, form: DraftForm, letter: Outgoing, now: datetime) -> HttpResponse | None:
    by = user_of(request)

    def change() -> Outgoing:
        return change_letter(letter, letter.to, letter.subject, form.cleaned_data["text"], by=by, now=now)

    if not attempt_on(form, letter, lambda row: {"text": row.text}, by, change):
        return None
    messages.success(request, _("Saved in the letter. Nothing is sent before you say so."))
    return redirect("letter", letter.pk)


def _kept_note(request: HttpRequest, form: DraftForm, case: Case, now: datetime) -> HttpResponse | None:
    by = user_of(request)

    def change() -> Apology:
        return keep_note(case, form.cleaned_data["text"], by=by, now=now)

    if not attempt_on(form, case, lambda row: {"text": apology_of(row).note}, by, change):
        return None
    messages.success(request, _("Saved as the note of this recovery."))
    return redirect("recovery-own_it", case.pk)
