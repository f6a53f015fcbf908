from dataclasses import replace

from amends.core.staffing import Commitment, Fact, FactKind, Failure, Touch, TouchKind
from conversation import at, conversation


def test_a_relationship_is_cut_at_the_day_it_is_looked_at() -> None:
    north = conversation("""
        3 Mar 09:00 client []: Can you send two people?
        3 Mar 10:00 us: Which day?
        4 Mar 09:00 client []: Monday.
    """)
    assert [message.id for message in north.until(at("3 Mar 10:00")).messages] == ["m1", "m2"]
    assert north.until(at("1 Mar 11:00")).messages == ()
    assert north.until(at("9 Mar 11:00")) == north


RECORDED = replace(
    conversation("3 Mar 09:00 client []: Can you send two people?"),
    facts=(Fact(FactKind.ORDER, at("5 Mar 09:00")), Fact(FactKind.NO_SHOW, at("3 Mar 05:00"))),
    touches=(Touch(at("3 Mar 10:00"), TouchKind.CALL), Touch(at("5 Mar 10:00"), TouchKind.VISIT)),
    promises=(
        Commitment(at("3 Mar 10:00"), at("4 Mar 17:00"), "Two people", kept_at=at("4 Mar 09:00")),
        Commitment(at("5 Mar 10:00"), at("6 Mar 17:00"), "A visit"),
    ),
    failures=(
        Failure("No-show", at("3 Mar 05:00"), at("5 Mar 09:00")),
        Failure("Wrong invoice", at("4 Mar 09:00")),
    ),
)


def test_what_was_recorded_is_cut_at_the_same_day() -> None:
    known = RECORDED.until(at("3 Mar 12:00"))
    assert known.facts == RECORDED.facts[1:]
    assert known.touches == RECORDED.touches[:1]
    assert known.promises == (Commitment(at("3 Mar 10:00"), at("4 Mar 17:00"), "Two people"),)
    assert known.failures == (Failure("No-show", at("3 Mar 05:00")),)
    assert RECORDED.until(at("9 Mar 12:00")) == RECORDED


def test_orders_and_payments_are_covered_where_there_are_facts_of_them() -> None:
    assert conversation("").covered == {"mail": True, "orders": False, "payments": False}
    assert RECORDED.covered == {"mail": True, "orders": True, "payments": False}
    placed = replace(RECORDED, facts=(Fact(FactKind.PLACEMENT, at("3 Mar 05:00")),))
    assert placed.covered == {"mail": True, "orders": True, "payments": False}
    paid = replace(RECORDED, facts=(Fact(FactKind.PAYMENT, at("3 Mar 05:00"), days=30),), coverage={"mail": False})
    assert paid.covered == {"mail": False, "payments": True}
