"""Dana's page: what we heard, what we will do, what we put right; she answers it in one form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Status
from amends.core.plan import Answer
from amends.desk.actions.client_answer import Given, answer_page
from amends.desk.actions.plan import add_action, approve_plan, change_action, remove_action
from amends.desk.models import Case, ClientPage, Event, PageLine, PlanAction, Promise, Pulse
from cast import NOW
from client_pages import HEARD
from shown import words_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User
    from client_pages import DanasPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def said(answer: Response) -> str:
    return words_in(answer.content.decode())


def verbs(dana: DanasPage) -> list[str]:
    return [event.verb for event in Event.objects.filter(person=dana.page.person).order_by("pk")]


def test_she_reads_what_we_heard_what_we_will_do_and_what_we_put_right(dana: DanasPage) -> None:
    assert words_in(dana.html()) == (
        "Did we hear you right?"
        " You found out at five in the morning, from an empty dock. Yes, that’s right Not quite What did we get wrong?"
        " Six lanes shut, and two trucks left without their load. Yes, that’s right Not quite What did we get wrong?"
        " When you write to us, it goes into a hole. Yes, that’s right Not quite What did we get wrong?"
        " What we will do Say yes to each, or tell us what you’d change. Nothing is settled without you."
        " Mar 14 Bob Reed Confirm every name by 8 pm the night before If anyone drops out, Bob phones Luis by 4:15 am."
        " I agree I’d change this What would you change?"
        " Mar 14 Bob Reed One number, answered by us, 4 am to 8 pm I agree I’d change this What would you change?"
        " Mar 21 Bob Reed Three trained relief pickers on call I agree I’d change this What would you change?"
        " Apr 4 Bob Reed Bob on your floor each month I agree I’d change this What would you change?"
        " What we are putting right On your March statement."
        " What is owed to you $1,120 For what it cost you $720 A relief crew for a week Together $1,840"
        " How do you feel about working with us today? Ready to leave Let down Unsure Mostly good Good"
        " Send my answers I’d rather Bob called me"
        " This page was made for Dana Whitlock and works until April 9. Only you and the people at Alder & Quay who"
        " work with you can see it, and we can see when you open it. Not Dana? Please close this page."
        " Bob Reed, 555 0100 ."
    )


def test_it_asks_the_database_as_often_for_one_line_as_for_three(
    dana: DanasPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        dana.html()
    PageLine.objects.filter(text__in=HEARD[1:]).delete()
    PlanAction.objects.filter(position__gt=0).delete()
    with django_assert_num_queries(7):
        dana.html()


def test_all_her_answers_go_in_one_form(dana: DanasPage) -> None:
    first, second, third = (dana.line(place).pk for place in range(3))
    typed = {
        f"line-{first}": "yes", f"line-{second}": "yes", f"line-{third}": "no",
        f"line-{third}-words": "Into two holes.",
        f"action-{dana.action(0).pk}": "agree", f"action-{dana.action(2).pk}": "agree",
        f"action-{dana.action(1).pk}": "change", f"action-{dana.action(1).pk}-words": "From 3 am, please.",
        "feeling": "3",
    }  # fmt: skip
    answer = dana.send(typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "?sent")
    assert [(line.is_right, line.words) for line in dana.page.lines.all()] == [
        (True, ""), (True, ""), (False, "Into two holes."),
    ]  # fmt: skip
    assert [(row.answer, row.answer_words) for row in dana.case.plan.all()] == [
        (Answer.AGREED, ""), (Answer.QUESTION, "From 3 am, please."), (Answer.AGREED, ""), ("", ""),
    ]  # fmt: skip
    assert [pulse.feeling for pulse in Pulse.objects.filter(page=dana.page)] == [3]
    page = dana.fresh()
    assert (page.answered_at, page.opened_at, page.opens) == (page.opened_at, page.answered_at, 1)
    assert sorted(set(verbs(dana))) == ["answer_page_line", "answer_plan_action", "open_page", "take_pulse"]


def test_what_she_agrees_to_is_a_promise_to_her(dana: DanasPage) -> None:
    dana.send({f"action-{dana.action(3).pk}": "agree"})
    [promise] = Promise.objects.all()
    assert (promise.what, promise.person, promise.plan_action) == (
        "Bob on your floor each month", dana.page.person, dana.action(3),
    )  # fmt: skip


def test_once_sent_she_is_thanked_and_no_hour_is_named_that_nobody_laid_down(dana: DanasPage) -> None:
    dana.case.call_back_by = None
    dana.case.save()
    dana.send({f"line-{dana.line().pk}": "yes"})
    html = dana.browser.get(f"{dana.address}?sent").content.decode()
    assert "<h1>Thank you.</h1>" in html
    assert "<p>Bob has your answers.</p>" in html


def test_before_she_answered_nobody_is_thanked(dana: DanasPage) -> None:
    assert "Thank you" not in dana.browser.get(f"{dana.address}?sent").content.decode()


def test_what_she_agreed_to_stands_there_as_agreed_and_can_be_changed(dana: DanasPage) -> None:
    action = dana.action()
    dana.send({f"action-{action.pk}": "agree"})
    html = dana.html()
    assert f'id="action-{action.pk}-agree" value="agree" checked' in html
    assert "Agreed</label><details><summary>Change my answer</summary>" in html
    dana.send({f"action-{action.pk}": "change", f"action-{action.pk}-words": "By 7 pm."})
    assert (dana.action().answer, dana.action().answer_words) == (Answer.QUESTION, "By 7 pm.")
    assert [promise.state for promise in Promise.objects.all()] == ["dropped"]
    assert "<summary>" not in dana.html()


def test_the_same_answers_twice_change_nothing(dana: DanasPage) -> None:
    typed = {
        f"line-{dana.line().pk}": "no", f"line-{dana.line().pk}-words": "At four.", "feeling": "4",
        f"action-{dana.action().pk}": "agree",
    }  # fmt: skip
    form = dana.opened()
    dana.send(typed, form=form)
    before = Event.objects.count(), dana.fresh().answered_at
    dana.send(typed, form=form)
    assert (Event.objects.count(), dana.fresh().answered_at) == before


def test_she_changes_her_mind_about_how_she_feels(dana: DanasPage) -> None:
    dana.send({"feeling": "3"})
    dana.send({"feeling": "4"})
    assert [pulse.feeling for pulse in Pulse.objects.all()] == [4]
    assert 'id="feeling-4" value="4" checked' in dana.html()


def test_who_would_change_something_says_what(dana: DanasPage) -> None:
    first, action = dana.line().pk, dana.action().pk
    answer = dana.send(
        {f"action-{action}": "change", f"line-{first}": "no", f"line-{first}-words": "Kept", "feeling": "2"}
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in html
    assert (
        f'<h2>One thing to correct</h2><ul><li><a href="#action-{action}-words">Tell us what you’d change.</a>' in html
    )
    assert f'id="action-{action}-change" value="change" checked' in html
    assert ">Kept</textarea>" in html
    assert 'id="feeling-2" value="2" checked' in html
    assert not Event.objects.filter(person=dana.page.person).exists()


# ── The plan moved while she read it


def test_a_change_that_says_something_else_now_is_shown_and_not_answered(
    dana: DanasPage, alice: User, bob: User
) -> None:
    form, action = dana.opened(), dana.action(1)
    change_action(action, by=bob, now=NOW, due_on=date(2025, 3, 28))
    approve_plan(dana.case, by=alice, now=NOW)
    answer = dana.send({f"action-{action.pk}": "agree", f"action-{dana.action(2).pk}": "agree"}, form=form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert [row.answer for row in dana.case.plan.all()] == ["", "", Answer.AGREED, ""]
    assert "It said: “One number, answered by us, 4 am to 8 pm”, Bob Reed, by March 14." in html
    assert f'id="action-{action.pk}-agree" value="agree">' in html  # what she said yes to is something else now
    form = dana.opened()
    dana.send({f"action-{action.pk}": "agree"}, form=form)
    assert dana.action(1).answer == Answer.AGREED


def test_the_words_to_what_has_moved_stay_in_the_form(dana: DanasPage, alice: User, bob: User) -> None:
    form, action = dana.opened(), dana.action(1)
    change_action(action, by=bob, now=NOW, what="Two numbers")
    approve_plan(dana.case, by=alice, now=NOW)
    html = dana.send(
        {f"action-{action.pk}": "change", f"action-{action.pk}-words": "Earlier"}, form=form
    ).content.decode()
    assert f'id="action-{action.pk}-change" value="change" checked' in html
    assert ">Earlier</textarea>" in html


def test_what_was_taken_out_is_told_with_her_words(dana: DanasPage, alice: User, bob: User) -> None:
    form, action = dana.opened(), dana.action(3)
    key = action.pk
    remove_action(action, by=bob, now=NOW)
    approve_plan(dana.case, by=alice, now=NOW)
    answer = dana.send({f"action-{key}": "change", f"action-{key}-words": "Twice a month"}, form=form)
    assert answer.status_code == 409
    assert "You wrote: Twice a month" in said(answer)


def test_a_line_that_says_something_else_now_is_not_answered(dana: DanasPage) -> None:
    form, line = dana.opened(), dana.line()
    line.text = "You found out at six."
    line.save()
    answer = dana.send({f"line-{line.pk}": "yes"}, form=form)
    assert (answer.status_code, dana.line().is_right) == (409, None)


@pytest.mark.parametrize("seen", ["", "made up", "eyJhIjoxfQ:1tqsAA:x"])
def test_a_form_that_was_tampered_with_answers_nothing(dana: DanasPage, seen: str) -> None:
    answer = dana.send({f"action-{dana.action().pk}": "agree", f"line-{dana.line().pk}": "yes"}, form={"seen": seen})
    assert (answer.status_code, dana.action().answer, dana.line().is_right) == (409, "", None)


def test_a_plan_that_is_worked_on_again_is_not_shown(dana: DanasPage, bob: User) -> None:
    form = dana.opened()
    add_action(dana.case, "Something raw", by=bob, now=NOW, due_on=date(2025, 3, 14), owner=bob)
    html = dana.html()
    assert "We are working on this again. Bob will tell you when it is ready." in html
    assert "Something raw" not in html
    assert "One number" not in html
    answer = dana.send({f"action-{dana.action().pk}": "agree"}, form=form)
    assert (answer.status_code, dana.action().answer) == (409, "")


# ── The whole of a recovery


def test_while_we_follow_up_she_is_asked_whether_it_is_put_right(dana: DanasPage) -> None:
    assert "Would you say it is put right?" not in dana.html()
    dana.case.status = Status.FOLLOWING
    dana.case.save()
    assert "Would you say it is put right? Yes Not yet What is still missing?" in words_in(dana.html())
    dana.send({"mended": "yes"})
    dana.case.refresh_from_db()
    assert dana.case.agrees_it_is_mended_at == dana.fresh().answered_at
    assert "Would you say it is put right?" not in dana.html()


def test_in_two_tabs_at_once_she_agrees_once_and_it_is_hers(dana: DanasPage) -> None:
    dana.case.status = Status.FOLLOWING
    dana.case.save()
    tabs = [ClientPage.objects.select_related("case").get(pk=dana.page.pk) for _ in range(2)]
    for page in tabs:  # both were read before either was sent
        answer_page(page, Given(mended=True), now=NOW)
    [event] = Event.objects.filter(verb="hear_agreement")
    assert (event.by, event.person) == (None, dana.page.person)


def test_what_is_still_missing_is_kept_in_her_words(dana: DanasPage) -> None:
    dana.case.status = Status.FOLLOWING
    dana.case.save()
    dana.send({"mended": "no", "mended-words": "The list comes late."})
    dana.case.refresh_from_db()
    assert dana.case.agrees_it_is_mended_at is None
    assert [pulse.words for pulse in Pulse.objects.all()] == ["The list comes late."]


def test_once_it_is_over_it_can_be_read_and_no_longer_answered(dana: DanasPage) -> None:
    dana.send({f"action-{dana.action().pk}": "agree", f"action-{dana.action(1).pk}": "change",
               f"action-{dana.action(1).pk}-words": "From 3 am."})  # fmt: skip
    form = dana.opened()
    dana.case.status = Status.CLOSED
    dana.case.save()
    html = dana.html()
    assert "I agree" not in html
    assert '<span class="opt yes">Agreed</span>' in html
    assert "From 3 am." in html
    dana.send({f"action-{dana.action(2).pk}": "agree", f"line-{dana.line().pk}": "yes", "feeling": "5"}, form=form)
    assert (dana.action(2).answer, dana.line().is_right) == ("", None)
    assert [pulse.feeling for pulse in Pulse.objects.all()] == [5]


def test_the_four_questions_and_how_we_handled_it_are_asked_where_we_want_to_know(dana: DanasPage) -> None:
    dana.page.asks_four = dana.page.asks_handling = True
    dana.page.save()
    for question in (
        "You do what you say you will",
        "You act with our interests in mind",
        "Would you give us the next",
    ):
        assert question in dana.html()
    dana.send({"does": "4", "interests": "5", "straight": "4", "next_order": "yes", "handling": "4", "feeling": "9"})
    [pulse] = Pulse.objects.all()
    assert (pulse.does, pulse.interests, pulse.straight, pulse.next_order, pulse.handling, pulse.feeling) == (
        4, 5, 4, "yes", 4, None,
    )  # fmt: skip


def test_who_asked_not_to_be_asked_is_not_asked_here(dana: DanasPage) -> None:
    dana.page.person.no_pulse_at = NOW
    dana.page.person.save()
    assert "How do you feel about working with us today?" not in dana.html()


# ── "I'd rather Bob called me"


def test_she_would_rather_be_called_and_it_is_laid_down_by_when(dana: DanasPage) -> None:
    Case.objects.update(call_back_by=None)
    answer = dana.send({"do": "call"})
    case = Case.objects.get()
    assert case.call_back_by is not None
    assert abs(case.call_back_by - NOW - timedelta(hours=1)) < timedelta(minutes=1)
    assert (case.next_at, case.next_note) == (case.call_back_by, "Dana asked to be called.")
    assert dana.fresh().call_asked_at == dana.fresh().answered_at
    assert answer.headers["Location"] == "?sent"
    assert (
        "Bob has your answers and will call you by 1 pm today."
        in dana.browser.get(f"{dana.address}?sent").content.decode()
    )


def test_asked_again_the_call_stays_as_it_was(dana: DanasPage) -> None:
    dana.send({"do": "call"})
    before = Event.objects.count(), dana.fresh().answered_at
    dana.send({"do": "call"})
    assert (Event.objects.count(), dana.fresh().answered_at) == before


def test_what_she_chose_before_she_asked_for_a_call_is_taken_in(dana: DanasPage) -> None:
    dana.send({"do": "call", f"action-{dana.action().pk}": "agree", f"action-{dana.action(1).pk}": "change"})
    assert [row.answer for row in dana.case.plan.all()] == [Answer.AGREED, "", "", ""]


def test_after_the_recovery_a_call_is_promised(dana: DanasPage, bob: User) -> None:
    dana.case.status = Status.CLOSED
    dana.case.save()
    dana.send({"do": "call"})
    [promise] = Promise.objects.all()
    assert (promise.what, promise.person, promise.promised_by) == (
        "Call Dana Whitlock, who asked for it", dana.page.person, bob,
    )  # fmt: skip
    assert "will call you by 1 pm today" in dana.browser.get(f"{dana.address}?sent").content.decode()
    dana.send({"do": "call"})
    assert Promise.objects.count() == 1
