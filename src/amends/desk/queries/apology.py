"""Own it: who may apologise for a failure, and whose apology weighs most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.models import CaseRole, Role, User
from amends.desk.queries.who import colleagues

if TYPE_CHECKING:
    from amends.desk.models import Case

SENIORITY = {Role.OWNER: 0, Role.MANAGER: 1, Role.MEMBER: 2}


def apologisers(case: Case) -> tuple[list[User], list[User]]:
    """Return who may apologise: those involved, the most senior first, and the others. Two queries.

    Of a recovery or a client that is restricted the owners alone are the others.
    """
    roles = CaseRole.objects.filter(case=case).values_list("user_id", flat=True)
    told = [case.lead_id, case.client.looked_after_by_id, *roles, case.opened_by_id]
    rank = {pk: place for place, pk in reversed(list(enumerate(told))) if pk}
    is_restricted = case.is_restricted or case.client.is_restricted
    found = sorted(colleagues(), key=lambda user: (SENIORITY[Role(user.role)], rank.get(user.pk, 0), user.name))
    involved = [user for user in found if user.pk in rank]
    others = [user for user in found if user.pk not in rank and (user.role == Role.OWNER or not is_restricted)]
    return involved, others
