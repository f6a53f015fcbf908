"""Today: who needs somebody now, in the order in which waiting hurts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import ORDER, Step
from amends.core.health import State
from amends.desk.actions.case import finish_step, open_case, plan_next, schedule_followup
from amends.desk.actions.health import assess_client
from amends.desk.actions.promise import make_promise
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import Case, Client, ImportStatus, MailImport, Message, Person, Promise, User, Waiting
from cast import FRESH, LATE, NOW, TALK, a_client, a_restricted_client, assessed, at, browser_of, person_at
from shown import text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch

pytestmark = pytest.mark.usefixtures("at_noon")


def test_clients_that_were_just_confirmed_are_not_said_to_have_had_their_answer(bob: User) -> None:
    a_client(name="North", looked_after_by=bob, messages_count=12, assess_due_at=NOW)
    page = text_of(browser_of(bob))
    assert "We are looking at your clients. How your clients stand is worked out now" in page
    assert ("Nobody is waiting on you" in page, "Call North" in page) == (False, False)
    Client.objects.update(assess_due_at=NOW + timedelta(hours=1))
    assert "Nobody is waiting on you." in text_of(browser_of(bob))


def test_nobody_waits(bob: User) -> None:
    a_client(name="North", looked_after_by=bob)
    page = text_of(browser_of(bob))
    assert "Good afternoon, Bob." in page
    assert "Nobody is waiting on you. Your client has had an answer, and every promise due today is kept." in page
    assert "Call North" in page


def test_a_firm_without_clients_is_told_what_to_do(bob: User) -> None:
    assert "No clients yet. Connect a mailbox, or add a client by hand." in text_of(browser_of(bob))


def test_first_comes_the_person_for_whom_waiting_hurts_most(bob: User) -> None:
    assessed(TALK, FRESH, name="South", looked_after_by=bob)
    assessed(TALK, LATE, looked_after_by=bob)
    page = text_of(browser_of(bob))
    assert "Two things need you today. Start with Gary." in page
    first, rest = page.split("People to get back to")
    assert "North" in first
    assert "waiting 3 days 3 hours" in first
    assert "“Third invoice in a row with hours for someone who left. Does anyone there read these?”" in first
    assert "You agreed to answer North within 4 working hours. This one is better said than written." in first
    assert "I’ve already spoken to Gary" in first
    assert "Gary has waited 7 working hours longer than agreed." in first
    assert "Gary at South “Who covers reception this weekend?” By 2 pm today" in rest
    assert "That is everything." in rest


def test_what_hurts_is_shown_and_not_the_polite_last_line(bob: User) -> None:
    mail = "7 Mar 15:00 client: We will look at other agencies from May. All of it is in the letter. Please confirm."
    assessed(TALK, mail, looked_after_by=bob)
    first = text_of(browser_of(bob)).partition("That is everything")[0]
    assert "“We will look at other agencies from May. All of it is in the letter. Please confirm.”" in first
    long = Message.objects.filter(from_us=False).latest("at")
    long.text = long.text.replace("All of it", "The board met, and all of it was weighed again and again. " * 5)
    long.save()
    first = text_of(browser_of(bob)).partition("That is everything")[0]
    assert "“We will look at other agencies from May.”" in first


def test_what_hurts_in_a_later_mail_of_the_talk_is_shown(bob: User) -> None:
    mails = "6 Mar 15:00 client: Please confirm.", "7 Mar 09:00 client: This is not acceptable."
    assessed(TALK, *mails, looked_after_by=bob)
    assert "“This is not acceptable.”" in text_of(browser_of(bob))


def test_who_only_praises_comes_after_who_still_has_time(bob: User) -> None:
    praise = "3 Mar 15:00 client: Your people are fantastic. Could you tell them so?"
    assessed(TALK, praise, name="South", looked_after_by=bob)
    assessed(TALK, FRESH, name="North", looked_after_by=bob)
    first, rest = text_of(browser_of(bob)).split("People to get back to")
    assert ("North" in first, "South" in rest) == (True, True)
    Message.objects.filter(client__name="South", from_us=False).update(said=[["praise", "x"], ["complaint", "y"]])
    first, rest = text_of(browser_of(bob)).split("People to get back to")
    assert ("South" in first, "North" in rest) == (True, True)


def test_one_thing_is_one_thing(bob: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    a_client(name="South")
    page = text_of(browser_of(bob))
    assert "One thing needs you today." in page
    assert "That is everything. Your other client needs nothing from you this afternoon." in page


def test_other_peoples_clients_are_not_on_my_page(bob: User, charlie: User, mona: User, riverside: Branch) -> None:
    assessed(TALK, LATE, looked_after_by=bob, branch=riverside)
    page = text_of(browser_of(charlie))
    assert "Nobody is waiting on you. Elsewhere in the firm, one person waits." in page
    assert "have had their answer" not in page
    assert "Your client" not in page
    assert "One client" in page
    assert "Good afternoon, Mona. One thing needs you today. G Gary North" in text_of(browser_of(mona))


def test_nobody_is_told_that_all_is_well_while_a_colleague_covers(bob: User, mona: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    cover_waiting(Waiting.objects.get(), mona, by=bob, now=NOW)
    page = text_of(browser_of(bob))
    assert "Nobody is waiting on you. Elsewhere in the firm, one person waits. Call North" in page


def test_who_waits_at_a_client_that_is_not_seen_is_not_counted(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(TALK, LATE, branch=riverside, looked_after_by=bob)
    assess_client(secret, now=NOW)
    a_client(name="South", looked_after_by=charlie)
    assert "Elsewhere" not in text_of(browser_of(charlie))


def test_a_cover_that_can_no_longer_answer_hides_nobody(bob: User, mona: User, charlie: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    cover_waiting(Waiting.objects.get(), charlie, by=bob, now=NOW)
    browser = browser_of(bob)
    assert "Nobody is waiting on you." in text_of(browser)
    for change in ({"is_active": False}, {"role": "viewer"}):
        User.objects.filter(pk=charlie.pk).update(**change)
        assert "One thing needs you today." in text_of(browser)
        User.objects.filter(pk=charlie.pk).update(is_active=True, role="member")
    Client.objects.update(is_restricted=True)
    assert "One thing needs you today." in text_of(browser)
    assert "Nobody is waiting on you." in text_of(browser_of(charlie))
    north.team.add(charlie)
    assert "Nobody is waiting on you." in text_of(browser)
    assert "You cover for Bob." in text_of(browser_of(charlie))
    north.team.clear()
    for branch, found in ((mona.branch, "One"), (None, "Nobody")):
        User.objects.filter(pk=charlie.pk).update(role="manager", branch=charlie.branch if branch else None)
        assert f"Good afternoon, Bob. {found} " in text_of(browser)


def test_a_restricted_client_is_nowhere_on_the_page(bob: User, charlie: User, riverside: Branch) -> None:
    secret = a_restricted_client(TALK, LATE, branch=riverside, looked_after_by=bob)
    make_promise(secret, "Call them", due_at=NOW + timedelta(hours=1), by=charlie, now=NOW)
    assert "Secret" not in text_of(browser_of(charlie))


def upset(client: Client, bob: User, **fields: object) -> Case:
    told = {"words": "You let us down.", "severity": 3, **fields}
    return open_case(client, by=bob, now=NOW, **told)  # type: ignore[arg-type]  # as each test says


def test_a_recovery_to_call_today_stands_for_its_clients_waiting(bob: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    case = upset(north, bob, call_back_by=NOW + timedelta(minutes=55))
    page = text_of(browser_of(bob))
    assert "One thing needs you today." in page
    assert f"/recoveries/{case.pk}/call" in browser_of(bob).get("/").content.decode()
    assert "Making amends 1 North Decide Call back. Due in 5" in page


def test_a_recovery_without_a_question_comes_first_too(bob: User) -> None:
    case = upset(a_client(name="North", looked_after_by=bob), bob, call_back_by=NOW + timedelta(minutes=55))
    page = text_of(browser_of(bob))
    assert "“You let us down.” You said you would call North back by 12:5" in page
    assert "North expects to hear from you today." in page
    assert "Ask someone to cover" not in page
    Case.objects.update(called_back_at=NOW)
    plan_next(case, by=bob, now=NOW, next_at=at("10 Mar 16:00"), note="Has had the plan since Friday.")
    page = text_of(browser_of(bob))
    assert "to call today" in page
    assert "Has had the plan since Friday. This one is better said than written." in page


def test_a_late_next_step_says_so(bob: User) -> None:
    upset(a_client(name="North", looked_after_by=bob), bob)
    Case.objects.update(called_back_at=NOW, next_at=at("8 Mar 12:00"), next_note="Has had the plan since Friday.")
    assert "2 days late “You let us down.” Has had the plan since Friday." in text_of(browser_of(bob))
    assessed(TALK, LATE.replace("7 Mar", "4 Mar"), name="South", looked_after_by=bob)
    page = text_of(browser_of(bob))
    assert "People to get back to 1 North Has had the plan since Friday. 2 days late" in page


def promised(client: Client, bob: User, due: str, made: str = "10 Mar 12:00") -> None:
    gary = person_at(client, "gary@north.example")
    make_promise(client, "Send a clean invoice", due_at=at(due), by=bob, now=at(made), person=gary)


@pytest.mark.parametrize(
    ("due", "made", "detail"),
    [
        ("10 Mar 17:00", "10 Mar 12:00", "By 5 pm today"),  # promised when they had asked
        (
            "9 Mar 17:00",
            "3 Mar 12:00",
            "We did not keep it 1 day late",
        ),  # promised before, and late: that is what they ask for
    ],
)
def test_a_promise_stands_for_what_the_same_person_asks_and_says_so(
    bob: User, due: str, made: str, detail: str
) -> None:
    promised(assessed(TALK, LATE, looked_after_by=bob), bob, due, made)
    page = text_of(browser_of(bob))
    assert "One thing needs you today." in page
    waited = "Gary has waited 3 days 3 hours for an answer."
    assert f"Send a clean invoice To Gary, North. You promised. {waited} {detail}" in page


@pytest.mark.parametrize(
    ("due", "made"),
    [
        ("11 Mar 17:00", "10 Mar 12:00"),  # due tomorrow
        ("10 Mar 17:00", "3 Mar 12:00"),  # made before they asked, and not late: about something else
    ],
)
def test_a_promise_about_something_else_hides_nobody_who_waits(bob: User, due: str, made: str) -> None:
    promised(assessed(TALK, LATE, looked_after_by=bob), bob, due, made)
    page = text_of(browser_of(bob))
    assert "Two things need you today. Start with Gary." in page
    assert "for an answer" not in page


def test_a_recovery_with_one_person_hides_nobody_else_who_waits(bob: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    dana = Person.objects.create(client=north, name="Dana Whitlock")
    case = upset(north, bob, person=dana)
    page = text_of(browser_of(bob))
    assert "Two things need you today. Start with Gary." in page
    case.person = person_at(north, "gary@north.example")
    case.save()
    assert "One thing needs you today." in text_of(browser_of(bob))


def test_a_recovery_that_names_nobody_stands_for_one_person_only(bob: User) -> None:
    said = "8 Mar 09:00  dana@north.example #other: Who opens the gate on Monday?"
    north = assessed(TALK, LATE, said, looked_after_by=bob)
    assert Waiting.objects.filter(settled_at=None).count() == 2
    upset(north, bob)
    assert "Two things need you today." in text_of(browser_of(bob))


def test_a_planned_step_says_for_how_long_they_wait(bob: User) -> None:
    gone = assessed(TALK, LATE.replace("7 Mar", "4 Mar"), name="South", looked_after_by=bob)
    north = assessed(TALK, LATE, looked_after_by=bob)
    upset(north, bob, person=person_at(north, "gary@north.example"))
    Case.objects.update(called_back_at=NOW, next_at=at("10 Mar 16:00"), next_note="Has had the plan since Friday")
    page = text_of(browser_of(bob))
    assert str(gone) in page
    waited = "Gary has waited 3 days 3 hours for an answer."
    assert f"Gary at North Has had the plan since Friday. {waited} Call today" in page


def test_nobody_stands_on_the_page_twice(bob: User) -> None:
    north = assessed(TALK, LATE, looked_after_by=bob)
    assessed(TALK, LATE.replace("7 Mar", "4 Mar"), name="South", looked_after_by=bob)
    gary = person_at(north, "gary@north.example")
    schedule_followup(north, date(2025, 3, 9), by=bob, now=NOW, person=gary)
    page = text_of(browser_of(bob))
    assert "Two things need you today." in page
    assert "hours for someone who left.” A check-in is due too." in page
    assert "Follow-ups" not in page
    Waiting.objects.filter(client=north).update(settled_at=NOW)
    assert "Follow-ups 1 Gary at North" in text_of(browser_of(bob))


def test_promises_of_the_day_after_tomorrow_wait(bob: User, mona: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    make_promise(north, "Call on Friday", due_at=at("14 Mar 12:00"), by=bob, now=NOW)
    make_promise(north, "Send the roster", due_at=at("10 Mar 15:00"), by=mona, now=NOW)
    page = text_of(browser_of(bob))
    assert "Call on Friday" not in page
    assert "Promises to keep 1 All promises" in page
    assert "Send the roster To North. Mona Quay promised. By 3 pm today" in page


def test_check_ins_that_are_due(bob: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    case = upset(north, bob)
    for step in ORDER[:6]:
        finish_step(case, step, by=bob, now=NOW)
    Case.objects.update(next_at=None)
    gary = person_at(north, "gary@north.example")
    schedule_followup(north, date(2025, 3, 10), by=bob, now=NOW, case=case, person=gary, number=3, of=6)
    page = text_of(browser_of(bob))
    assert "Gary at North Third weekly check-in since you made things right" in page
    assert "Check-in 3 of 6 due today" in page


def test_a_late_check_in_says_so(bob: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    schedule_followup(north, date(2025, 3, 8), by=bob, now=NOW)
    schedule_followup(north, date(2025, 3, 20), by=bob, now=NOW)
    assert "Follow-ups 1 North Time to ask whether it is still working 2 days late" in text_of(browser_of(bob))


def test_a_mailbox_that_could_not_be_read_is_said(bob: User, alice: User) -> None:
    a_client(name="North", looked_after_by=bob)
    told = {"by": alice, "size": 1, "path": "x"}
    MailImport.objects.create(name="old.mbox", status=ImportStatus.DONE, added_at=NOW, finished_at=NOW, **told)
    MailImport.objects.create(
        name="new.mbox", status=ImportStatus.FAILED, problem="The file is torn.", added_at=NOW, **told
    )
    page = text_of(browser_of(bob))
    assert (
        "We couldn’t read new.mbox The file is torn. Nothing is lost. What you see is from Monday, Mar 10, 12:00 pm."
        in page
    )


def test_everything_is_the_owners(alice: User, bob: User) -> None:
    a_full_day(bob, 1)
    page = text_of(browser_of(alice))
    assert "Four things need you today." in page
    assert "Making amends 1" in page
    assert "Call To North 0. Bob Reed promised." in text_of(browser_of(alice), "/promises")
    assert "North 0" in text_of(browser_of(alice), "/recoveries")


def test_who_only_looks_changes_nothing(vera: User, bob: User) -> None:
    assessed(TALK, LATE, looked_after_by=bob)
    pk = Waiting.objects.get().pk
    assert browser_of(vera).get("/").status_code == 200
    assert browser_of(vera).get(f"/waiting/{pk}/spoken").status_code == 403
    assert browser_of(vera).post(f"/waiting/{pk}/cover", {}).status_code == 403


def test_who_is_not_signed_in_is_asked_to() -> None:
    assert browser_of().get("/").url == "/sign-in?next=%2F"  # type: ignore[attr-defined]  # it redirects


QUERIES = 22


def a_full_day(bob: User, count: int) -> None:
    for number in range(count):
        assessed(TALK, LATE, name=f"Late {number}", looked_after_by=bob)
        north = a_client(name=f"North {number}", looked_after_by=bob, yearly_value=number)
        case = upset(north, bob)
        make_promise(north, "Call", due_at=at("10 Mar 15:00"), by=bob, now=NOW)
        schedule_followup(north, date(2025, 3, 10), by=bob, now=NOW, case=case)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_today_asks_as_often_with_thirty_clients_as_with_one(
    bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_full_day(bob, count)
    browser = browser_of(bob)
    browser.get("/")
    with django_assert_num_queries(QUERIES):
        page = browser.get("/")
    assert page.context["today"].needs.count == 4 * count


def test_a_long_day_shows_the_first_dozen_of_each(bob: User) -> None:
    a_full_day(bob, 25)
    browser = browser_of(bob)
    assert text_of(browser).count("To North") == 12
    assert "Show more" in text_of(browser)
    whole = text_of(browser, "/?all=1")
    assert whole.count("To North") == 25
    assert "That is everything." in whole


def test_the_steps_of_a_recovery_in_the_rail(bob: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    case = upset(north, bob)
    finish_step(case, Step.DECIDE, by=bob, now=NOW)
    Case.objects.update(called_back_at=NOW, next_at=None)
    assert "Making amends 1 North Understand In this step since today" in text_of(browser_of(bob))
    plan_next(case, by=bob, now=NOW, next_at=at("14 Mar 12:00"))
    assert "Understand Next: Friday, Mar 14" in text_of(browser_of(bob))
    plan_next(case, by=bob, now=NOW, waiting_for="Waiting for Gary to agree")
    assert "Understand Waiting for Gary to agree" in text_of(browser_of(bob))
    assert Promise.objects.count() == 0


def test_mail_that_ends_long_ago_says_of_when_it_speaks(alice: User, bob: User) -> None:
    mailing = MailImport.objects.create(
        name="Old.mbox", path="", size=1, status=ImportStatus.DONE, added_at=NOW, last_at=NOW - timedelta(days=15)
    )
    said = "Your mail ends on Feb 23, 2025: what you see is from then."
    pages = [text_of(browser_of(user)) for user in (alice, bob)]
    assert [(said in each, "Add newer mail" in each) for each in pages] == [(True, True), (True, False)]
    MailImport.objects.filter(pk=mailing.pk).update(last_at=NOW - timedelta(days=13))
    assert "Your mail ends" not in text_of(browser_of(alice))


def test_the_mended_are_named_among_the_steady(bob: User) -> None:
    for name, state in (("North", State.MENDED), ("South", State.STEADY), ("West", State.STEADY)):
        client = a_client(name=name, looked_after_by=bob)
        Client.objects.filter(pk=client.pk).update(state=state)
    assert "Steady: 3, one of them mended." in text_of(browser_of(bob))
