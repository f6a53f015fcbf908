"""What the page of a client's hidden issue says: the conclusion, the bars, what incidents share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.issue import FEWEST_COMPLAINTS, FEWEST_INCIDENTS, Verdict
from amends.desk.queries.theme import theme_name
from amends.web import wording

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.issue import Shared
    from amends.desk.queries.issue import Issue

FULL = 100  # width of the longest bar
LEADS = {
    "at_once": gettext_lazy("Ordered the day before, or the same day"),
    "days": gettext_lazy("Ordered within the week before"),
    "longer": gettext_lazy("Ordered more than a week before"),
}
SIZES = {"one": gettext_lazy("For one person"), "several": gettext_lazy("For several people")}


def shown(issue: Issue, now: datetime) -> dict[str, Any]:
    """Return all that the page shows."""
    longest = max((each.priority for each in issue.ranked), default=1)
    bars = [
        {
            "name": theme_name(each.theme),
            "count": each.count,
            "width": FULL * each.priority / longest,
            "look": "vital" if each.is_vital else "rest",
        }
        for each in issue.ranked
    ]
    return {
        "bars": bars,
        "full": FULL,
        "conclusion": _conclusion(issue),
        "unnamed": _unnamed(issue),
        "shared": [_share_row(each, now) for each in issue.shared],
        "compared": _compared(issue),
    }


def _conclusion(issue: Issue) -> str:
    """Say what weighs most, in a sentence."""
    if not issue.ranked:
        count = issue.complaints - issue.unnamed
        few = ngettext(
            "Not enough yet. There is %(count)d complaint, and %(least)d are needed.",
            "Not enough yet. There are %(count)d complaints that say what they are about, and %(least)d are needed.",
            count,
        )
        return few % {"count": count, "least": FEWEST_COMPLAINTS}
    vital = [each for each in issue.ranked if each.is_vital]
    named = get_text_list([theme_name(each.theme).lower() for each in vital], _("and"))
    told = {"count": sum(each.count for each in vital), "of": sum(each.count for each in issue.ranked), "themes": named}
    if len(vital) == len(issue.ranked) > 1:
        return _("No theme stands out: %(themes)s.") % told
    return _("What weighs most now: %(themes)s, behind %(count)s of %(of)s complaints.") % told


def _unnamed(issue: Issue) -> str:
    if not issue.unnamed:
        return ""
    told = ngettext(
        "%(count)d complaint does not say what it is about. Say so at its recovery.",
        "%(count)d complaints do not say what they are about. Say so at their recoveries.",
        issue.unnamed,
    )
    return told % {"count": issue.unnamed}


def _compared(issue: Issue) -> str:
    """Say what incidents were compared with, or why nothing is said of them."""
    told = {"incidents": issue.incidents, "orders": issue.orders, "least": FEWEST_INCIDENTS}
    if issue.incidents < FEWEST_INCIDENTS:
        return _("Not enough yet. %(incidents)s incidents are known, and %(least)s are needed.") % told
    if any(each.verdict is Verdict.TOGETHER for each in issue.shared):
        return (
            _(
                "There are too few orders without an incident to compare with (%(orders)s). So this says only what came"
                " together, not what is behind it."
            )
            % told
        )
    if not issue.shared:
        return (
            _("%(incidents)s incidents share nothing that %(orders)s orders without one do not have as often.") % told
        )
    return _("%(incidents)s incidents, compared with %(orders)s orders without one.") % told


def _share_row(each: Shared, now: datetime) -> dict[str, str]:
    """Return one thing that incidents share, with its counts and what may be said of it."""
    counts = {"count": each.incidents, "of": each.of_incidents, "orders": each.orders, "of_orders": each.of_orders}
    told = _("%(count)s of %(of)s incidents") % counts
    if each.z is not None:
        told = _("%(count)s of %(of)s incidents, %(orders)s of %(of_orders)s orders without one") % counts
    verdicts = {
        Verdict.PATTERN: _("A pattern"),
        Verdict.CHECK: _("Worth checking"),
        Verdict.TOGETHER: _("Came together"),
    }
    return {"name": _value(each, now), "told": told, "verdict": verdicts[each.verdict]}


def _value(each: Shared, now: datetime) -> str:
    """Name what is shared: "On a Monday", "Looked after by Tom Beckett"."""
    if each.attribute == "weekday":
        here = wording.local(now)
        day = here.replace(day=1)
        day = day.replace(day=1 + (int(each.value) - day.isoweekday()) % 7)
        return _("On a %(day)s") % {"day": date_format(day, "l")}
    if each.attribute == "recruiter":
        return _("Looked after by %(name)s") % {"name": each.value}
    if each.attribute == "lead":
        return str(LEADS[each.value])
    return str(SIZES[each.value]) if each.attribute == "size" else each.value
