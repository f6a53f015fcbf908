"""What makes good is agreed to by who may, given once, and never more than it takes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.reparation import Need, Place, Repeat, State
from amends.desk.actions.firm import change_firm
from amends.desk.actions.reparation import (
    answer_reparation,
    change_reparation,
    draft_reparation,
    drop_reparation,
    give_reparation,
    offer_reparation,
    reach_reparation,
)
from amends.desk.models import Case, CaseRole, Contribution, Event, Firm, Reparation
from amends.desk.queries.reparation import (
    given_by_year,
    may_agree,
    reckoned,
    reparations_of,
    waiting_for,
    who_may_agree,
)
from amends.desk.rules import Refused
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from amends.desk.models import Branch, User

DAY = timedelta(days=1)
LOSS = {"direct_loss": Decimal(900), "effort_hours": Decimal(4)}


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    return upset(bob, a_client(looked_after_by=bob, branch=riverside))


def offer(case: Case, by: User, amount: int, **more: object) -> Reparation:
    told = {**LOSS, "offer": Decimal(amount), **more}
    return draft_reparation(case, by=by, now=NOW, **told)


def big(case: Case, by: User, **more: object) -> Reparation:
    """Draft an offer within the band, above the limit."""
    return offer(case, by, 3300, direct_loss=Decimal(3000), effort_hours=Decimal(0), **more)


def test_what_fits_is_agreed_to_at_once(case: Case, bob: User) -> None:
    row = offer(case, bob, 1210)
    assert (row.currency, row.hour_rate, row.our_share) == ("USD", Decimal(50), Decimal(1))
    assert row.state == State.DRAFT
    told = reckoned(row, NOW)
    assert (told.band.base, told.band.target, told.needs) == (Decimal(1100), Decimal(1210), ())
    assert told.place is Place.INSIDE
    offer_reparation(row, by=bob, now=NOW)
    assert (row.state, row.asked_by, row.approved_by, row.approved_at) == (State.APPROVED, bob, bob, NOW)
    give_reparation(row, by=bob, now=NOW)
    assert (row.state, row.given_on) == (State.GIVEN, NOW.date())
    reach_reparation(row, by=bob, now=NOW)
    assert row.reached_at == NOW
    assert [event.verb for event in Event.objects.filter(thing="reparation").order_by("pk")] == [
        "draft_reparation", "offer_reparation", "give_reparation", "reach_reparation",
    ]  # fmt: skip
    assert {event.client for event in Event.objects.filter(thing="reparation")} == {case.client}


def test_above_the_limit_a_manager_agrees(case: Case, bob: User, mona: User, alice: User, charlie: User) -> None:
    row = big(case, bob)
    needs = reckoned(row, NOW).needs
    assert needs == ("limit",)
    assert who_may_agree(row, needs, bob) == [mona, alice]
    offer_reparation(row, by=bob, now=NOW)
    assert (row.state, row.approved_by) == (State.WAITING, None)
    assert [list(waiting_for(one)) for one in (mona, alice, bob)] == [[row], [row], []]
    with pytest.raises(Refused, match="You may look at this"):
        answer_reparation(row, agrees=True, by=charlie, now=NOW)
    answer_reparation(row, agrees=True, by=mona, now=NOW, words="Yes.", seen=row.asked_at)
    assert (row.state, row.approved_by, row.answer) == (State.APPROVED, mona, "Yes.")


def test_nobody_agrees_to_their_own_above_the_limit(case: Case, mona: User, alice: User) -> None:
    row = offer_reparation(big(case, mona), by=mona, now=NOW)
    assert row.state == State.WAITING
    with pytest.raises(Refused, match="nobody agrees to their own offer above the limit"):
        answer_reparation(row, agrees=True, by=mona, now=NOW)
    assert answer_reparation(row, agrees=True, by=alice, now=NOW).state == State.APPROVED


def test_who_is_alone_is_told_what_to_do(case: Case, mona: User) -> None:
    row = big(case, mona)
    with pytest.raises(Refused, match="Nobody else here may agree to that"):
        offer_reparation(row, by=mona, now=NOW)


def test_above_the_ceiling_a_manager_decides_with_a_reason(case: Case, bob: User, mona: User) -> None:
    row = offer(case, bob, 1400)
    with pytest.raises(Refused, match="This lies outside the band"):
        offer_reparation(row, by=bob, now=NOW)
    change_reparation(row, by=bob, now=NOW, reason=" She lost the Saturday too. ")
    offer_reparation(row, by=bob, now=NOW)
    assert (row.state, row.reason) == (State.WAITING, "She lost the Saturday too.")
    answer_reparation(row, agrees=False, by=mona, now=NOW, words="1,320 is enough.")
    assert (row.state, row.answer) == (State.REFUSED, "1,320 is enough.")
    change_reparation(row, by=bob, now=NOW, offer=Decimal(1320))
    assert (row.state, row.answer, row.approved_by, row.asked_at) == (State.DRAFT, "", None, None)
    assert offer_reparation(row, by=bob, now=NOW).state == State.APPROVED


def test_a_manager_goes_above_the_ceiling_alone(case: Case, mona: User) -> None:
    row = offer(case, mona, 1400, reason="The Saturday.")
    assert offer_reparation(row, by=mona, now=NOW).state == State.APPROVED


def test_no_is_said_with_a_reason(case: Case, bob: User, mona: User) -> None:
    row = offer_reparation(big(case, bob), by=bob, now=NOW)
    with pytest.raises(Refused, match="Say why not"):
        answer_reparation(row, agrees=False, by=mona, now=NOW)


@pytest.mark.parametrize(
    ("amount", "sentence"), [(1651, "beyond what anybody here may offer"), (500, "outside the band"), (0, "outside")]
)
def test_too_much_and_too_little_are_refused(case: Case, alice: User, amount: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        offer_reparation(offer(case, alice, amount), by=alice, now=NOW)


def test_no_loss_no_money(case: Case, alice: User) -> None:
    row = draft_reparation(case, by=alice, now=NOW, offer=Decimal(50), reason="To be kind.")
    with pytest.raises(Refused, match="Say first what it cost them"):
        offer_reparation(row, by=alice, now=NOW)
    case.is_process = True
    with pytest.raises(Refused, match="money does not mend how it was done"):
        offer_reparation(row, by=alice, now=NOW)
    change_reparation(row, by=alice, now=NOW, offer=Decimal(0))
    with pytest.raises(Refused, match="Say what you offer"):
        offer_reparation(row, by=alice, now=NOW)
    change_reparation(row, by=alice, now=NOW, in_kind="A replacement on Monday", in_kind_cost=Decimal(300))
    assert offer_reparation(row, by=alice, now=NOW).state == State.APPROVED


def test_what_is_owed_is_paid_and_not_part_of_the_offer(case: Case, bob: User) -> None:
    row = draft_reparation(case, by=bob, now=NOW, owed=Decimal(2400))
    told = reckoned(row, NOW)
    assert (told.place, told.cost, told.needs) == (Place.NOTHING, Decimal(2400), ())
    assert offer_reparation(row, by=bob, now=NOW).state == State.APPROVED


def test_slices_are_one_offer(case: Case, bob: User, mona: User) -> None:
    first = offer(case, bob, 1210)
    give_reparation(offer_reparation(first, by=bob, now=NOW), by=bob, now=NOW)
    second = offer(case, bob, 100)
    told = reckoned(second, NOW)
    assert (told.before, told.place, told.cost) == (Decimal(1210), Place.INSIDE, Decimal(1310))
    change_reparation(second, by=bob, now=NOW, offer=Decimal(400), reason="More came to light.")
    told = reckoned(second, NOW)
    assert (told.place, told.needs) == (Place.ABOVE, ("ceiling",))
    assert who_may_agree(second, told.needs, bob) == [mona]
    assert reparations_of(case) == [second, first]


def test_one_offer_at_a_time(case: Case, bob: User) -> None:
    row = offer(case, bob, 1210)
    with pytest.raises(Refused, match=r"There is an offer already\. Change that one\."):
        offer(case, bob, 1210)
    drop_reparation(row, by=bob, now=NOW)
    assert not Reparation.objects.exists()
    assert Event.objects.filter(verb="drop_reparation").get().before["offer"] == "1210.00"


def test_what_was_given_stays(case: Case, bob: User) -> None:
    row = give_reparation(offer_reparation(offer(case, bob, 1210), by=bob, now=NOW), by=bob, now=NOW)
    with pytest.raises(Refused, match="What comes on top is a new offer"):
        change_reparation(row, by=bob, now=NOW, offer=Decimal(1))
    with pytest.raises(Refused, match="It stays on record"):
        drop_reparation(row, by=bob, now=NOW)
    reach_reparation(row, by=bob, now=NOW)
    with pytest.raises(Refused, match="Only what was given can reach them, and only once"):
        reach_reparation(row, by=bob, now=NOW)


def test_nothing_is_given_tomorrow(case: Case, bob: User) -> None:
    row = offer_reparation(offer(case, bob, 1210), by=bob, now=NOW)
    with pytest.raises(Refused, match="That day is still to come"):
        give_reparation(row, by=bob, now=NOW, given_on=date(2025, 3, 11))
    assert give_reparation(row, by=bob, now=NOW, given_on=date(2025, 3, 7)).given_on == date(2025, 3, 7)


def test_nothing_is_given_before_it_is_agreed_to(case: Case, bob: User) -> None:
    with pytest.raises(Refused, match="Somebody else has just decided"):
        give_reparation(offer(case, bob, 1210), by=bob, now=NOW)


def test_two_managers_cannot_both_decide(case: Case, bob: User, mona: User, alice: User) -> None:
    row = offer_reparation(big(case, bob), by=bob, now=NOW)
    seen_by_alice = Reparation.objects.get()
    answer_reparation(row, agrees=False, by=mona, now=NOW, words="No.")
    with pytest.raises(Refused, match="Somebody else has just decided about this offer"):
        answer_reparation(seen_by_alice, agrees=True, by=alice, now=NOW)


def test_what_changed_meanwhile_is_not_agreed_to(case: Case, bob: User, mona: User) -> None:
    row = offer_reparation(big(case, bob), by=bob, now=NOW)
    seen = row.asked_at
    change_reparation(row, by=bob, now=NOW, offer=Decimal(3500))
    offer_reparation(row, by=bob, now=NOW + DAY)
    with pytest.raises(Refused, match="changed since you saw it"):
        answer_reparation(row, agrees=True, by=mona, now=NOW, seen=seen)


def test_what_was_taken_back_is_not_given(case: Case, bob: User) -> None:
    row = offer(case, bob, 1210)
    offer_reparation(row, by=bob, now=NOW)
    stale = Reparation.objects.get()
    drop_reparation(row, by=bob, now=NOW)
    with pytest.raises(Refused, match="Somebody has taken this offer back"):
        give_reparation(stale, by=bob, now=NOW)


def test_above_what_managers_may_an_owner_agrees(firm: Firm, case: Case, bob: User, mona: User, alice: User) -> None:
    change_firm(firm, by=alice, now=NOW, owner_limit=Decimal(3000))
    row = offer_reparation(big(case, bob), by=bob, now=NOW)
    assert who_may_agree(row, reckoned(row, NOW).needs, bob) == [alice]
    with pytest.raises(Refused, match="Somebody else has to agree"):
        answer_reparation(row, agrees=True, by=mona, now=NOW)


def test_limits_are_sums_in_their_order(firm: Firm, alice: User, mona: User) -> None:
    with pytest.raises(Refused, match="not below zero"):
        change_firm(firm, by=alice, now=NOW, money_limit=Decimal(-1))
    with pytest.raises(Refused, match="An owner agrees from the same sum on"):
        change_firm(firm, by=alice, now=NOW, owner_limit=Decimal(100))
    with pytest.raises(Refused, match="You may look at this"):
        change_firm(firm, by=mona, now=NOW, effort_rate=Decimal(80))


def test_another_currency_is_above_every_limit(firm: Firm, case: Case, bob: User, alice: User) -> None:
    row = offer(case, bob, 1210)
    change_firm(firm, by=alice, now=NOW, currency="EUR")
    assert reckoned(row, NOW).needs == ("limit",)


def test_sums_of_two_currencies_are_neither_added_nor_compared(firm: Firm, case: Case, bob: User, alice: User) -> None:
    given = offer_reparation(offer(case, bob, 1210), by=bob, now=NOW)
    give_reparation(given, by=bob, now=NOW)
    change_firm(firm, by=alice, now=NOW, currency="EUR")
    case.client.yearly_value = Decimal(3000)
    later = offer(case, bob, 1210)
    assert (later.currency, reckoned(later, NOW).before) == ("EUR", Decimal(0))
    assert reckoned(later, NOW).band.most_goodwill == Decimal(60)
    assert (reckoned(given, NOW).before, reckoned(given, NOW).band.most_goodwill) == (Decimal(0), None)


def test_what_they_bring_bounds_goodwill(case: Case, bob: User) -> None:
    case.client.yearly_value = Decimal(3000)
    told = reckoned(offer(case, bob, 1210), NOW)
    assert (told.band.most_goodwill, told.band.target) == (Decimal(60), Decimal(1160))
    assert told.place is Place.ABOVE


def test_late_is_dearer(case: Case, bob: User) -> None:
    row = offer(case, bob, 1210, promised_on=date(2025, 2, 17))
    assert (reckoned(row, NOW).band.late_weeks, reckoned(row, NOW).band.target) == (3, Decimal("1292.50"))


def test_the_clients_own_part_is_not_paid_for(case: Case, bob: User) -> None:
    for side, share in (("theirs", 40), ("ours", 60), ("theirs", None)):
        Contribution.objects.create(case=case, side=side, what="x", share=share, at=NOW, by=bob)
    row = offer(case, bob, 660)
    assert (row.our_share, reckoned(row, NOW).theirs) == (Decimal("0.6"), Decimal(0))
    assert reckoned(row, NOW).place is Place.INSIDE
    change_reparation(row, by=bob, now=NOW, our_share=Decimal(1), offer=Decimal(1210))
    assert reckoned(row, NOW).theirs == 550


def test_shares_that_make_more_than_a_whole_count_as_parts_of_their_sum(case: Case, bob: User) -> None:
    for side in ("theirs", "ours"):
        Contribution.objects.create(case=case, side=side, what="x", share=100, at=NOW, by=bob)
    assert offer(case, bob, 550).our_share == Decimal("0.5")


def test_a_repeat_stays_one_however_long_the_offer_takes(case: Case, bob: User) -> None:
    other = upset(bob, case.client)
    Case.objects.filter(pk=other.pk).update(opened_at=NOW - 300 * DAY, theme="attendance", is_verified=True)
    case.theme = "attendance"
    row = offer(case, bob, 1100)
    assert reckoned(row, NOW).repeat is Repeat.VERIFIED
    assert reckoned(row, NOW + 100 * DAY).repeat is Repeat.VERIFIED
    Case.objects.filter(pk=other.pk).update(opened_at=NOW - 366 * DAY)
    assert reckoned(row, NOW).repeat is Repeat.NONE


def test_a_claim_too_many_is_a_managers(case: Case, bob: User, mona: User) -> None:
    for days in (30, 60):
        other = upset(bob, case.client)
        Case.objects.filter(pk=other.pk).update(opened_at=NOW - days * DAY)
    row = offer(case, bob, 1100)
    told = reckoned(row, NOW)
    assert (told.repeat, told.band.ceiling, told.needs) == (Repeat.UNVERIFIED, Decimal(1100), (Need.REPEAT,))
    assert offer_reparation(row, by=bob, now=NOW).state == State.WAITING
    assert answer_reparation(row, agrees=True, by=mona, now=NOW).state == State.APPROVED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"offer": Decimal(-1)}, "A sum cannot be below zero"),
        ({"our_share": Decimal(2)}, "A share lies between 0 and 100 %"),
    ],
)
def test_absurd_figures_are_refused(case: Case, bob: User, fields: dict[str, Decimal], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        draft_reparation(case, by=bob, now=NOW, **fields)


def test_who_only_looks_offers_nothing(case: Case, vera: User) -> None:
    with pytest.raises(Refused, match="You may look at this"):
        offer(case, vera, 1210)


def test_a_restricted_case_is_for_its_team_and_the_owners(case: Case, bob: User, mona: User, alice: User) -> None:
    Case.objects.update(is_restricted=True)
    case.refresh_from_db()
    row = big(case, bob)
    needs = reckoned(row, NOW).needs
    assert who_may_agree(row, needs, bob) == [alice]
    CaseRole.objects.create(case=case, user=mona, role="sponsor")
    assert who_may_agree(row, needs, bob) == [mona, alice]
    assert who_may_agree(row, (), bob) == []
    assert may_agree(mona, row, needs)


def test_what_was_given_is_summed_by_year(case: Case, bob: User, charlie: User) -> None:
    for on, amount in ((date(2024, 12, 30), 1210), (date(2025, 3, 3), 100), (date(2025, 3, 10), 10)):
        row = offer(case, bob, amount, reason="As agreed.", owed=Decimal(5))
        give_reparation(offer_reparation(row, by=bob, now=NOW), by=bob, now=NOW, given_on=on)
    assert given_by_year(case.client, bob, "USD") == {2025: 120, 2024: 1215}
    Case.objects.update(is_restricted=True)
    assert given_by_year(case.client, charlie, "USD") == {}
