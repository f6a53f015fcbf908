from datetime import date, timedelta

import pytest

from amends.core.trend import Point, fell_fastest, lately, line_in_words, weeks_back

TODAY = date(2025, 10, 14)


def line(*numbers: int) -> list[Point]:
    """A weekly line that ends today."""
    return list(zip(weeks_back(TODAY, len(numbers)), numbers, strict=True))


def test_half_a_year_is_drawn_week_by_week_up_to_today() -> None:
    days = weeks_back(TODAY)
    assert (len(days), days[0], days[-2:]) == (26, date(2025, 4, 22), (date(2025, 10, 7), TODAY))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((90, 90, 82, 70, 55), "Down 35 in four weeks"),
        ((100, 61, 50, 44, 40, 34), "Down 27 in four weeks"),
        ((61, 70, 75, 80, 92), "Up 31 in four weeks"),
        ((92, 90, 90, 90, 88), "Much as it was four weeks ago"),
        ((92, 90, 90, 90, 87), "Down 5 in four weeks"),
        ((92, 60, 50, 40), ""),
        ((92,), ""),
    ],
)
def test_the_change_is_told_against_four_weeks_ago(numbers: tuple[int, ...], said: str) -> None:
    assert lately(line(*numbers)) == said


def test_a_line_with_holes_is_compared_with_the_newest_point_old_enough() -> None:
    points = [(TODAY - timedelta(days=40), 90), (TODAY - timedelta(days=29), 80), (TODAY, 60)]
    assert lately(points) == "Down 20 in four weeks"


def test_nothing_known_says_nothing() -> None:
    assert (line_in_words([]), fell_fastest([])) == ("", "")


def test_a_line_is_told_to_who_cannot_see_it() -> None:
    assert line_in_words(line(*[82] * 23, 80, 48, 34)) == (
        "Health over 26 weeks, from 82 down to 34. It fell fastest in the week of October 1."
    )


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((70, 82, 95), "Health over 3 weeks, from 70 up to 95."),
        ((90, 92, 90), "Health over 3 weeks, at 90 now as at the beginning."),
        ((90,), "Health this week: 90."),
    ],
)
def test_a_line_that_never_fell_says_nothing_of_falling(numbers: tuple[int, ...], said: str) -> None:
    assert line_in_words(line(*numbers)) == said


def test_the_first_of_two_equal_falls_is_named_and_small_ones_are_not() -> None:
    assert fell_fastest(line(90, 85, 80, 76)) == "It fell fastest in the week of September 24."
    assert fell_fastest(line(90, 86, 82)) == ""
