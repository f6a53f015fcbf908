"""Who may see and do what, and what a refused change says. Asked by queries, actions and doors alike.

The table, in words, is docs/admin/access.md; tests/web/test_access.py walks every address with it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from amends.desk.models import Case, CaseRole, Client, Outgoing, Role, Standing

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


def may_manage(user: User, client: Client) -> bool:
    """Whether somebody may restrict, merge, delete or move a client: owners, and managers of its branch.

    A client of no branch is every manager's, and a manager of no branch manages all. Seeing is another matter.
    """
    if not may(user, Power.MANAGE):
        return False
    return user.role == Role.OWNER or None in {user.branch_id, client.branch_id} or user.branch_id == client.branch_id


def require_managed(user: User | None, client: Client) -> None:
    """Raise Refused unless somebody may manage a client; None is the worker, who may."""
    require(user, Power.MANAGE)
    if user is not None and not may_manage(user, client):
        told = _("%(client)s is another branch’s. Ask a manager there, or the owner.")
        raise Refused(told % {"client": client.name})


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


def opened_by(user: User, prefix: str = "") -> Q:
    """Return the condition under which somebody opens the pages of a client, or of what hangs on one.

    Mail brings in everybody who writes: what is no client (found, declined or past) is for who confirms them alone.
    """
    seen = seen_by(user, prefix)
    if may(user, Power.MANAGE):
        return seen
    is_client = Q(**{f"{prefix}standing": Standing.CLIENT})
    return Q(seen, is_client)


def cases_seen_by(user: User, prefix: str = "") -> Q:
    """Return the condition under which somebody sees a recovery, or what hangs on one (`prefix` "case__").

    Who sees its client sees it; one that is restricted is seen by its lead, those with a role in it, and owners.
    """
    opened = opened_by(user, f"{prefix}client__")
    if user.role == Role.OWNER:
        return opened
    in_team = Q(**{f"{prefix}lead": user.pk}) | Q(**{f"{prefix}pk__in": _team_cases(user)})
    return Q(opened, Q(**{f"{prefix}is_restricted": False}) | in_team)


def of_seen_case(user: User | None, field: str = "case") -> Q:
    """Return the condition under which somebody sees what may belong to a recovery: a touch, a promise, a letter.

    That of no recovery is seen, and that of one which is not restricted, or theirs. `field` names the recovery, "pk" on
    recoveries themselves. Of the client it says nothing: `seen_by` does. None is the desk itself, which sees all.
    """
    if user is None or user.role == Role.OWNER:
        return Q()
    in_team = Q(lead=user.pk) | Q(pk__in=_team_cases(user))
    return ~Q(**{f"{field}__in": Case.objects.filter(is_restricted=True).exclude(in_team).values("pk")})


def of_seen_letter(user: User | None, prefix: str = "") -> Q:
    """Return the condition under which somebody reads a message: none that was written here in a recovery hidden so.

    `prefix` is "message__" for what hangs on one.
    """
    if user is None or user.role == Role.OWNER:
        return Q()
    hidden = Outgoing.objects.filter(case__is_restricted=True).exclude(of_seen_case(user)).exclude(message_id=None)
    return ~Q(**{f"{prefix}message_id__in": hidden.values("message_id")})


def _team_cases(user: User) -> QuerySet[CaseRole, int]:
    return CaseRole.objects.filter(user=user.pk).values_list("case_id", flat=True)


def covered() -> Q:
    """Return the condition under which a wait (`Waiting`) is covered: by somebody who still may answer there.

    Whose account was closed, who only looks now, or who no longer sees the client covers nobody.
    """
    able = Q(covered_by__is_active=True, covered_by__role__in=[role for role in POWERS if Power.WORK in POWERS[role]])
    in_team = Client.team.through.objects.filter(client=OuterRef("client"), user=OuterRef("covered_by"))
    manages = Q(covered_by__branch=None) | Q(covered_by__branch=F("client__branch"))
    sees = Q(client__is_restricted=False) | Q(covered_by__role=Role.OWNER) | Q(covered_by__role=Role.MANAGER) & manages
    return Q(able, sees | Q(covered_by=F("client__looked_after_by")) | Q(Exists(in_team)))


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
