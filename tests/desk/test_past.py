"""The past half year of a client is drawn week by week, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.staffing import FactKind
from amends.desk.actions.client import change_client
from amends.desk.actions.firm import add_holiday, set_numbers
from amends.desk.actions.health import (
    assess_client,
    dismiss_signal,
    draw_history,
    touch_health,
    undo_dismissal,
)
from amends.desk.actions.touch import change_touch, delete_touch, record_fact, record_touch
from amends.desk.models import (
    Client,
    Firm,
    Signal,
    StaffingFact,
    Touch,
)
from amends.desk.queries.evidence import account_of
from cast import (
    ASKS,
    LIST,
    NOW,
    a_client,
    keep,
)
from conversation import at, every

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User


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


def down_then_said_wrong(name: str = "North", said: str = " [exit words]: We look at other agencies.") -> Client:
    """Give a client whose line fell when it spoke of leaving, as it was drawn then."""
    mail = every(3, 60, "1 Sep 2024 09:00", "dana #{n}: Could you send two people?")
    words = f"24 Feb 09:00 client{said}"
    north = a_client(mail, words, "24 Feb 09:30 us: I call you.", name=name)
    for day in range(10, -1, -1):
        assess_client(north, now=NOW - timedelta(days=day))
    draw_history(north, now=NOW)
    return Client.objects.get(pk=north.pk)


def lately_of(client: Client, now: datetime) -> str:
    return account_of(client, Firm.objects.get(), now.date()).lately


def test_what_was_said_wrongly_never_made_the_line_fall(bob: User) -> None:
    north, same = down_then_said_wrong(), down_then_said_wrong("South", ": Good.")
    assert (lately_of(north, NOW), lately_of(same, NOW)) == ("Down 30 in four weeks", "Down 10 in four weeks")
    dismissal = dismiss_signal(
        Signal.objects.get(client=north, points__gt=0, rule="exit words"), "A joke", by=bob, now=NOW
    )
    assert Client.objects.get(pk=north.pk).drawn_until is None
    draw_history(north, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    for now in (NOW, tomorrow, NOW + timedelta(days=6)):  # on no weekday is an old day left
        for one in (north, same):
            assess_client(one, now=now)
        assert lately_of(north, now) == lately_of(same, now)
    undo_dismissal(dismissal, by=bob, now=NOW)
    assert Client.objects.get(pk=north.pk).drawn_until is None


def test_the_firms_numbers_and_what_is_told_late_make_the_past_another(alice: User, bob: User) -> None:
    north = down_then_said_wrong()

    def is_redrawn() -> bool:
        was = Client.objects.get().drawn_until is None
        Client.objects.update(drawn_until=NOW.date())
        return was

    is_redrawn()
    set_numbers({"exit words": 10}, by=alice, now=NOW)
    assert is_redrawn()
    add_holiday(date(2025, 2, 3), "Closed", by=alice, now=NOW)
    assert is_redrawn()
    touch = record_touch(north, "call", by=bob, now=NOW)
    assert not is_redrawn()  # today is judged anew anyway
    change_touch(touch, by=bob, now=NOW, at=NOW - timedelta(days=3))
    assert is_redrawn()
    delete_touch(touch, by=bob, now=NOW)
    assert is_redrawn()
    record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=NOW - timedelta(days=30), count=2)
    assert is_redrawn()
    change_client(north, by=bob, now=NOW, answer_hours=2)
    assert is_redrawn()
