"""How people at a client feel about working with us: what they said, asking them, and what a colleague heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk import clock
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.pulse_asking import ask_pulse
from amends.desk.queries.pulse_page import askable, pulses_of, to_ask_of_handling
from amends.desk.rules import Power, Refused, may
from amends.web import pulse_words
from amends.web.access import client_or_404, number_asked, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.pulse import FOUR, ONE_LINE, AskForm, HeardForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Client, Outgoing
    from amends.desk.queries.pulse_page import Askable


@page()
def client_pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each of them said, and ask some of them again."""
    client, user, now = client_or_404(request, pk), user_of(request), clock.now()
    if request.POST.get("do") == "handling":
        return _to_read(request, [_ask_of(request, client)])
    may_work = may(user, Power.WORK)
    people = askable(client) if may_work else []
    form = _form(request, people)
    if request.method == "POST" and form and (letters := attempt(form, lambda: _ask(request, form, people))):
        return _to_read(request, letters)
    shown = {
        "client": client,
        "rows": pulse_words.rows(pulses_of(client, user), now),
        "form": form,
        "not_asked": [{"name": one.person, "told": one.why_not} for one in people if one.why_not],
        "over": to_ask_of_handling(client, user, now) if may_work else [],
        "may_work": may_work,
        "now": now,
    }
    return render(request, "web/client_pulse.html", shown)


def _form(request: HttpRequest, people: Sequence[Askable]) -> AskForm | None:
    """Return the form that asks; None where there is nobody to ask."""
    now, first = clock.now(), number_asked(request, "person")
    who = [(one.person.pk, pulse_words.choice(one, now)) for one in people if not one.why_not]
    what = FOUR if request.GET.get("what") == FOUR else ONE_LINE
    initial: dict[str, Any] = {"people": [first] if first else [], "what": what}
    return AskForm(posted(request), who=who, initial=initial) if who else None


@transaction.atomic
def _ask(request: HttpRequest, form: AskForm, people: Sequence[Askable]) -> list[Outgoing]:
    """Write a letter to each who was chosen, or none."""
    chosen, by, now = form.cleaned_data["people"], user_of(request), clock.now()
    has_four = form.cleaned_data["what"] == FOUR
    return [ask_pulse(one.person, by=by, now=now, has_four=has_four) for one in people if one.person.pk in chosen]


def _ask_of(request: HttpRequest, client: Client) -> Outgoing:
    """Write to whom a recovery was about, and ask how it was handled."""
    by, now = user_of(request), clock.now()
    over = {str(case.pk): case for case in to_ask_of_handling(client, by, now)}
    case = over.get(request.POST.get("case", ""))
    if case is None or case.person is None:
        raise Refused(_("That was asked already. It is asked once."))
    return ask_pulse(case.person, by=by, now=now, handling_of=case)


def _to_read(request: HttpRequest, letters: Sequence[Outgoing]) -> HttpResponse:
    """Go on to the letter, or to all that wait to be read."""
    if len(letters) == 1:
        return redirect("letter", letters[0].pk)
    told = ngettext("%(count)d letter waits to be read.", "%(count)d letters wait to be read.", len(letters))
    messages.success(request, told % {"count": len(letters)})
    return redirect("outbox")


@page(Power.WORK)
def pulse_heard(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what somebody said on the phone or in person."""
    client, by, now = client_or_404(request, pk), user_of(request), clock.now()
    form = HeardForm(posted(request), client=client, initial={"person": number_asked(request, "person")})
    if request.method == "POST" and attempt(form, lambda: take_pulse(client, by=by, now=now, **form.cleaned_data)):
        messages.success(request, _("Written down."))
        return redirect("client-pulse", client.pk)
    return render(request, "web/pulse_heard.html", {"client": client, "form": form})
