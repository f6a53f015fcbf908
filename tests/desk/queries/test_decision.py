"""What of the views may be seen, what the sum reckons with, and what a year with a client says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Role, Status, Step
from amends.core.decision import Choice, Expects, Own, Reconsider, Tally
from amends.desk.actions.decision import decide_case, give_view, set_worth
from amends.desk.actions.firm import set_numbers
from amends.desk.models import Case, CaseRole, CaseStep, Contribution, Standing
from amends.desk.queries.decision import (
    choice_name,
    is_due_again,
    own_cases,
    people_on,
    terms_of,
    views_of,
    who_agreed,
    why_reconsider,
    worth_of,
)
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, Client, Firm, User

DAY = timedelta(days=1)
HALF_A_YEAR = timedelta(days=180)


@pytest.fixture
def case(bob: User, mona: User, riverside: Branch) -> Case:
    """Bob leads; Mona is in the client's team, and manages its branch."""
    return upset(bob, a_client(looked_after_by=bob, team=(mona,), branch=riverside, yearly_value=40_000), lead=bob)


def view(case: Case, by: User, choice: Choice = Choice.SAVE) -> None:
    give_view(case, choice, by=by, now=NOW, reason="Four years together.")


# ── Who, and what they see ─────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_on_the_account_is_asked_once(case: Case, bob: User, mona: User, charlie: User, vera: User) -> None:
    for user, role in ((charlie, Role.SCRIBE), (vera, Role.OTHER), (mona, Role.SPONSOR)):
        CaseRole.objects.create(case=case, user=user, role=role)
    assert people_on(case) == [bob, charlie, mona]  # who only looks gives no view


def test_of_a_restricted_recovery_only_its_own_team_is_asked(case: Case, bob: User, alice: User, charlie: User) -> None:
    case.client.team.add(alice, charlie)
    case.is_restricted = True
    assert people_on(case) == [bob, alice]


def test_nobody_sees_the_others_before_they_said_what_they_think(case: Case, bob: User, mona: User) -> None:
    view(case, mona)
    before = views_of(case, bob, NOW)
    assert (before.mine, before.others, before.is_shown, before.is_asked) == (None, (), False, True)
    assert (before.answered, before.missing) == ((mona,), (bob,))
    view(case, bob)
    after = views_of(case, bob, NOW)
    assert ([one.user for one in after.others], after.missing, after.is_shown) == ([mona], (), True)


def test_who_is_not_on_the_account_sees_the_views_once_it_is_decided(
    case: Case, bob: User, mona: User, charlie: User
) -> None:
    view(case, bob)
    view(case, mona)
    assert views_of(case, charlie, NOW).others == ()
    decided = decide_case(case, Choice.SAVE, by=bob, now=NOW)
    seen = views_of(decided, charlie, NOW)
    assert ([one.user for one in seen.others], seen.is_asked, seen.is_open) == ([bob, mona], False, False)


@pytest.mark.parametrize("many", [1, 3])
def test_views_cost_the_same_for_one_and_for_three(
    case: Case, everybody: Any, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for user in (everybody.bob, everybody.mona, everybody.alice)[:many]:
        view(case, user)
    case = Case.objects.select_related("client__looked_after_by", "lead").get()
    with django_assert_num_queries(3):
        views_of(case, everybody.bob, NOW)


def test_whose_view_it_was_is_named_beside_later_steps(case: Case, bob: User, mona: User) -> None:
    view(case, bob, Choice.LIGHTLY)
    view(case, mona)
    decided = decide_case(case, Choice.SAVE, by=bob, now=NOW)
    assert who_agreed(decided) == [mona]
    decided.decision = Choice.LET_GO
    assert who_agreed(decided) == [bob]
    assert (choice_name("let_go"), choice_name("")) == ("Let go", "")


def test_it_is_asked_again_after_four_weeks_in_which_nothing_moved(case: Case, bob: User, mona: User) -> None:
    assert not is_due_again(case, date(2025, 9, 1))  # nothing is decided yet
    view(case, bob)
    view(case, mona)
    decided = decide_case(case, Choice.SAVE, by=bob, now=NOW)
    assert [is_due_again(decided, on) for on in (date(2025, 4, 6), date(2025, 4, 7))] == [False, True]
    CaseStep.objects.create(case=decided, step=Step.UNDERSTAND, done_at=NOW + 10 * DAY)
    assert [is_due_again(decided, on) for on in (date(2025, 4, 16), date(2025, 4, 17))] == [False, True]
    decided.status = Status.FOLLOWING
    assert not is_due_again(decided, date(2025, 9, 1))


# ── The sum ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_hours_or_profit_there_is_no_sum(case: Case, firm: Firm, bob: User) -> None:
    assert worth_of(case, firm) is None
    set_worth(case, {"hours": 20.0}, by=bob, now=NOW)
    worth = worth_of(case, firm)
    assert worth is not None
    assert (worth.gross_profit, worth.hours, worth.goodwill, worth.expects) == (40_000, 20, 0, Expects.RESOLVED)
    case.client.yearly_value = None
    assert worth_of(case, firm) is None


def test_a_recoverys_own_numbers_go_before_the_firms(case: Case, firm: Firm, alice: User, bob: User) -> None:
    firm = set_numbers({"decision.hour_cost": 80, "decision.told": 8}, by=alice, now=NOW)
    assert (terms_of(firm).hour_cost, terms_of(firm).told, terms_of(firm).heeded) == (80, 8, 0.11)
    typed = {
        "gross_profit": "8000.00", "hours": 20.0, "goodwill": "1500.00", "expects": "fast", "new_client": "9000.00",
        "tenure": 4.0, "is_small_market": True, "told": 2.0,
    }  # fmt: skip
    set_worth(case, typed, by=bob, now=NOW)
    worth = worth_of(case, firm)
    assert worth is not None
    assert (worth.gross_profit, worth.goodwill, worth.new_client, worth.tenure) == (8_000, 1_500, 9_000, 4)
    assert (worth.expects, worth.is_small_market) == (Expects.FAST, True)
    assert (worth.terms.told, worth.terms.hour_cost) == (2, 80)


def ended(bob: User, client: Client, status: Status, **fields: Any) -> Case:
    case = upset(bob, client, lead=bob)
    Case.objects.filter(pk=case.pk).update(status=status, closed_at=NOW - HALF_A_YEAR, **fields)
    return case


def test_own_cases_are_told_by_what_was_done_and_how_it_came_out(bob: User) -> None:
    stays, left = a_client(name="Stays"), a_client(name="Left", standing=Standing.PAST)
    ended(bob, stays, Status.MENDED)
    ended(bob, left, Status.CLOSED, fixed_at=NOW + 20 * DAY)
    ended(bob, stays, Status.CLOSED, fixed_at=NOW + DAY)
    ended(bob, stays, Status.PARTED)
    ended(bob, stays, Status.CLOSED, decision="let_go")
    ended(bob, stays, Status.MENDED, worth={"expects": "left"})
    ended(bob, stays, Status.CLOSED)  # nothing to mend after all: it tells nothing
    recent = ended(bob, stays, Status.MENDED)
    Case.objects.filter(pk=recent.pk).update(closed_at=NOW - DAY)  # too early to know
    assert own_cases(NOW) == Own(without=Tally(1, 1), resolved=Tally(1, 1), fast=Tally(1, 0), left=Tally(1, 0))


def test_a_fix_that_somebody_ticked_counts_as_put_right(bob: User) -> None:
    case = ended(bob, a_client(name="Stays"), Status.CLOSED)
    CaseStep.objects.create(case=case, step=Step.FIX, done_at=NOW + 2 * DAY)
    assert own_cases(NOW) == Own(fast=Tally(1, 0))


# ── A year with this client ────────────────────────────────────────────────────────────────────────────────────────


def with_parts(bob: User, client: Client, **parts: int) -> Case:
    case = upset(bob, client, lead=bob)
    for side, share in parts.items():
        Contribution.objects.create(case=case, side=side, what="…", share=share, at=NOW)
    return case


def test_a_relationship_is_reconsidered_after_three_cases_that_were_mostly_theirs(bob: User) -> None:
    north = a_client()
    with_parts(bob, north, theirs=60, ours=40)
    with_parts(bob, north, theirs=80, ours=20)
    assert why_reconsider(north, NOW) == (None, 2)
    with_parts(bob, north, ours=100)
    assert why_reconsider(north, NOW) == (Reconsider.THEIRS, 3)


def test_shares_that_make_more_than_a_whole_are_parts_of_their_sum(bob: User) -> None:
    north = a_client()
    for _case in range(3):
        with_parts(bob, north, theirs=100, ours=100)
    assert why_reconsider(north, NOW) == (None, 3)


def test_it_is_reconsidered_where_we_always_took_the_blame(bob: User) -> None:
    north = a_client()
    for _case in range(3):
        with_parts(bob, north, ours=100)
    assert why_reconsider(north, NOW) == (Reconsider.OURS, 3)
    assert why_reconsider(north, NOW + timedelta(days=366)) == (None, 0)


def test_what_was_joined_to_another_counts_once(bob: User) -> None:
    north = a_client()
    for _case in range(2):
        with_parts(bob, north, ours=100)
    joined = with_parts(bob, north, ours=100)
    Case.objects.filter(pk=joined.pk).update(status=Status.MERGED)
    assert why_reconsider(north, NOW) == (None, 2)
