"""Nothing that is for the team alone is on a client's page, in whatever state the recovery, its plan or its offer is.

Every text of every row that there is holds a word of ours, but for the few that a page shows (`OUTWARD`): a field that
somebody adds is looked for, too.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client as Browser

from amends.core.case import Status
from amends.core.plan import Answer
from amends.core.reparation import State
from amends.desk.actions.client_page import end_page, make_link, make_page
from amends.desk.models import Case, ClientPage, Firm, PageKind, PageLine, PlanAction, Reparation
from cast import NOW, a_client
from client_pages import DanasPage
from hushed import HUSH, SECRET_LIMIT, SECRET_SHARE, SECRET_SUMS, hushed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.desk.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
OUTWARD = {  # what a page is allowed to show, and nothing else
    "Firm.name", "Firm.page_colour", "Firm.page_foot", "Branch.phone", "User.name", "User.title", "User.phone",
    "Person.name", "PersonAddress.address", "ClientPage.title", "ClientPage.lead", "ClientPage.amends_note",
    "PageLine.text", "PageLine.words", "PlanAction.what", "PlanAction.answer_words", "Reparation.in_kind",
}  # fmt: skip
KEYS = {
    "PageLink.token_hash",
    "ClientPage.code_hash",
    "Firm.zone",
    "Firm.currency",
    "Reparation.currency",
    "User.theme",
}
SHORTEST = 30  # characters of a field for words; shorter ones are codes, of which each knows a few
SUMS = [str(int(one)) for one in (SECRET_LIMIT, *SECRET_SUMS.values(), Decimal(97531))]
COUNTED = {"limit": "4321", "owner": "54321"}


def hush_everything() -> set[str]:
    """Write a word of ours into every text of every row; return which fields were written."""
    written = set()
    for model in apps.get_app_config("desk").get_models():
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            if _is_for_words(field) and name not in OUTWARD | KEYS and model._default_manager.exists():
                for row in model._default_manager.all():  # one by one: some are unique
                    model._default_manager.filter(pk=row.pk).update(**{field.name: f"{HUSH} {row.pk}"})
                written.add(name)
    return written


def _is_for_words(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.TextField):
        return True
    return isinstance(field, models.CharField) and (field.max_length or 0) >= SHORTEST and not field.choices


def every_state(dana: DanasPage) -> Iterator[tuple[str, Any]]:
    """Return the page of a recovery in every state of it, of its plan and of what is offered."""
    for status in Status:
        Case.objects.update(status=status)
        yield f"recovery {status}", dana.get()
    Case.objects.update(status=Status.FOLLOWING)
    for state in State:
        Reparation.objects.update(state=state)
        yield f"offer {state}", dana.get()
    for answer in ("", *Answer):
        PlanAction.objects.update(answer=answer)
        yield f"answer {answer}", dana.get()
    ClientPage.objects.update(asks_four=True, asks_handling=True)
    yield "all questions", dana.get()
    yield "something missing", dana.send({f"action-{dana.action().pk}": "change"})
    form = dana.opened()
    PlanAction.objects.filter(pk=dana.action().pk).update(what="Something else")
    yield "moved", dana.send({f"action-{dana.action().pk}": "agree"}, form=form)
    Case.objects.update(plan_approved_at=None)
    yield "worked on again", dana.get()
    dana.send({"feeling": "4"})
    yield "sent", dana.browser.get(f"{dana.address}?sent")
    ClientPage.objects.update(asks_code=True)
    yield "code", dana.get()
    end_page(dana.page, by=None, now=NOW)
    yield "ended", dana.get()
    yield "unknown", dana.browser.get("/c/nothing")


@pytest.fixture
def hushed_page(bob: User) -> DanasPage:
    """Give Dana's page of a recovery in which every word of ours is hushed, beside another client's."""
    case = hushed(bob)
    a_client(name=f"{HUSH} Works")
    Reparation.objects.update(state=State.APPROVED, offer=Decimal(720), owed=Decimal(1120), in_kind="A crew")
    Firm.objects.update(money_limit=Decimal(COUNTED["limit"]), owner_limit=Decimal(COUNTED["owner"]))
    assert case.person
    page = make_page(
        PageKind.RECOVERY,
        case.person,
        by=bob,
        now=NOW,
        case=case,
        title="Dana, we let you down.",
        shows_reparation=True,
    )
    PageLine.objects.create(page=page, text="Six lanes shut.", heard=case.heard.first())
    dana = DanasPage(page, case, make_link(page, by=bob, now=NOW), Browser())
    written = hush_everything()
    assert {"Case.words", "Cause.what", "PlanAction.measure", "Reparation.reason", "Client.name"} <= written
    PlanAction.objects.filter(is_visible=False).update(what=f"{HUSH} action", position=9)
    return dana


def test_no_state_of_a_page_shows_anything_of_ours(hushed_page: DanasPage) -> None:
    seen: dict[str, list[str]] = {}
    for state, answer in every_state(hushed_page):
        html = answer.content.decode() + str(answer.headers)
        leaks = [word for word in (HUSH, *SUMS, *COUNTED.values(), f"{SECRET_SHARE}%", "0.8") if word in html]
        leaks += [word for word in (f"{int(one):,}" for one in SUMS) if word in html]
        seen[state] = leaks
    assert {state: leaks for state, leaks in seen.items() if leaks} == {}
    assert len(seen) == 23


def test_an_offer_that_nobody_agreed_to_is_not_shown(hushed_page: DanasPage) -> None:
    shown = {}
    for state in State:
        Reparation.objects.update(state=state)
        shown[state] = "$1,120" in hushed_page.html()
    assert shown == {
        State.DRAFT: False, State.WAITING: False, State.APPROVED: True, State.GIVEN: True, State.REFUSED: False,
    }  # fmt: skip
    ClientPage.objects.update(shows_reparation=False)
    Reparation.objects.update(state=State.GIVEN)
    assert "$1,120" not in hushed_page.html()
