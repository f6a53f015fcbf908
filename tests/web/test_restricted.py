"""A restricted recovery: on no page does a colleague outside its team find a word of it, and the team finds all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps

from amends.desk import clock
from amends.desk.actions.case import schedule_followup
from amends.desk.actions.case_join import join_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.health import assess_client
from amends.desk.actions.letter import write_letter
from amends.desk.actions.notice import tell_morning
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import record_touch
from amends.desk.actions.upset import take_complaint
from amends.desk.models import (
    Apology,
    Case,
    Cause,
    Contribution,
    Firm,
    HandOver,
    Heard,
    Lesson,
    LoggedFact,
    Opinion,
    Outgoing,
    Parting,
    PlanAction,
    PlanInput,
    Promise,
    Reparation,
    Retrospective,
    Signal,
    Touch,
    User,
    Waiting,
)
from amends.desk.queries.notice import morning_of
from amends.web.urls import urlpatterns
from cast import NOW, a_client, at, browser_of, keep, person_at, upset

if TYPE_CHECKING:
    from django.test import Client as Browser
    from pytest_django import Settings

    from amends.desk.models import Branch, Client
    from cast import Everybody

pytestmark = pytest.mark.usefixtures("at_noon")
MARK = "xylophone"  # in every word of the recovery, and in nothing else
WORDS = f"Nobody here believes you about the {MARK}. This is not acceptable."
SAID = f"Said of the {MARK}"
MOST = 8  # numbers that each address is asked with: more rows than there are of almost any kind
DAY = at("20 Mar 09:00").date()
MAIL = """
    3 Mar 09:00 gary: Hello, here is the plan for the week.
    3 Mar 10:00 us:   Dear Gary, thank you.
"""
ASKED = (
    "/find?q={mark}", "/recoveries?tab=open", "/recoveries?tab=following", "/recoveries?tab=closed",
    "/recoveries?tab=parted", "/clients/{client}?show=recovery", "/clients/{client}?show=promises",
    "/clients/{client}?show=touches", "/clients/{client}?show=messages", "/clients/{client}/call?person={person}",
    "/upset?client={client}", "/upset?touch={touch}", "/upset?signal={signal}", "/calls/new?client={client}",
    "/promises/new?client={client}", "/clients/{client}/write?person={person}", "/outbox?tab=waiting",
    "/outbox?tab=sent", "/outbox?tab=read", "/outbox?tab=unknown", "/outbox?tab=back",
    "/settings/record", "/tone?case={case}", "/tone?recovery={case}",
)  # fmt: skip


@pytest.fixture
def case(everybody: Everybody, riverside: Branch, settings: Settings) -> Case:
    """Keep a recovery of North that Bob leads, with a row of every kind; it is restricted once all of it was there."""
    settings.EMAIL_HOST = "mail.alder.example"
    bob = everybody.bob
    north = a_client(MAIL, name="North", branch=riverside, looked_after_by=bob, created_at=NOW)
    gary = person_at(north, "gary@north.example")
    case = upset(bob, north, words=WORDS, severity=5, person=gary)
    filled(case, bob)
    spoken(case, bob)
    assess_client(north, now=NOW)
    assert MARK in str([signal.evidence for signal in Signal.objects.all()])
    change_team(case, Team(bob, is_restricted=True), by=bob, now=NOW)
    assess_client(north, now=NOW)
    case.refresh_from_db()
    return case


def spoken(case: Case, bob: User) -> None:
    """Keep talks, promises, check-ins and letters of a recovery."""
    told: dict[str, Any] = {"by": bob, "now": NOW, "person": case.person, "case": case}
    record_touch(case.client, "call", words=WORDS, summary=SAID, detail=SAID, **told)
    record_talk(case.client, "voicemail", summary=SAID, **told)
    kept = make_promise(case.client, SAID, due_at=NOW, **told)
    keep_promise(kept, by=bob, now=NOW)
    make_promise(case.client, f"{SAID} again", due_at=at("10 Mar 15:00"), **told)
    make_promise(case.client, f"{SAID} late", due_at=at("5 Mar 15:00"), **told)
    schedule_followup(case.client, NOW.date(), by=bob, now=NOW, case=case, person=case.person, note=SAID)
    letter = write_letter(case.client, "gary@north.example", SAID, SAID, by=bob, now=NOW, case=case)
    Outgoing.objects.filter(pk=letter.pk).update(message_id="m9@north.example")
    keep(case.client, f"9 Mar 09:00 us: Dear Gary, I will send you the {MARK} by tomorrow.")
    case.client.messages.filter(from_us=True, at__gte=at("9 Mar 09:00")).update(
        message_id="m9@north.example", promised=SAID, promised_by=at("9 Mar 12:00"), subject=SAID
    )
    Case.objects.filter(pk=case.pk).update(next_note=SAID, waiting_for=SAID, remedy=SAID, next_at=NOW)


def filled(case: Case, bob: User) -> None:
    """Keep one row of every other kind."""
    parting = Parting.objects.create(case=case, note=SAID, who_may_hear=SAID)
    HandOver.objects.create(parting=parting, what=SAID)
    Opinion.objects.create(case=case, user=bob, choice="save", reason=SAID, at=NOW)
    Heard.objects.create(case=case, question="happened", words=SAID, said_at=NOW)
    LoggedFact.objects.create(case=case, what=SAID, at=NOW)
    Contribution.objects.create(case=case, side="ours", what=SAID, at=NOW)
    Cause.objects.create(case=case, what=SAID, at=NOW)
    Apology.objects.create(case=case, script=SAID, note=SAID, apologiser=bob)
    PlanAction.objects.create(case=case, what=SAID, owner=bob, due_on=NOW.date(), at=NOW, by=bob)
    PlanInput.objects.create(case=case, user=bob, words=SAID, asked_at=NOW)
    Reparation.objects.create(case=case, currency="USD", in_kind=SAID, reason=SAID, at=NOW, by=bob)
    Retrospective.objects.create(case=case, did_well=SAID, do_better=SAID)
    Lesson.objects.create(case=case, what="Ask twice", why=SAID, owner=bob, due_on=DAY, at=NOW, by=bob)


def addresses(case: Case) -> list[str]:
    """Return every address that takes a number with every number that a row has, and every one that takes none."""
    numbers = sorted({pk for model in apps.get_app_config("desk").get_models() for pk in _keys(model)})
    found = []
    for one in urlpatterns:
        pattern = "/" + str(one.pattern)
        if "<int:pk>" in pattern and pattern.count("<") == 1:
            found += [pattern.replace("<int:pk>", str(number)) for number in numbers]
        elif "<" not in pattern and pattern != "/sign-out":
            found.append(pattern)
        elif "<int:" in pattern and pattern.startswith("/recoveries/<int:pk>"):
            first = pattern.replace("<int:pk>", str(case.pk))
            found += [re.sub(r"<\w+:\w+>", str(number), first) for number in numbers[:9]]
    touch, signal = Touch.objects.filter(case=case).first(), Signal.objects.first()
    keys = {
        "mark": MARK, "client": case.client_id, "person": case.person_id, "case": case.pk,
        "touch": touch.pk if touch else 0, "signal": signal.pk if signal else 0,
    }  # fmt: skip
    return [*found, *(address.format(**keys) for address in ASKED)]


def _keys(model: Any) -> list[int]:
    return [pk for pk in model._default_manager.values_list("pk", flat=True) if isinstance(pk, int) and pk <= MOST]


def pages_with(browser: Browser, asked: list[str]) -> list[str]:
    """Return the addresses whose pages hold a word of the recovery: what was asked for itself does not count."""
    found = []
    for address in asked:
        answer: Any = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace").lower()
        if MARK in text.replace(f'value="{MARK}"', "").replace(f"“{MARK}”", ""):
            found.append(address)
    return found


@pytest.mark.parametrize("name", ["mona", "charlie"])
def test_on_no_page_does_a_colleague_outside_the_team_find_a_word_of_it(
    case: Case, everybody: Everybody, name: str
) -> None:
    asked = addresses(case)
    assert pages_with(browser_of(getattr(everybody, name)), asked) == []


def test_the_team_and_the_owners_find_it(case: Case, everybody: Everybody) -> None:
    shown = [f"/recoveries/{case.pk}/understand", "/", "/promises", f"/clients/{case.client_id}", "/recoveries"]
    for user in (everybody.bob, everybody.alice):
        assert pages_with(browser_of(user), shown) == shown


def test_a_recovery_that_is_hidden_is_no_page_at_all(case: Case, everybody: Everybody) -> None:
    own = [one for one in urlpatterns if str(one.pattern).startswith("recoveries/<int:pk>")]
    assert len(own) > 10
    for one in own:
        address = "/" + re.sub(r"<\w+:\w+>", str(case.pk), str(one.pattern))
        assert browser_of(everybody.mona).get(address).status_code in {403, 404, 405}, address
        assert browser_of(everybody.charlie).post(address, {"step": "decide"}).status_code in {403, 404, 405}, address
    case.refresh_from_db()
    assert case.step == "decide"


def test_it_is_counted_for_nobody_else(case: Case, everybody: Everybody) -> None:
    for user, count in ((everybody.bob, 1), (everybody.alice, 1), (everybody.mona, 0), (everybody.vera, 0)):
        page = browser_of(user).get("/recoveries")
        assert (next(tab["count"] for tab in page.context["tabs"]), len(page.context["rows"])) == (count, count)
    frame = browser_of(everybody.mona).get("/").context["shell"]
    assert (frame.recoveries, frame.promises) == (0, 0)
    del case


def test_the_morning_mail_of_the_lead_has_no_word_of_it_and_a_cover_hears_nothing(
    case: Case, everybody: Everybody, firm: Firm
) -> None:
    bob, mona = everybody.bob, everybody.mona
    tell_morning(now=at("11 Mar 08:00"))
    while tell_morning(now=at("11 Mar 08:00")):
        pass
    assert MARK not in str(list(Outgoing.objects.filter(kind="morning").values_list("subject", "text")))
    assert Outgoing.objects.filter(kind="morning", user=bob).count() == 1
    User.objects.filter(pk=bob.pk).update(away_until=DAY, covered_by=mona)
    told = morning_of(mona, NOW, firm)
    assert [(part.people, part.promises, part.check_ins) for part in told.covered] == [((), (), ())]
    del case


def test_who_takes_down_a_complaint_meanwhile_opens_one_of_their_own(case: Case, everybody: Everybody) -> None:
    other = take_complaint(case.client, by=everybody.charlie, now=NOW, words="Again.", severity=2)
    assert other != case
    assert (
        take_complaint(case.client, by=everybody.bob, now=NOW, words="Again.", severity=2, person=case.person) == case
    )


def test_who_promises_something_in_it_becomes_part_of_it(case: Case, everybody: Everybody) -> None:
    charlie = everybody.charlie
    make_promise(
        case.client, SAID, due_at=at("12 Mar 09:00"), by=everybody.bob, now=NOW, case=case, promised_by=charlie
    )
    assert [role.user for role in case.roles.all()] == [charlie]
    assert browser_of(charlie).get(f"/recoveries/{case.pk}/understand").status_code == 200


def test_what_others_talk_about_moves_nothing_in_it(case: Case, everybody: Everybody) -> None:
    later = NOW + timedelta(days=40)
    Case.objects.filter(pk=case.pk).update(called_back_at=None, acknowledged_at=None, next_at=NOW)
    tomorrow = NOW.date() + timedelta(days=1)
    coming = schedule_followup(case.client, tomorrow, by=everybody.bob, now=NOW, case=case, number=2, of=4)
    for user, moved in ((everybody.mona, False), (everybody.bob, True)):
        record_talk(case.client, "call", by=user, now=NOW, summary="The roster", promised="It", due_at=later)
        case.refresh_from_db()
        coming.refresh_from_db()
        told = (case.called_back_at is not None, case.acknowledged_at is not None, case.next_at == later)
        assert (*told, coming.due_on > tomorrow) == (moved,) * 4


def test_what_is_joined_to_it_is_hidden_with_it(case: Case, everybody: Everybody) -> None:
    """What quoted the other recovery while all could read it quotes nothing any more."""
    bob = everybody.bob
    other = upset(bob, case.client, words=f"Nobody came about the {MARK} either. This is not acceptable.", severity=5)
    assess_client(case.client, now=NOW)
    assert MARK in str([signal.evidence for signal in Signal.objects.all()])
    join_case(case, other, by=bob, now=NOW)
    assert MARK not in str([signal.evidence for signal in Signal.objects.all()])
    shown = [f"/clients/{case.client_id}", f"/clients/{case.client_id}/issues", "/", "/recoveries"]
    assert pages_with(browser_of(everybody.charlie), shown) == []


def test_the_account_of_the_client_still_counts_it(case: Case, everybody: Everybody) -> None:
    client: Client = case.client
    client.refresh_from_db()
    assert {signal.rule for signal in client.signals.filter(cleared_at=None)} >= {"complaint", "promise"}
    Case.objects.filter(pk=case.pk).update(theme="attendance", is_verified=True)
    assess_client(client, now=NOW)
    line = client.signals.get(rule="failure open", cleared_at=None)
    assert (line.summary, line.points) == ("A failure is not put right yet, since Mar 10", 8)
    del everybody


def test_opened_to_all_again_everybody_finds_it(case: Case, everybody: Everybody) -> None:
    change_team(case, Team(everybody.bob), by=everybody.bob, now=clock.now())
    assess_client(case.client, now=NOW)
    shown = [f"/recoveries/{case.pk}/understand", f"/clients/{case.client_id}"]
    assert pages_with(browser_of(everybody.mona), shown) == shown
    assert Promise.objects.count() == 3
    assert Waiting.objects.count() == 0
