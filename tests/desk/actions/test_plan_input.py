"""Everyone on the account is asked what they would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.plan_input import ask_for_input, give_input
from amends.desk.models import CaseRole, PlanInput
from amends.desk.rules import Refused
from cast import NOW, a_client, told, upset

if TYPE_CHECKING:
    from amends.desk.models import User


def test_everyone_on_the_account_is_asked_once(bob: User, mona: User, charlie: User, vera: User) -> None:
    case = upset(bob, a_client(looked_after_by=mona, team=(vera, bob)), lead=bob)
    CaseRole.objects.create(case=case, user=charlie, role="scribe")
    asked = ask_for_input(case, by=bob, now=NOW)
    assert sorted(one.user.name for one in asked) == ["Charlie Stone", "Mona Quay"]  # who only looks is not asked
    with pytest.raises(Refused, match="Everybody on the account was asked already"):
        ask_for_input(case, by=bob, now=NOW)
    assert told("ask_for_input") == [({}, {"asked": ["Charlie Stone", "Mona Quay"]})]


def test_of_a_restricted_recovery_only_its_team_is_asked(bob: User, mona: User, charlie: User) -> None:
    case = upset(bob, a_client(looked_after_by=mona, team=(charlie,)), lead=bob)
    case.is_restricted = True
    case.save()
    with pytest.raises(Refused, match="Nobody else is on the account yet"):
        ask_for_input(case, by=bob, now=NOW)


def test_what_they_would_do_is_kept_and_may_be_said_anew(bob: User, mona: User) -> None:
    case = upset(bob, a_client(looked_after_by=mona), lead=bob)
    ask_for_input(case, by=bob, now=NOW)
    give_input(case, " Ask Luis ", by=mona, now=NOW)
    give_input(case, "Ask Luis first", by=mona, now=NOW)
    give_input(case, "Call them", by=bob, now=NOW)  # was not asked
    assert [(one.user.name, one.words) for one in PlanInput.objects.order_by("pk")] == [
        ("Mona Quay", "Ask Luis first"),
        ("Bob Reed", "Call them"),
    ]
    with pytest.raises(Refused, match="Write what you would do"):
        give_input(case, " ", by=bob, now=NOW)
