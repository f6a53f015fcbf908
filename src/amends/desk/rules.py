"""Who may see and do what, and what a refused change says. Asked by queries, actions and doors alike.

The table, in words, is docs/admin/access.md; tests/web/test_access.py walks every address with it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q

from amends.desk.models import Client, Role, Standing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from amends.desk.models import User


class Refused(Exception):  # noqa: N818  (it reads as a sentence: raise Refused("…"))
    """A change that may not be made; its words are for the person who asked for it."""


class Power(StrEnum):
    """What a role allows, beside seeing."""

    SEE = "see"  # pages and lists
    WORK = "work"  # log, promise, open a case, correct a finding
    MANAGE = "manage"  # import mail, confirm clients, restrict them, look after their people
    OWN = "own"  # the firm itself, its numbers, branches and colleagues, export and erasure


POWERS = {
    Role.VIEWER: frozenset({Power.SEE}),
    Role.MEMBER: frozenset({Power.SEE, Power.WORK}),
    Role.MANAGER: frozenset({Power.SEE, Power.WORK, Power.MANAGE}),
    Role.OWNER: frozenset(Power),
}


def may(user: User, power: Power) -> bool:
    """Whether somebody may do a kind of thing at all."""
    return user.is_active and power in POWERS[Role(user.role)]


def require(user: User | None, power: Power) -> None:
    """Raise Refused unless somebody may do a kind of thing; None is the worker, who may."""
    if user is not None and not may(user, power):
        raise Refused("You may look at this, but not change it. Ask a manager or the owner.")


def seen_by(user: User, prefix: str = "") -> Q:
    """Return the condition under which somebody sees a client, or what hangs on one (`prefix` "client__").

    A restricted client is seen by owners, by managers of its branch (or of no branch: they manage all), by who looks
    after it and by its team.
    """
    if not user.is_active:
        return Q(pk__in=[])
    if user.role == Role.OWNER or (user.role == Role.MANAGER and not user.branch_id):
        return Q()
    by_person = Q(**{f"{prefix}looked_after_by": user.pk}) | Q(**{f"{prefix}pk__in": _team_clients(user)})
    seen = Q(**{f"{prefix}is_restricted": False}) | by_person
    return seen | Q(**{f"{prefix}branch": user.branch_id}) if user.role == Role.MANAGER else seen


def _team_clients(user: User) -> QuerySet[Client, int]:
    return Client.objects.filter(team=user.pk).values_list("pk", flat=True)


def clients_seen_by(user: User) -> QuerySet[Client]:
    """Return the confirmed clients that somebody sees."""
    return Client.objects.filter(seen_by(user), standing=Standing.CLIENT)


def mine(user: User, prefix: str = "") -> Q:
    """Return the condition under which a client is somebody's own to look after (Today).

    A manager's are those of the branch, an owner's all of them; nobody's fall to whoever manages them.
    """
    own = Q(**{f"{prefix}looked_after_by": user.pk})
    if user.role == Role.OWNER or (user.role == Role.MANAGER and not user.branch_id):
        return Q()
    if user.role == Role.MANAGER:
        return own | Q(**{f"{prefix}branch": user.branch_id})
    return own
