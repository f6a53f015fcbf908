import pytest

from amends.core.case import MOVES, ORDER, UNDER_WAY, Severity, Status, Step, call_back_by, can_move, next_step
from conversation import OFFICE, at


def test_the_steps_stand_in_their_recommended_order_with_parting_beside_them() -> None:
    assert [str(step) for step in ORDER] == [
        "decide", "understand", "own_it", "plan", "fix", "make_good", "follow_up", "learn",
    ]  # fmt: skip
    assert set(Step) - set(ORDER) == {Step.PART_WELL}


@pytest.mark.parametrize(
    ("done", "ahead"),
    [
        ([], Step.DECIDE),
        ([Step.DECIDE], Step.UNDERSTAND),
        ([Step.DECIDE, Step.OWN_IT], Step.UNDERSTAND),
        ([step for step in Step if step not in {Step.LEARN, Step.PART_WELL}], Step.LEARN),
        ([*ORDER], None),
        ([Step.DECIDE, Step.PART_WELL], Step.LEARN),
        ([Step.PART_WELL, Step.LEARN], None),
    ],
)
def test_the_next_step_is_the_first_that_is_not_done(done: list[Step], ahead: Step | None) -> None:
    assert next_step(done) is ahead


def test_only_what_was_followed_up_can_be_called_mended() -> None:
    assert [status for status in Status if can_move(status, Status.MENDED)] == [Status.FOLLOWING]


def test_what_slips_is_opened_again_but_a_merged_case_lives_on_in_the_other() -> None:
    assert [status for status in Status if not can_move(status, Status.OPEN)] == [Status.OPEN, Status.MERGED]
    assert MOVES[Status.MERGED] == frozenset()


def test_nothing_moves_to_where_it_stands() -> None:
    assert set(MOVES) == set(Status)
    assert [status for status in Status if can_move(status, status)] == []


def test_a_case_under_way_can_be_parted_closed_or_merged() -> None:
    for status in UNDER_WAY:
        assert MOVES[status] >= {Status.PARTED, Status.CLOSED, Status.MERGED}


def test_how_bad_it_feels_is_said_in_three_answers() -> None:
    assert {severity.name: int(severity) for severity in Severity} == {"ANNOYED": 2, "LET_DOWN": 3, "READY_TO_LEAVE": 5}


@pytest.mark.parametrize(
    ("now", "by"),
    [
        ("3 Mar 10:20", "3 Mar 11:20"),
        ("3 Mar 16:00", "3 Mar 17:00"),
        ("7 Mar 16:30", "10 Mar 09:30"),  # a Friday afternoon
        ("3 Mar 05:00", "3 Mar 10:00"),
        ("8 Mar 12:00", "10 Mar 10:00"),  # a Saturday
    ],
)
def test_who_is_upset_is_called_within_the_hour_or_in_the_first_of_the_next_day(now: str, by: str) -> None:
    assert call_back_by(at(now), OFFICE) == at(by)
