"""How what was agreed is kept: computed from mail and facts, with counts, and silent where there is too little."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.agreement import Kept
from amends.core.staffing import FactKind
from amends.desk.actions.promise import agree_item
from amends.desk.actions.touch import record_fact
from amends.desk.models import AgreedItem, Client, Sheet, SheetItem, SheetState
from amends.desk.queries.sheet_kept import agreed_lines
from cast import NOW, a_client, at

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm")]
LONG_AGO = NOW - timedelta(days=200)
MAIL = "\n".join(
    f"{day} Feb 09:00 client #t{day}: Who comes?\n{day} Feb {hour} us #t{day}: Anna."
    for day, hour in ((3, "10:00"), (4, "10:00"), (5, "10:00"), (6, "10:00"), (7, "16:00"))
)


def an_agreed(client: Client, agreed_at: datetime, version: int = 1, **targets: str | None) -> Sheet:
    """Keep a sheet that both confirmed, and its lines."""
    sheet = Sheet.objects.create(
        client=client, version=version, state=SheetState.AGREED, made_at=agreed_at, agreed_at=agreed_at
    )
    for key, target in targets.items():
        figure = Decimal(target) if target else None
        item = SheetItem.objects.create(sheet=sheet, key=key, name=key, unit="x", wording=key, target=figure)
        AgreedItem.objects.update_or_create(client=client, what=key, defaults={"sheet_item": item})
    return sheet


def test_answers_are_timed_by_the_mail(bob: User) -> None:
    north = a_client(MAIL, looked_after_by=bob)
    an_agreed(north, LONG_AGO, our_reply="4")
    [line] = agreed_lines(north, NOW)
    assert line.measured is not None
    assert (line.measured.kept, line.is_kept) == (Kept(5, 4, is_kept=False), False)
    assert (line.measured.since, line.measured.is_whole_period) == (NOW - timedelta(days=90), True)


def test_what_was_before_it_was_agreed_bound_nobody() -> None:
    north = a_client(MAIL)
    an_agreed(north, at("5 Feb 08:00"), our_reply="4")
    [line] = agreed_lines(north, NOW)
    assert line.measured is not None
    assert (line.measured.kept, line.is_kept) == (Kept(3, 2), None)  # not enough yet
    assert (line.measured.since, line.measured.is_whole_period) == (at("5 Feb 08:00"), False)


def test_a_figure_that_stays_counts_from_the_first_version_that_has_it() -> None:
    north = a_client(MAIL)
    first = an_agreed(north, LONG_AGO, our_reply="4", fill_rate="90")
    Sheet.objects.filter(pk=first.pk).update(state=SheetState.REPLACED)
    an_agreed(north, NOW, version=2, our_reply="4", fill_rate="95")
    since = {line.item.what: line.measured.since for line in agreed_lines(north, NOW) if line.measured}
    assert since == {"our_reply": NOW - timedelta(days=90), "fill_rate": NOW}


def test_orders_and_invoices_are_read_from_the_facts(bob: User) -> None:
    north = a_client()
    an_agreed(north, LONG_AGO, fill_rate="95", payment="30", feedback="2", escalation=None, notice="24")
    for kind, count in ((FactKind.ORDER, 50), (FactKind.PLACEMENT, 48)):
        record_fact(north, kind, by=bob, now=NOW, at=NOW - timedelta(days=9), count=count)
    for days in (20, 20, 20, 20, 20):
        record_fact(north, FactKind.PAYMENT, by=bob, now=NOW, at=NOW - timedelta(days=9), days=days)
    record_fact(north, FactKind.ORDER, by=bob, now=NOW, at=LONG_AGO, count=900)
    kept = {line.item.what: line.measured.kept for line in agreed_lines(north, NOW) if line.measured}
    assert kept == {
        "fill_rate": Kept(50, 48, Decimal(96), is_kept=True),
        "payment": Kept(5, 5, is_kept=True),
        "feedback": Kept(0),
    }


def test_what_nobody_measures_is_as_somebody_wrote_it(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    north = a_client()
    for number in range(3):
        agree_item(north, f"Line {number}", by=bob, now=NOW, how_kept="Always", is_kept=True)
    with django_assert_num_queries(1):
        lines = agreed_lines(north, NOW)
    assert [(line.item.how_kept, line.is_kept, line.measured) for line in lines] == [("Always", True, None)] * 3
