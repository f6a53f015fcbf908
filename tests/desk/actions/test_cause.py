"""Contributions and causes are written down, corrected and taken out; nothing of a tree is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.cause import Gap, Side
from amends.desk.actions.cause import (
    add_cause,
    change_cause,
    change_contribution,
    map_contribution,
    note_escape,
    note_reactions,
    remove_cause,
    remove_contribution,
)
from amends.desk.models import Cause, Contribution
from amends.desk.queries.cause import placed, share_in, underneath
from amends.desk.rules import Refused
from cast import NOW, a_client, told, upset

if TYPE_CHECKING:
    from amends.desk.models import Case, User


@pytest.fixture
def case(bob: User) -> Case:
    """Somebody at North is upset."""
    return upset(bob)


def test_a_contribution_is_mapped_corrected_and_taken_out(bob: User, case: Case) -> None:
    row = map_contribution(case, by=bob, now=NOW, side="ours", what=" Left it for two days ", share=60)
    assert (row.side, row.what, row.evidence, row.share, row.by) == ("ours", "Left it for two days", "", 60, bob)
    change_contribution(row, by=bob, now=NOW, side="theirs", what="Left it", evidence="The mail", share=None)
    assert share_in(case, Side.OURS) is None
    assert told("change_contribution") == [
        (
            {"side": "ours", "what": "Left it for two days", "evidence": "", "share": 60},
            {"side": "theirs", "what": "Left it", "evidence": "The mail", "share": None},
        )
    ]
    remove_contribution(row, by=bob, now=NOW)
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize(("what", "share"), [("", 20), ("x", 30), ("x", 0), ("x", 120), ("x", -20)])
def test_a_contribution_says_what_was_done_in_fifths(bob: User, case: Case, what: str, share: int) -> None:
    with pytest.raises(Refused):
        map_contribution(case, by=bob, now=NOW, side="ours", what=what, share=share)


def test_what_lies_underneath_is_told_by_side(bob: User, case: Case) -> None:
    for side, share in (("ours", 80), ("ours", None), ("theirs", 40)):
        map_contribution(case, by=bob, now=NOW, side=side, what=f"{side} {share}", share=share)
    found = underneath(case)
    assert {side: [row.what for row in rows] for side, rows in found.contributions.items()} == {
        Side.OURS: ["ours 80", "ours None"],
        Side.THEIRS: ["theirs 40"],
        Side.SITUATION: [],
    }
    assert found.excess == 20
    assert share_in(case, Side.THEIRS) == 33


def test_reactions_and_the_escape_point_are_noted(bob: User, case: Case) -> None:
    note_reactions(case, by=bob, now=NOW, our_reaction=" By mail ", their_reaction="")
    note_escape(case, by=bob, now=NOW, escape_point="Nobody sees the sheet.")
    case.refresh_from_db()
    assert (case.our_reaction, case.their_reaction, case.escape_point) == ("By mail", "", "Nobody sees the sheet.")
    assert told("note_reactions") == [({"our_reaction": ""}, {"our_reaction": "By mail"})]


def test_the_tree_keeps_its_order(bob: User, case: Case) -> None:
    root = add_cause(case, by=bob, now=NOW, what="Root")
    other = add_cause(case, by=bob, now=NOW, what="Other")
    deep = add_cause(case, by=bob, now=NOW, what="Deep", parent=root, theme="billing", is_process=True)
    deepest = add_cause(case, by=bob, now=NOW, what="Deepest", parent=deep)
    drawn = [(each.cause, each.depth, each.is_end) for each in placed(list(Cause.objects.all()))]
    assert drawn == [(root, 0, False), (deep, 1, False), (deepest, 2, True), (other, 0, True)]
    assert [missing.gap for missing in underneath(case).missing] == [Gap.NO_PROCESS, Gap.UNTESTED, Gap.NO_ESCAPE]


def test_a_cause_that_is_taken_out_leaves_what_was_asked_of_it(bob: User, case: Case) -> None:
    root = add_cause(case, by=bob, now=NOW, what="Root")
    deep = add_cause(case, by=bob, now=NOW, what="Deep", parent=root)
    deepest = add_cause(case, by=bob, now=NOW, what="Deepest", parent=deep)
    remove_cause(deep, by=bob, now=NOW)
    deepest.refresh_from_db()
    assert deepest.parent == root


def test_a_cause_is_corrected(bob: User, case: Case) -> None:
    row = add_cause(case, by=bob, now=NOW, what="Why")
    fields = {"what": "Why not", "evidence": "The sheet", "theme": "billing", "is_process": True}
    change_cause(row, by=bob, now=NOW, would_have_prevented=False, **fields)  # type: ignore[arg-type]  # as typed
    row.refresh_from_db()
    assert (row.what, row.theme, row.is_process, row.would_have_prevented) == ("Why not", "billing", True, False)


def test_a_cause_says_why_and_belongs_to_its_recovery(bob: User, case: Case) -> None:
    elsewhere = add_cause(upset(bob, a_client(name="South", looked_after_by=bob)), by=bob, now=NOW, what="Why")
    with pytest.raises(Refused, match="another recovery"):
        add_cause(case, by=bob, now=NOW, what="Why", parent=elsewhere)
    with pytest.raises(Refused, match="Say why it happened"):
        add_cause(case, by=bob, now=NOW, what=" ")


def test_who_only_looks_writes_nothing_down(bob: User, vera: User, case: Case) -> None:
    row = add_cause(case, by=bob, now=NOW, what="Why")
    for change in (
        lambda: map_contribution(case, by=vera, now=NOW, side="ours", what="x"),
        lambda: add_cause(case, by=vera, now=NOW, what="x"),
        lambda: remove_cause(row, by=vera, now=NOW),
        lambda: note_escape(case, by=vera, now=NOW, escape_point="x"),
    ):
        with pytest.raises(Refused):
            change()
