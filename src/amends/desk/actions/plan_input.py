"""Everyone on the account is asked what they would do, and says it (docs/method.md rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.plan import locked
from amends.desk.models import PlanInput
from amends.desk.queries.plan import account_of
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, User


@transaction.atomic
def ask_for_input(case: Case, *, by: User, now: datetime) -> list[PlanInput]:
    """Ask everyone on the account who was not asked yet; return whom. Refused where there is nobody to ask."""
    locked(case, by)
    known = set(PlanInput.objects.filter(case=case).values_list("user_id", flat=True))
    others = [user for user in account_of(case) if user != by]
    whom = [user for user in others if user.pk not in known]
    if not others:
        raise Refused(_("Nobody else is on the account yet. Change the team first, then ask them."))
    if not whom:
        raise Refused(_("Everybody on the account was asked already."))
    asked = PlanInput.objects.bulk_create(PlanInput(case=case, user=user, asked_at=now) for user in whom)
    record("ask_for_input", case, by=by, now=now, after={"asked": [user.name for user in whom]})
    return asked


@transaction.atomic
def give_input(case: Case, words: str, *, by: User, now: datetime) -> PlanInput:
    """Say what one would do: asked or not; said again, it replaces what one said."""
    locked(case, by)
    if not words.strip():
        raise Refused(_("Write what you would do."))
    told = {"words": words.strip(), "at": now}
    given, _is_new = PlanInput.objects.update_or_create(
        case=case, user=by, defaults=told, create_defaults={**told, "asked_at": now}
    )
    record("give_input", given, by=by, now=now)
    return given
