"""What a recovery is about, who mends it, and which others belong to it: changed, refused, and on record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.core.case import Role, Status, Step
from amends.desk.actions.case import finish_step, move_case, open_case
from amends.desk.actions.case_about import acknowledge_case, acknowledge_with, change_case
from amends.desk.actions.case_join import join_case, relate_case, unrelate_case
from amends.desk.actions.case_team import Team, change_team, take_in
from amends.desk.actions.health import assess_client
from amends.desk.actions.letter import write_letter
from amends.desk.actions.promise import make_promise
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import delete_touch, record_touch
from amends.desk.models import Apology, Case, CaseRole, Heard, Opinion, Touch, User
from amends.desk.models import Role as Rank
from amends.desk.queries.case import history_of, others_of
from amends.desk.rules import Refused
from cast import NOW, WORDS, a_client, a_restricted_client, person_at, told, upset

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Branch

LATER = NOW + timedelta(hours=1)


# ── What it is about ───────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_changes_is_on_record(bob: User) -> None:
    case = upset(bob)
    change_case(case, by=bob, now=LATER, severity=4, theme="attendance", words=WORDS)
    case.refresh_from_db()
    assert (case.severity, case.theme) == (4, "attendance")
    assert told("change_case") == [({"severity": 3, "theme": ""}, {"severity": 4, "theme": "attendance"})]
    change_case(case, by=bob, now=LATER, severity=4)
    assert len(told("change_case")) == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"severity": 6}, "Choose how bad it feels, from one to five."),
        ({"known_at": LATER + timedelta(seconds=1)}, "That is still to come."),
    ],
)
def test_what_cannot_be_is_refused(bob: User, fields: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        change_case(upset(bob), by=bob, now=LATER, **fields)


def test_who_is_upset_works_at_the_client(bob: User) -> None:
    case = upset(bob)
    tess = person_at(a_client(name="South"), "tess@south.example")
    with pytest.raises(Refused, match="Tess works elsewhere"):
        change_case(case, by=bob, now=LATER, person=tess)
    gary = person_at(case.client, "gary@north.example")
    change_case(case, by=bob, now=LATER, person=gary)
    assert told("change_case") == [({"person_id": None}, {"person_id": gary.pk})]
    with pytest.raises(TypeError, match="no status"):
        change_case(case, by=bob, now=LATER, status="closed")


def test_a_verified_failure_counts_until_it_is_fixed_and_the_same_again_more(bob: User) -> None:
    case = upset(bob)
    change_case(case, by=bob, now=NOW, theme="attendance", is_verified=True)
    assess_client(case.client, now=NOW)
    line = case.client.signals.get(rule="failure open", cleared_at=None)
    assert (line.summary, line.points) == ("Not put right yet: Attendance, since Mar 10", 8)
    finish_step(case, Step.FIX, by=bob, now=LATER)
    assess_client(case.client, now=LATER)
    assert not case.client.signals.filter(rule="failure open", cleared_at=None).exists()
    again = open_case(case.client, by=bob, now=LATER, words=WORDS, severity=3)
    change_case(again, by=bob, now=LATER, theme="attendance", is_verified=True)
    assess_client(case.client, now=LATER)
    line = case.client.signals.get(rule="failure again", cleared_at=None)
    assert (line.summary, line.points) == ("Happened again within a year: Attendance, on Mar 10", 14)
    change_case(again, by=bob, now=LATER, is_verified=False)
    assess_client(case.client, now=LATER)
    assert not case.client.signals.filter(rule__startswith="failure", cleared_at=None).exists()


# ── They know that we know ─────────────────────────────────────────────────────────────────────────────────────────


def met(case: Case) -> tuple[datetime | None, datetime | None]:
    """Return since when they know that we know, and when they were called back."""
    case.refresh_from_db()
    return case.acknowledged_at, case.called_back_at


def test_a_talk_says_that_we_know_and_without_it_nobody_did(bob: User) -> None:
    case = upset(bob)
    record_talk(case.client, "voicemail", by=bob, now=NOW)
    assert met(case) == (None, None)
    call = record_talk(case.client, "call", by=bob, now=LATER)
    assert met(case) == (LATER, LATER)
    delete_touch(call, by=bob, now=LATER)
    assert met(case) == (None, None)


@pytest.mark.parametrize("name", ["acknowledged_at", "called_back_at"])
def test_what_another_talk_did_stays_when_one_is_taken_out(bob: User, name: str) -> None:
    case = upset(bob)
    call = record_talk(case.client, "call", by=bob, now=LATER)
    Case.objects.update(**{name: NOW})
    delete_touch(call, by=bob, now=LATER)
    assert met(case) == ((NOW, None) if name == "acknowledged_at" else (None, NOW))


def test_it_is_said_by_hand_once_and_by_a_letter_of_the_recovery(bob: User, mona: User) -> None:
    case = upset(bob)
    seen_by_mona = Case.objects.get()
    acknowledge_case(case, by=bob, now=LATER)
    with pytest.raises(Refused, match=r"They have known since March 10, 2025, 1 p\.m\. that we know"):
        acknowledge_case(seen_by_mona, by=mona, now=LATER)
    assert told("acknowledge_case") == [({"acknowledged_at": None}, {"acknowledged_at": "2025-03-10T13:00:00Z"})]
    Case.objects.update(acknowledged_at=None)
    person_at(case.client, "gary@north.example")
    for of, at in ((None, None), (case, LATER)):
        letter = write_letter(case.client, "gary@north.example", "Sorry", "It was us.", by=bob, now=NOW, case=of)
        acknowledge_with(letter, now=LATER)
        case.refresh_from_db()
        assert case.acknowledged_at == at


# ── Who mends it ───────────────────────────────────────────────────────────────────────────────────────────────────


def parts(case: Case) -> dict[str, str]:
    return dict(CaseRole.objects.filter(case=case).values_list("user__name", "role"))


def test_a_team_has_one_lead_and_one_part_for_each(bob: User, mona: User, alice: User, vera: User) -> None:
    case = upset(bob)
    change_team(case, Team(mona, (alice, mona), (bob, alice), (vera,)), by=bob, now=LATER)
    assert (case.lead, parts(case)) == (mona, {"Alice Alder": "sponsor", "Bob Reed": "scribe", "Vera Wells": "other"})
    change_team(case, Team(mona, (), (bob,)), by=bob, now=LATER)
    assert parts(case) == {"Bob Reed": "scribe"}
    change_team(case, Team(mona, (), (bob,)), by=bob, now=LATER)
    [first, second] = told("change_team")
    assert (first[0]["lead"], first[1]["lead"], first[1]["team"]) == (bob.pk, mona.pk, [bob.pk, alice.pk, vera.pk])
    assert (second[0]["sponsor"], second[1]["sponsor"]) == ([alice.pk], [])


def test_who_cannot_mend_is_refused(bob: User, charlie: User, vera: User, riverside: Branch) -> None:
    case = upset(bob)
    with pytest.raises(Refused, match="Vera Wells only looks"):
        change_team(case, Team(vera), by=bob, now=LATER)
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    charlie.refresh_from_db()
    with pytest.raises(Refused, match="Charlie Stone’s account is closed"):
        change_team(case, Team(bob, (charlie,)), by=bob, now=LATER)
    CaseRole.objects.create(case=case, user=charlie, role=Role.OTHER)
    change_team(case, Team(bob, others=(charlie,)), by=bob, now=LATER)  # who left may stay where they were
    secret = upset(bob, a_restricted_client(branch=riverside, looked_after_by=bob))
    User.objects.filter(pk=charlie.pk).update(is_active=True)
    charlie.refresh_from_db()
    with pytest.raises(Refused, match="Charlie Stone does not see Secret"):
        change_team(secret, Team(bob, (charlie,)), by=bob, now=LATER)


def test_a_restricted_recovery_needs_a_lead_and_who_restricts_it(bob: User, mona: User, alice: User) -> None:
    case = upset(bob)
    with pytest.raises(Refused, match="Choose a lead first"):
        change_team(case, Team(None, is_restricted=True), by=bob, now=LATER)
    with pytest.raises(Refused, match="you would no longer see the recovery yourself"):
        change_team(case, Team(mona, is_restricted=True), by=bob, now=LATER)
    change_team(case, Team(mona, is_restricted=True), by=alice, now=LATER)
    case.refresh_from_db()
    assert case.is_restricted is True


def test_who_gets_work_in_a_restricted_recovery_becomes_part_of_it(bob: User, mona: User, alice: User) -> None:
    case = upset(bob)
    take_in(case, mona, by=bob, now=LATER)
    change_team(case, Team(bob, is_restricted=True), by=bob, now=LATER)
    for user in (None, bob, alice, mona, mona):
        take_in(case, user, by=bob, now=LATER)
    assert parts(case) == {"Mona Quay": "other"}
    assert alice.role == Rank.OWNER


# ── Which belong together ──────────────────────────────────────────────────────────────────────────────────────────


def two(bob: User) -> tuple[Case, Case]:
    first = upset(bob)
    return first, open_case(first.client, by=bob, now=LATER, words="And the invoice.", severity=5)


def test_two_of_one_matter_become_one_and_nothing_is_lost(bob: User, mona: User) -> None:
    into, case = two(bob)
    gary = person_at(case.client, "gary@north.example")
    Case.objects.filter(pk=case.pk).update(person=gary, remedy="A credit", theme="billing", known_at=NOW)
    Case.objects.filter(pk=into.pk).update(remedy="An excuse")
    case.refresh_from_db()
    record_touch(case.client, "call", by=bob, now=LATER, case=case, words="Again.")
    make_promise(case.client, "A credit", due_at=LATER, by=bob, now=LATER, case=case)
    Heard.objects.create(case=case, question="happened", words="The invoice.", said_at=LATER)
    for one, user in ((case, bob), (case, mona), (into, bob)):
        Opinion.objects.create(case=one, user=user, choice="save", reason=f"of {one.pk}", at=LATER)
    Apology.objects.create(case=case, script="Mine")
    joined = join_case(case, into, by=mona, now=LATER)
    case.refresh_from_db()
    joined.refresh_from_db()
    assert (case.status, case.merged_into, case.closed_at) == (Status.MERGED, into, LATER)
    assert (joined.severity, joined.person, joined.theme, joined.known_at) == (5, gary, "billing", NOW)
    assert joined.remedy == "An excuse\n\nA credit"
    assert (Touch.objects.get().case, Heard.objects.get().case, Apology.objects.get().case) == (into, into, into)
    assert sorted(Opinion.objects.values_list("case", "user__name")) == sorted(
        [(into.pk, "Bob Reed"), (into.pk, "Mona Quay"), (case.pk, "Bob Reed")]
    )
    assert {one.words for one in history_of(joined)} >= {WORDS, "And the invoice.", "Again."}
    assert told("join_case")[0][1]["joined"] == case.pk
    assert (others_of(joined, bob), others_of(case, bob)) == ([case], [into])


def test_what_was_restricted_stays_so_with_both_teams(bob: User, mona: User, alice: User) -> None:
    into, case = two(bob)
    change_team(case, Team(mona, (alice,), is_restricted=True), by=alice, now=LATER)
    Apology.objects.create(case=case, script="Mine")
    Apology.objects.create(case=into, script="Theirs")
    join_case(case, into, by=alice, now=LATER)
    into.refresh_from_db()
    assert (into.is_restricted, into.lead, parts(into)) == (True, bob, {"Mona Quay": "other", "Alice Alder": "sponsor"})
    assert Apology.objects.get(case=case).script == "Mine"  # still read at its own place


def test_what_cannot_be_joined_is_refused(bob: User) -> None:
    into, case = two(bob)
    south = upset(bob, a_client(name="South"))
    for one, other in ((case, case), (case, south)):
        with pytest.raises(Refused, match="Choose another recovery of the same client"):
            join_case(one, other, by=bob, now=LATER)
    join_case(case, into, by=bob, now=LATER)
    third = open_case(into.client, by=bob, now=LATER, words="", severity=1)
    with pytest.raises(Refused, match="That recovery is joined to another itself"):
        join_case(third, case, by=bob, now=LATER)
    move_case(third, Status.CLOSED, by=bob, now=LATER)
    with pytest.raises(Refused, match="A recovery that is closed cannot become joined to another"):
        join_case(third, into, by=bob, now=LATER)


def test_what_has_something_in_common_is_related_until_it_is_not(bob: User) -> None:
    one, other = two(bob)
    relate_case(one, other, by=bob, now=LATER)
    assert others_of(other, bob) == [one]
    for wrong in (one, other):
        with pytest.raises(Refused, match="These two are related already"):
            relate_case(one, wrong, by=bob, now=LATER)
    unrelate_case(other, one, by=bob, now=LATER)
    with pytest.raises(Refused, match="These two are not related any more"):
        unrelate_case(one, other, by=bob, now=LATER)
    assert told("relate_case") == [
        ({"related": []}, {"related": [other.pk]}), ({"related": [one.pk]}, {"related": []}),
    ]  # fmt: skip
