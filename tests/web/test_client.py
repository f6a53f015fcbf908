"""The pages about clients: the list, one client, what people know of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.staffing import FactKind
from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client, dismiss_signal, override_state
from amends.desk.actions.promise import agree_item, make_promise
from amends.desk.actions.touch import record_fact, record_touch
from amends.desk.models import Client, Event, HealthDay, Signal
from amends.web.views.client import ON_A_PAGE
from cast import FEW, HURT, NOW, a_client, a_found_client, a_restricted_client, assessed, at, browser_of, keep
from conversation import every
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

LIST_QUERIES = 16  # who asks, the firm and the counts of the frame, then the list, whatever its length

PAGE_QUERIES = 37
LIGHT_PAGE = 120_000  # bytes


# ── The list


def test_without_clients_the_page_says_what_to_do(bob: User) -> None:
    assert "No clients yet. They are found in your mail, or added by hand." in text_of(browser_of(bob), "/clients")


def test_each_client_is_a_line_with_a_word_and_a_reason(bob: User) -> None:
    assessed(HURT, looked_after_by=bob)
    assessed(FEW, name="South")
    a_client(name="East", state="Steady", is_enough=True)
    page = text_of(browser_of(bob), "/clients")
    assert re.search(r"North Strained Spoke of leaving on Mar 6 Last spoke Mar 6 Bob Reed East Steady", page)
    assert "East Steady Nothing of note South Not enough yet (1 message) Last spoke Mar 3" in page


def test_who_waits_too_long_stands_before_the_reason(bob: User) -> None:
    assessed("6 Mar 09:00 us: Here is the roster.", "7 Mar 09:00 client #w: Where is Anna?")
    assert "Gary has waited 3 days 3 hours" in text_of(browser_of(bob), "/clients")


def test_what_was_chosen_stays_chosen(alice: User, riverside: Branch) -> None:
    a_client(name="North", state="At risk", branch=riverside)
    a_client(name="South", state="Steady")
    browser = browser_of(alice)
    html = browser.get(f"/clients?state=At+risk&branch={riverside.pk}").content.decode()
    assert ("North" in words_in(html), "South" in words_in(html)) == (True, False)
    assert '<option value="At risk" selected>' in html
    assert f'<option value="{riverside.pk}" selected>' in html
    assert "No client is like that." in text_of(browser, "/clients?state=Mended")


def test_a_choice_that_makes_no_sense_is_none(alice: User) -> None:
    a_client(name="South", state="Steady")
    assert "South" in text_of(browser_of(alice), "/clients?state=Nonsense&branch=x&looked_after_by=999&page=99")


def test_many_clients_come_in_pages(alice: User) -> None:
    Client.objects.bulk_create(Client(name=f"Client {n:03}", created_at=NOW) for n in range(ON_A_PAGE + 1))
    browser = browser_of(alice)
    assert "Page 1 of 2" in text_of(browser, "/clients")
    assert "Client 050" in text_of(browser, "/clients?page=2")


def test_who_manages_is_asked_about_companies_found(mona: User, bob: User) -> None:
    a_found_client()
    words = "One company is not confirmed as your client yet."
    assert words in text_of(browser_of(mona), "/clients")
    assert words not in text_of(browser_of(bob), "/clients")


def test_the_list_asks_as_often_whatever_its_length(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(bob)
    assessed(HURT)
    with django_assert_num_queries(LIST_QUERIES):
        browser.get("/clients")
    assessed(HURT, name="South", looked_after_by=bob)
    assessed(HURT, name="East")
    with django_assert_num_queries(LIST_QUERIES):
        browser.get("/clients")


# ── One client


def told(by: User) -> Client:
    """Keep a client with something of everything that its page shows."""
    north = assessed(HURT, on_assignment=42, since_year=2019, looked_after_by=by)
    record_touch(
        north, "call", by=by, now=NOW, at=at("7 Mar 09:00"), minutes=34, summary="Bob listened", words="Enough."
    )
    record_fact(north, FactKind.NO_SHOW, by=by, now=NOW, at=at("5 Mar 05:00"), count=6, of=14)
    agree_item(north, "Answer within 4 hours", by=by, now=NOW, how_kept="Missed 3 of 11", is_kept=False)
    make_promise(north, "Ring on Friday", due_at=NOW + timedelta(days=1), by=by, now=NOW)
    assess_client(north, now=NOW)
    north.refresh_from_db()
    return north


def test_the_page_says_how_it_stands_and_why(bob: User) -> None:
    north = told(bob)
    lines = Signal.objects.filter(client=north, cleared_at=None)
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert "42 people on assignment Client since 2019 Looked after by Bob Reed" in page
    assert f"Strained {north.number} of 100" in page
    assert north.number == 100 - sum(line.points for line in lines)
    assert "100, less what you see here. Each line opens the messages behind it." in page
    assert re.search(r"about \d in 10 would leave this quarter: a starting guess until your own history", page)
    assert "What there is to go by: mail yes, orders no, payments no." in page
    assert "It is not for judging employees." in page
    assert "Answer within 4 hours Missed 3 of 11" in page
    assert "Ring on Friday Bob, Tomorrow, noon" in page
    assert "Friday, Mar 7, 9:00 am, 34 minutes Bob listened “Enough.”" in page
    assert "Start a recovery" in page


def test_a_recovery_is_continued_not_started_again(bob: User) -> None:
    north = told(bob)
    open_case(north, by=bob, now=NOW, words="Enough.", severity=3)
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert ("Continue the recovery" in page, "Start a recovery" in page) == (True, False)
    assert "Recovery under way Decide step 1 of 8" in page


def test_too_little_is_said_to_be_too_little(bob: User) -> None:
    page = text_of(browser_of(bob), f"/clients/{assessed(FEW).pk}")
    assert "Not enough yet. We have seen 1 message and need about 20." in page
    assert ("of 100" in page, "would leave" in page) == (False, False)


def test_a_client_without_a_history_says_so(bob: User) -> None:
    north = a_client()
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert "Nothing here yet. The first message or call will appear by itself." in page
    assert "Nothing of this kind." in text_of(browser_of(bob), f"/clients/{north.pk}?show=promises")


def test_nothing_against_it_is_a_whole_hundred(bob: User) -> None:
    north = a_client(state="Steady", computed_state="Steady", is_enough=True)
    HealthDay.objects.create(client=north, on=NOW.date(), points=0, state="Steady", is_enough=True)
    assert "Nothing speaks against it: 100 of 100." in text_of(browser_of(bob), f"/clients/{north.pk}")


def test_what_speaks_for_a_client_counts_up_to_100_and_the_lines_add_up(bob: User) -> None:
    north = a_client(state="Steady", computed_state="Steady", is_enough=True, points=-3)
    HealthDay.objects.create(client=north, on=NOW.date(), points=-3, state="Steady", is_enough=True)
    shared = {"client": north, "family": "ours", "found_at": NOW}
    Signal.objects.create(**shared, rule="late", points=1, summary="Late once", position=0)
    Signal.objects.create(**shared, rule="praise", points=-4, summary="They thanked us", position=1)
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    assert "100 of 100" in page
    assert "Late once −1 They thanked us +4 Not counted: a client cannot stand above 100 −3" in page


def test_a_state_set_by_hand_names_who_why_and_until_when(bob: User) -> None:
    north = told(bob)
    override_state(north, "Steady", "I was there", NOW.date() + timedelta(days=3), by=bob, now=NOW)
    page = text_of(browser_of(bob), f"/clients/{north.pk}")
    held = "Bob Reed set this to Steady until Mar 13. I was there Let the desk say it again Steady"
    assert f"{held} The desk would say: Strained, {north.number} of 100" in page
    assert "would leave this quarter" not in page


def test_what_happened_is_shown_in_parts_and_pages(bob: User) -> None:
    north = assessed(every(1, 30, "1 Feb 09:00", "client #t{n}: Hello."))
    record_touch(north, "visit", by=bob, now=NOW, at=at("7 Mar 09:00"), summary="Bob came by")
    browser = browser_of(bob)
    assert "Bob came by" not in text_of(browser, f"/clients/{north.pk}?show=messages")
    html = browser.get(f"/clients/{north.pk}").content.decode()
    earlier = re.findall(r'rel="next" href="(\?before=[^"#]+)', html)
    assert len(earlier) == 1
    page = text_of(browser, f"/clients/{north.pk}{earlier[0]}")
    assert "Saturday, Feb 1" in page
    assert "Bob came by" in text_of(browser, f"/clients/{north.pk}?show=nonsense&before=yesterday")
    assert "Bob came by" in text_of(browser, f"/clients/{north.pk}?before=2025-02-31T09:00:00%2B00:00")


def test_who_only_looks_is_offered_nothing_to_change(vera: User, bob: User) -> None:
    north = told(bob)
    dismiss_signal(Signal.objects.filter(cleared_at=None)[0], "A joke", by=bob, now=NOW)
    page = browser_of(vera).get(f"/clients/{north.pk}").content.decode().partition("<main")[2]
    assert [word for word in ("/edit", "Start a recovery", "/override", "/undo") if word in page] == []


def test_the_page_asks_as_often_whatever_there_is(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(bob)
    north = told(bob)
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(f"/clients/{north.pk}")
    keep(north, every(1, 30, "1 Feb 09:00", "lucy #t{n}: This is not acceptable."))
    told_again = Client.objects.get(pk=north.pk)
    assess_client(told_again, now=NOW)
    for number in range(3):
        make_promise(north, f"Call {number}", due_at=NOW, by=bob, now=NOW)
        record_touch(north, "call", by=bob, now=NOW, at=at("7 Mar 10:00"))
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(f"/clients/{north.pk}")


# ── What people know of it


def typed(**more: str) -> dict[str, str]:
    return {"name": "North Foods", "keys": "north.example\nnorthfoods.example", "yearly_value": "48000", **more}


def test_a_client_is_added(bob: User) -> None:
    browser = browser_of(bob)
    assert f'<option value="{bob.pk}" selected>Bob Reed' in browser.get("/clients/new").content.decode()
    answer = browser.post("/clients/new", typed(looked_after_by=str(bob.pk), is_restricted="on"), follow=True)
    north = Client.objects.get()
    assert answer.redirect_chain == [(f"/clients/{north.pk}", 302)]
    assert "North Foods is added." in words_in(answer.content.decode())
    assert (north.name, str(north.yearly_value), north.is_restricted) == (
        "North Foods",
        "48000.00",
        False,
    )  # no member restricts
    assert sorted(north.keys.values_list("key", flat=True)) == ["north.example", "northfoods.example"]


def test_a_firm_without_branches_is_asked_for_none(alice: User) -> None:
    browser = browser_of(alice)
    assert 'name="branch"' not in browser.get("/clients/new").content.decode()
    a_client()
    assert 'name="branch"' not in browser.get("/clients").content.decode()


def test_what_was_typed_stays_when_something_is_wrong(bob: User) -> None:
    browser = browser_of(bob)
    html = browser.post("/clients/new", typed(name="", since_year="19")).content.decode()
    assert "<title>Error: Add a client – Amends</title>" in html
    assert "Two things to correct" in words_in(html)
    assert ("northfoods.example" in html, 'value="48000"' in html, 'value="19"' in html) == (True, True, True)
    refused = browser.post("/clients/new", typed(keys="gmail.com")).content.decode()
    assert "Everybody may have an address at gmail.com. Write the person's whole address." in words_in(refused)
    assert Client.objects.count() == 0


def test_a_client_is_changed(mona: User, riverside: Branch) -> None:
    north = a_client(branch=riverside, answer_hours=2)
    browser = browser_of(mona)
    shown = browser.get(f"/clients/{north.pk}/edit").content.decode()
    assert ("north.example</textarea>" in shown, 'name="answer_hours" value="2"' in shown) == (True, True)
    answer = browser.post(
        f"/clients/{north.pk}/edit", typed(branch=str(riverside.pk), is_restricted="on", team=str(mona.pk)), follow=True
    )
    north.refresh_from_db()
    assert (north.name, north.is_restricted, north.answer_hours, list(north.team.all())) == (
        "North Foods",
        True,
        None,
        [mona],
    )
    assert "Only its team sees it" in words_in(answer.content.decode())


def test_a_change_that_is_refused_changes_nothing(bob: User) -> None:
    a_client(name="South")
    north = a_client()
    html = browser_of(bob).post(f"/clients/{north.pk}/edit", typed(keys="south.example")).content.decode()
    assert "south.example already belongs to South. One domain is one client's." in words_in(html)
    assert "<title>Error: Change North – Amends</title>" in html
    north.refresh_from_db()
    assert north.name == "North"


def test_deleting_asks_first_and_says_what_goes(mona: User, bob: User) -> None:
    north = told(bob)
    browser = browser_of(mona)
    page = text_of(browser, f"/clients/{north.pk}/delete")
    assert "Delete North?" in page
    assert "1 message 1 person 1 call, visit or note 1 staffing fact 1 promise 0 recoveries" in page
    assert Client.objects.count() == 1
    answer = browser.post(f"/clients/{north.pk}/delete", follow=True)
    assert "North is deleted." in words_in(answer.content.decode())
    assert (Client.objects.count(), Event.objects.latest("pk").verb) == (0, "delete_client")


def test_two_clients_become_one(mona: User) -> None:
    north, south = a_client(FEW), a_client(FEW, name="South")
    browser = browser_of(mona)
    assert "1 message" in text_of(browser, f"/clients/{south.pk}/merge")
    missing = browser.post(f"/clients/{south.pk}/merge", {"into": ""})
    assert "Choose the client that stays" in words_in(missing.content.decode())
    answer = browser.post(f"/clients/{south.pk}/merge", {"into": "North"}, follow=True)
    assert "South is now part of North." in words_in(answer.content.decode())
    assert (Client.objects.count(), north.messages.count()) == (1, 2)


def test_the_client_that_stays_is_found_by_its_name_or_domain(mona: User) -> None:
    north = a_client(name="North Foods")
    twin = a_client(name="South")
    Client.objects.filter(pk=twin.pk).update(name="North Foods", search="north foods south")
    asked = a_client(name="North")
    browser, where = browser_of(mona), f"/clients/{asked.pk}/merge"
    html = browser.get(where).content.decode()
    assert re.findall(r'<option value="(.*?)">', html) == [
        "North Foods (northfoods.example)", "North Foods (south.example)",
    ]  # fmt: skip
    unclear = words_in(browser.post(where, {"into": "North F"}).content.decode())
    named = "North Foods, northfoods.example · North Foods, south.example"
    assert f"Say which one you mean, by its domain: {named}" in unclear
    unknown = words_in(browser.post(where, {"into": "North Star"}).content.decode())
    assert "We know no other client called North Star" in unknown
    browser.post(where, {"into": "North Foods (northfoods.example)"})
    assert list(north.keys.order_by("key").values_list("key", flat=True)) == ["north.example", "northfoods.example"]


def test_merging_says_what_becomes_of_a_restricted_client(mona: User, bob: User, riverside: Branch) -> None:
    secret = a_restricted_client(branch=riverside, looked_after_by=bob)
    page = text_of(browser_of(mona), f"/clients/{secret.pk}/merge")
    assert "Only its team sees Secret: so it will be with the one that stays." in page
    page = text_of(browser_of(mona), f"/clients/{a_client().pk}/merge")
    assert "If only its team sees the one that stays, only that team will see all of this." in page


def test_two_thousand_clients_are_a_light_page_to_merge(mona: User) -> None:
    asked = a_client()
    Client.objects.bulk_create(
        Client(name=f"Client {n:04}", search=f"client {n:04}", created_at=NOW) for n in range(2000)
    )
    assert len(browser_of(mona).get(f"/clients/{asked.pk}/merge").content) < LIGHT_PAGE


def test_an_answer_is_promised_within_two_weeks_as_the_firms(bob: User) -> None:
    page = words_in(browser_of(bob).post("/clients/new", typed(answer_hours="81")).content.decode())
    assert "Ensure this value is less than or equal to 80." in page


# ── Messages and people


def test_messages_are_listed_in_pages(bob: User) -> None:
    north = a_client(every(1, 30, "1 Feb 09:00", "client #t{n}: Hello number {n}."))
    browser = browser_of(bob)
    html = browser.get(f"/clients/{north.pk}/messages").content.decode()
    assert ("Hello number 30." in html, "Hello number 5." in html) == (True, False)
    [earlier] = re.findall(r'rel="next" href="(\?before=[^"]+)"', html)
    last = text_of(browser, f"/clients/{north.pk}/messages{earlier}")
    assert ("Hello number 5." in last, "Back to the newest" in last) == (True, True)
    assert "No messages yet." in text_of(browser, f"/clients/{a_client(name='South').pk}/messages")
