"""Clients: the list, the page of one, and what people know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.core.trend import weeks_back
from amends.desk import clock
from amends.desk.actions.client import add_client, change_client, delete_client, merge_clients
from amends.desk.models import Client, Message, Standing
from amends.desk.queries.chronicle import first_name
from amends.desk.queries.client import beside, clients_listed, lines_of, people_of, what_goes_with
from amends.desk.queries.evidence import account_of, heard_in
from amends.desk.queries.firm import the_firm
from amends.desk.queries.intake import count_unconfirmed
from amends.desk.queries.letter import conversation_of, messages_before, written_with
from amends.desk.queries.timeline import Show, timeline_of, writer_of
from amends.desk.rules import Power, may, may_manage, of_seen_letter
from amends.web.access import client_or_404, managed_or_404, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.client import ClientForm, ClientsForm, MergeForm
from amends.web.forms.meanwhile import attempt_on
from amends.web.views.person import moment_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import User

ON_A_PAGE = 50  # clients


@page(methods=("GET", "HEAD"))
def clients(request: HttpRequest) -> HttpResponse:
    """Show which clients are well, which are not, and why."""
    user, now = user_of(request), clock.now()
    today, form = timezone.localdate(now), ClientsForm(request.GET)
    asked = form.asked()
    listed = Paginator(clients_listed(user, asked, now), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "form": form,
        "asked": asked,
        "page": listed,
        "lines": lines_of(list(listed), today, now),
        "since": weeks_back(today)[0],
        "unconfirmed": count_unconfirmed(user),
        "may_add": may(user, Power.WORK),
        "may_manage": may(user, Power.MANAGE),
        "now": now,
    }
    return render(request, "web/clients.html", shown)


@page(methods=("GET", "HEAD"))
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything said and promised, and how it stands."""
    asked, now, firm = client_or_404(request, pk, Client.objects.all()), clock.now(), the_firm()
    show = _show(request)
    shown = {
        "client": asked,
        "account": account_of(asked, firm, timezone.localdate(now)),
        "beside": beside(asked, now, user_of(request)),
        "timeline": timeline_of(asked, firm, show, moment_of(request), user=user_of(request)),
        "show": show,
        "before": request.GET.get("before", ""),
        "may_work": may(user_of(request), Power.WORK),
        "now": now,
    }
    return render(request, "web/client.html", shown)


def _show(request: HttpRequest) -> Show:
    """Return which part of the history is asked for; a word that is none asks for all."""
    asked = request.GET.get("show", "")
    return Show(asked) if asked in set(Show) else Show.ALL


@page(Power.WORK)
def client_new(request: HttpRequest) -> HttpResponse:
    """Add a client."""
    user = user_of(request)
    form = ClientForm(request.POST or None, user=user, currency=the_firm().currency, initial={"looked_after_by": user})
    if request.method == "POST":
        added = attempt(form, lambda: add_client(by=user, now=clock.now(), **form.cleaned_data))
        if added:
            messages.success(request, _("%(client)s is added.") % {"client": added})
            return redirect("client", added.pk)
    return render(request, "web/client_edit.html", {"form": form})


@page(Power.WORK)
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a client."""
    asked, user = client_or_404(request, pk), user_of(request)
    told: dict[str, Any] = {"currency": the_firm().currency, "client": asked, "initial": ClientForm.of(asked)}
    form = ClientForm(request.POST or None, user=user, **told)
    if request.method == "POST":
        name = asked.name
        if attempt_on(form, asked, form.of, user, lambda: _change(asked, form, user)):
            messages.success(request, _("Saved."))
            return redirect("client", asked.pk)
        asked.name = name
    return render(
        request, "web/client_edit.html", {"form": form, "client": asked, "may_manage": may_manage(user, asked)}
    )


def _change(asked: Client, form: ClientForm, by: User) -> Client:
    return change_client(asked, by=by, now=clock.now(), **form.cleaned_data)


@page(Power.MANAGE)
def client_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a client, saying what goes, and delete it."""
    asked = managed_or_404(request, pk)
    if request.method == "POST":
        name = asked.name
        delete_client(asked, by=user_of(request), now=clock.now())
        messages.success(request, _("%(client)s is deleted.") % {"client": name})
        return redirect("clients")
    return render(request, "web/client_delete.html", {"client": asked, "goes": what_goes_with(asked)})


@page(Power.MANAGE)
def client_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which other client is the same company, and make one of both."""
    asked, user = managed_or_404(request, pk), user_of(request)
    form = MergeForm(request.POST or None, client=asked, user=user)
    if request.method == "POST":
        name = asked.name
        into = attempt(form, lambda: merge_clients(asked, form.cleaned_data["into"], by=user, now=clock.now()))
        if into:
            messages.success(request, _("%(client)s is now part of %(into)s.") % {"client": name, "into": into})
            return redirect("client", into.pk)
    return render(request, "web/client_merge.html", {"form": form, "client": asked, "goes": what_goes_with(asked)})


@page(methods=("GET", "HEAD"))
def client_messages(request: HttpRequest, pk: int) -> HttpResponse:
    """List the messages exchanged with a client."""
    asked = client_or_404(request, pk, Client.objects.all())
    found, before = messages_before(written_with(asked, user_of(request)), moment_of(request))
    rows = [_row(message) for message in found]
    is_found = asked.standing != Standing.CLIENT and may(user_of(request), Power.MANAGE)
    never_store = list(asked.keys.values_list("key", flat=True)) if is_found else []
    shown = {"client": asked, "rows": rows, "next": before, "before": moment_of(request), "now": clock.now()}
    return render(request, "web/client_messages.html", {**shown, "never_store": never_store})


def _row(message: Message) -> dict[str, Any]:
    return {"message": message, "writer": writer_of(message), "first_name": first_name(writer_of(message))}


@page(methods=("GET", "HEAD"))
def client_people(request: HttpRequest, pk: int) -> HttpResponse:
    """List the people at a client."""
    asked = client_or_404(request, pk, Client.objects.all())
    shown = {
        "client": asked,
        "people": people_of(asked),
        "may_work": may(user_of(request), Power.WORK),
        "now": clock.now(),
    }
    return render(request, "web/client_people.html", shown)


@page(methods=("GET", "HEAD"))
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what somebody wrote, in plain text, with what was heard in it marked, and the conversation around it."""
    read = Message.objects.filter(of_seen_letter(user_of(request))).select_related("person")
    asked = of_client_or_404(request, read, pk)
    around = [_row(one) for one in conversation_of(asked, user_of(request))]
    shown = {
        "message": asked,
        "client": asked.client,
        "writer": writer_of(asked),
        "runs": heard_in(asked),
        "may_work": may(user_of(request), Power.WORK),
        "around": around,
        "now": clock.now(),
    }
    return render(request, "web/message.html", shown)
