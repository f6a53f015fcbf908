"""The past half year of a client is drawn week by week, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.health import (
    assess_client,
    draw_history,
    touch_health,
)
from amends.desk.models import (
    Client,
    StaffingFact,
    Touch,
)
from cast import (
    ASKS,
    LIST,
    NOW,
    a_client,
    keep,
)
from conversation import at, every

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries


pytestmark = pytest.mark.usefixtures("firm")


def test_the_past_half_year_is_drawn_week_by_week() -> None:
    north = a_client(
        LIST.replace("3 Mar", "3 Jan"),
        "13 Feb 09:00 client [exit words]: We look at other agencies.",
        "13 Feb 10:00 us: I am calling you.",
    )
    draw_history(north, now=NOW)
    assert [(day.on, day.points, day.state) for day in north.days.all()] == [
        (date(2025, 1, 6), 0, "Not enough yet"),
        (date(2025, 1, 13), 0, "Not enough yet"),
        (date(2025, 1, 20), 0, "Not enough yet"),
        (date(2025, 1, 27), 0, "Not enough yet"),
        (date(2025, 2, 3), 0, "Not enough yet"),
        (date(2025, 2, 10), 0, "Not enough yet"),
        (date(2025, 2, 17), 20, "Strained"),
        (date(2025, 2, 24), 20, "Strained"),
        (date(2025, 3, 3), 20, "Strained"),
    ]
    assert (north.drawn_until, Client.objects.get().drawn_until) == (date(2024, 9, 16), date(2024, 9, 16))


def test_a_past_day_is_what_it_would_have_been_then() -> None:
    texts = (every(3, 60, "1 Sep 2024 09:00", "dana #{n}: Could you send two people?"), LIST, ASKS)
    north, then = a_client(*texts), at("3 Mar 23:59")
    draw_history(north, now=NOW)
    drawn = north.days.get(on=then.date())
    same = a_client(*texts, name="Same")
    health = assess_client(same, now=then)
    assert (drawn.points, drawn.state, drawn.is_enough) == (health.points, health.state, health.enough)
    assert health.points > 0


def test_drawing_is_done_once_and_again_when_older_mail_came(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    north = a_client("20 Feb 09:00 client: Hello.")
    draw_history(north, now=NOW)
    assert north.days.count() == 2
    with django_assert_num_queries(3):  # firm, its holidays, how far it is
        draw_history(north, now=NOW)
    keep(north, "1 Feb 09:00 client: Hello earlier.")
    touch_health([north.pk], now=NOW, is_redrawn=True)
    draw_history(north, now=NOW)
    assert north.days.count() == 5


def test_drawing_that_was_cut_off_goes_on_where_it_was_left() -> None:
    north = a_client("1 Sep 2024 09:00 client: Hello.")
    draw_history(north, now=NOW, goes_on=lambda: False)
    assert [day.on for day in north.days.all()] == [date(2025, 2, 3) + timedelta(weeks=week) for week in range(5)]
    north.days.filter(on=date(2025, 3, 3)).update(points=99)
    draw_history(north, now=NOW)
    assert (north.days.count(), north.days.latest("on").points) == (25, 99)


def test_drawing_gives_way_to_older_mail_that_comes_meanwhile() -> None:
    north = a_client("1 Sep 2024 09:00 client: Hello.")

    def comes_in() -> bool:
        touch_health([north.pk], now=NOW, is_redrawn=True)
        return True

    draw_history(north, now=NOW, goes_on=comes_in)
    assert (north.days.count(), Client.objects.get().drawn_until) == (5, None)


def test_drawing_begins_with_the_first_thing_on_record() -> None:
    north = a_client()
    StaffingFact.objects.create(client=north, kind="order", at=at("25 Feb 10:00"), added_at=NOW)
    Touch.objects.create(client=north, kind="call", at=at("26 Feb 10:00"), added_at=NOW)
    draw_history(north, now=NOW)
    assert [day.on for day in north.days.all()] == [date(2025, 3, 3)]
    nobody = a_client(name="Nobody")
    draw_history(nobody, now=NOW)
    assert nobody.days.count() == 0
