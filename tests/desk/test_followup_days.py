"""Whatever happens, and wherever the firm is: a followed client has one next day, worked and never past (rule 8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.core.case import Step
from amends.desk.actions.case import finish_step
from amends.desk.actions.check_in import check_in
from amends.desk.actions.followup import back_where_overdue
from amends.desk.actions.promise import break_promise, make_promise
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case, Firm, FollowUp, Holiday
from amends.desk.queries.firm import hours_of, the_day, the_firm
from cast import a_client, person_at, upset

if TYPE_CHECKING:
    from amends.desk.models import User

HOUR = timedelta(hours=1)
ZONES = ("UTC", "America/Chicago", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe")
ANY_WEEK = st.lists(st.booleans(), min_size=7, max_size=7).filter(any)
ANY_HOLIDAYS = st.sets(st.dates(date(2025, 3, 1), date(2025, 12, 31)), max_size=8)
HAPPENS = st.lists(
    st.tuples(st.sampled_from(["asked", "felt low", "call", "pulse", "missed", "night"]), st.integers(1, 24 * 21)),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone=st.sampled_from(ZONES), week=ANY_WEEK, holidays=ANY_HOLIDAYS, start=st.integers(0, 24 * 330), then=HAPPENS)
@pytest.mark.django_db
def test_there_is_always_one_next_day_that_is_worked_and_not_past(
    bob: User, zone: str, week: list[bool], holidays: set[date], start: int, then: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        Firm.objects.update(zone=zone, week=[[["09:00", "17:00"]] if worked else [] for worked in week])
        Holiday.objects.bulk_create(Holiday(on=on) for on in holidays)
        now = datetime(2025, 1, 1, tzinfo=UTC) + start * HOUR  # any hour of the year, those of the clocks' change too
        case = upset(bob, a_client(looked_after_by=bob), known_at=None)
        Case.objects.filter(pk=case.pk).update(opened_at=now, known_at=None, fixed_at=now)
        case.refresh_from_db()
        finish_step(case, Step.FIX, by=bob, now=now)
        before = the_next(case)
        assert is_right(before, now)
        for what, hours in then:
            now += hours * HOUR
            happen(what, case, bob, now)
            coming = the_next(case)
            assert is_right(coming, now, before)
            before = coming
        transaction.set_rollback(True)  # nothing of one example stays for the next


def the_next(case: Case) -> FollowUp:
    """Return the check-in to come; there is one, and no other."""
    return FollowUp.objects.get(case=case, done_at=None)


def is_right(coming: FollowUp, now: datetime, before: FollowUp | None = None) -> bool:
    """Whether a check-in lies on a worked day, and ahead where it was laid down or put off just now."""
    is_new = before is None or coming.pk != before.pk or coming.due_on > before.due_on
    is_worked = hours_of(the_firm()).working_day(coming.due_on, 0) == coming.due_on
    return is_worked and (not is_new or coming.due_on > the_day(now))


def happen(what: str, case: Case, bob: User, now: datetime) -> None:
    """Let one thing happen with the client."""
    if what in {"asked", "felt low"}:
        coming = FollowUp.objects.get(case=case, done_at=None)
        feeling = 2 if what == "felt low" else 4
        check_in(coming, by=bob, now=now, kind="call", words="Fine.", holds=True, feeling=feeling)
    elif what == "call":
        record_touch(case.client, "call", by=bob, now=now, words="About the weather.")
    elif what == "pulse":
        take_pulse(case.client, person=person_at(case.client, "gary@north.example"), now=now, feeling=2)
    elif what == "missed":
        promise = make_promise(case.client, "A list", due_at=now + HOUR, by=bob, now=now)
        break_promise(promise, by=bob, now=now + HOUR)
    else:
        back_where_overdue(now)
