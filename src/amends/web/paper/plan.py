"""The plan on paper, as the client may have it: `queries.plan.visible_plan` and nothing beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.core.plan import Answer
from amends.desk.queries.plan import visible_plan
from amends.web import wording
from amends.web.paper.shape import Paper, Table, section

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Firm
    from amends.desk.queries.plan import Shown


def plan_for_client(case: Case, firm: Firm, now: datetime) -> Paper:
    """Return what we heard, what we will do, who and by when. `private` warns as long as nobody approved it."""
    changes = visible_plan(case)
    lead = _("You told us what went wrong. This is what we will change, who does it, and by when.")
    head = (_("You said"), _("So we will"), _("Who"), _("By"), _("You say"))
    rows = tuple(_row(change, now) for change in changes)
    held = "" if case.plan_approved_at else _("Not approved yet. Please do not hand it out.")
    return Paper(
        _("Our plan for %(client)s") % {"client": case.client},
        lead if changes else _("No change is planned yet."),
        firm.name,
        section("", [Table(head, rows)]),
        private=held,
        foot=_("%(firm)s, %(day)s") % {"firm": firm.name, "day": wording.when(wording.local(now).date(), now)},
    )


def _row(change: Shown, now: datetime) -> tuple[str, ...]:
    said = _("Agreed") if change.answer == Answer.AGREED else wording.said(change.answer_words)
    return (wording.said(change.heard), change.what, change.who, wording.day(change.by, now), said)
