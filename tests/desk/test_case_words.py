"""The words of a recovery are forgotten with the person, the years and the client, in whatever row they are."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core import serializers
from django.db.models import CharField, TextField

from amends.core.case import Status
from amends.desk.actions.case import move_case, open_case
from amends.desk.actions.case_about import change_case
from amends.desk.actions.client import delete_client, merge_clients
from amends.desk.actions.person import add_person, erase_person
from amends.desk.actions.personal import forget_old
from amends.desk.models import (
    Apology,
    Case,
    Cause,
    ClientPage,
    Contribution,
    Firm,
    HandOver,
    Heard,
    Lesson,
    LoggedFact,
    Opinion,
    PageLine,
    Parting,
    PlanAction,
    PlanInput,
    Pulse,
    Reparation,
    Retrospective,
)
from amends.desk.queries.case_words import OF_CASE, OF_ROWS
from amends.desk.queries.personal import everything_about
from cast import NOW, a_client

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.django_db
ABOUT_GARY = "Gary Stone wants his quagga, call 555 0177"
HIS_WORDS = "Bring me the quagga that I paid for."
INSIDE = "What we think of the quagga"
SIX_YEARS = timedelta(days=6 * 366)
DAY = date(2025, 3, 20)
# Fields of these rows that hold no words of people: they are one of a few values of the desk's own.
CODES = {
    "status", "step", "kind", "theme", "origin", "decision", "choice", "question", "side", "way", "answer", "state",
    "currency", "code_hash", "next_order",
}  # fmt: skip


def whole_database() -> str:
    """Return every row of every table of the desk, as text."""
    rows = [row for model in apps.get_app_config("desk").get_models() for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows, ensure_ascii=False)).lower()


def a_recovery(bob: User) -> Case:
    """Keep a recovery with one row of every kind, of which every text says something about Gary."""
    north = a_client(name="North", looked_after_by=bob, created_at=NOW)
    gary = add_person(north, "Gary Stone", by=bob, now=NOW, addresses=["gary@north.example"], phone="555 0177")
    case = open_case(north, by=bob, now=NOW, words=HIS_WORDS, severity=4, person=gary)
    change_case(case, by=bob, now=NOW, remedy=HIS_WORDS)
    longest = {field: getattr(Case._meta.get_field(field), "max_length", None) for field in OF_CASE}
    own = {field: ABOUT_GARY[: longest[field]] for field in OF_CASE if field not in {"words", "remedy"}}
    Case.objects.filter(pk=case.pk).update(**own, worth={"note": ABOUT_GARY})
    parting = Parting.objects.create(case=case, note=ABOUT_GARY, who_may_hear=ABOUT_GARY, called_at=NOW)
    HandOver.objects.create(parting=parting, what=ABOUT_GARY)
    Opinion.objects.create(
        case=case, user=bob, choice="save", reason=ABOUT_GARY, matters=ABOUT_GARY, ideas=INSIDE, at=NOW
    )
    Heard.objects.create(case=case, question="happened", words=HIS_WORDS, said_at=NOW, person=gary)
    Heard.objects.create(case=case, question="happened", words="The other quagga too.", said_at=NOW)
    LoggedFact.objects.create(case=case, what=ABOUT_GARY, evidence=ABOUT_GARY, at=NOW)
    Contribution.objects.create(case=case, side="theirs", what=ABOUT_GARY, evidence=INSIDE, at=NOW)
    Cause.objects.create(case=case, what=ABOUT_GARY, evidence=INSIDE, at=NOW)
    Apology.objects.create(
        case=case, way="call", script=ABOUT_GARY, note=ABOUT_GARY, said=ABOUT_GARY, said_at=NOW, answer=HIS_WORDS,
        why_by_mail=ABOUT_GARY,
    )  # fmt: skip
    texts = dict.fromkeys(("what", "measure", "done_note"), ABOUT_GARY)
    PlanAction.objects.create(case=case, **texts, answer="agreed", answer_words=HIS_WORDS, due_on=DAY, at=NOW)
    PlanAction.objects.create(case=case, what=INSIDE, due_on=DAY, at=NOW, is_visible=False)
    PlanInput.objects.create(case=case, user=bob, words=ABOUT_GARY, asked_at=NOW)
    Reparation.objects.create(
        case=case, currency="USD", offer=Decimal(1210), in_kind=ABOUT_GARY, reason=INSIDE, answer=INSIDE, at=NOW,
        state="given", given_on=DAY,
    )  # fmt: skip
    Retrospective.objects.create(case=case, did_well=ABOUT_GARY, do_better=INSIDE, escape_point=ABOUT_GARY)
    Lesson.objects.create(case=case, what=f"{ABOUT_GARY} at North", why=ABOUT_GARY, due_on=DAY, at=NOW)
    dana = add_person(north, "Dana Whitlock", by=bob, now=NOW)
    told = dict.fromkeys(("title", "lead", "amends_note"), ABOUT_GARY)
    page = ClientPage.objects.create(kind="recovery", client=north, person=dana, case=case, made_at=NOW, **told)
    PageLine.objects.create(page=page, text=HIS_WORDS, words=ABOUT_GARY)
    Pulse.objects.create(client=north, person=gary, case=case, at=NOW, feeling=2, words=HIS_WORDS)
    case.refresh_from_db()
    return case


def test_every_text_of_a_recovery_is_named_where_words_are_forgotten() -> None:
    named = {Case: {*OF_CASE}} | {model: {*fields} for model, _, fields in OF_ROWS}
    unnamed = {
        f"{model.__name__}.{field.name}"
        for model, fields in named.items()
        for field in model._meta.get_fields()
        if isinstance(field, CharField | TextField) and field.name not in {*fields, *CODES}
    }
    assert unnamed == set()


def test_who_is_erased_is_in_no_row_of_a_recovery(bob: User, alice: User) -> None:
    case = a_recovery(bob)
    assert case.person is not None
    counts = [model._default_manager.count() for model, _, _ in OF_ROWS]
    erase_person(case.person, by=alice, now=NOW)
    left = whole_database()
    assert [word for word in ("gary", "stone", "0177", "bring me", "the other quagga") if word in left] == []
    assert [model._default_manager.count() for model, _, _ in OF_ROWS] == counts


def test_what_ended_before_the_years_the_firm_keeps_has_no_words(bob: User, firm: Firm) -> None:
    case = a_recovery(bob)
    move_case(case, Status.CLOSED, by=bob, now=NOW)
    Firm.objects.filter(pk=firm.pk).update(keep_years=5)
    later = NOW + SIX_YEARS
    found = forget_old(later)
    assert {name for name in found if name.startswith("recoveries")} == {
        "recoveries", *(f"recoveries: {model.__name__.lower()}" for model, _, _ in OF_ROWS),
    }  # fmt: skip
    left = whole_database()
    assert [word for word in ("bring me", "what we think", "555 0177, ", "the other") if word in left] == []
    lesson = Lesson.objects.get()
    assert (lesson.what, lesson.why) == (f"{ABOUT_GARY} at North", "")  # the firm's own, for every client
    assert Case.objects.get().severity == 4
    assert forget_old(later) == {}


def test_a_recovery_that_goes_on_keeps_its_words(bob: User, firm: Firm) -> None:
    a_recovery(bob)
    Firm.objects.filter(pk=firm.pk).update(keep_years=5)
    forget_old(NOW + SIX_YEARS)
    assert Case.objects.get().words == HIS_WORDS
    assert Heard.objects.filter(words=HIS_WORDS).count() == 1


def test_with_its_client_a_recovery_goes_and_only_what_was_learnt_stays(bob: User, alice: User) -> None:
    case = a_recovery(bob)
    delete_client(case.client, by=alice, now=NOW)
    assert [model.__name__ for model, _, _ in OF_ROWS if model._default_manager.exists()] == ["Lesson"]
    lesson = Lesson.objects.get()
    assert (lesson.case, lesson.what, lesson.why) == (None, f"{ABOUT_GARY} at [erased]", "")
    left = whole_database()
    assert [word for word in ("bring me", "what we think") if word in left] == []


def test_a_recovery_goes_where_its_client_goes(bob: User, alice: User) -> None:
    case = a_recovery(bob)
    south = a_client(name="South", looked_after_by=bob)
    merge_clients(case.client, south, by=alice, now=NOW)
    case.refresh_from_db()
    assert case.client == south
    assert [model.__name__ for model, _, _ in OF_ROWS if not model._default_manager.exists()] == []


def test_an_export_has_what_they_said_and_saw_and_nothing_of_what_we_think(bob: User) -> None:
    case = a_recovery(bob)
    assert case.person is not None
    told = everything_about(case.person)
    names = ("recoveries", "words_in_recoveries", "apologies", "plans", "amends", "farewells")
    assert {name: len(told[name]) for name in names} == {
        "recoveries": 1, "words_in_recoveries": 2, "apologies": 1, "plans": 1, "amends": 1, "farewells": 1,
    }  # fmt: skip
    assert told["recoveries"][0]["remedy"] == HIS_WORDS
    assert INSIDE not in json.dumps(told, default=str)
