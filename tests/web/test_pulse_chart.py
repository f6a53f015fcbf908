"""How answers are drawn: over time, from "Ready to leave" to "Good"."""

from __future__ import annotations

from datetime import timedelta

from amends.web.pulse_chart import chart
from cast import NOW

DAY = timedelta(days=1)


def test_one_answer_makes_no_line() -> None:
    assert chart([]) is None
    assert chart([(NOW, 3)]) is None


def test_answers_stand_where_they_were_given() -> None:
    drawn = chart([(NOW, 5), (NOW + DAY, 3), (NOW + 4 * DAY, 1)])
    assert drawn is not None
    assert drawn.line == "5.0,20.0 51.2,68.0 190.0,116.0"
    assert (drawn.dots, drawn.now) == (((5, 20), (51.2, 68)), (190, 116))
    assert drawn.falls == ("5.0,20.0 51.2,68.0", "51.2,68.0 190.0,116.0")
    assert (drawn.low, drawn.low_label) == (92, 87)


def test_a_fall_of_one_point_is_noise_and_a_rise_is_none() -> None:
    drawn = chart([(NOW, 3), (NOW + DAY, 2), (NOW + 2 * DAY, 5)])
    assert drawn is not None
    assert drawn.falls == ()


def test_answers_at_one_moment_stand_together() -> None:
    drawn = chart([(NOW, 3), (NOW, 4)])
    assert drawn is not None
    assert drawn.line == "5.0,68.0 5.0,44.0"
