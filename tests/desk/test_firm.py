"""The firm is founded once and says what it promises."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from amends.desk.actions.firm import (
    add_branch,
    add_holiday,
    add_holidays,
    change_branch,
    change_firm,
    finish_welcome,
    found_firm,
    remove_branch,
    remove_holiday,
    set_hours,
    set_numbers,
    set_week,
)
from amends.desk.models import Branch, Client, Event, Firm, Holiday, Role, User
from amends.desk.queries.number import BASE_RATE, base_rate_of, measures, points_of
from amends.desk.rules import Refused
from cast import NOW

pytestmark = pytest.mark.django_db
OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]


def found(**changed: Any) -> tuple[Firm, User]:
    told = {
        "addresses": ["Alder-Quay.example ", "@desk.example", "alder-quay.example"],
        "zone": "America/New_York",
        "owner_name": " Priya Raman ",
        "owner_email": "Priya@Alder-Quay.example",
    }
    return found_firm("Alder & Quay", now=NOW, **{**told, **changed})


def last() -> tuple[str, dict[str, Any], dict[str, Any]]:
    event = Event.objects.first()
    assert event
    return event.verb, event.before, event.after


def test_a_firm_is_founded_with_its_owner() -> None:
    firm, owner = found()
    assert (firm.pk, firm.name, firm.addresses, firm.zone) == (
        1, "Alder & Quay", ["alder-quay.example", "desk.example"], "America/New_York",
    )  # fmt: skip
    assert (owner.name, owner.email, owner.role) == ("Priya Raman", "priya@alder-quay.example", Role.OWNER)
    assert (owner.joined_at, owner.has_usable_password()) == (NOW, False)
    assert last() == (
        "found_firm",
        {},
        {"name": "Alder & Quay", "addresses": ["alder-quay.example", "desk.example"], "zone": "America/New_York"},
    )


def test_there_is_one_firm() -> None:
    found()
    with pytest.raises(Refused, match=r"^There is a firm here already. Ask its owner to invite you.$"):
        found()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"addresses": ["here"]},
            "“here” is neither a domain nor a mail address. Write it as in alder-quay.com.",
        ),
        ({"zone": "Mars/Base"}, "There is no time zone “Mars/Base”. Choose one as in Europe/London."),
        ({"owner_name": "  "}, "Write a name."),
        ({"owner_email": "priya"}, "“priya” is not a mail address."),
    ],
)
def test_what_cannot_be_used_is_said(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refusal:
        found(**changed)
    assert (str(refusal.value), Firm.objects.count()) == (words, 0)


def test_a_change_of_what_is_promised_has_everybody_looked_at_again(firm: Firm, alice: User) -> None:
    client = Client.objects.create(name="North", created_at=NOW)
    change_firm(firm, by=alice, now=NOW, name="Alder and Quay", currency="gbp", keep_years=7)
    assert last() == (
        "change_firm",
        {"name": "Alder & Quay", "currency": "USD", "keep_years": None},
        {"name": "Alder and Quay", "currency": "GBP", "keep_years": 7},
    )
    client.refresh_from_db()
    assert client.assess_due_at is None
    change_firm(firm, by=alice, now=NOW, answer_hours=8, name="Alder and Quay")
    client.refresh_from_db()
    assert last() == ("change_firm", {"answer_hours": 4}, {"answer_hours": 8})
    assert [one.assess_due_at for one in Client.objects.all()] == [NOW]


def test_what_is_the_same_is_no_change(firm: Firm, alice: User) -> None:
    change_firm(firm, by=alice, now=NOW, name="Alder & Quay", keep_years=None)
    set_week(firm, OFFICE, by=alice, now=NOW)
    set_numbers({"complaint": 8}, by=alice, now=NOW)
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("answer_hours", 0, "Promise an answer within 1 to 80 working hours."),
        ("keep_years", 51, "Keep messages for 1 to 50 years, or for ever."),
        ("currency", "dollars", "Write the currency in three letters, as in USD."),
    ],
)
def test_a_number_beyond_sense_is_refused(firm: Firm, alice: User, field: str, value: object, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        change_firm(firm, by=alice, now=NOW, **{field: value})
    assert str(refusal.value) == words


def test_only_owners_change_the_firm(firm: Firm, mona: User) -> None:
    with pytest.raises(Refused):
        change_firm(firm, by=mona, now=NOW, name="Mona's")
    firm.refresh_from_db()
    assert firm.name == "Alder & Quay"


def test_a_week_may_have_a_pause_at_noon(firm: Firm, alice: User) -> None:
    week = [[["13:00", "17:30"], ["08:00", "12:00"]], *OFFICE[1:]]
    set_week(firm, week, by=alice, now=NOW)
    firm.refresh_from_db()
    assert firm.week[0] == [["08:00", "12:00"], ["13:00", "17:30"]]
    assert last()[0] == "set_week"


@pytest.mark.parametrize(
    "week",
    [
        [[["09:00", "17:00"], ["16:00", "18:00"]], *OFFICE[1:]],  # they overlap
        [[["17:00", "09:00"]], *OFFICE[1:]],  # backwards
        [[["nine", "five"]], *OFFICE[1:]],
        [[]] * 7,  # never open
        OFFICE[:5],
    ],
)
def test_a_week_that_cannot_be_is_refused(firm: Firm, alice: User, week: list[list[list[str]]]) -> None:
    with pytest.raises(Refused, match=r"^Each day's hours must follow each other"):
        set_week(firm, week, by=alice, now=NOW)
    firm.refresh_from_db()
    assert firm.week == OFFICE


def test_holidays_come_and_go(firm: Firm, alice: User) -> None:
    del firm
    client = Client.objects.create(name="North", created_at=NOW)
    yule = add_holiday(date(2025, 12, 25), " Christmas ", by=alice, now=NOW)
    assert last() == ("add_holiday", {}, {"on": "2025-12-25", "name": "Christmas"})
    add_holiday(date(2025, 12, 25), "Christmas Day", by=alice, now=NOW)
    days = [(date(2025, 12, 25), "X"), (date(2026, 1, 1), "New Year"), (date(2026, 7, 4), "Fourth")]
    assert [add_holidays(days, by=alice, now=NOW) for _ in range(2)] == [2, 0]
    assert last() == ("add_holidays", {}, {"2026-01-01": "New Year", "2026-07-04": "Fourth"})
    assert list(Holiday.objects.values_list("name", flat=True)) == ["Christmas Day", "New Year", "Fourth"]
    remove_holiday(yule, by=alice, now=NOW)
    assert last()[:2] == ("remove_holiday", {"on": "2025-12-25", "name": "Christmas"})
    client.refresh_from_db()
    assert client.assess_due_at == NOW


def test_branches_open_change_and_close(firm: Firm, alice: User) -> None:
    del firm
    dock = add_branch(" Dock ", by=alice, now=NOW, phone="555 0300")
    assert last() == ("add_branch", {}, {"name": "Dock", "phone": "555 0300"})
    change_branch(dock, by=alice, now=NOW, name="Dockside", phone="555 0300")
    assert last() == (
        "change_branch", {"name": "Dock", "phone": "555 0300"}, {"name": "Dockside", "phone": "555 0300"},
    )  # fmt: skip
    change_branch(dock, by=alice, now=NOW, name="Dockside", phone="555 0300")
    assert Event.objects.count() == 2
    remove_branch(dock, by=alice, now=NOW)
    assert (last()[0], Branch.objects.count()) == ("remove_branch", 0)


def test_two_branches_have_two_names(riverside: Branch, harbour: Branch, alice: User) -> None:
    with pytest.raises(Refused, match=r"^There is a branch called riverside already.$"):
        add_branch("riverside", by=alice, now=NOW)
    with pytest.raises(Refused, match=r"^There is a branch called Riverside already.$"):
        change_branch(harbour, by=alice, now=NOW, name="Riverside")
    assert str(riverside) == "Riverside"


def test_a_branch_that_is_lived_in_stays(riverside: Branch, bob: User, alice: User) -> None:
    """Else its manager would be one without a branch, who sees what is restricted in all of them."""
    del bob
    Client.objects.create(name="North", created_at=NOW, branch=riverside)
    words = r"^1 colleague and 1 client still belong to Riverside. Move them to another branch first.$"
    with pytest.raises(Refused, match=words):
        remove_branch(riverside, by=alice, now=NOW)


def test_the_firms_own_numbers_count(firm: Firm, alice: User) -> None:
    client = Client.objects.create(name="North", created_at=NOW)
    set_numbers({"complaint": 5}, by=alice, now=NOW)
    firm = set_numbers({BASE_RATE: 0.05}, by=alice, now=NOW)
    assert (points_of(firm), base_rate_of(firm)) == ({"complaint": 5}, 0.05)
    assert last() == ("set_number", {"base rate": 0.092}, {"base rate": 0.05})
    firm = set_numbers({"complaint": None}, by=alice, now=NOW)
    assert (points_of(firm), last()) == ({}, ("set_number", {"complaint": 5}, {"complaint": 8}))
    client.refresh_from_db()
    assert client.assess_due_at == NOW


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("complaint", 41, "A complaint, each conversation: choose a number from 0 to 40."),
        ("praise", 4, "Praise: choose a number from −40 to 0."),
        ("praise", -4.5, "Praise: points are whole numbers."),
        (BASE_RATE, 0.9, "Clients lost in a quarter: choose a number from 0.5 to 50."),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(firm: Firm, alice: User, key: str, value: float, words: str) -> None:
    del firm
    with pytest.raises(Refused) as refusal:
        set_numbers({key: value}, by=alice, now=NOW)
    assert str(refusal.value) == words


def test_the_welcome_ends_once(alice: User) -> None:
    firm = Firm.objects.get()
    Firm.objects.update(welcomed_at=None)
    firm.refresh_from_db()
    for _ in range(2):
        finish_welcome(firm, by=alice, now=NOW)
    assert (firm.welcomed_at, Event.objects.count()) == (NOW, 1)


def test_what_the_rules_measure_by_is_shown_with_its_source() -> None:
    told = measures()
    assert told["Survey"][0] == ("An answer to a survey up to this is low", "6 of 10", "read in a source")
    assert ("Fewer than this share of their usual conversations is a drop", "50 %", "a judgement") in told["Quiet"]
    assert "Clients lost in a quarter, until your own history says otherwise" not in [row[0] for row in told["Health"]]


def test_all_numbers_of_a_page_are_one_change(alice: User, firm: Firm) -> None:
    del firm
    set_numbers({"complaint": 5, BASE_RATE: 0.05, "quiet": None}, by=alice, now=NOW)
    assert last() == ("set_number", {"complaint": 8, "base rate": 0.092}, {"complaint": 5, "base rate": 0.05})
    with pytest.raises(Refused):
        set_numbers({"complaint": 6, BASE_RATE: 5.0}, by=alice, now=NOW)
    assert Firm.objects.get().numbers == {"complaint": 5, "base rate": 0.05}


def test_hours_that_cannot_be_kept_change_nothing(alice: User, firm: Firm) -> None:
    week = [[["08:00", "12:00"]]] * 5 + [[]] * 2
    with pytest.raises(Refused):
        set_hours(firm, week, 1000, by=alice, now=NOW)
    assert Firm.objects.get().week != week
    set_hours(Firm.objects.get(), week, 6, by=alice, now=NOW)
    assert (Firm.objects.get().week, Firm.objects.get().answer_hours) == (week, 6)


def test_a_weak_password_founds_nothing() -> None:
    with pytest.raises(Refused):
        found(password="short")  # noqa: S106  (nobody's)
    assert (Firm.objects.count(), User.objects.count()) == (0, 0)
    assert found(password="four otters count clouds")[1].check_password("four otters count clouds")  # noqa: S106  (nobody's)


def test_the_end_of_the_welcome_sets_the_answer_promised(alice: User, firm: Firm) -> None:
    finish_welcome(firm, by=alice, now=NOW, answer_hours=7)
    assert Firm.objects.get().answer_hours == 7


def test_a_link_works_for_a_day_to_a_year(firm: Firm, alice: User) -> None:
    with pytest.raises(Refused, match="A link works for 1 to 365 days"):
        change_firm(firm, by=alice, now=NOW, page_days=0)
    assert Firm.objects.get().page_days == 30
