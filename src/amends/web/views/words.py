"""Settings, Words: what the firm asks its people not to write."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.phrase import add_phrase, change_phrase, remove_phrase
from amends.desk.models import FirmPhrase
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.tone import phrase_form
from amends.web.ids import id_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.web.forms.tone import PhraseForm


@page(Power.OWN)
def words(request: HttpRequest) -> HttpResponse:
    """List the firm's own words; add some, change them, take them off the list."""
    asked = request.POST.get("phrase", "")
    phrase = get_object_or_404(FirmPhrase, pk=id_in(asked)) if asked else None
    if phrase and request.POST.get("do") == "remove":
        remove_phrase(phrase, by=user_of(request), now=clock.now())
        return _saved(request, _("Taken off the list."))
    form = phrase_form(phrase, request.POST or None)
    if request.method == "POST" and _kept(request, form, phrase):
        return _saved(request, _("Saved. It is looked for in every draft from now on."))
    rows = [(one, form if one == phrase else phrase_form(one)) for one in FirmPhrase.objects.all()]
    shown = {"form": form, "new": phrase_form() if phrase else form, "rows": rows}
    return render(request, "web/settings/words.html", shown)


def _kept(request: HttpRequest, form: PhraseForm, phrase: FirmPhrase | None) -> bool:
    by, now = user_of(request), clock.now()
    if phrase is None:
        return attempt(form, lambda: add_phrase(by=by, now=now, **form.cleaned_data)) is not None
    change = partial(change_phrase, phrase, by=by, now=now)
    return attempt_on(form, phrase, form.of, by, lambda: change(**form.cleaned_data)) is not None


def _saved(request: HttpRequest, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("settings-words")
