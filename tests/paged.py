"""A recovery with a page for Dana: what was heard, a plan of two changes, and what she answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from amends.core.plan import Answer
from amends.desk.actions.client_answer import Given, Seen, answer_page
from amends.desk.actions.client_page import Line, prepare_page
from amends.desk.actions.plan import add_action, approve_plan
from amends.desk.models import Heard, Person, PersonAddress
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, ClientPage, User

FRIDAY = date(2025, 3, 14)
SAID = ("Six lanes shut.", "It goes into a hole.")
PLAN = ("Confirm every name", "One number, answered by us")
NOT_QUITE, ASKS = "Three times.", "Who picks up?"


def a_case(bob: User, *, is_approved: bool = True, **more: Any) -> Case:
    """Open a recovery with Dana at North, who said two things, with a plan of two changes; Bob leads it."""
    client = more.pop("client", None) or a_client(looked_after_by=bob)
    dana = Person.objects.create(client=client, name="Dana Whitlock", title="Warehouse manager", is_main=True)
    PersonAddress.objects.create(person=dana, address=f"dana@{client.name.lower()}.example")
    case = upset(bob, client, person=dana, **{"lead": bob, **more})
    for words in SAID:
        Heard.objects.create(case=case, question="happened", words=words, said_at=NOW)
    for what in PLAN:
        add_action(case, what, by=bob, now=NOW, due_on=FRIDAY, owner=bob)
    if is_approved:
        approve_plan(case, by=bob, now=NOW)
    case.refresh_from_db()
    return case


def a_page(case: Case, bob: User, **more: Any) -> ClientPage:
    """Prepare Dana's page, with both things that she said."""
    told: dict[str, Any] = {"title": "Dana, we let you down.", "lead": "That is ours.", "asks_feeling": True, **more}
    lines = [Line(one.words, one) for one in case.heard.all()]
    assert case.person is not None
    return prepare_page(case, case.person, by=bob, now=NOW, lines=lines, **told)


def answers(page: ClientPage, at: datetime = NOW, **more: Any) -> ClientPage:
    """Let Dana answer: one line is not quite right, one change is agreed, one is questioned."""
    first, second = page.lines.all()
    assert page.case is not None
    agreed, asked = page.case.plan.select_related("owner")
    given = Given(
        lines={first.pk: (True, ""), second.pk: (False, NOT_QUITE)},
        heard={first.pk: first.text, second.pk: second.text},
        plan={agreed.pk: (Answer.AGREED, ""), asked.pk: (Answer.QUESTION, ASKS)},
        seen={one.pk: Seen(one.what, one.owner.name if one.owner else "", one.due_on) for one in (agreed, asked)},
        **more,
    )
    answer_page(page, given, now=at)
    page.refresh_from_db()
    return page
