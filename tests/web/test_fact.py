"""Facts of the trade are written down by hand, corrected and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.core.staffing import FactKind
from amends.desk.actions.touch import change_fact, record_fact
from amends.desk.models import Client, Event, StaffingFact
from amends.web.forms.fact import NAMES, fields_of
from cast import NOW, a_client, browser_of
from shown import text_of, words_in

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MISSING = {"count": "6", "of": "14", "at": "2025-03-03T05:00", "note": "Dana, by phone", "words": "Nobody called."}


def test_people_who_did_not_arrive_are_written_down_in_two_clicks(bob: User) -> None:
    north, browser = a_client(), browser_of(bob)
    assert f'href="/clients/{north.pk}/facts/new"' in browser.get(f"/clients/{north.pk}").content.decode()
    kinds = browser.get(f"/clients/{north.pk}/facts/new").content.decode()
    assert f'href="/clients/{north.pk}/facts/new?kind=no_show"' in kinds
    Client.objects.update(drawn_until=NOW.date())
    where = f"/clients/{north.pk}/facts/new?kind=no_show"
    page = words_in(browser.post(where, MISSING, follow=True).content.decode())
    assert "6 of 14 people did not arrive “Nobody called.” Dana, by phone" in page
    north.refresh_from_db()
    assert (north.drawn_until, north.assess_due_at is not None) == (None, True)


@pytest.mark.parametrize("kind", FactKind)
def test_each_kind_asks_what_it_needs(bob: User, kind: FactKind) -> None:
    north, browser = a_client(), browser_of(bob)
    typed = dict.fromkeys(fields_of(kind), "3") | {"at": "2025-03-03T05:00"}
    assert str(NAMES[kind]) in text_of(browser, f"/clients/{north.pk}/facts/new?kind={kind}")
    assert browser.post(f"/clients/{north.pk}/facts/new?kind={kind}", typed).status_code == 302
    assert StaffingFact.objects.get().kind == kind


def test_what_is_wrong_is_said(bob: User) -> None:
    north, browser = a_client(), browser_of(bob)
    where = f"/clients/{north.pk}/facts/new?kind=no_show"
    page = words_in(browser.post(where, {**MISSING, "of": "3"}).content.decode())
    assert "More did not arrive than were expected" in page
    page = words_in(browser.post(where, {**MISSING, "at": "2025-03-11T05:00"}).content.decode())
    assert "That is still to come. Write it down when it has happened." in page
    assert StaffingFact.objects.count() == 0


def test_a_fact_is_corrected_and_removed_after_asking(bob: User, vera: User) -> None:
    north, browser = a_client(), browser_of(bob)
    fact = record_fact(north, FactKind.NO_SHOW, by=bob, now=NOW, at=NOW, count=6, of=14, words="Enough.")
    assert "did not arrive" in text_of(browser_of(vera), f"/clients/{north.pk}")
    assert f"/facts/{fact.pk}" not in browser_of(vera).get(f"/clients/{north.pk}").content.decode()
    late = browser.post(f"/facts/{fact.pk}/edit", {**MISSING, "at": "2025-03-11T05:00"})
    assert "That is still to come." in words_in(late.content.decode())
    assert browser.post(f"/facts/{fact.pk}/edit", {**MISSING, "of": ""}).status_code == 302
    fact.refresh_from_db()
    assert (fact.of, fact.note) == (0, "Dana, by phone")
    events = Event.objects.count()
    change_fact(fact, by=bob, now=NOW, of=0)
    assert Event.objects.count() == events
    with pytest.raises(TypeError, match="no kind that may change"):
        change_fact(fact, by=bob, now=NOW, kind="order")
    asked = text_of(browser, f"/facts/{fact.pk}/delete")
    assert "6 people did not arrive" in asked
    assert "no longer counts in how they stand" in asked
    page = words_in(browser.post(f"/facts/{fact.pk}/delete", follow=True).content.decode())
    assert "Removed from North." in page
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "record_fact", "change_fact", "delete_fact",
    ]  # fmt: skip
