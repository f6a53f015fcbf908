"""A firm with many recoveries, each with an approved plan and a page for one person: for bench/client_page.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from amends.desk.actions.case import open_case
from amends.desk.actions.client_page import make_link, make_page
from amends.desk.actions.plan import add_action, approve_plan
from amends.desk.models import (
    ONLY_FIRM,
    Client,
    Firm,
    PageKind,
    PageLine,
    Person,
    PersonAddress,
    Reparation,
    Role,
    User,
)

LEAD = "On October 3 six people didn’t arrive, nobody phoned you, and your message waited three days. That is ours."
LINES = (
    "You found out at five in the morning, from an empty dock.",
    "Six lanes shut, and two trucks left without their load.",
    "When you write to us, it goes into a hole.",
)
PLAN = (
    "Confirm every name by 8 pm the night before\nIf anyone drops out, Jo phones Luis by 4:15 am.",
    "One number, answered by us, 4 am to 8 pm\nAnd a written answer within 4 working hours.",
    "Three trained relief pickers on call\nFor the early shift, at no extra charge.",
    "Tom on your floor each month\nThe first Tuesday, for as long as you find it useful.",
)


def tokens(pages: int) -> list[str]:
    """Found the firm, make the pages, and return the token of each."""
    now = datetime.now(UTC)  # noqa: TID251  (a firm that is looked at now)
    Firm.objects.create(pk=ONLY_FIRM, name="Alder & Quay Staffing", addresses=["alder.example"], welcomed_at=now)
    owner = User.objects.create(email="helen@alder.example", name="Helen Quay", role=Role.OWNER, joined_at=now)
    tom = User.objects.create(email="tom@alder.example", name="Tom Beckett", role=Role.MEMBER, joined_at=now)
    return [_page(number, owner, tom, now) for number in range(pages)]


def _page(number: int, owner: User, tom: User, now: datetime) -> str:
    client = Client.objects.create(name=f"Client {number}", looked_after_by=tom, created_at=now)
    dana = Person.objects.create(client=client, name=f"Dana {number}")
    PersonAddress.objects.create(person=dana, address=f"dana@client{number}.example")
    case = open_case(client, by=tom, now=now, words="Nobody came.", severity=2, person=dana)
    for days, what in enumerate(PLAN, 1):
        add_action(case, what, by=tom, now=now, owner=tom, due_on=now.date() + timedelta(days=days))
    approve_plan(case, by=owner, now=now)
    Reparation.objects.create(
        case=case, currency="USD", owed=Decimal(1120), offer=Decimal(720), state="approved", at=now, by=tom
    )
    page = make_page(
        PageKind.RECOVERY, dana, by=tom, now=now, case=case, title="Dana, we let you down.", lead=LEAD,
        amends_note="On your October statement.", shows_reparation=True,
    )  # fmt: skip
    PageLine.objects.bulk_create(PageLine(page=page, text=text, position=place) for place, text in enumerate(LINES))
    return make_link(page, by=tom, now=now)
