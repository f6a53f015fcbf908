"""Contributions and whys: who did what to how much, and what a tree of causes still lacks."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.cause import SHARES, Gap, Missing, Side, Why, ends_of, excess, missing_in, name_in, share_of

OURS, THEIRS, SITUATION = Side
PROCESS = Why(
    2, "Leavers stay on the sheet until payroll closes the month", 1, is_process=True, would_have_prevented=True
)
OTHER = Why(3, "Nobody compares the sheet with who came", 1, would_have_prevented=False)
TREE = [Why(1, "The invoice had hours for a leaver"), PROCESS, OTHER]


# ── Shares


@pytest.mark.parametrize(
    ("shares", "ours", "theirs"),
    [
        ([], None, None),
        ([(OURS, None), (THEIRS, None)], None, None),
        ([(OURS, 60), (THEIRS, None)], 60, None),
        ([(OURS, 60), (THEIRS, 20), (SITUATION, 20)], 60, 20),
        ([(OURS, 40), (OURS, 40), (THEIRS, 20)], 80, 20),
        ([(OURS, 100)], 100, 0),
        ([(OURS, 100), (THEIRS, 100)], 50, 50),
        ([(OURS, 80), (OURS, 80), (THEIRS, 40)], 80, 20),
    ],
)
def test_the_share_of_a_side(shares: list[tuple[str, int | None]], ours: int | None, theirs: int | None) -> None:
    assert (share_of(OURS, shares), share_of(THEIRS, shares)) == (ours, theirs)


@pytest.mark.parametrize(("shares", "more"), [([], 0), ([100], 0), ([60, 40], 0), ([60, None, 60], 20)])
def test_more_than_a_whole_is_said(shares: list[int | None], more: int) -> None:
    assert excess([(OURS, share) for share in shares]) == more


CONTRIBUTIONS = st.lists(st.tuples(st.sampled_from(list(Side)), st.sampled_from([None, *SHARES])), max_size=6)


@given(CONTRIBUTIONS)
def test_no_side_ever_has_more_than_all_of_it(shares: list[tuple[Side, int | None]]) -> None:
    found = [share_of(side, shares) for side in Side]
    assert all(share is None or 0 <= share <= 100 for share in found)
    assert sum(share or 0 for share in found) <= 101  # rounded


# ── Whys


def gaps(whys: list[Why], *, has_escape: bool = True, names: tuple[str, ...] = ()) -> list[Gap]:
    return [missing.gap for missing in missing_in(whys, names=names, has_escape=has_escape)]


def test_a_tree_that_holds_lacks_nothing() -> None:
    assert gaps(TREE) == []
    assert [end.id for end in ends_of(TREE)] == [2, 3]


def test_before_anybody_asked_everything_is_missing() -> None:
    assert missing_in([], names=(), has_escape=False) == [Missing(Gap.NO_WHY), Missing(Gap.NO_ESCAPE)]


def test_one_chain_is_one_opinion() -> None:
    assert missing_in(TREE[:2], names=(), has_escape=True) == [Missing(Gap.ONE_END, PROCESS)]


def test_an_end_says_how_we_work() -> None:
    assert gaps([TREE[0], OTHER, Why(4, "It was a holiday", 1, would_have_prevented=True)]) == [Gap.NO_PROCESS]


def test_no_end_is_a_persons_name() -> None:
    blamed = Why(4, "Nadia forgot it", 1, would_have_prevented=True)
    found = missing_in([TREE[0], PROCESS, blamed], names=("Tom Beckett", "Nadia Chowdhury"), has_escape=True)
    assert found == [Missing(Gap.NAMES, blamed, "Nadia")]


def test_a_name_further_up_is_where_one_begins_to_ask() -> None:
    root = Why(1, "Nadia sent the wrong invoice")
    assert gaps([root, PROCESS, OTHER], names=("Nadia Chowdhury",)) == []


def test_each_end_is_tested() -> None:
    assert gaps([TREE[0], PROCESS, Why(4, "It was a holiday", 1)]) == [Gap.UNTESTED]
    assert gaps(
        [Why(1, "a", is_process=True, would_have_prevented=False), Why(2, "b", would_have_prevented=False)]
    ) == [Gap.NOTHING_PREVENTS]


def test_why_did_we_not_notice() -> None:
    assert gaps(TREE, has_escape=False) == [Gap.NO_ESCAPE]


def test_the_order_of_the_whys_changes_nothing() -> None:
    for order in permutations(TREE):
        assert gaps(list(order), has_escape=False) == [Gap.NO_ESCAPE]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nadia did not look", "Nadia"),
        ("nadia chowdhury did not look", "Nadia Chowdhury"),
        ("Ask Chowdhury", "Chowdhury"),
        ("nobody will look", ""),  # Will Ash writes himself with a capital
        ("Nadias list is old", ""),
        ("Jo forgot", ""),  # too short to tell from a word
        ("Payroll closes late", ""),
        ("", ""),
    ],
)
def test_a_name_is_found_as_it_is_written(text: str, name: str) -> None:
    assert name_in(text, ("Nadia Chowdhury", "Will Ash", "Jo Park", "", "…")) == name


def test_a_hostile_text_is_read_in_time() -> None:
    assert name_in("Nadi" * 250_000, ("Nadia Chowdhury",)) == ""
