"""The frame around each step of a recovery: where it stands, what completes the step, what else there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from amends.core.case import ORDER, Step
from amends.desk import clock
from amends.desk.queries.case import STEPS, check_ins_of, history_of, is_whole, seam_place
from amends.desk.rules import Power, may
from amends.web import recovery_words
from amends.web.access import user_of
from amends.web.forms.case import NextForm
from amends.web.recovery_rail import rail_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case


def step_address(case: Case, step: str) -> str:
    """Return where a step of a recovery has its page."""
    return reverse(f"recovery-{step}", args=[case.pk])


def planned(case: Case) -> dict[str, Any]:
    """Return the values of `NextForm` as the recovery has them."""
    return {"next_at": case.next_at, "note": case.next_note, "waiting_for": case.waiting_for}


def step_page(
    request: HttpRequest, case: Case, step: Step, template: str, shown: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the page of a step: `template` extends `web/recovery/frame.html`, `shown` is what the step adds.

    `shown["next_form"]` is the form of what comes next where it came back with mistakes; `shown["form"]` is the step's
    own, whose mistakes the frame sums up.
    """
    now = clock.now()
    framed = {
        "case": case,
        "client": case.client,
        "next_form": NextForm(initial=planned(case)),
        "place": len(ORDER) + 1 if is_whole(case) else seam_place(case),
        "now": now,
        "may_work": may(user_of(request), Power.WORK),
        "history": [recovery_words.entry(told, now) for told in history_of(case)],
        **rail_of(request, case, now),
        **recovery_words.of_case(case, step, check_ins_of([case]).get(case.pk), now),
        "seam": [{"name": STEPS[each], "href": step_address(case, each)} for each in ORDER],
    }
    return render(request, template, {**framed, **shown}, status=status)
