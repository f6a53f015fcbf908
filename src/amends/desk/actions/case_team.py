"""Who mends: the lead, those with a part in a recovery, and whether anybody else sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import Role
from amends.desk.actions.event import record
from amends.desk.actions.health import assess_client, touch_health
from amends.desk.models import Case, CaseRole, Client, FoundPromise, FoundState, Message, Signal
from amends.desk.models import Role as Rank
from amends.desk.queries.relationship import CASE, PROMISE, TOUCH
from amends.desk.rules import Power, Refused, may, require, seen_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from amends.desk.models import User


@dataclass(frozen=True, slots=True)
class Team:
    """Who mends: one lead, and colleagues with a part. `is_restricted`: they alone see the recovery, and the owners."""

    lead: User | None
    sponsors: tuple[User, ...] = ()
    scribes: tuple[User, ...] = ()
    others: tuple[User, ...] = ()
    is_restricted: bool = False

    @property
    def parts(self) -> dict[int, Role]:
        """The part of each colleague beside the lead; who was named twice has the first of them."""
        found: dict[int, Role] = {}
        for role, users in ((Role.SPONSOR, self.sponsors), (Role.SCRIBE, self.scribes), (Role.OTHER, self.others)):
            for user in users:
                if self.lead is None or user.pk != self.lead.pk:
                    found.setdefault(user.pk, role)
        return found

    @property
    def everybody(self) -> tuple[User, ...]:
        """All of them."""
        return tuple(filter(None, (self.lead, *self.sponsors, *self.scribes, *self.others)))


@transaction.atomic
def change_team(case: Case, team: Team, *, by: User | None, now: datetime) -> Case:
    """Give a recovery its team, and say whether they alone see it. Nothing is written where nothing changes.

    Raises Refused for a lead who may not work with clients, somebody whose account is closed or who does not see the
    client, a restricted recovery without a lead, and whoever would shut themselves out.
    """
    require(by, Power.WORK)
    before = _told(case)
    _refuse(case, team, by, set(before["team"]) | {before["lead"]})
    was_restricted = case.is_restricted
    case.lead, case.is_restricted = team.lead, team.is_restricted
    case.save(update_fields=["lead", "is_restricted"])
    _keep_parts(case, team.parts)
    after = _told(case)
    if before != after:
        record("change_team", case, by=by, now=now, before=before, after=after)
    if was_restricted != case.is_restricted:
        hide_findings(case, now)
    return case


@transaction.atomic
def take_in(case: Case, user: User | None, *, by: User | None, now: datetime) -> None:
    """Let who gets work in a restricted recovery see it: they become part of its team."""
    if user is None or not case.is_restricted or case.lead_id == user.pk or user.role == Rank.OWNER:
        return
    before = _told(case)
    if CaseRole.objects.get_or_create(case=case, user=user, defaults={"role": Role.OTHER})[1]:
        record("change_team", case, by=by, now=now, before=before, after=_told(case))


def _told(case: Case) -> dict[str, Any]:
    """Return the team as the record keeps it: keys of colleagues."""
    parts = case.roles.order_by("user_id").values_list("user_id", "role")
    told: dict[str, Any] = {"lead": case.lead_id, "team": [user for user, _ in parts]}
    told |= {str(role): [user for user, part in parts if part == role] for role in (Role.SPONSOR, Role.SCRIBE)}
    return {**told, "is_restricted": case.is_restricted}


def _keep_parts(case: Case, parts: dict[int, Role]) -> None:
    case.roles.exclude(user__in=parts).delete()
    for user, role in parts.items():
        CaseRole.objects.update_or_create(case=case, user_id=user, defaults={"role": role})


def _refuse(case: Case, team: Team, by: User | None, known: Collection[int | None]) -> None:
    for user in team.everybody:
        if user.pk not in known and not user.is_active:
            raise Refused(_("%(name)s’s account is closed. Choose somebody else.") % {"name": user.name})
        if not Client.objects.filter(seen_by(user), pk=case.client_id).exists() and user.is_active:
            told = _("%(name)s does not see %(client)s. Add them to its team first.")
            raise Refused(told % {"name": user.name, "client": case.client})
    if team.lead and team.lead.is_active and not may(team.lead, Power.WORK):
        raise Refused(_("%(name)s only looks. Choose a lead who works with clients.") % {"name": team.lead.name})
    if not team.is_restricted:
        return
    if team.lead is None or not team.lead.is_active:
        raise Refused(_("Choose a lead first: of a restricted recovery nobody else would know."))
    if by is not None and by.role != Rank.OWNER and by.pk not in {user.pk for user in team.everybody}:
        raise Refused(_("With this you would no longer see the recovery yourself. Add yourself to its team first."))


def hide_findings(case: Case, now: datetime) -> None:
    """Take away the lines that quote a recovery which others may not read any more, and look at the client anew.

    What counts is found again, without the words; lines of the past that quoted them are gone.
    """
    ids = {f"{CASE}{case.pk}"}
    ids |= {f"{TOUCH}{pk}" for pk in case.touches.values_list("pk", flat=True)}
    ids |= {f"{PROMISE}{pk}" for pk in case.promises.values_list("pk", flat=True)}
    quoting = [
        line.pk
        for line in Signal.objects.filter(client=case.client_id)
        if any(str(each.get("id", "")) in ids for each in line.evidence)
    ]
    Signal.objects.filter(pk__in=quoting).delete()
    written = case.letters.exclude(message_id=None).values("message_id")
    quoted = Message.objects.filter(client=case.client_id, message_id__in=written)
    FoundPromise.objects.filter(message__in=quoted, state=FoundState.FOUND).delete()
    quoted.update(promised="", promised_by=None)
    touch_health([case.client_id], now=now, is_redrawn=False)
    assess_client(case.client, now=now)
