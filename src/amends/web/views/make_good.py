"""Make good: what it cost them, what we offer, who agrees, and whether it has reached them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.case import Step
from amends.core.reparation import State
from amends.desk import clock
from amends.desk.actions.reparation import (
    answer_reparation,
    change_reparation,
    draft_reparation,
    drop_reparation,
    give_reparation,
    offer_reparation,
    reach_reparation,
)
from amends.desk.models import Reparation
from amends.desk.queries.firm import the_day, the_firm
from amends.desk.queries.reparation import drafted, given_by_year, may_agree, reckoned, reparations_of
from amends.desk.rules import Power, Refused, may
from amends.web import reparation_words
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.reparation import AnswerForm, GivenForm, ReparationForm
from amends.web.ids import NOBODY, id_in
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case

KEEPS = ("save", "offer", "fit")  # what the buttons of the offer's own form do


@page()
def make_good(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what fits; its forms keep an offer, put it forward, agree to it, and say that it was given and arrived."""
    case, do = case_or_404(request, pk), request.POST.get("do", "")
    rows = reparations_of(case)
    row = next((one for one in rows if one.state != State.GIVEN), None)
    for one in rows:
        one.case = case
    forms = _forms(request, case, rows, do)
    if request.method == "POST" and _done(request, case, rows, row, forms):
        return redirect("recovery-make_good", case.pk)
    return step_page(request, case, Step.MAKE_GOOD, "web/recovery/make_good.html", _shown(request, case, rows, forms))


def _forms(request: HttpRequest, case: Case, rows: list[Reparation], do: str) -> dict[str, Any]:
    firm, post = the_firm(), request.POST
    row = next((one for one in rows if one.state != State.GIVEN), None)
    begun = ReparationForm.of(row) if row else drafted(case, firm, rows)
    seen = row.asked_at.isoformat() if row and row.asked_at else ""
    agreed = row.approved_at.isoformat() if row and row.approved_at else ""
    currency = row.currency if row else firm.currency
    return {
        "offer": ReparationForm(post if do in KEEPS else None, initial=begun, currency=currency),
        "answer": AnswerForm(post if do == "answer" else None, initial={"seen": seen}),
        "given": GivenForm(post if do == "give" else None, initial={"given_on": the_day(clock.now()), "seen": agreed}),
    }


def _done(
    request: HttpRequest, case: Case, rows: list[Reparation], row: Reparation | None, forms: dict[str, Any]
) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    do, by, now = request.POST.get("do", ""), user_of(request), clock.now()
    if do in KEEPS:
        return _kept(request, case, row, forms["offer"])
    if do == "reach" and rows:
        given = next((one for one in rows if one.state == State.GIVEN and not one.reached_at), rows[0])
        return bool(reach_reparation(given, by=by, now=now))
    if row is None:
        raise Refused(_("The offer was given or taken back meanwhile. Look at it again."))
    if do == "drop":
        return _dropped(request, row)
    form = forms["given" if do == "give" else "answer"]
    change = give_reparation if do == "give" else answer_reparation
    return attempt(form, lambda: change(row, by=by, now=now, **form.cleaned_data)) is not None


def _dropped(request: HttpRequest, row: Reparation) -> bool:
    """Take an offer back, if it is the one that was seen."""
    if _is_another(request, row):
        raise Refused(_("The offer that you saw was given or taken back meanwhile. This is another one."))
    drop_reparation(row, by=user_of(request), now=clock.now())
    messages.success(request, _("The offer is taken back."))
    return True


def _kept(request: HttpRequest, case: Case, row: Reparation | None, form: ReparationForm) -> bool:
    """Keep an offer, and put it forward where that was asked for: both or neither."""
    by = user_of(request)
    if _is_another(request, row):
        form.add_error(None, _("The offer that you saw was given or taken back meanwhile. Look before you save yours."))
        return False
    change = partial(_keep, request, case, row, form)
    kept = attempt_on(form, row, form.of, by, change) if row else attempt(form, change)
    if kept is not None:
        messages.success(request, _said(kept))
    return kept is not None


def _is_another(request: HttpRequest, row: Reparation | None) -> bool:
    """Whether the page showed another offer than the one that would be changed now, or begun."""
    seen = request.POST.get("of")
    return seen is not None and id_in(seen) != (row.pk if row else NOBODY)


@transaction.atomic
def _keep(request: HttpRequest, case: Case, row: Reparation | None, form: ReparationForm) -> Reparation:
    do, by, now = request.POST["do"], user_of(request), clock.now()
    if row is None:
        kept = draft_reparation(case, by=by, now=now, **form.told())
    else:
        kept = change_reparation(row, by=by, now=now, **form.told())
    if do == "fit":
        rest = reckoned(kept, now)
        best = max(Decimal(0), rest.band.target - rest.before - kept.in_kind_cost)
        return change_reparation(kept, by=by, now=now, offer=best)
    return offer_reparation(kept, by=by, now=now) if do == "offer" else kept


def _said(row: Reparation) -> str:
    if row.state == State.WAITING:
        return _("Put forward. Somebody has to agree before it is given.")
    return _("Agreed. Say here once it is given.") if row.state == State.APPROVED else _("Saved as a draft.")


def _shown(request: HttpRequest, case: Case, rows: list[Reparation], forms: dict[str, Any]) -> dict[str, Any]:
    user, now, firm = user_of(request), clock.now(), the_firm()
    row = next((one for one in rows if one.state != State.GIVEN), None)
    drawn = _drawn(row or Reparation(case=case, **drafted(case, firm, rows)), forms["offer"])
    told = reckoned(drawn, now, rows)
    wrong: list[Form] = [one for one in forms.values() if one.is_bound and one.errors]
    is_settled = bool(rows) and row is None and not wrong
    return {
        "form": wrong[0] if wrong else forms["offer"],
        **{f"{name}_form": form for name, form in forms.items()},
        "row": row,
        "given": [(one, reparation_words.state_of(one)) for one in rows if one.state == State.GIVEN],
        "is_waiting_to_reach": any(one.state == State.GIVEN and not one.reached_at for one in rows),
        "is_settled": is_settled,
        "is_open": bool(wrong) or (not is_settled if row is None else row.state in {State.DRAFT, State.REFUSED}),
        "may_agree": row is not None and may(user, Power.WORK) and may_agree(user, row, told.needs),
        "kind_first": reparation_words.before_money(case, told.repeat),
        "by_year": given_by_year(case.client, user, firm.currency),
        **reparation_words.of_offer(drawn, told, user, firm),
    }


def _drawn(shown: Reparation, form: ReparationForm) -> Reparation:
    """Return the offer that is drawn: where it was refused, what was typed."""
    if form.is_bound and set(form.errors) <= {NON_FIELD_ERRORS}:
        for name, value in form.told().items():
            setattr(shown, name, value)
    return shown
