"""The reasons behind a client's health, and what people say against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.health import dismiss_signal, end_override, override_state, undo_dismissal
from amends.desk.models import Client, Dismissal, Override, Signal
from amends.desk.queries.evidence import dismissed_of, filled_by_others, override_of, pieces_of, same_finding
from amends.desk.rules import Power, may
from amends.web.access import client_or_404, of_client_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.health import OverrideForm, WrongForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the messages behind one line of the account."""
    asked = of_client_or_404(request, Signal.objects.all(), pk)
    again = same_finding(asked) if asked.cleared_at else None
    return redirect("signal", again.pk) if again else _signal_page(request, asked, WrongForm())


@page(methods=("POST",))
def signal_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a finding out, because somebody says why it is wrong."""
    asked = of_client_or_404(request, Signal.objects.all(), pk)
    form = WrongForm(request.POST)
    wrong = attempt(
        form, lambda: dismiss_signal(asked, form.cleaned_data["reason"], by=user_of(request), now=clock.now())
    )
    if wrong is None:
        return _signal_page(request, asked, form)
    messages.success(request, _("Thank you. We have taken it out and remembered."))
    full = filled_by_others(asked) if asked.points >= 0 else None
    if full:
        told = {"kind": full[0], "cap": full[1]}
        messages.info(
            request, _("The number stays: other %(kind)s fill the most that %(kind)s may count (%(cap)d).") % told
        )
    return redirect("signal", asked.pk)


def _signal_page(request: HttpRequest, asked: Signal, form: WrongForm) -> HttpResponse:
    client = Client.objects.get(pk=asked.client_id)
    shown = {
        "signal": asked,
        "client": client,
        "pieces": pieces_of(asked),
        "dismissals": dismissed_of(asked),
        "form": form,
        "may_work": may(user_of(request), Power.WORK),
        "now": clock.now(),
    }
    return render(request, "web/signal.html", shown)


@page(methods=("POST",))
def dismissal_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a finding count again."""
    wrong = of_client_or_404(request, Dismissal.objects.all(), pk)
    undo_dismissal(wrong, by=user_of(request), now=clock.now())
    messages.success(request, _("It counts again."))
    return redirect("client", wrong.client_id)


@page(Power.WORK)
def client_override(request: HttpRequest, pk: int) -> HttpResponse:
    """Set by hand how a client stands, why, and until when."""
    asked, user, now = client_or_404(request, pk), user_of(request), clock.now()
    form = OverrideForm(request.POST or None)
    if request.method == "POST":
        held = attempt(form, lambda: override_state(asked, by=user, now=now, **form.cleaned_data))
        if held:
            messages.success(request, _("Saved."))
            return redirect("client", asked.pk)
    shown = {"form": form, "client": asked, "held": override_of(asked, timezone.localdate(now)), "now": now}
    return render(request, "web/override.html", shown)


@page(methods=("POST",))
def override_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the desk say again how a client stands."""
    held = of_client_or_404(request, Override.objects.all(), pk)
    end_override(held, by=user_of(request), now=clock.now())
    messages.success(request, _("The desk says again how they stand."))
    return redirect("client", held.client_id)
