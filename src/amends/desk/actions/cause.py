"""What lies underneath a failure: who contributed what, and why it happened. For the team alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.cause import SHARES, Side
from amends.desk.actions.correcting import correct, take_out
from amends.desk.actions.event import record, values_of
from amends.desk.models import Cause, Contribution
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, User

CONTRIBUTION = ("side", "what", "evidence", "share")
CAUSE = ("parent_id", "what", "evidence", "theme", "is_process", "would_have_prevented")
REACTIONS = ("our_reaction", "their_reaction")


@transaction.atomic
def map_contribution(
    case: Case, *, by: User | None, now: datetime, side: str, what: str, evidence: str = "", share: int | None = None
) -> Contribution:
    """Write down what one side did, or what the situation did, with evidence and a share where somebody can tell."""
    require(by, Power.WORK)
    told = _contribution(side, what, evidence, share)
    row = Contribution.objects.create(case=case, at=now, by=by, **told)
    record("map_contribution", row, by=by, now=now, after=values_of(row, CONTRIBUTION))
    return row


def change_contribution(
    row: Contribution, *, by: User | None, now: datetime, side: str, what: str, evidence: str, share: int | None
) -> Contribution:
    """Correct a contribution."""
    return correct(row, "change_contribution", by=by, now=now, **_contribution(side, what, evidence, share))


def remove_contribution(row: Contribution, *, by: User | None, now: datetime) -> None:
    """Take a contribution out."""
    take_out(row, "remove_contribution", CONTRIBUTION, by=by, now=now)


def _contribution(side: str, what: str, evidence: str, share: int | None) -> dict[str, Any]:
    if not what.strip():
        raise Refused(_("Say what was done."))
    if share not in {None, *SHARES}:
        raise Refused(_("A share is told in steps of 20 per cent."))
    return {"side": Side(side).value, "what": what.strip(), "evidence": evidence.strip(), "share": share}


def note_reactions(case: Case, *, by: User | None, now: datetime, our_reaction: str, their_reaction: str) -> Case:
    """Write down how each side took it when it happened."""
    told = {"our_reaction": our_reaction.strip(), "their_reaction": their_reaction.strip()}
    return correct(case, "note_reactions", by=by, now=now, **told)


def note_escape(case: Case, *, by: User | None, now: datetime, escape_point: str) -> Case:
    """Write down why we did not notice."""
    return correct(case, "note_escape", by=by, now=now, escape_point=escape_point.strip())


@transaction.atomic
def add_cause(  # noqa: PLR0913  (keyword-only: the fields of a row)
    case: Case,
    *,
    by: User | None,
    now: datetime,
    what: str,
    parent: Cause | None = None,
    evidence: str = "",
    theme: str = "",
    is_process: bool = False,
    would_have_prevented: bool | None = None,
) -> Cause:
    """Write down why something happened: a beginning, or why another cause (`parent`) of the same case did."""
    require(by, Power.WORK)
    if parent and parent.case_id != case.pk:
        raise Refused(_("That cause belongs to another recovery."))
    told = _cause(what, evidence, theme, is_process=is_process, would_have_prevented=would_have_prevented)
    row = Cause.objects.create(case=case, parent=parent, at=now, by=by, **told)
    record("add_cause", row, by=by, now=now, after=values_of(row, CAUSE))
    return row


def change_cause(
    row: Cause,
    *,
    by: User | None,
    now: datetime,
    what: str,
    evidence: str,
    theme: str,
    is_process: bool,
    would_have_prevented: bool | None,
) -> Cause:
    """Correct a cause."""
    told = _cause(what, evidence, theme, is_process=is_process, would_have_prevented=would_have_prevented)
    return correct(row, "change_cause", by=by, now=now, **told)


@transaction.atomic
def remove_cause(row: Cause, *, by: User | None, now: datetime) -> None:
    """Take a cause out of the tree; what was asked of it goes to the cause above it, nothing is lost."""
    require(by, Power.WORK)
    row.deeper.update(parent=row.parent)
    take_out(row, "remove_cause", CAUSE, by=by, now=now)


def _cause(
    what: str, evidence: str, theme: str, *, is_process: bool, would_have_prevented: bool | None
) -> dict[str, Any]:
    if not what.strip():
        raise Refused(_("Say why it happened."))
    told = {"what": what.strip(), "evidence": evidence.strip(), "theme": theme}
    return {**told, "is_process": is_process, "would_have_prevented": would_have_prevented}
