"""What the pages beside that of a recovery show (its own: test_hidden.py); what a call and a code show, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from amends.desk.actions.client_page import Line, make_link, make_page, prepare_page
from amends.desk.models import (
    Case,
    Client,
    ClientPage,
    Event,
    Notice,
    Outgoing,
    PageKind,
    PlanAction,
    Pulse,
    Sheet,
    SheetItem,
    Signal,
)
from cast import NOW
from hushed import HUSH, SECRET_LIMIT, SECRET_SHARE, SECRET_SUMS, hushed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")
EMPTY_DOCK, SORRY = "You found out from an empty dock.", "That is ours."
OURS, THEIRS = "Within the day, by us.", "Within the hour, please."
SECRET = [97531, *(int(one) for one in (SECRET_LIMIT, *SECRET_SUMS.values()))]
SUMS = [*map(str, SECRET), *(f"{one:,}" for one in SECRET), f"{SECRET_SHARE} %", f"{SECRET_SHARE}%"]


@dataclass
class Danas:
    """Dana's page, and a browser that holds nothing but its link."""

    page: ClientPage
    token: str
    browser: Browser

    @property
    def case(self) -> Case:
        assert self.page.case
        return self.page.case

    def get(self, more: str = "") -> str:
        return _all_of(self.browser.get(f"/c/{self.token}{more}", follow=True))

    def post(self, typed: dict[str, Any], more: str = "") -> str:
        return _all_of(self.browser.post(f"/c/{self.token}{more}", typed, follow=True))

    def form(self) -> dict[str, str]:
        """Return what the open page holds for the answer: its signed field."""
        found = re.search(r'name="seen" value="([^"]+)"', self.get())
        return {"do": "answer", **({"seen": unescape(found[1])} if found else {})}


def _all_of(answer: Any) -> str:
    return f"{answer.status_code} {answer.headers} {unescape(answer.content.decode())}"


def _recovery(bob: User, **told: Any) -> Danas:
    case = hushed(bob)
    assert case.person
    _surrounded(case, bob)
    lines = [Line(EMPTY_DOCK, case.heard.get())]
    page = prepare_page(
        case, case.person, by=bob, now=NOW, lines=lines, title="Dana, we let you down.", lead=SORRY,
        shows_reparation=True, asks_four=True, **told,
    )  # fmt: skip
    return Danas(page, make_link(page, by=bob, now=NOW), Browser())


def _surrounded(case: Case, bob: User) -> None:
    """Let there be more that nobody outside may know: another client, a finding, a notice, a letter to a colleague."""
    Client.objects.create(name=f"{HUSH} & Sons", created_at=NOW)
    Signal.objects.create(
        client=case.client, rule="complaint", family="language", points=8, summary=f"{HUSH} finding", found_at=NOW,
    )  # fmt: skip
    letter = Outgoing.objects.create(
        kind="stuck", to=bob.email, user=bob, client=case.client, case=case, subject=f"{HUSH} stuck",
        text=f"{HUSH} letter", added_at=NOW,
    )  # fmt: skip
    Notice.objects.create(user=bob, kind="stuck", about=f"{HUSH} notice", case=case, at=NOW, letter=letter)
    Event.objects.create(verb=f"{HUSH} verb", thing="case", thing_id=case.pk, case=case, at=NOW, after={"why": HUSH})


def _all_answers(dana: Danas) -> dict[str, Any]:
    line, action = dana.page.lines.get(), PlanAction.objects.get(case=dana.case, is_visible=True)
    said = {f"line-{line.pk}": "no", f"line-{line.pk}-words": "At four.", f"action-{action.pk}": "agree"}
    return {**dana.form(), **said, "feeling": "4", "does": "4", "interests": "4", "straight": "4", "next_order": "yes"}


def _after_a_low_answer(bob: User) -> Iterator[str]:
    dana = _recovery(bob)
    yield dana.post({**dana.form(), "feeling": "1"})
    yield dana.get()


def _hidden_meanwhile(bob: User) -> Iterator[str]:
    dana = _recovery(bob)
    answers = _all_answers(dana)
    hidden = {"is_visible": False, "what": f"{HUSH} what it says now"}
    PlanAction.objects.filter(case=dana.case, is_visible=True).update(**hidden)
    yield dana.post(answers)


def _called(bob: User) -> Iterator[str]:
    dana = _recovery(bob)
    yield dana.post({**dana.form(), "do": "call"})


def _with_a_code(bob: User) -> Iterator[str]:
    dana = _recovery(bob, asks_code=True)
    yield dana.get()
    yield dana.post({"do": "send"})
    yield Outgoing.objects.get(kind="code").text
    yield dana.post({"code": "none"})


def _asked(bob: User) -> Iterator[str]:
    case = hushed(bob)
    assert case.person
    _surrounded(case, bob)
    asks = {"asks_feeling": True, "asks_four": True, "asks_handling": True}
    page = make_page(PageKind.PULSE, case.person, by=bob, now=NOW, case=case, title="How is it going?", **asks)
    dana = Danas(page, make_link(page, by=bob, now=NOW), Browser())
    yield dana.get()
    yield dana.post({"feeling": "2", "next_order": "no", "words": "We are looking around.", "do": "answer"})
    yield dana.get()
    yield dana.get("/no-more")
    yield dana.post({}, "/no-more")
    yield dana.get()


def _agreeing(bob: User) -> Iterator[str]:
    case = hushed(bob)
    assert case.person
    _surrounded(case, bob)
    sheet = Sheet.objects.create(client=case.client, person=case.person, made_at=NOW, by=bob, we_filled_at=NOW)
    item = SheetItem.objects.create(
        sheet=sheet, key="escalation", name="Whom to call", our_words=f"{HUSH} before they wrote theirs",
        our_desired=SECRET_LIMIT, our_adequate=SECRET_LIMIT,
    )  # fmt: skip
    page = make_page(PageKind.AGREEMENT, case.person, by=bob, now=NOW, sheet=sheet, title="What we expect")
    dana = Danas(page, make_link(page, by=bob, now=NOW), Browser())
    yield dana.get()
    SheetItem.objects.filter(pk=item.pk).update(
        our_words=OURS, their_words=THEIRS, wording="Within four hours.", our_desired=None, our_adequate=None
    )
    for state in ("compared", "agreed", "replaced", "dropped"):
        Sheet.objects.update(state=state, they_filled_at=NOW)
        yield dana.get()


STATES: dict[str, tuple[Callable[[User], Iterator[str]], str]] = {
    "after a low answer": (_after_a_low_answer, "Thank you"),
    "when a change was hidden meanwhile": (_hidden_meanwhile, "409 "),
    "when they want to be called": (_called, "will call you"),
    "behind a code": (_with_a_code, "six digits"),
    "when they are asked how they feel": (_asked, "How is it going?"),
    "when both sides say what they expect": (_agreeing, OURS),
}


@pytest.mark.parametrize("state", STATES)
def test_nothing_internal_is_on_a_clients_page(bob: User, settings: Settings, state: str) -> None:
    settings.EMAIL_HOST = "127.0.0.1"  # codes are sent where mail is
    render, expected = STATES[state]
    shown = list(render(bob))
    assert expected in " ".join(shown)
    for told in shown:
        assert HUSH not in told
        assert [figure for figure in SUMS if figure in told] == []


def test_what_was_written_by_the_page_is_there(bob: User) -> None:
    """What the states above post is taken in: a test that is refused at the door would prove nothing."""
    dana = _recovery(bob)
    dana.post(_all_answers(dana))
    assert [(row.is_right, row.words) for row in dana.page.lines.all()] == [(False, "At four.")]
    assert PlanAction.objects.get(case=dana.case, is_visible=True).answer == "agreed"
    assert [(row.feeling, row.does, row.next_order) for row in Pulse.objects.all()] == [(4, 4, "yes")]
