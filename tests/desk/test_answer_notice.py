"""Whoever leads hears at once that a client answered on their page, or would rather be called; each thing once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.answer_notice import tell_answers
from amends.desk.actions.client_answer import ask_for_call, note_answer
from amends.desk.actions.client_page import make_page, note_answers
from amends.desk.actions.notice import choose_notice
from amends.desk.actions.notice_out import is_untimely, rest_until_open, send_next_notice
from amends.desk.models import Case, Client, Firm, LetterKind, Notice, Outgoing, PageKind, Person, User
from cast import NOW, a_client, at, told
from paged import ASKS, NOT_QUITE, a_case, a_page, answers

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import Branch, ClientPage

EVENING = at("10 Mar 20:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"


def heard() -> list[str]:
    return list(Notice.objects.filter(kind=LetterKind.ANSWER).order_by("pk").values_list("user__name", flat=True))


def test_the_lead_hears_at_once_what_they_answered(bob: User) -> None:
    page = a_page(a_case(bob), bob)
    assert tell_answers(now=NOW) is False
    answers(page)
    assert (tell_answers(now=NOW), heard()) == (True, ["Bob Reed"])
    assert (tell_answers(now=NOW), heard()) == (False, ["Bob Reed"])
    [letter] = Outgoing.objects.all()
    assert (letter.kind, letter.to, letter.case, letter.client, letter.person) == (
        LetterKind.ANSWER, bob.email, page.case, page.client, page.person,
    )  # fmt: skip
    assert letter.subject == "Dana Whitlock at North answered"
    assert letter.text == (
        "Dana Whitlock at North answered.\n\nAgreed to one change. Questions one. One line was not quite right.\n\n"
        f"“{ASKS}”\n\n“{NOT_QUITE}”\n\nhttp://127.0.0.1:8321/client-pages/{page.pk}\n"
    )
    assert letter.why.startswith("You get this because you lead the recovery, or look after the client.")
    assert told("tell_answers") == [({}, {"colleague": bob.pk, "way": "mail"})]


def test_what_they_answer_within_the_hour_is_told_with_the_next(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    tell_answers(now=NOW)
    note_answer(page, now=NOW + MINUTE)
    assert tell_answers(now=NOW + 2 * MINUTE) is False
    assert tell_answers(now=NOW + 61 * MINUTE) is True
    assert heard() == ["Bob Reed", "Bob Reed"]


def test_who_would_rather_be_called_is_told_of_without_delay(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    tell_answers(now=NOW)
    ask_for_call(page, now=NOW + MINUTE)
    assert tell_answers(now=NOW + 2 * MINUTE) is True
    last = Outgoing.objects.order_by("-pk")[0]
    assert last.subject == "Dana Whitlock at North would rather be called"


def test_what_was_looked_at_is_told_no_more(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    note_answers(page, by=bob, now=NOW)
    assert tell_answers(now=NOW) is False


def test_nobody_hears_of_it_at_night(bob: User) -> None:
    answers(a_page(a_case(bob), bob), EVENING)
    assert tell_answers(now=EVENING) is False
    assert tell_answers(now=at("11 Mar 09:01")) is True


def test_a_mail_of_it_waits_for_the_morning_and_goes_only_while_it_is_news(bob: User) -> None:
    page = answers(a_page(a_case(bob), bob))
    tell_answers(now=NOW)
    [letter] = Outgoing.objects.all()
    assert (rest_until_open(letter, now=NOW), rest_until_open(letter, now=EVENING)) == (False, True)
    assert is_untimely(letter, now=NOW) is False
    note_answers(page, by=bob, now=NOW)
    assert is_untimely(letter, now=NOW) is True
    Notice.objects.all().delete()
    assert is_untimely(letter, now=NOW) is False


def test_the_demo_firm_tells_nobody(bob: User) -> None:
    answers(a_page(a_case(bob), bob))
    Firm.objects.update(is_demo=True)
    assert tell_answers(now=NOW) is False


def test_who_chose_not_to_hear_of_it_hears_nothing(bob: User) -> None:
    answers(a_page(a_case(bob), bob))
    choose_notice(bob, LetterKind.ANSWER, "none", by=bob, now=NOW)
    assert (tell_answers(now=NOW), heard(), Outgoing.objects.count()) == (False, ["Bob Reed"], 0)


def test_without_a_mail_server_nobody_is_marked_as_told(bob: User, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    answers(a_page(a_case(bob), bob))
    assert (tell_answers(now=NOW), heard()) == (False, [])


def test_who_is_away_is_covered(bob: User, mona: User) -> None:
    answers(a_page(a_case(bob), bob))
    User.objects.filter(pk=bob.pk).update(away_until=date(2025, 3, 20), covered_by=mona)
    tell_answers(now=NOW)
    assert heard() == ["Mona Quay"]


def test_without_a_lead_it_is_who_looks_after_them_else_an_owner(bob: User, alice: User) -> None:
    case = a_case(bob)
    page = answers(a_page(case, bob))
    Case.objects.filter(pk=case.pk).update(lead=None)
    tell_answers(now=NOW)
    assert heard() == ["Bob Reed"]
    Client.objects.filter(pk=case.client_id).update(looked_after_by=None)
    note_answer(page, now=NOW + MINUTE)
    tell_answers(now=NOW + 2 * MINUTE)
    assert heard() == ["Bob Reed", "Alice Alder"]
    del alice


def test_where_nobody_is_left_nobody_is_told(bob: User) -> None:
    answers(a_page(a_case(bob), bob))
    User.objects.update(is_active=False)
    assert tell_answers(now=NOW) is False


def test_of_a_restricted_recovery_its_team_hears_and_no_word_stands_in_it(bob: User, mona: User) -> None:
    case = a_case(bob)
    answers(a_page(case, bob))
    Case.objects.filter(pk=case.pk).update(is_restricted=True)
    User.objects.filter(pk=bob.pk).update(away_until=date(2025, 3, 20), covered_by=mona)
    assert tell_answers(now=NOW) is False  # who covers may not see it
    User.objects.filter(pk=bob.pk).update(away_until=None)
    tell_answers(now=NOW)
    assert heard() == ["Bob Reed"]
    text = Outgoing.objects.get().text
    assert "Agreed to one change." in text
    assert ASKS not in text


def test_a_page_of_no_recovery_tells_that_it_was_answered(bob: User) -> None:
    north = a_client(name="North", looked_after_by=bob)
    gary = Person.objects.create(client=north, name="Gary Nash")
    page = make_page(PageKind.PULSE, gary, by=bob, now=NOW)
    note_answer(page, now=NOW)
    tell_answers(now=NOW)
    assert Outgoing.objects.get().text == (
        f"Gary Nash at North answered.\n\nhttp://127.0.0.1:8321/client-pages/{page.pk}\n"
    )


@pytest.mark.parametrize("is_news", [True, False])
def test_by_a_service_it_is_told_as_it_stands(alice: User, *, is_news: bool) -> None:
    page: ClientPage = answers(a_page(a_case(alice), alice))  # who owns the firm may choose a service inside it
    choose_notice(alice, LetterKind.ANSWER, "other", "json://127.0.0.1:9/", by=alice, now=NOW)
    tell_answers(now=NOW)
    if not is_news:
        note_answers(page, by=alice, now=NOW)
    assert send_next_notice(now=EVENING) is False
    assert send_next_notice(now=NOW) is True
    notice = Notice.objects.get()
    if is_news:  # the service cannot be reached, and it goes by mail, with names and numbers alone
        assert (notice.problem != "", Outgoing.objects.get().case) == (True, page.case)
    else:
        assert (notice.way, Outgoing.objects.count()) == ("none", 0)


def test_who_is_told_must_be_able_to_see_the_client(bob: User, alice: User, riverside: Branch) -> None:
    north = a_client(name="North", branch=riverside, is_restricted=True, looked_after_by=alice)
    case = a_case(alice, client=north)
    answers(a_page(case, alice))
    User.objects.filter(pk=alice.pk).update(away_until=date(2025, 3, 20), covered_by=bob)
    assert tell_answers(now=NOW) is False
