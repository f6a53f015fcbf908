"""The page Make good: what fits is drawn, sums are typed as people write them, and who has to agree is named."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from amends.core.reparation import State
from amends.desk.actions.reparation import draft_reparation, offer_reparation
from amends.desk.models import Case, Contribution, Firm, Reparation
from cast import NOW, a_client, browser_of, person_at, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
LOSS = {"direct_loss": "$900", "effort_hours": "4", "hour_rate": "50", "our_share": "100 %"}


@pytest.fixture
def case(bob: User, riverside: Branch) -> Case:
    north = a_client(looked_after_by=bob, branch=riverside)
    return upset(bob, north, person=person_at(north, "gary@north.example"))


def post(case: Case, user: User, do: str, **fields: str) -> HttpResponse:
    return browser_of(user).post(f"/recoveries/{case.pk}/make-good", {"do": do, **fields})  # type: ignore[return-value]  # the test's own kind


def page(case: Case, user: User) -> str:
    return text_of(browser_of(user), f"/recoveries/{case.pk}/make-good")


def test_it_begins_with_what_is_given_before_money(case: Case, bob: User) -> None:
    Case.objects.update(theme="attendance")
    told = page(case, bob)
    assert "Before money A replacement, free, and the hours waived" in told
    assert "What fits" not in told


def test_an_offer_is_drawn_beside_what_fits(case: Case, bob: User) -> None:
    assert post(case, bob, "save", **LOSS, offer="1.210,00").status_code == 302
    row = Reparation.objects.get()
    assert (int(row.direct_loss), int(row.offer), row.state) == (900, 1210, State.DRAFT)
    told = page(case, bob)
    assert "A little better off than before is about $1,210: no less than $1,100, up to $1,320." in told
    assert "This leaves Gary a little better off than before." in told
    assert "What it cost them $1,100 Offered $1,210 Costs us together $1,210" in told


@pytest.mark.parametrize(
    ("offer", "sentence"),
    [
        ("1,000", "This covers less than it cost them. They may wish they had gone elsewhere."),
        ("1,400", "This is far more than it cost. It may teach both of you that trouble pays."),
    ],
)
def test_outside_the_band_it_asks_for_a_reason_and_loses_nothing(
    case: Case, bob: User, offer: str, sentence: str
) -> None:
    answer = post(case, bob, "offer", **LOSS, offer=offer, in_kind="A free Saturday")
    told = words_in(answer.content.decode())
    assert "This lies outside the band. Say why" in told
    assert sentence in told
    assert f'value="{offer}"' in answer.content.decode()
    assert "A free Saturday" in told
    assert not Reparation.objects.exists()


def test_what_fits_is_one_button(case: Case, bob: User) -> None:
    post(case, bob, "fit", **LOSS, in_kind="A free hour", in_kind_cost="60")
    assert Reparation.objects.get().offer == 1150


def test_who_has_to_agree_is_named_and_does(case: Case, bob: User, mona: User, alice: User) -> None:
    assert alice
    big = {**LOSS, "direct_loss": "3 000,00", "effort_hours": "", "offer": "3300"}
    post(case, bob, "save", **big)
    assert "Mona or Alice needs to agree to anything over $2,500." in page(case, bob)
    post(case, bob, "offer", **big)
    assert Reparation.objects.get().state == State.WAITING
    told = page(case, mona)
    assert "Waiting for somebody to agree" in told
    assert "Do you agree?" in told
    assert "Do you agree?" not in page(case, bob)
    seen = Reparation.objects.get().asked_at
    assert seen
    assert "Say whether you agree" in words_in(post(case, mona, "answer").content.decode())
    post(case, mona, "answer", agrees="yes", words="Good.", seen=seen.isoformat())
    assert Reparation.objects.get().state == State.APPROVED
    assert "Agreed by Mona Quay. Not given yet" in page(case, bob)
    post(case, bob, "give", given_on="2025-03-10")
    post(case, bob, "reach")
    row = Reparation.objects.get()
    assert (row.state, row.reached_at is not None) == (State.GIVEN, True)
    told = page(case, bob)
    assert "Given on Mar 10, and it has reached them $3,300" in told
    assert "Given to North 2025 $3,300" in told


def test_what_was_given_is_quiet_and_more_is_about_the_same_loss(case: Case, bob: User) -> None:
    Contribution.objects.create(case=case, side="theirs", what="x", share=40, at=NOW, by=bob)
    post(case, bob, "offer", **{**LOSS, "our_share": "60"}, offer="720")
    post(case, bob, "give", given_on="2025-03-10")
    told = page(case, bob)
    assert "Offered $720 Given on Mar 10 $720 It has reached them Something is still to be made good" in told
    assert [
        words for words in ("Before money", "What fits", "No loss is written", "own part. Know") if words in told
    ] == []
    form = browser_of(bob).get(f"/recoveries/{case.pk}/make-good").context["offer_form"]
    assert (int(form["direct_loss"].value()), int(form["effort_hours"].value()), form["offer"].value()) == (
        900,
        4,
        None,
    )
    post(case, bob, "save", **{**LOSS, "our_share": "60"}, offer="5")
    told = page(case, bob)
    assert "Offered in this recovery before $720" in told
    assert "own part. Know" not in told


def test_what_changed_since_it_was_seen_is_not_agreed_to(case: Case, bob: User, mona: User) -> None:
    row = draft_reparation(
        case, by=bob, now=NOW, direct_loss=Decimal(3000), offer=Decimal(3300), effort_hours=Decimal(0)
    )
    offer_reparation(row, by=bob, now=NOW)
    answer = post(case, mona, "answer", agrees="yes", seen="2025-03-01T09:00:00+00:00")
    assert "changed since you saw it" in words_in(answer.content.decode())
    post(case, mona, "answer", agrees="yes", seen="nonsense")
    assert Reparation.objects.get().state == State.APPROVED


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("direct_loss", "-5", "A sum cannot be below zero. Write it without the minus."),
        ("offer", "a lot", "We cannot read that as a sum. Write it like 1,200.00."),
        ("offer", "€5", "EUR is not USD. Write the sum in USD."),
        ("our_share", "120", "A share lies between 0 and 100 %."),
        ("our_share", "half", "Write a share from 0 to 100, like 60."),
        ("effort_hours", "many", "Write hours, like 4 or 4.5."),
        ("effort_hours", "99999", "That is more than a year of hours. Look at the zeros."),
    ],
)
def test_each_odd_sum_has_a_sentence(case: Case, bob: User, field: str, typed: str, sentence: str) -> None:
    answer = post(case, bob, "save", **{**LOSS, field: typed})
    assert sentence in words_in(answer.content.decode())
    assert f'value="{typed}"' in answer.content.decode()


def test_yen_have_no_cents(case: Case, firm: Firm, bob: User) -> None:
    Firm.objects.update(currency="JPY")
    assert firm
    assert "JPY has no cents. Write a whole sum." in words_in(
        post(case, bob, "save", direct_loss="12000.50").content.decode()
    )
    post(case, bob, "fit", direct_loss="¥12,345", our_share="100")
    assert "Offered ¥13,580" in page(case, bob)


def test_two_people_do_not_write_over_each_other(case: Case, bob: User, mona: User) -> None:
    post(case, bob, "save", **LOSS)
    browser = browser_of(bob)
    shown = browser.get(f"/recoveries/{case.pk}/make-good").context["offer_form"]
    sealed = shown["shown"].value()
    post(case, mona, "save", **LOSS, offer="1100", shown=sealed)
    answer = post(case, bob, "save", **LOSS, offer="1210", shown=sealed)
    assert "Mona Quay changed “Offered, in money” to “1100.00” at" in words_in(answer.content.decode())
    assert Reparation.objects.get().offer == 1100


def test_the_clients_part_is_known_and_not_said_outside(case: Case, bob: User) -> None:
    Contribution.objects.create(case=case, side="theirs", what="x", share=40, at=NOW, by=bob)
    post(case, bob, "save", **{**LOSS, "our_share": "100"}, offer="1210")
    assert "Only your team sees this $550 of it pays for what was their own part." in page(case, bob)


def test_an_offer_is_taken_back(case: Case, bob: User) -> None:
    post(case, bob, "save", **LOSS)
    post(case, bob, "drop")
    assert not Reparation.objects.exists()
    told = browser_of(bob).post(f"/recoveries/{case.pk}/make-good", {"do": "drop"}, follow=True)
    assert "The offer was given or taken back meanwhile. Look at it again." in words_in(told.content.decode())


def test_who_only_looks_sees_it_and_changes_nothing(case: Case, bob: User, vera: User, charlie: User) -> None:
    post(case, bob, "save", **LOSS)
    told = page(case, vera)
    assert "What fits" in told
    assert "Put it forward" not in told
    assert post(case, vera, "save", **LOSS).status_code == 403
    Case.objects.update(is_restricted=True)
    assert browser_of(charlie).get(f"/recoveries/{case.pk}/make-good").status_code == 404


def test_queries_do_not_grow(case: Case, bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(bob)
    for many in (1, 3):
        while Reparation.objects.count() < many:
            Reparation.objects.create(
                case=case, currency="USD", offer=10, state=State.GIVEN, given_on=NOW.date(), at=NOW, by=bob
            )
        with django_assert_num_queries(26):
            browser.get(f"/recoveries/{case.pk}/make-good")


def test_limits_are_the_owners_to_set(firm: Firm, alice: User, mona: User) -> None:
    browser = browser_of(alice)
    assert "A manager agrees above" in text_of(browser, "/settings/money")
    told = {"money_limit": "1.000", "owner_limit": "", "effort_rate": "$80"}
    assert browser.post("/settings/money", told).status_code == 302
    firm.refresh_from_db()
    assert (int(firm.money_limit), firm.owner_limit, int(firm.effort_rate)) == (1000, None, 80)
    wrong = browser.post("/settings/money", {**told, "owner_limit": "500"})
    assert "This has to be no less than what a manager agrees to" in words_in(wrong.content.decode())
    assert browser_of(mona).get("/settings/money").status_code == 403


def test_who_changes_an_offer_that_was_given_meanwhile_is_told_and_begins_no_second_one(
    case: Case, bob: User, mona: User
) -> None:
    post(case, bob, "offer", **LOSS, offer="1210")
    seen = str(Reparation.objects.get().pk)
    assert f'name="of" value="{seen}"' in browser_of(bob).get(f"/recoveries/{case.pk}/make-good").content.decode()
    post(case, mona, "give", given_on="2025-03-10")
    told = words_in(post(case, bob, "save", **LOSS, offer="1250", of=seen).content.decode())
    assert "The offer that you saw was given or taken back meanwhile. Look before you save yours." in told
    assert Reparation.objects.get().offer == 1210
    post(case, bob, "save", **LOSS, offer="5", of="0")  # having looked, it is another one
    assert Reparation.objects.count() == 2
    post(case, bob, "drop", of=seen)
    assert Reparation.objects.count() == 2


def test_what_is_given_is_what_was_seen(case: Case, bob: User, mona: User) -> None:
    post(case, bob, "offer", **LOSS, offer="1210")
    seen = browser_of(bob).get(f"/recoveries/{case.pk}/make-good").context["given_form"]["seen"].value()
    post(case, mona, "offer", **LOSS, offer="1150")
    Reparation.objects.update(approved_at=NOW + timedelta(minutes=1))  # the clock of the tests stands still
    told = words_in(post(case, bob, "give", given_on="2025-03-10", seen=seen).content.decode())
    assert "This offer was changed since you saw it. Look at it again." in told
    assert Reparation.objects.get().state == State.APPROVED
