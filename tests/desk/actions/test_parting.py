"""A client is parted from: what was done is kept, what is missing is said, and a hello follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Status, Step
from amends.desk.actions.case import move_case
from amends.desk.actions.firm import set_numbers
from amends.desk.actions.parting import add_hand_over, hand_over, plan_parting, remove_hand_over, say_goodbye
from amends.desk.models import Event, FollowUp, Parting
from amends.desk.rules import Refused
from cast import NOW, told, upset

if TYPE_CHECKING:
    from amends.desk.models import User

TODAY = date(2025, 3, 10)
ALL: dict[str, Any] = {
    "called_at": NOW,
    "note_sent_on": TODAY,
    "is_meeting_declined": True,
    "is_nothing_owed": True,
    "hello_on": date(2025, 6, 2),
    "who_may_hear": "Everybody: we part as friends.",
}


def test_what_was_done_is_kept_and_recorded(bob: User) -> None:
    case = upset(bob)
    parting = plan_parting(case, by=bob, now=NOW, called_at=NOW, note="Thank you.", met_on=None)
    parting.refresh_from_db()
    assert (parting.called_at, parting.note, parting.said_at) == (NOW, "Thank you.", None)
    plan_parting(case, by=bob, now=NOW, called_at=NOW, note="Thank you, Gary.")
    plan_parting(case, by=bob, now=NOW, note="Thank you, Gary.")
    assert [sorted(after) for _before, after in told("plan_parting")] == [["called_at", "note"], ["note"]]
    assert Event.objects.filter(verb="plan_parting").first().case_id == case.pk  # type: ignore[union-attr]  # it was recorded just now


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"note_sent_on": TODAY + timedelta(days=1)}, "What has happened cannot lie ahead. Look at the days."),
        ({"called_at": NOW + timedelta(hours=1)}, "What has happened cannot lie ahead. Look at the days."),
        ({"hello_on": TODAY}, "The hello and the second thought lie ahead. Choose days to come."),
        ({"note": "a" * 1_201}, "That is too long to write by hand. A few sentences are enough."),
    ],
)
def test_days_that_cannot_be_are_refused(bob: User, fields: dict[str, Any], words: str) -> None:
    case = upset(bob)
    with pytest.raises(Refused) as refusal:
        plan_parting(case, by=bob, now=NOW, **fields)
    assert str(refusal.value) == words


def test_things_are_handed_over_one_by_one(bob: User) -> None:
    case = upset(bob)
    keys, files = (add_hand_over(case, what, by=bob, now=NOW) for what in ("The keys", "The files"))
    assert [(row.what, row.position) for row in (keys, files)] == [("The keys", 0), ("The files", 1)]
    hand_over(keys, by=bob, now=NOW)
    hand_over(keys, by=bob, now=NOW)  # a colleague has just ticked it, too
    keys.refresh_from_db()
    assert keys.done_at == NOW
    hand_over(keys, by=bob, now=NOW, is_done=False)
    remove_hand_over(files, by=bob, now=NOW)
    assert [(row.what, row.done_at) for row in Parting.objects.get().hand_over.all()] == [("The keys", None)]
    verbs = Event.objects.filter(thing="parting").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add_hand_over", "add_hand_over", "hand_over", "take_back_hand_over", "remove_hand_over"]


def test_goodbye_is_refused_while_something_is_missing(bob: User) -> None:
    case = upset(bob)
    plan_parting(case, by=bob, now=NOW, **{**ALL, "note_sent_on": None})
    words = r"^Still missing: the note by hand and the hand-over. Do it first, or say why it is enough like this.$"
    with pytest.raises(Refused, match=words):
        say_goodbye(case, by=bob, now=NOW)
    case.refresh_from_db()
    assert (case.status, Parting.objects.get().said_at) == (Status.OPEN, None)


def test_goodbye_parts_the_client_and_lays_down_the_hello(bob: User) -> None:
    case = upset(bob)
    plan_parting(case, by=bob, now=NOW, **ALL)
    hand_over(add_hand_over(case, "The keys", by=bob, now=NOW), by=bob, now=NOW)
    parting = say_goodbye(case, by=bob, now=NOW)
    case.refresh_from_db()
    assert (case.status, case.step, parting.said_at) == (Status.PARTED, Step.LEARN, NOW)
    assert [(one.due_on, one.note, one.case) for one in FollowUp.objects.all()] == [
        (date(2025, 6, 2), "The hello after the goodbye: ask how they are, and sell nothing.", case),
        (date(2025, 9, 6), "Think of winning them back: with better service, not with a discount.", case),
    ]
    [(_before, after)] = told("say_goodbye")
    assert (after["why"], after["missing"]) == ("", [])


def test_with_a_reason_goodbye_is_said_all_the_same(bob: User, alice: User) -> None:
    set_numbers({"parting.hello_after": 30}, by=alice, now=NOW)
    case = upset(bob)
    parting = say_goodbye(case, by=bob, now=NOW, why="They have closed down.")
    assert (parting.hello_on, parting.win_back_on) == (date(2025, 4, 9), date(2025, 9, 6))
    [(_before, after)] = told("say_goodbye")
    assert (after["why"], len(after["missing"])) == ("They have closed down.", 7)
    case.refresh_from_db()
    with pytest.raises(Refused, match=r"^This recovery is over. Open it again first.$"):
        say_goodbye(case, by=bob, now=NOW, why="Once more.")


def test_a_recovery_that_was_opened_again_can_be_parted_from_again(bob: User) -> None:
    case = upset(bob)
    say_goodbye(case, by=bob, now=NOW, why="They have closed down.")
    case.refresh_from_db()
    move_case(case, Status.OPEN, by=bob, now=NOW)
    say_goodbye(case, by=bob, now=NOW + timedelta(days=200), why="They have closed down.")
    case.refresh_from_db()
    assert case.status == Status.PARTED


def test_who_only_looks_parts_from_nobody(bob: User, vera: User) -> None:
    case = upset(bob)
    row = add_hand_over(case, "The keys", by=bob, now=NOW)
    for change in (
        lambda: plan_parting(case, by=vera, now=NOW, note="Bye."),
        lambda: add_hand_over(case, "A chair", by=vera, now=NOW),
        lambda: hand_over(row, by=vera, now=NOW),
        lambda: remove_hand_over(row, by=vera, now=NOW),
        lambda: say_goodbye(case, by=vera, now=NOW, why="Bye."),
    ):
        with pytest.raises(Refused, match="You may look at this"):
            change()
