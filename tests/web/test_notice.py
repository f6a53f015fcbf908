"""Everybody chooses how they hear of things, tries it, and says until when they are away and who covers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.notice import choose_notice
from amends.desk.actions.notice_out import send_next_notice
from amends.desk.models import Firm, LetterKind, Notice, NoticeChoice, Outgoing, User, Way
from amends.desk.queries.notice import choices_of
from cast import NOW, browser_of
from hooked import Hook, hook
from signed_in import is_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

PAGE = "/settings/notices"
pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def service() -> Iterator[Hook]:
    with hook() as told:
        yield told


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


def shown(user: User) -> str:
    return browser_of(user).get(PAGE).content.decode()


def sent(user: User, **fields: str) -> str:
    return browser_of(user).post(PAGE, fields, follow=True).content.decode()


def saved(user: User, **fields: str) -> str:
    """Save the page as it is shown, but for some fields."""
    stands = {f"{choice.kind}-way": str(choice.way) for choice in choices_of(user)}
    return sent(user, **{**stands, "away_until": "", "covered_by": "", **fields})


@pytest.mark.usefixtures("mail_server")
def test_each_kind_says_what_it_is_and_when_it_comes(bob: User) -> None:
    page = shown(bob)
    for words in ("Morning mail", "Somebody waits longer than agreed", "A colleague asks you to answer"):
        assert f">{words}</h2>" in page
    assert "in the morning at 8 a.m." in page
    assert "then the owners: 0, 4 and 8 working hours after it was due." in page
    assert page.count("Send me a test") == 5


def test_without_a_mail_server_the_page_says_so(bob: User) -> None:
    page = shown(bob)
    assert "No mail can be sent from here." in page
    assert "Send me a test" not in page


def test_the_demo_firm_says_that_it_tells_nobody(bob: User) -> None:
    Firm.objects.update(is_demo=True)
    assert "The demo firm tells nobody anything" in shown(bob)


def test_who_only_looks_gets_none(vera: User) -> None:
    page = shown(vera)
    assert "You look on, so you get none." in page
    assert "<form method" not in page.partition("<main")[2].partition("</main")[0]
    saved(vera, **{"late-way": "none"})
    assert NoticeChoice.objects.count() == 0


def test_one_kind_is_chosen_and_the_others_stay(bob: User) -> None:
    assert "Saved." in saved(bob, **{"late-way": "none"})
    assert [(one.kind, one.way) for one in NoticeChoice.objects.all()] == [(LetterKind.LATE, Way.NONE)]


def test_a_service_is_chosen_tried_and_its_address_not_shown_again(alice: User, service: Hook) -> None:
    saved(alice, **{"late-way": "other", "late-address": service.address})
    page = shown(alice)
    assert "It goes to JSON. Leave this empty to keep that." in page
    assert service.address not in page
    assert "A test is on its way to you." in sent(alice, do="test", kind="late")
    assert "A test is on its way." in shown(alice)
    send_next_notice(now=NOW)
    assert [one["title"] for one in service.got] == ["A test from Amends"]
    assert "The last test arrived" in shown(alice)
    saved(alice, **{"late-way": "other", "late-address": ""})
    assert NoticeChoice.objects.get().secret != ""
    saved(alice, **{"late-way": "mail", "late-address": ""})
    assert NoticeChoice.objects.get().secret == ""


def test_all_of_the_page_is_saved_at_once_or_nothing_of_it(bob: User, charlie: User) -> None:
    assert shown(bob).count(">Save</button>") == 1
    typed = {"late-way": "none", "away_until": "2025-03-20", "covered_by": str(charlie.pk)}
    page = saved(bob, **typed, **{"morning-way": "other", "morning-address": "file:///etc/passwd"})
    assert ('href="#id_morning-address"' in page, 'value="2025-03-20"' in page) == (True, True)
    assert (NoticeChoice.objects.count(), User.objects.get(pk=bob.pk).covered_by) == (0, None)
    page = saved(bob, away_until="20 March", **{"morning-way": "pigeon"})
    assert "Two things to correct" in page
    assert "Saved." in saved(bob, **typed)
    assert [(one.kind, one.way) for one in NoticeChoice.objects.all()] == [(LetterKind.LATE, Way.NONE)]
    bob.refresh_from_db()
    assert (bob.away_until, bob.covered_by) == (date(2025, 3, 20), charlie)


def test_the_address_of_a_service_stays_without_a_new_one(alice: User, service: Hook) -> None:
    kept = choose_notice(alice, LetterKind.LATE, Way.OTHER, service.address, by=alice, now=NOW).secret
    assert choose_notice(alice, LetterKind.LATE, Way.OTHER, by=alice, now=NOW).secret == kept


def test_what_went_wrong_stands_on_the_page(alice: User, service: Hook) -> None:
    choose_notice(alice, LetterKind.LATE, Way.OTHER, service.address, by=alice, now=NOW)
    service.answer = 403
    sent(alice, do="test", kind="late")
    send_next_notice(now=NOW)
    page = shown(alice)
    assert "The last test did not arrive." in page
    assert "JSON did not take it: it answered 403." in page
    Notice.objects.update(problem="")
    assert "The last test was cut off while it was sent" in shown(alice)


@pytest.mark.parametrize("address", ["file:///etc/passwd", ""])
def test_an_address_that_is_not_taken_is_said_and_stays_typed(bob: User, address: str) -> None:
    page = saved(bob, **{"morning-way": "other", "morning-address": address})
    assert "One thing to correct" in page
    assert ("This is no address of a service that we know." in page) is bool(address)
    assert f'value="{address}"' in page or not address
    assert NoticeChoice.objects.count() == 0


def test_an_address_inside_is_not_a_members_to_choose(bob: User, service: Hook) -> None:
    page = saved(bob, **{"late-way": "other", "late-address": service.address})
    assert "is inside your network. Only an owner may choose such an address." in page


@pytest.mark.usefixtures("mail_server")
def test_a_test_by_mail_is_queued(bob: User) -> None:
    sent(bob, do="test", kind="morning")
    assert [(one.kind, one.to) for one in Outgoing.objects.all()] == [(LetterKind.TEST, bob.email)]


@pytest.mark.parametrize("fields", [{"do": "test"}, {"do": "test", "kind": "invitation"}])
def test_a_kind_that_is_none_is_no_page(bob: User, fields: dict[str, str]) -> None:
    assert browser_of(bob).post(PAGE, fields).status_code == 404


def test_somebody_is_away_and_is_covered(bob: User, charlie: User, vera: User) -> None:
    assert f'<option value="{vera.pk}"' not in shown(bob)
    assert "Saved." in saved(bob, away_until="2025-03-20", covered_by=str(charlie.pk))
    bob.refresh_from_db()
    assert (bob.away_until, bob.covered_by) == (date(2025, 3, 20), charlie)
    page = saved(bob, away_until="20 March", covered_by="")
    assert "One thing to correct" in page
    assert 'value="20 March"' in page


def test_an_owner_says_who_covers_for_a_colleague(alice: User, bob: User, charlie: User) -> None:
    told = {
        "name": bob.name,
        "email": bob.email,
        "role": bob.role,
        "title": "",
        "phone": "",
        "branch": str(bob.branch_id),
    }
    browser = browser_of(alice)
    browser.post(f"/settings/team/{bob.pk}", {**told, "away_until": "2025-03-20", "covered_by": str(charlie.pk)})
    bob.refresh_from_db()
    assert (bob.away_until, bob.covered_by) == (date(2025, 3, 20), charlie)


def test_the_firm_sets_its_morning_and_its_levels(alice: User) -> None:
    firm = Firm.objects.get()
    browser = browser_of(alice)
    page = browser.get("/settings/firm").content.decode()
    assert "Working hours after the answer was due. 4 where you set nothing (a judgement)." in page
    told = {"name": firm.name, "addresses": "alder.example", "zone": "UTC", "currency": "USD", "morning_at": "07:30"}
    levels = {"level_1": "1", "level_2": "2", "level_3": "6"}
    browser.post("/settings/firm", {**told, **levels})
    firm.refresh_from_db()
    assert (f"{firm.morning_at:%H:%M}", firm.escalate_hours) == ("07:30", [1, 2, 6])
    page = browser.post("/settings/firm", {**told, **levels, "level_3": "1"}).content.decode()
    assert "no fewer than for the level before" in page


@pytest.mark.parametrize("choices", [1, 3])
def test_the_page_asks_for_as_much_whatever_was_chosen(
    bob: User, choices: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in (LetterKind.MORNING, LetterKind.LATE, LetterKind.COVER)[:choices]:
        choose_notice(bob, kind, Way.NONE, by=bob, now=NOW)
    browser = browser_of(bob)
    assert is_in(browser)
    with django_assert_num_queries(12):
        browser.get(PAGE)
