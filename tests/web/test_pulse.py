"""How people at a client feel about us: what they said, asking them, and what a colleague heard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status
from amends.core.staffing import FactKind
from amends.desk.actions.case import move_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.client_page import make_link
from amends.desk.actions.followup import finish_followup, schedule_followup
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.pulse_asking import ask_pulse
from amends.desk.actions.touch import record_fact
from amends.desk.models import Case, ClientPage, Outgoing, Person, Pulse
from cast import NOW, a_client, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Client, User

pytestmark = pytest.mark.usefixtures("at_noon")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
PAGE_QUERIES = 15


@pytest.fixture
def north(bob: User) -> Client:
    return a_client(looked_after_by=bob)


@pytest.fixture
def gary(north: Client) -> Person:
    return person_at(north, "gary@north.example")


@pytest.fixture
def dana(north: Client) -> Person:
    return person_at(north, "dana@north.example")


def says(person: Person, feeling: int, weeks_ago: int = 0, **more: Any) -> Pulse:
    return take_pulse(person.client, person=person, feeling=feeling, now=NOW - weeks_ago * WEEK, **more)


def page(user: User, client: Client) -> str:
    return text_of(browser_of(user), f"/clients/{client.pk}/pulse")


def test_each_person_is_compared_with_themselves(bob: User, gary: Person, dana: Person) -> None:
    says(gary, 5, 6)
    says(gary, 3, 2, words="Two no-shows.")
    says(dana, 3, 4)
    told = page(bob, gary.client)
    assert "Gary Unsure Down from Good since Jan 27." in told
    assert "Feb 24 on their page Unsure Two no-shows." in told
    assert "Dana Unsure Asked once. One answer alone says little." in told
    html = browser_of(bob).get(f"/clients/{gary.client_id}/pulse").content.decode()
    assert 'aria-label="Gary: Good on Jan 27, Unsure on Feb 24."' in html
    assert (html.count('class="t-fell"'), html.count('class="spark')) == (1, 1)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((4, 5, 4), "Much as on Mar 3."),
        ((3, 5), "Up from Unsure since Mar 3."),
        ((5, 4, 3), "Down from Good since Feb 24."),
    ],
)
def test_where_answers_went_is_said(bob: User, gary: Person, answers: tuple[int, ...], told: str) -> None:
    for weeks_ago, feeling in zip(reversed(range(len(answers))), answers, strict=True):
        says(gary, feeling, weeks_ago)
    assert told in page(bob, gary.client)


def test_who_feels_worst_stands_first(bob: User, gary: Person, dana: Person) -> None:
    says(gary, 4)
    says(dana, 2, 1)
    told = page(bob, gary.client)
    assert told.index("Dana Let down") < told.index("Gary Mostly good")


def test_everything_they_said_is_there(bob: User, gary: Person) -> None:
    case = upset(bob, gary.client, person=gary)
    asked = {"does": 4, "interests": 5, "straight": 1, "next_order": "unsure", "handling": 5}
    take_pulse(gary.client, person=gary, now=NOW, case=case, by=bob, **asked)  # type: ignore[arg-type]  # as told
    told = page(bob, gary.client)
    assert "Mar 10 told Bob You do what you say you will Mostly You act with our interests in mind Fully" in told
    assert "You tell us straight when something goes wrong Not at all" in told
    assert "Would you give us the next order? Unsure How did we handle what went wrong? Very well The recovery" in told


def test_who_was_asked_of_the_handling_alone_did_not_say_how_they_feel(bob: User, gary: Person) -> None:
    take_pulse(gary.client, person=gary, now=NOW, handling=4)
    assert "Gary Not asked how they feel" in page(bob, gary.client)


def test_check_ins_and_lists_stand_there_too(bob: User, gary: Person) -> None:
    followup = schedule_followup(gary.client, NOW.date(), by=bob, now=NOW, person=gary)
    finish_followup(followup, by=bob, now=NOW, feeling=4, holds=True)
    record_fact(gary.client, FactKind.PULSE, by=bob, now=NOW, at=NOW - DAY, value=3)  # type: ignore[arg-type]  # as typed
    told = page(bob, gary.client)
    assert "Mar 10 at a check-in Mostly good" in told
    assert "Somebody there Unsure" in told
    assert "Mar 9 written down Unsure" in told


def test_nobody_was_asked_yet(bob: User, north: Client) -> None:
    told = page(bob, north)
    assert "Nobody was asked yet." in told
    assert "There is nobody to ask." in told


# ── Asking


def test_somebody_is_asked_by_a_letter_to_read(bob: User, gary: Person) -> None:
    answer = browser_of(bob).post(
        f"/clients/{gary.client_id}/pulse", {"do": "ask", "people": [gary.pk], "what": "four"}
    )
    letter = Outgoing.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/outbox/{letter.pk}")
    assert letter.page
    assert (letter.page.person, letter.page.asks_four) == (gary, True)


def test_several_are_asked_each_by_a_letter_of_their_own(bob: User, gary: Person, dana: Person) -> None:
    browser = browser_of(bob)
    typed = {"do": "ask", "people": [gary.pk, dana.pk], "what": "one"}
    answer = browser.post(f"/clients/{gary.client_id}/pulse", typed, follow=True)
    assert answer.redirect_chain == [("/outbox", 302)]
    assert "2 letters wait to be read." in answer.content.decode()
    assert sorted(Outgoing.objects.values_list("to", flat=True)) == ["dana@north.example", "gary@north.example"]
    told = page(bob, gary.client)
    assert "Dana: A letter that asks waits to be read." in told
    assert "There is nobody to ask." in told


def test_whom_to_ask_has_to_be_chosen(bob: User, gary: Person) -> None:
    answer = browser_of(bob).post(f"/clients/{gary.client_id}/pulse", {"do": "ask", "what": "four"})
    assert answer.status_code == 200
    told = words_in(answer.content.decode())
    assert "Choose whom to ask" in told
    assert Outgoing.objects.count() == 0


def test_who_said_no_cannot_be_chosen(bob: User, gary: Person, dana: Person) -> None:
    Person.objects.filter(pk=dana.pk).update(no_pulse_at=NOW - DAY)
    told = page(bob, gary.client)
    assert "Dana: Asked on Mar 9, 2025 not to be asked any more." in told
    typed = {"do": "ask", "people": [gary.pk, dana.pk], "what": "one"}
    assert browser_of(bob).post(f"/clients/{gary.client_id}/pulse", typed).status_code == 200
    assert Outgoing.objects.count() == 0


def test_the_way_here_chooses_whom(bob: User, gary: Person) -> None:
    html = browser_of(bob).get(f"/clients/{gary.client_id}/pulse?person={gary.pk}&what=four").content.decode()
    assert html.count(" checked") == 2


@pytest.mark.parametrize(("answered_at", "told"), [(None, ", no answer yet."), (NOW, ", and answered.")])
def test_when_somebody_was_asked_stands_beside_the_name(
    bob: User, gary: Person, answered_at: datetime | None, told: str
) -> None:
    letter = ask_pulse(gary, by=bob, now=NOW)
    assert letter.page
    make_link(letter.page, by=None, now=NOW)
    Outgoing.objects.update(read_at=NOW, sent_at=NOW)
    ClientPage.objects.update(answered_at=answered_at)
    assert f"Gary Asked on Mar 10{told}" in page(bob, gary.client)


def test_how_it_was_handled_is_asked_once_it_is_over(bob: User, gary: Person) -> None:
    case = upset(bob, gary.client, person=gary)
    assert "It is over" not in page(bob, gary.client)
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    assert "The recovery was closed on Mar 10. Ask Gary once how we handled it." in page(bob, gary.client)
    browser, typed = browser_of(bob), {"do": "handling", "case": case.pk}
    browser.post(f"/clients/{gary.client_id}/pulse", typed)
    letter = Outgoing.objects.get()
    assert (letter.case, letter.subject) == (case, "How did we handle it?")
    again = browser.post(f"/clients/{gary.client_id}/pulse", typed, follow=True)
    assert "That was asked already. It is asked once." in again.content.decode()
    assert Outgoing.objects.count() == 1


def test_the_letter_leads_to_a_preview_of_what_they_will_see(bob: User, gary: Person) -> None:
    letter = ask_pulse(gary, by=bob, now=NOW, has_four=True)
    browser = browser_of(bob)
    assert f"/client-pages/{letter.page_id}/preview" in browser.get(f"/outbox/{letter.pk}").content.decode()
    html = browser.get(f"/client-pages/{letter.page_id}/preview").content.decode()
    assert ("You do what you say you will" in html, "Please do not ask me any more" in html) == (True, False)
    assert html.count('type="button" disabled') == 2


def test_what_was_answered_on_a_page_stands_on_our_side_of_it(bob: User, gary: Person) -> None:
    asked = ask_pulse(gary, by=bob, now=NOW, has_four=True).page
    assert asked
    take_pulse(gary.client, person=gary, now=NOW, page=asked, feeling=4, straight=2)
    ClientPage.objects.update(answered_at=NOW)
    told = text_of(browser_of(bob), f"/client-pages/{asked.pk}")
    assert "All they said Mostly good You tell us straight when something goes wrong Rather not" in told


# ── What a colleague heard


def test_what_they_said_on_the_phone_is_taken_down(bob: User, gary: Person) -> None:
    browser = browser_of(bob)
    typed = {"person": gary.pk, "feeling": "2", "words": "You never call back.", "does": "1", "next_order": "no"}
    answer = browser.post(f"/clients/{gary.client_id}/pulse/heard", typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/clients/{gary.client_id}/pulse")
    pulse = Pulse.objects.get()
    assert (pulse.person, pulse.by, pulse.feeling, pulse.does, pulse.next_order) == (gary, bob, 2, 1, "no")
    assert pulse.case == Case.objects.get()


def test_nothing_said_is_told_and_nothing_typed_is_lost(bob: User, gary: Person) -> None:
    address = f"/clients/{gary.client_id}/pulse/heard"
    assert "Nothing was answered yet." in browser_of(bob).post(address, {"person": gary.pk}).content.decode()
    typed = {"person": "", "words": "Fine so far.", "feeling": "4"}
    html = browser_of(bob).post(address, typed).content.decode()
    assert ("Choose who said it" in html, "Fine so far." in html, 'value="4"' in html) == (True, True, True)
    assert Pulse.objects.count() == 0


def test_a_low_answer_without_a_word_stands_on_today_and_in_its_recovery(bob: User, gary: Person) -> None:
    case = says(gary, 1).case
    assert case
    browser = browser_of(bob)
    assert "You said you would call Gary back by 1:00 pm." in text_of(browser)
    assert [
        browser.get(f"/recoveries/{case.pk}{step}", follow=True).status_code
        for step in ("", "/decide", "/understand", "/about", "/call", "/history")
    ] == [200] * 6
    assert "Gary felt ready to leave on Mar 10" in text_of(browser, f"/recoveries/{case.pk}/decide")
    assert "Opened from: A low answer when asked" in text_of(browser, f"/recoveries/{case.pk}/history")


def test_what_was_heard_in_a_recovery_stands_in_its_history(bob: User, gary: Person) -> None:
    case = upset(bob, gary.client, person=gary)
    says(gary, 1)
    assert "A low answer was heard" in text_of(browser_of(bob), f"/recoveries/{case.pk}/history")


# ── Who sees it


def test_who_only_looks_asks_nobody(vera: User, bob: User, gary: Person) -> None:
    says(gary, 4)
    html = browser_of(vera).get(f"/clients/{gary.client_id}/pulse").content.decode().partition("<main")[2]
    html = html.partition("</main>")[0]
    assert [word for word in ("<form", "/heard") if word in html] == []
    assert "Mostly good" in html
    assert browser_of(vera).post(f"/clients/{gary.client_id}/pulse", {"do": "ask"}).status_code == 403
    assert browser_of(vera).get(f"/clients/{gary.client_id}/pulse/heard").status_code == 403
    del bob


def test_what_was_said_of_a_restricted_one_is_its_teams(bob: User, mona: User, charlie: User, gary: Person) -> None:
    case = upset(bob, gary.client, person=gary)
    change_team(case, Team(mona, is_restricted=True), by=None, now=NOW)
    says(gary, 1, case=case, words="Between us.")
    assert "Between us." in page(mona, gary.client)
    assert "Between us." not in page(charlie, gary.client)
    assert "Ready to leave" not in page(charlie, gary.client)


def test_the_page_asks_as_often_whatever_there_is(
    bob: User, gary: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(bob)
    for many in (1, 3):
        for number in range(many):
            says(person_at(gary.client, f"p{many}{number}@north.example"), 4, number)
        with django_assert_num_queries(PAGE_QUERIES):
            browser.get(f"/clients/{gary.client_id}/pulse")
