"""Facts of the trade: what happened with orders, people, invoices, written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.core.staffing import FactKind
from amends.desk import clock
from amends.desk.actions.touch import change_fact, delete_fact, record_fact
from amends.desk.models import StaffingFact
from amends.desk.queries.fact import fact_in_words
from amends.desk.rules import Power
from amends.web.access import client_or_404, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.fact import NAMES, FactForm
from amends.web.forms.meanwhile import attempt_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.WORK)
def fact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what kind of thing happened, then what that kind needs."""
    client, now, asked = client_or_404(request, pk), clock.now(), request.GET.get("kind", "")
    if asked not in set(FactKind):
        kinds = [(kind.value, name) for kind, name in NAMES.items()]
        return render(request, "web/fact_edit.html", {"client": client, "kinds": kinds})
    kind = FactKind(asked)
    form = FactForm(posted(request), kind=kind, initial={"at": now})
    if request.method == "POST" and attempt(
        form, lambda: record_fact(client, kind, by=user_of(request), now=now, **form.cleaned_data)
    ):
        messages.success(request, _("Written down. It is in what has happened."))
        return redirect("client", client.pk)
    return render(request, "web/fact_edit.html", {"client": client, "form": form, "name": NAMES[kind]})


@page(Power.WORK)
def fact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a fact."""
    fact, user, now = of_client_or_404(request, StaffingFact.objects.all(), pk), user_of(request), clock.now()
    kind = FactKind(fact.kind)
    form = FactForm(posted(request), kind=kind, initial=FactForm.of(fact))
    if request.method == "POST" and attempt_on(
        form, fact, form.of, user, lambda: change_fact(fact, by=user, now=now, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect("client", fact.client_id)
    return render(
        request, "web/fact_edit.html", {"client": fact.client, "form": form, "name": NAMES[kind], "fact": fact}
    )


@page(Power.WORK)
def fact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to remove a fact, saying what goes, and remove it."""
    fact = of_client_or_404(request, StaffingFact.objects.all(), pk)
    if request.method == "POST":
        delete_fact(fact, by=user_of(request), now=clock.now())
        messages.success(request, _("Removed from %(client)s.") % {"client": fact.client})
        return redirect("client", fact.client_id)
    told = {"client": fact.client, "fact": fact, "told": fact_in_words(fact), "now": clock.now()}
    return render(request, "web/fact_delete.html", told)
