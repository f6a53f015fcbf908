"""People at clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.person import add_person, change_person, erase_person
from amends.desk.models import Person
from amends.desk.queries.letter import messages_before
from amends.desk.queries.person import what_erasing_takes, written_by
from amends.desk.queries.personal import everything_about
from amends.desk.queries.spelled import spelled
from amends.desk.rules import Power, may
from amends.web.access import client_or_404, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.person import NewPersonForm, PersonForm

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User


@page(methods=("GET", "HEAD"))
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who somebody is, how to reach them, and what they wrote."""
    asked = of_client_or_404(request, Person.objects.all(), pk)
    user = user_of(request)
    found, before = messages_before(written_by(asked), moment_of(request))
    shown = {
        "person": asked,
        "client": asked.client,
        "addresses": asked.addresses.order_by("address"),
        "messages_written": found,
        "next": before,
        "may_work": may(user, Power.WORK),
        "may_manage": may(user, Power.MANAGE),
        "may_own": may(user, Power.OWN),
        "now": clock.now(),
    }
    return render(request, "web/person.html", shown)


def moment_of(request: HttpRequest) -> datetime | None:
    """Return the moment that the address of a page asks for (`before`); None for the newest."""
    try:
        moment = parse_datetime(request.GET.get("before", ""))
    except ValueError:  # a day that no month has
        return None
    return moment if moment and timezone.is_aware(moment) else None


@page(Power.WORK)
def person_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody at a client."""
    client = client_or_404(request, pk)
    form = NewPersonForm(request.POST or None)
    if request.method == "POST":
        added = attempt(form, lambda: add_person(client, by=user_of(request), now=clock.now(), **form.cleaned_data))
        if added:
            messages.success(request, _("%(person)s is added.") % {"person": added})
            return redirect("client-people", client.pk)
    return render(request, "web/person_edit.html", {"form": form, "client": client})


@page(Power.WORK)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of somebody."""
    asked, user = of_client_or_404(request, Person.objects.all(), pk), user_of(request)
    form = PersonForm(request.POST or None, initial=PersonForm.of(asked))
    if request.method == "POST":
        name = asked.name
        if attempt_on(form, asked, form.of, user, lambda: _change(asked, form, user)):
            messages.success(request, _("Saved."))
            return redirect("person", asked.pk)
        asked.name = name
    return render(request, "web/person_edit.html", {"form": form, "client": asked.client, "person": asked})


def _change(asked: Person, form: PersonForm, by: User) -> Person:
    return change_person(asked, by=by, now=clock.now(), **form.cleaned_data)


@page(Power.OWN, methods=("GET", "HEAD"))
def person_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over everything that is kept about somebody, as a file."""
    asked = of_client_or_404(request, Person.objects.all(), pk)
    options = {"indent": 2, "ensure_ascii": False}
    answer = JsonResponse(everything_about(asked), json_dumps_params=options)
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{asked.pk}.json"'
    return answer


@page(Power.OWN)
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to erase somebody, saying what goes and what stays, and erase them."""
    asked = of_client_or_404(request, Person.objects.all(), pk)
    if request.method == "POST":
        erase_person(asked, by=user_of(request), now=clock.now())
        messages.success(request, _("Erased. That they wrote, and when, still counts; who they were is forgotten."))
        return redirect("client-people", asked.client_id)
    goes = {"goes": what_erasing_takes(asked), "spelled": spelled(asked)}
    shown = {"person": asked, "client": asked.client, **goes}
    return render(request, "web/person_erase.html", shown)
