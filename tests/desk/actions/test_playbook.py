"""A playbook begins a plan, and a firm makes it its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.core.plan import Failure, Part, Play, playbook
from amends.desk.actions.plan import own_action
from amends.desk.actions.playbook import apply_playbook, restore_playbook, save_playbook
from amends.desk.models import Holiday, Playbook
from amends.desk.queries.playbook import book_of, books
from amends.desk.rules import Refused
from cast import NOW, a_client, told, upset

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

OURS = (Play("Call them", "They say so", 1, Part.CARER, stops=True), Play("Ask why", days=0, inside=True))


def test_its_actions_join_the_plan_with_days_and_owners(
    bob: User, mona: User, riverside: Branch, charlie: User
) -> None:
    Holiday.objects.create(on=date(2025, 3, 11), name="Away day")
    case = upset(bob, a_client(looked_after_by=charlie, branch=riverside), lead=bob)
    rows = apply_playbook(case, Failure.NO_SHOW, by=bob, now=NOW)  # a Monday
    assert [row.what for row in case.plan.all()] == [play.what for play in playbook(Failure.NO_SHOW)]
    assert [str(row.due_on) for row in rows] == [
        "2025-03-10", "2025-03-12", "2025-03-13", "2025-03-14", "2025-03-21", "2025-03-13", "2025-03-18",
    ]  # fmt: skip
    assert [row.owner for row in rows] == [charlie, charlie, bob, charlie, bob, charlie, mona]
    assert [bool(row.owner_agreed_at) for row in rows] == [False, False, True, False, True, False, False]
    assert [row.is_containment for row in rows] == [True, True, *[False] * 5]
    assert [row.is_visible for row in rows] == [*[True] * 5, False, False]
    own_action(rows[0], by=charlie, now=NOW)


def test_applied_twice_it_adds_what_is_new(bob: User, alice: User) -> None:
    case = upset(bob)
    apply_playbook(case, Failure.INVOICE, by=bob, now=NOW)
    with pytest.raises(Refused, match="All of it is in the plan already"):
        apply_playbook(case, Failure.INVOICE, by=bob, now=NOW)
    case.plan.first().delete()  # type: ignore[union-attr]  # there are six
    assert len(apply_playbook(case, Failure.INVOICE, by=bob, now=NOW)) == 1
    assert {row.owner for row in case.plan.all()} == {bob}  # who looks after them leads; no manager is needed
    del alice


def test_where_nobody_else_is_here_the_lead_is_proposed_and_else_nobody(bob: User, charlie: User, alice: User) -> None:
    charlie.is_active = bob.is_active = False
    charlie.save()
    case = upset(alice, a_client(looked_after_by=charlie), lead=charlie)
    assert {row.owner for row in apply_playbook(case, Failure.SLOW_ANSWERS, by=alice, now=NOW)} == {None, alice}


def test_a_firm_has_its_own_version_and_goes_back(mona: User, bob: User) -> None:
    case = upset(bob)
    for _ in range(2):
        save_playbook(Failure.NO_SHOW, OURS, by=mona, now=NOW)
    assert (book_of(Failure.NO_SHOW).plays, book_of(Failure.NO_SHOW).is_own) == (OURS, True)
    assert [row.what for row in apply_playbook(case, Failure.NO_SHOW, by=bob, now=NOW)] == ["Call them", "Ask why"]
    assert [after for _before, after in told("save_playbook")] == [{"actions": ["Call them", "Ask why"]}]
    for _ in range(2):
        restore_playbook(Failure.NO_SHOW, by=mona, now=NOW)
    assert book_of(Failure.NO_SHOW).plays == playbook(Failure.NO_SHOW)
    assert len(told("restore_playbook")) == 1


@pytest.mark.parametrize(
    ("plays", "why"),
    [
        ((), "needs at least one action"),
        (OURS * 16, "more than a playbook holds"),
        ((Play("x" * 1001),), "more than a playbook holds"),
        ((Play("x", "y" * 301),), "more than a playbook holds"),
        ((Play("x", days=251),), "more than a playbook holds"),
    ],
)
def test_a_version_that_makes_no_plan_is_refused(mona: User, plays: tuple[Play, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        save_playbook(Failure.NO_SHOW, plays, by=mona, now=NOW)
    assert not Playbook.objects.exists()


def test_members_use_playbooks_and_do_not_change_them(bob: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        save_playbook(Failure.NO_SHOW, OURS, by=bob, now=NOW)
    with pytest.raises(Refused, match="You may look at this"):
        restore_playbook(Failure.NO_SHOW, by=bob, now=NOW)


@pytest.mark.usefixtures("firm")
def test_what_fits_stands_first() -> None:
    found = books("billing")
    assert found[0].failure == Failure.INVOICE
    assert len(found) == 7
    assert found[0].name == "An invoice was late or wrong"
