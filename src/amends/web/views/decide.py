"""Decide: whether this is worth saving, and whether all want it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amends.core.case import Step
from amends.core.decision import Choice, reckon
from amends.desk import clock
from amends.desk.actions.decision import decide_case, give_view, set_worth
from amends.desk.queries.decision import alone_from, may_decide, own_cases, views_of, why_reconsider, worth_of
from amends.desk.rules import may_manage
from amends.web import decision_words
from amends.web.access import case_or_404, firm_of, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.decision import DecideForm, ViewForm, WorthForm, chosen, worth_shown
from amends.web.forms.meanwhile import attempt_on
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case, Firm, Opinion
    from amends.desk.queries.decision import Views


@page()
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the views, the worth-it sum and the decision; its forms change each of them."""
    case = case_or_404(request, pk)
    view, worth, decision = _forms(request, case)
    do, by = request.POST.get("do", ""), user_of(request)
    if do == "view" and attempt(view, lambda: _given(request, case, view)):
        return redirect("recovery-decide", pk)
    if do == "worth" and attempt_on(worth, case, worth_shown, by, lambda: _reckoned(request, case, worth)):
        return redirect("recovery-decide", pk)
    if do == "decide":
        done = attempt(decision, lambda: _decided(request, case, decision))
        if done:
            return redirect("recovery-part_well" if done.decision == Choice.LET_GO else "recovery", pk)
        case = case_or_404(request, pk)  # as whoever was first has left it
        decision.now_seen = case.decided_at.isoformat() if case.decided_at else ""
        decision.look_again()
    wrong = next((form for form in (view, worth, decision) if form.is_bound and form.errors), None)
    shown = {"view": view, "worth": worth, "decision": decision, "form": wrong}
    return step_page(request, case, Step.DECIDE, "web/recovery/decide.html", _shown(request, case) | shown)


def _forms(request: HttpRequest, case: Case) -> tuple[ViewForm, WorthForm, DecideForm]:
    """Return the three forms of the page, the one that was posted with what was typed."""
    do, posted = request.POST.get("do", ""), request.POST
    mine: Opinion | None = case.opinions.filter(user=user_of(request)).first()
    said = {name: getattr(mine, name) for name in ViewForm.base_fields} if mine else {}
    firm = cast("Firm", firm_of(request))
    return (
        ViewForm(posted if do == "view" else None, initial=said),
        WorthForm(posted if do == "worth" else None, case=case, firm=firm),
        DecideForm(posted if do == "decide" else None, case=case, initial={"what": case.decision}),
    )


def _given(request: HttpRequest, case: Case, form: Form) -> Opinion:
    typed = {name: form.cleaned_data[name] for name in ("reason", "matters", "ideas")}
    given = give_view(case, chosen(form, "choice"), by=user_of(request), now=clock.now(), **typed)
    messages.success(request, _("Thank you. Your view is kept, and here is what the others said."))
    return given


def _reckoned(request: HttpRequest, case: Case, form: WorthForm) -> Case:
    kept = set_worth(case, form.told(), by=user_of(request), now=clock.now())
    messages.success(request, _("Saved. The sum stands on the page."))
    return kept


def _decided(request: HttpRequest, case: Case, form: Form) -> Case:
    typed = form.cleaned_data
    told = {"note": typed["because"], "again_on": typed["again_on"], "seen": typed["seen"]}
    done = decide_case(case, chosen(form, "what"), by=user_of(request), now=clock.now(), **told)
    messages.success(request, _("It is decided, and it stands beside every step."))
    return done


def _shown(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the page shows of the views, the sum and the decision."""
    user, now, firm = user_of(request), clock.now(), cast("Firm", firm_of(request))
    views = views_of(case, user, now)
    why, count = why_reconsider(case.client, now)
    manages, decides = may_manage(user, case.client), may_decide(case, user)
    return {
        "views": views,
        "missing": decision_words.missing_words(views),
        "hidden": decision_words.why_hidden(views),
        "rows": _rows(views, now, is_late=now >= alone_from(case)),
        "decided": decision_words.decided(case, now) if case.decision else None,
        "waits_for": decision_words.who_decides(case, views, now, may_decide=decides, manages=manages),
        "may_decide": decides and not (views.missing and not manages),
        "reconsider": decision_words.reconsider_words(why, count),
        "known": decision_words.known(case, firm, now),
        **_sum(case, firm),
    }


def _rows(views: Views, now: datetime, *, is_late: bool) -> list[dict[str, Any]]:
    """Return who answered, with the views that may be seen, then who has not; late after a day."""
    given = [*((views.mine,) if views.mine else ()), *views.others]
    told = {opinion.user_id: decision_words.view_row(opinion, now) for opinion in given}
    answered = [told.get(user.pk, {"name": user.name, "choice": "", "reason": ""}) for user in views.answered]
    return [*answered, *({"name": user.name, "is_missing": True, "is_late": is_late} for user in views.missing)]


def _sum(case: Case, firm: Firm) -> dict[str, Any]:
    """Return the worth-it sum in words, or what is missing for it."""
    worth = worth_of(case, firm)
    if worth is None:
        return {"sum": None, "not_enough": decision_words.not_enough(case)}
    own = own_cases(clock.now())
    return {"sum": decision_words.reckoned_words(reckon(worth, own), worth, own, firm)}
