"""Kept is kept on its day: the same answer for the run, the quarter, the weeks and the check-ins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.mended import in_a_row
from amends.desk.models import Promise, PromiseState
from amends.desk.queries.mended import has_missed, record_of
from amends.desk.queries.plan import settled_lately
from amends.desk.queries.promise import became_of, runs_of
from amends.desk.queries.promise_kept import fell_due, is_in_time
from cast import NOW, a_client, at, upset

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm")]
DUE = at("4 Mar 17:00")


def a_promise(client: Client, by: User, state: str, settled_at: datetime | None, due_at: datetime = DUE) -> Promise:
    return Promise.objects.create(
        client=client, promised_by=by, what="Call", made_at=at("3 Mar 09:00"), due_at=due_at, state=state,
        settled_at=settled_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settled_at", "expected"),
    [(at("4 Mar 09:00"), True), (at("4 Mar 18:30"), True), (at("5 Mar 00:01"), False), (None, False)],
)
def test_the_last_hours_of_a_day_are_still_that_day(settled_at: datetime | None, *, expected: bool) -> None:
    assert is_in_time(settled_at, DUE) is expected


@pytest.mark.parametrize(
    ("state", "settled_at", "run", "week"),
    [
        (PromiseState.KEPT, at("4 Mar 18:00"), 3, True),
        (PromiseState.KEPT, at("6 Mar 09:00"), 0, False),  # late counts as missed
        (PromiseState.BROKEN, at("6 Mar 09:00"), 0, False),
        (PromiseState.DROPPED, at("6 Mar 09:00"), 2, None),  # they released us
        (PromiseState.OPEN, None, 1, None),  # past its day: it was missed when it fell due, and one was kept since
    ],
)
def test_everything_that_counts_promises_counts_alike(
    bob: User,
    state: str,
    settled_at: datetime | None,
    run: int,
    week: bool | None,  # noqa: FBT001  (columns)
) -> None:
    north = a_client(looked_after_by=bob)
    case = upset(bob, north)
    type(case).objects.update(known_at=at("3 Mar 08:00"), lead=bob)
    case.refresh_from_db()
    for day in (3, 5):
        kept_at = at(f"{day} Mar 12:00")
        a_promise(north, bob, PromiseState.KEPT, kept_at, kept_at + timedelta(hours=1))
    a_promise(north, bob, state, settled_at)
    kept = record_of(case, NOW).kept
    assert in_a_row(kept) == run
    assert [one.kept for one in runs_of(bob, NOW)] == [run]
    assert has_missed(north, at("3 Mar 08:00"), NOW) is (False in kept)
    assert Promise.objects.filter(fell_due(NOW)).count() == len(kept)
    became = became_of(bob, NOW)
    assert became.kept == kept.count(True)
    weeks = [was_kept for _day, was_kept in settled_lately([bob.pk], NOW)[bob.pk]]
    assert sorted(weeks) == sorted([True, True, *([] if week is None else [week])])
