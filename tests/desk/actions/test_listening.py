"""The client's words are kept once, however often they are sent; what is established stands apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from amends.core.listening import Question
from amends.desk.actions.listening import (
    change_heard,
    change_logged_fact,
    hear_words,
    log_fact,
    note_remedy,
    remove_heard,
    remove_logged_fact,
    take_call,
)
from amends.desk.actions.touch import record_touch
from amends.desk.models import Heard, LoggedFact, Person, Promise, Touch
from amends.desk.rules import Refused
from cast import NOW, a_client, at, told, upset

if TYPE_CHECKING:
    from uuid import UUID

    from amends.desk.models import Case, User

LATER = NOW + timedelta(minutes=5)
DUE = NOW + timedelta(days=1)
COST = "We lost a customer."


@pytest.fixture
def case(bob: User) -> Case:
    """Gary of North is upset."""
    north = a_client("3 Mar 09:00  client: We lost a customer.", looked_after_by=bob)
    return upset(bob, north, person=Person.objects.get())


# ── What was heard


def test_words_are_said_when_their_source_says(bob: User, case: Case) -> None:
    message = case.client.messages.get()
    talk = record_touch(case.client, "call", by=bob, now=NOW, at=at("8 Mar 10:00"), person=case.person)
    heard = [hear_words(case, Question.COST, f" {COST}\n", by=bob, now=LATER, source=source) for source in (message,)]
    heard.append(hear_words(case, Question.ELSE, "The badges.", by=bob, now=LATER, source=talk))
    heard.append(hear_words(case, Question.HAPPENED, case.words, by=bob, now=LATER, source=case))
    heard.append(hear_words(case, Question.EXPECTED, "A call.", by=bob, now=LATER))
    assert [(row.words, row.said_at, row.message, row.touch, row.person) for row in heard] == [
        (COST, message.at, message, None, case.person),
        ("The badges.", talk.at, None, talk, case.person),
        (case.words, case.opened_at, None, None, case.person),
        ("A call.", LATER, None, None, case.person),
    ]
    assert told("hear_words")[0][1]["words"] == COST


def test_the_same_words_are_kept_once(bob: User, mona: User, case: Case) -> None:
    first = hear_words(case, Question.COST, COST, by=bob, now=NOW)
    assert hear_words(case, Question.COST, COST, by=mona, now=LATER) == first
    assert hear_words(case, Question.ELSE, COST, by=mona, now=LATER) != first
    assert Heard.objects.count() == 2


def test_nothing_is_no_answer(bob: User, case: Case) -> None:
    for change in (
        lambda: hear_words(case, Question.COST, " \n", by=bob, now=NOW),
        lambda: change_heard(Heard(case=case), by=bob, now=NOW, question="cost", words=" "),
        lambda: log_fact(case, by=bob, now=NOW, what=" "),
        lambda: change_logged_fact(LoggedFact(case=case), by=bob, now=NOW, what="", evidence=""),
    ):
        with pytest.raises(Refused):
            change()


def test_what_was_heard_is_corrected_and_taken_out(bob: User, case: Case) -> None:
    row = hear_words(case, Question.COST, COST, by=bob, now=NOW)
    change_heard(row, by=bob, now=LATER, question="else", words="We lost two.")
    change_heard(row, by=bob, now=LATER, question="else", words="We lost two. ")
    assert told("change_heard") == [
        ({"question": "cost", "words": COST}, {"question": "else", "words": "We lost two."})
    ]
    remove_heard(row, by=bob, now=LATER)
    assert [before["words"] for before, _ in told("remove_heard")] == ["We lost two."]
    assert Heard.objects.count() == 0


def test_the_remedy_is_written_down(bob: User, case: Case) -> None:
    note_remedy(case, " A clean invoice.\n", by=bob, now=NOW)
    note_remedy(case, "A clean invoice.", by=bob, now=NOW)
    case.refresh_from_db()
    assert case.remedy == "A clean invoice."
    assert told("note_remedy") == [({"remedy": ""}, {"remedy": "A clean invoice."})]


def test_who_only_looks_writes_nothing_down(vera: User, bob: User, case: Case) -> None:
    row = hear_words(case, Question.COST, COST, by=bob, now=NOW)
    for change in (
        lambda: hear_words(case, Question.COST, "x", by=vera, now=NOW),
        lambda: change_heard(row, by=vera, now=NOW, question="cost", words="x"),
        lambda: remove_heard(row, by=vera, now=NOW),
        lambda: log_fact(case, by=vera, now=NOW, what="x"),
        lambda: take_call(case.client, "call", {}, by=vera, now=NOW),
    ):
        with pytest.raises(Refused):
            change()


# ── Facts


def test_what_is_established_is_logged_corrected_and_taken_out(bob: User, case: Case) -> None:
    fact = log_fact(case, by=bob, now=NOW, what=" Eleven hours were billed ", evidence="Invoice 20934")
    assert (fact.what, fact.evidence, fact.by) == ("Eleven hours were billed", "Invoice 20934", bob)
    change_logged_fact(fact, by=bob, now=LATER, what="Ten hours were billed", evidence="Invoice 20934")
    assert told("change_logged_fact") == [({"what": "Eleven hours were billed"}, {"what": "Ten hours were billed"})]
    remove_logged_fact(fact, by=bob, now=LATER)
    assert LoggedFact.objects.count() == 0
    assert [before["what"] for before, _ in told("remove_logged_fact")] == ["Ten hours were billed"]


# ── A call


def call(bob: User, case: Case, token: UUID | None, answers: dict[Question | None, str], **more: Any) -> Touch:
    return take_call(
        case.client,
        "call",
        answers,
        by=bob,
        now=more.pop("now", NOW),
        token=token,
        case=case,
        person=case.person,
        **more,
    )


def test_a_call_keeps_talk_words_and_promise(bob: User, case: Case) -> None:
    answers: dict[Question | None, str] = {Question.COST: COST, Question.EXPECTED: " ", Question.ELSE: "The badges."}
    touch = call(bob, case, uuid4(), answers, promised="Send it", due_at=DUE, minutes=12)
    assert (touch.words, touch.minutes) == (f"{COST}\n\nThe badges.", 12)
    assert [(row.question, row.words, row.touch) for row in Heard.objects.all()] == [
        ("cost", COST, touch),
        ("else", "The badges.", touch),
    ]
    assert [(one.what, one.case) for one in Promise.objects.all()] == [("Send it", case)]


@pytest.mark.parametrize("answers", [{}, {Question.COST: COST}])
def test_sent_again_it_is_the_same_call(bob: User, case: Case, answers: dict[Question | None, str]) -> None:
    token = uuid4()
    sent = [call(bob, case, token, answers, promised=" Send  it", due_at=DUE, now=when) for when in (NOW, LATER)]
    assert sent[0] == sent[1]
    assert (Touch.objects.count(), Heard.objects.count(), Promise.objects.count()) == (1, len(answers), 1)


def test_what_was_added_before_it_was_sent_again_is_added(bob: User, case: Case) -> None:
    token = uuid4()
    call(bob, case, token, {})
    call(bob, case, token, {Question.COST: COST}, now=LATER)
    call(
        bob, case, token, {Question.COST: COST, Question.ELSE: "The badges."}, now=LATER, promised="Send it", due_at=DUE
    )
    [touch] = Touch.objects.all()
    assert touch.words == f"{COST}\n\nThe badges."
    assert [row.words for row in Heard.objects.all()] == [COST, "The badges."]
    assert [one.what for one in Promise.objects.all()] == ["Send it"]


def test_two_calls_are_two_calls(bob: User, case: Case) -> None:
    for token in (uuid4(), uuid4(), None, None):
        call(bob, case, token, {Question.COST: COST})
    assert (Touch.objects.count(), Heard.objects.count()) == (4, 1)


def test_a_token_of_another_client_is_none(bob: User, case: Case) -> None:
    token = uuid4()
    call(bob, case, token, {Question.COST: COST})
    south = a_client(name="South", looked_after_by=bob)
    touch = take_call(south, "call", {None: "Hello"}, by=bob, now=NOW, token=token)
    assert (touch.client, touch.token, touch.words) == (south, None, "Hello")


def test_words_under_no_question_are_told_of_the_talk_alone(bob: User, case: Case) -> None:
    call(bob, case, uuid4(), {None: "Go ahead."})
    assert Touch.objects.get().words == "Go ahead."
    assert Heard.objects.count() == 0
