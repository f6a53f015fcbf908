"""A row is one worker's for as long as its lease runs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from amends.desk.actions.lease import LEASE, claim
from amends.desk.models import Client
from cast import NOW, a_client

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("firm")
LATER = NOW + timedelta(seconds=30)
OVER = NOW + LEASE + timedelta(seconds=1)


def test_a_row_is_taken_once() -> None:
    north, south = a_client(name="North"), a_client(name="South")
    rows = Client.objects.order_by("pk")
    first, second = claim(rows, now=NOW), claim(rows, now=NOW)
    assert first is not None
    assert second is not None
    assert [first.pk, second.pk, claim(rows, now=NOW)] == [north.pk, south.pk, None]
    assert set(Client.objects.values_list("leased_until", flat=True)) == {NOW + LEASE}


def test_who_was_slower_takes_the_next() -> None:
    first, second = a_client(name="North"), a_client(name="South")
    quick = [first.pk]

    def another_was_quicker(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and quick:
            Client.objects.filter(pk=quick.pop()).update(leased_until=NOW + LEASE)
        return execute(sql, *rest)

    rows = Client.objects.order_by("pk")
    with connection.execute_wrapper(another_was_quicker):
        lease = claim(rows, now=NOW)
    assert lease is not None
    assert lease.pk == second.pk
    Client.objects.update(leased_until=None)
    quick.append(first.pk)
    with connection.execute_wrapper(another_was_quicker):
        assert claim(rows.filter(pk=first.pk), now=NOW) is None


def test_a_lease_that_ran_out_is_anybodys() -> None:
    a_client()
    rows = Client.objects.all()
    lease = claim(rows, now=NOW)
    assert lease is not None
    assert claim(rows, now=NOW + LEASE) is None
    taken = claim(rows, now=OVER)
    assert taken is not None
    assert lease.renew(OVER) is False  # too late
    lease.give_back()  # not ours to give
    assert Client.objects.get().leased_until == OVER + LEASE


def test_a_lease_is_renewed_and_given_back() -> None:
    a_client()
    lease = claim(Client.objects.all(), now=NOW)
    assert lease is not None
    assert lease.renew(LATER) is True
    assert Client.objects.get().leased_until == LATER + LEASE
    lease.give_back()
    assert Client.objects.get().leased_until is None


def test_a_row_may_be_due_again_when_the_lease_has_run_out() -> None:
    a_client(assess_due_at=NOW)
    claim(Client.objects.all(), now=NOW, is_due_again="assess_due_at")
    assert Client.objects.get().assess_due_at == NOW + LEASE
