"""A colleague's week: what they promised for it, to see what can move. For planning, not for judging anybody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from amends.core.capacity import A_WEEK, week_of
from amends.desk import clock
from amends.desk.models import User
from amends.desk.queries.plan import week_of_colleague
from amends.web import listing, plan_words
from amends.web.access import page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def week(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a colleague has due in the week that the address names, else in this one."""
    whose, user, now = get_object_or_404(User, pk=pk), user_of(request), clock.now()
    begins = _asked(request.GET.get("week", "")) or week_of(timezone.localdate(now))
    found = week_of_colleague(whose, begins, user)
    shown = {
        "week": found,
        "promises": [listing.promise_row(one, user, now) for one in found.promises],
        "tasks": plan_words.week_tasks(found.tasks, now),
        "before": begins - A_WEEK,
        "after": begins + A_WEEK,
    }
    return render(request, "web/promises_week.html", shown)


def _asked(told: str) -> date | None:
    """Return the Monday of the week that an address names; None where it names none that there is."""
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return week_of(day) if date(1990, 1, 1) <= day <= date(2990, 1, 1) else None
