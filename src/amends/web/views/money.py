"""Settings, Money limits: above which sums somebody else agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.firm import change_firm
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Power
from amends.web.access import page, user_of
from amends.web.forms.attempt import posted
from amends.web.forms.meanwhile import SHOWN, attempt_on
from amends.web.forms.reparation import LimitForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(Power.OWN)
def money(request: HttpRequest) -> HttpResponse:
    """Show the limits, and set them."""
    firm, by = the_firm(), user_of(request)
    form = LimitForm(firm, posted(request))
    if request.method == "POST" and attempt_on(
        form, firm, form.of, by, lambda: change_firm(firm, by=by, now=clock.now(), **_typed(form))
    ):
        messages.success(request, _("Saved."))
        return redirect("settings-money")
    return render(request, "web/settings/money.html", {"form": form})


def _typed(form: LimitForm) -> dict[str, object]:
    return {name: value for name, value in form.cleaned_data.items() if name != SHOWN}
