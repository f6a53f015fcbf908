"""What we agreed with a client: its lines, added, changed, moved and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.agreed import change_item, move_item_up, remove_item
from amends.desk.actions.promise import agree_item
from amends.desk.models import AgreedItem
from amends.desk.rules import Power
from amends.web.access import client_or_404, of_client_or_404, page, user_of
from amends.web.forms.agreed import AgreedForm
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.WORK)
def agreed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was agreed, and add a line."""
    client, form = client_or_404(request, pk), AgreedForm(posted(request))
    if request.method == "POST" and attempt(
        form, lambda: agree_item(client, by=user_of(request), now=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, _("Written down."))
        return redirect("client-agreed", client.pk)
    items = AgreedItem.objects.filter(client=client)
    return render(request, "web/agreed.html", {"client": client, "items": items, "form": form})


@page(Power.WORK)
def agreed_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one line, move it up, or remove it after asking."""
    item, by, now = of_client_or_404(request, AgreedItem.objects.all(), pk), user_of(request), clock.now()
    if request.POST.get("do") in {"up", "remove"}:
        (move_item_up if request.POST["do"] == "up" else remove_item)(item, by=by, now=now)
        return redirect("client-agreed", item.client_id)
    form = AgreedForm(posted(request), initial=AgreedForm.of(item))
    form.fields["what"].disabled = item.sheet_item_id is not None  # both sides confirmed these words
    if request.method == "POST" and attempt_on(
        form, item, form.of, by, lambda: change_item(item, by=by, now=now, **form.cleaned_data)
    ):
        return redirect("client-agreed", item.client_id)
    shown = {"client": item.client, "item": item, "form": form, "asks": "remove" in request.GET}
    return render(request, "web/agreed_edit.html", shown)
