"""A client's page as tests ask for it: Dana's, of a recovery that Bob leads, with three lines and four changes.

dana.get()                          # what she sees
dana.send({"line": "yes"})          # what she answers, in the form that she has opened
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client as Browser

from amends.core.listening import Question
from amends.desk.actions.client_page import make_link, make_page
from amends.desk.actions.listening import hear_words
from amends.desk.actions.plan import add_action, approve_plan
from amends.desk.models import ClientPage, PageKind, PageLine, PlanAction, Reparation
from cast import NOW, a_client, person_at, upset

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from amends.desk.models import Case, User

MAIL = "6 Mar 09:00 dana: Nobody came. When I write to you it goes into a hole."
HEARD = (
    "You found out at five in the morning, from an empty dock.",
    "Six lanes shut, and two trucks left without their load.",
    "When you write to us, it goes into a hole.",
)
PLAN = (
    (
        "Confirm every name by 8 pm the night before\nIf anyone drops out, Bob phones Luis by 4:15 am.",
        date(2025, 3, 14),
    ),
    ("One number, answered by us, 4 am to 8 pm", date(2025, 3, 14)),
    ("Three trained relief pickers on call", date(2025, 3, 21)),
    ("Bob on your floor each month", date(2025, 4, 4)),
)
LEAD = "On March 3 six people didn’t arrive, nobody phoned you, and your message waited three days. That is ours."
INSIDE = "Innenleben"  # stands in every field of ours that she must never see


@dataclass
class DanasPage:
    """Dana's page, the recovery it is of, and the token of its link."""

    page: ClientPage
    case: Case
    token: str
    browser: Browser

    @property
    def address(self) -> str:
        return f"/c/{self.token}"

    def get(self, **headers: str) -> Answer:
        return self.browser.get(self.address, headers=headers or None)

    def html(self) -> str:
        answer = self.get()
        assert answer.status_code == 200
        return answer.content.decode()

    def opened(self) -> dict[str, str]:
        """Return the form as it is when she opens the page: its signed field."""
        found = re.search(r'name="seen" value="([^"]+)"', self.html())
        return {"seen": unescape(found[1])} if found else {}

    def send(self, typed: dict[str, Any], *, form: dict[str, str] | None = None) -> Answer:
        """Send answers, in the form that was opened before, or in one that is opened now."""
        return self.browser.post(self.address, {**(self.opened() if form is None else form), "do": "answer", **typed})

    def line(self, place: int = 0) -> PageLine:
        return self.page.lines.all()[place]

    def action(self, place: int = 0) -> PlanAction:
        return PlanAction.objects.get(case=self.case, position=place)

    def fresh(self) -> ClientPage:
        return ClientPage.objects.get(pk=self.page.pk)


def danas_page(bob: User, alice: User, **told: Any) -> DanasPage:
    """Make a page for Dana of North: the plan is approved, what we put right too."""
    north = a_client(MAIL, looked_after_by=bob)
    dana = person_at(north, "dana@north.example")
    dana.name = "Dana Whitlock"
    dana.save()
    case = upset(bob, north, person=dana)
    heard = hear_words(case, Question.HAPPENED, "It goes into a hole.", by=bob, now=NOW)
    for what, due_on in PLAN:
        add_action(case, what, by=bob, now=NOW, owner=bob, due_on=due_on, heard=heard)
    approve_plan(case, by=alice, now=NOW)
    Reparation.objects.create(
        case=case, currency="USD", offer=Decimal(720), owed=Decimal(1120), in_kind="A relief crew for a week",
        state="approved", at=NOW, by=bob,
    )  # fmt: skip
    shown = {"title": "Dana, we let you down.", "lead": LEAD, "amends_note": "On your March statement.", **told}
    page = make_page(PageKind.RECOVERY, dana, by=bob, now=NOW, case=case, shows_reparation=True, **shown)
    for position, text in enumerate(HEARD):
        PageLine.objects.create(page=page, heard=heard, text=text, position=position)
    return DanasPage(page, case, make_link(page, by=bob, now=NOW), Browser())
