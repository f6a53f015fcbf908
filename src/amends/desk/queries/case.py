"""Recoveries as people see them: what a step or a status is called, and the lists they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from amends.core.case import ORDER, Status, Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: dict[Step, _StrPromise] = {
    Step.DECIDE: gettext_lazy("Decide"),
    Step.UNDERSTAND: gettext_lazy("Understand"),
    Step.OWN_IT: gettext_lazy("Own it"),
    Step.PLAN: gettext_lazy("Plan"),
    Step.FIX: gettext_lazy("Fix"),
    Step.MAKE_GOOD: gettext_lazy("Make good"),
    Step.FOLLOW_UP: gettext_lazy("Follow up"),
    Step.LEARN: gettext_lazy("Learn"),
    Step.PART_WELL: gettext_lazy("Part well"),
}
STATUSES: dict[Status, _StrPromise] = {
    Status.OPEN: gettext_lazy("Open"),
    Status.FOLLOWING: gettext_lazy("Follow-up"),
    Status.MENDED: gettext_lazy("Mended"),
    Status.PARTED: gettext_lazy("Parted"),
    Status.CLOSED: gettext_lazy("Closed"),
    Status.MERGED: gettext_lazy("Joined to another"),
}


def step_name(step: str) -> str:
    """Return what a step is called."""
    return str(STEPS[Step(step)])


def status_name(status: str) -> str:
    """Return what a status is called."""
    return str(STATUSES[Status(status)])


def place_of(step: str) -> int:
    """Return where on the seam a step stands, counted from 1; parting well stands where deciding does."""
    return ORDER.index(Step(step)) + 1 if step in ORDER else 1
