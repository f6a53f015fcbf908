"""The demo firm is the story that pages, pictures and guide tell: Alder & Quay on October 14, 2025, at 9:05."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from amends.core.listening import Question
from amends.desk.demo import NOW, OWNER, VISITOR, build_demo
from amends.desk.models import (
    AgreedItem,
    Branch,
    Client,
    Event,
    Firm,
    HealthDay,
    ImportStatus,
    MailImport,
    Person,
    Standing,
    Touch,
    User,
)
from amends.desk.queries.firm import the_firm
from amends.desk.queries.listening import suggested
from amends.desk.queries.plan import overloads, plan_of
from amends.desk.queries.shell import frame_of
from amends.desk.queries.today import Today, today_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pytest_django.plugin import DjangoDbBlocker

EASTERN = ZoneInfo("America/New_York")


@pytest.fixture(scope="module", autouse=True)
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Build the firm once for all the tests here, and take it back afterwards."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(tmp_path_factory.mktemp("demo") / "alder-quay.mbox")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def priya(db: None) -> User:
    del db
    return User.objects.get(email=VISITOR)


@pytest.fixture
def today(priya: User) -> Today:
    return today_of(priya, NOW, the_firm())


def client(name: str) -> Client:
    return Client.objects.get(name=name)


def local(moment: datetime) -> str:
    """Give a moment as the people of the story would say it."""
    return f"{moment.astimezone(EASTERN):%a %b %-d %-H:%M}"


def test_the_firm_has_two_branches_and_nine_colleagues(priya: User) -> None:
    firm = Firm.objects.get()
    assert (firm.name, firm.addresses, firm.zone) == (
        "Alder & Quay Staffing",
        ["alderquay.example"],
        "America/New_York",
    )
    assert firm.welcomed_at == NOW
    assert [branch.name for branch in Branch.objects.all()] == ["Millrace", "Port Ellery"]
    assert Counter(User.objects.values_list("role", flat=True)) == {"owner": 1, "manager": 1, "member": 7}
    assert User.objects.filter(joined_at=None).count() == 0
    assert (priya.name, priya.title, priya.phone) == ("Priya Raman", "Account Manager", "555 0114")
    assert User.objects.get(email=OWNER).name == "Helen Marsh"


def test_thirty_eight_clients_are_confirmed_and_the_newest_wait_to_be(priya: User) -> None:
    del priya
    assert Counter(Client.objects.values_list("standing", flat=True)) == {"client": 38, "other": 17, "found": 5}
    assert sorted(Client.objects.filter(standing=Standing.FOUND).values_list("name", flat=True)) == [
        "Blue Heron Museum",
        "Corvane Robotics",
        "Noor Haddad",
        "Pat Lindgren",
        "Walt Grady",
    ]


def test_the_mail_was_read_to_its_end(priya: User) -> None:
    del priya
    [mailing] = MailImport.objects.all()
    assert (mailing.name, mailing.status, mailing.skipped, mailing.by and mailing.by.name) == (
        "alder-quay.mbox",
        ImportStatus.DONE,
        0,
        "Tom Beckett",
    )


def test_of_thirty_eight_two_are_at_risk(today: Today) -> None:
    assert dict(today.states) == {
        "Steady": 31,
        "Unsettled": 4,
        "Strained": 1,
        "At risk": 2,
        "Not enough yet": 0,
    }
    states = Client.objects.filter(standing=Standing.CLIENT).exclude(state="Steady").values_list("name", "state")
    assert dict(states) == {
        "Brightwater Cold Storage": "At risk",
        "Penhallow Dairy": "At risk",
        "Lowfield Packaging": "Strained",
        "Kestrel Ridge Clinics": "Unsettled",
        "Silverbirch Hotels": "Unsettled",
        "Dunmore Bakeries": "Unsettled",
        "Pell & Hart": "Unsettled",
        "Greyfriars Logistics": "Mended",
    }


def test_seven_things_need_priya_and_the_others_nothing(priya: User, today: Today) -> None:
    frame = frame_of(priya, NOW)
    assert (frame.today, frame.recoveries, frame.promises) == (7, 3, 5)
    assert (today.clients, today.others) == (38, 32)


def test_marcus_comes_first(today: Today) -> None:
    first = today.first
    assert first
    assert first.waiting
    assert first.person
    assert (first.person.name, first.person.title, first.client.name) == (
        "Marcus Bell",
        "Plant manager",
        "Penhallow Dairy",
    )
    assert first.waiting.quote == "Third invoice in a row with hours for someone who left in August."
    assert (NOW - first.waiting.asked_at).days == 2
    assert (NOW - first.waiting.asked_at).seconds // 3600 == 3


def test_two_people_are_to_be_got_back_to(today: Today) -> None:
    dana, anita = today.people
    assert (dana.name, dana.client.name) == ("Dana Whitlock", "Brightwater Cold Storage")
    assert dana.case
    assert dana.case.next_note == "Has had the plan since Friday. Two of four changes agreed."
    assert (anita.name, anita.client.name) == ("Anita Rowe", "Kestrel Ridge Clinics")
    assert anita.waiting
    assert (anita.waiting.due_at - NOW).seconds // 60 == 55
    assert anita.waiting.covered_by
    assert anita.waiting.covered_by.name == "Priya Raman"


def test_three_promises_are_due_until_tomorrow(today: Today) -> None:
    told = [(p.what, str(p.person), p.client.name, str(p.promised_by), local(p.due_at)) for p in today.promises]
    assert told == [
        ("Send the safety certificates", "Tess Moran", "Lowfield Packaging", "Priya Raman", "Mon Oct 13 9:00"),
        (
            "Confirm Friday’s roster, name by name",
            "Dana Whitlock",
            "Brightwater Cold Storage",
            "Jo Tan",
            "Tue Oct 14 12:00",
        ),
        ("Find a relief forklift driver", "Ravi Shah", "Moorfield Parts", "Priya Raman", "Wed Oct 15 17:00"),
    ]


def test_the_third_check_in_is_due(today: Today) -> None:
    [check_in] = today.check_ins
    assert (check_in.number, check_in.of, str(check_in.person), check_in.client.name, check_in.client.state) == (
        3,
        6,
        "Sam Okafor",
        "Greyfriars Logistics",
        "Mended",
    )


def test_three_recoveries_are_under_way(today: Today) -> None:
    assert [(making.case.client.name, making.place, making.case.waiting_for) for making in today.making] == [
        ("Penhallow Dairy", 2, "Call Marcus today"),
        ("Brightwater Cold Storage", 4, "Waiting for Dana to agree"),
        ("Greyfriars Logistics", 7, ""),
    ]
    assert [making.is_check_in_due for making in today.making] == [False, False, True]


def test_brightwater_was_listened_to_and_apologized_to(priya: User) -> None:
    del priya
    brightwater = client("Brightwater Cold Storage")
    assert (brightwater.on_assignment, brightwater.since_year, str(brightwater.looked_after_by)) == (
        42,
        2019,
        "Priya Raman",
    )
    touches = Touch.objects.filter(client=brightwater)
    assert [(local(touch.at), touch.kind, touch.minutes, touch.summary) for touch in touches] == [
        ("Tue Jun 17 9:40", "visit", 40, "Tom Beckett walked round the dock with Dana"),
        ("Tue Oct 7 7:30", "call", 34, "Tom and Priya listened to Dana"),
        ("Wed Oct 8 6:30", "visit", 45, "Tom Beckett visited and apologized in person"),
        ("Fri Oct 10 16:30", "note", None, "Plan sent to Dana"),
    ]
    assert list(AgreedItem.objects.filter(client=brightwater).values_list("what", "how_kept", "is_kept")) == [
        ("Answer within 4 working hours", "Missed 3 of 11 in October", False),
        ("Replace a no-show within 2 hours", "Missed on Oct 3", False),
        ("Fill 95% of shifts", "96.1% over 90 days", True),
        ("Invoice by the 5th, itemized", "Kept, six months running", True),
    ]
    [fact] = brightwater.facts.all()
    assert (fact.kind, fact.count, fact.of, local(fact.at)) == ("no_show", 6, 14, "Fri Oct 3 5:00")
    people = [(str(one), one.title, one.best_hour, one.preferred_way) for one in brightwater.people.all()]
    assert people == [
        ("Dana Whitlock", "Operations director", "Best before 8 am", ""),
        ("Luis Ortega", "Night shift supervisor", "", "Text is fine"),
    ]


def test_every_line_adds_up_to_the_number_of_its_client(priya: User) -> None:
    del priya
    for one in Client.objects.filter(standing=Standing.CLIENT):
        assert sum(line.points for line in one.signals.filter(cleared_at=None)) == one.points


def test_half_a_year_of_health_is_drawn(priya: User) -> None:
    del priya
    drawn = HealthDay.objects.filter(client__name="Brightwater Cold Storage").values_list("state", flat=True)
    assert [(state, len(list(weeks))) for state, weeks in groupby(drawn)] == [
        ("Not enough yet", 4),
        ("Steady", 19),
        ("Strained", 1),
        ("At risk", 2),
    ]


def test_nothing_is_left_for_the_worker_to_do(priya: User) -> None:
    del priya
    assert list(Client.objects.filter(assess_due_at__lte=NOW)) == []


def test_every_change_is_on_record_and_none_is_dated_after_the_story(priya: User) -> None:
    del priya
    assert Event.objects.filter(at__gt=NOW).count() == 0
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"found_firm", "invite_user", "finish_import", "confirm_clients", "open_case", "record_touch"} <= verbs


def test_everybody_named_is_somebody_of_the_mail(priya: User) -> None:
    del priya
    assert Person.objects.filter(client__standing=Standing.CLIENT, addresses=None).count() == 0


def test_penhallow_is_decided_and_to_be_heard_out(priya: User) -> None:
    case = client("Penhallow Dairy").cases.get()
    views = [(str(one.user), one.choice) for one in case.opinions.all()]
    assert (case.step, case.decision, views) == (
        "understand",
        "save",
        [("Tom Beckett", "save"), ("Helen Marsh", "save"), ("Priya Raman", "save")],
    )
    assert [(one.side, one.what) for one in case.contributions.all()] == [
        ("ours", "Leavers stay on the timesheet until payroll closes the month"),
        ("ours", "Fixed the invoice twice, never the cause"),
        ("ours", "Left his message for two days"),
        ("theirs", "Told the line lead about the leaver, not us, the first time"),
    ]
    filled_in = suggested(case, [], now=NOW)
    assert "You billed eleven hours for Kyle, who left in August." in filled_in[Question.HAPPENED].words
    assert "My finance team holds every invoice of yours now." in filled_in[Question.COST].words
    del priya


def test_brightwater_has_a_plan_of_four_changes_and_two_are_agreed(priya: User) -> None:
    del priya
    case = client("Brightwater Cold Storage").cases.get()
    told = [(str(one.owner), f"{one.due_on:%b %-d}", one.answer, one.promise is not None) for one in case.plan.all()]
    assert told == [
        ("Jo Tan", "Oct 17", "agreed", True),
        ("Priya Raman", "Oct 24", "agreed", True),
        ("Tom Beckett", "Oct 17", "question", False),
        ("Tom Beckett", "Nov 4", "", False),
    ]
    assert all(one.heard is not None and one.heard.message is not None for one in case.plan.all())
    [over] = overloads(plan_of(case).rows, NOW)
    assert (str(over.user), f"{over.load.week:%b %-d}", over.load.due, over.load.usually) == (
        "Tom Beckett",
        "Oct 13",
        9,
        6,
    )


def test_greyfriars_is_put_right_and_followed_up(priya: User) -> None:
    del priya
    case = client("Greyfriars Logistics").cases.get()
    assert (case.status, case.step) == ("following", "follow_up")
    assert [(one.done_at is not None, one.verified_at is not None) for one in case.plan.all()] == [(True, True)] * 3
    [given] = case.reparations.all()
    assert (given.state, str(given.offer), given.reached_at is not None) == ("given", "968.00", True)
