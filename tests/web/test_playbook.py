"""Settings, Playbooks: read, made one's own, and the original again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from amends.core.plan import Failure, playbook
from amends.desk.actions.playbook import save_playbook
from amends.desk.models import Playbook
from cast import NOW, browser_of
from shown import text_of

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")
ADDRESS = "/settings/playbooks/invoice"
PLAYS = playbook(Failure.INVOICE)


def form_of(browser: Browser, **changed: Any) -> dict[str, Any]:
    """Return what the page would send, with some fields changed."""
    form = browser.get(ADDRESS).context["form"]
    sent = {"shown": form["shown"].value(), "count": form.count, "who_6": "lead", "who_7": "lead"}
    for name, value in form.initial.items():
        if value not in (False, None):
            sent[name] = "on" if value is True else value
    return {**sent, **changed}


def test_every_playbook_has_its_row(mona: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(mona)
    page = text_of(browser, "/settings/playbooks")
    assert "An invoice was late or wrong 6 actions Original" in page
    assert "Playbooks What a plan may begin with" in text_of(browser, "/settings")
    with django_assert_num_queries(LIST_QUERIES):
        browser.get("/settings/playbooks")


LIST_QUERIES = 9


def test_a_firm_makes_it_its_own_and_goes_back(mona: User) -> None:
    browser = browser_of(mona)
    told = form_of(browser, what_0="Call accounts", what_1="", days_0="3", what_6="Ask for their form", days_6="")
    answer = browser.post(ADDRESS, told, follow=True)
    assert "Saved. New plans begin with it." in answer.content.decode()
    kept = Playbook.objects.get().actions
    assert [row["what"] for row in kept] == ["Call accounts", *(play.what for play in PLAYS[2:]), "Ask for their form"]
    assert (kept[0]["days"], kept[-1]["days"], kept[-1]["who"]) == (3, 0, "lead")
    assert "Your own version" in text_of(browser, "/settings/playbooks")
    assert "Your own version goes" in text_of(browser, f"{ADDRESS}?restore=ask")
    answer = browser.post(ADDRESS, {"do": "restore"}, follow=True)
    assert "The original again." in answer.content.decode()
    assert not Playbook.objects.exists()
    assert "Your own version goes" not in text_of(browser, f"{ADDRESS}?restore=ask")


def test_what_makes_no_playbook_is_said_and_stays_typed(mona: User) -> None:
    browser = browser_of(mona)
    page = browser.post(ADDRESS, form_of(browser, days_0="999", what_1="Still here")).content.decode()
    assert "less than or equal to 250" in page
    assert "Still here" in page
    empty = {f"what_{place}": "" for place in range(8)}
    page = browser.post(ADDRESS, form_of(browser, **empty)).content.decode()
    assert "A playbook needs at least one action." in page


def test_two_who_change_one_playbook_lose_nothing(mona: User, alice: User) -> None:
    save_playbook(Failure.INVOICE, PLAYS, by=alice, now=NOW)
    browser = browser_of(mona)
    told = form_of(browser, what_0="Mine")
    save_playbook(Failure.INVOICE, (PLAYS[1], *PLAYS[1:]), by=alice, now=NOW)
    page = browser.post(ADDRESS, told).content.decode()
    assert "Somebody else changed this meanwhile" in page
    assert ">\nMine</textarea>" in page
    assert Playbook.objects.get().actions[0]["what"] == PLAYS[1].what


def test_a_made_up_number_of_places_is_bounded(mona: User) -> None:
    browser = browser_of(mona)
    for count in ("9999", "99", "x", "-1"):
        assert browser.post(ADDRESS, {"count": count, "what_0": "Call", "who_0": "lead"}).status_code == 200


def test_there_is_no_playbook_of_another_name(mona: User) -> None:
    assert browser_of(mona).get("/settings/playbooks/weather").status_code == 404


def test_members_do_not_change_them(bob: User) -> None:
    assert browser_of(bob).get("/settings/playbooks").status_code == 403
    assert browser_of(bob).post(ADDRESS, {"do": "restore"}).status_code == 403
