from dataclasses import replace

from amends.core.evidence import Evidence, Family, Signal
from amends.core.message import Relationship
from amends.core.signals import dispute
from amends.core.staffing import Fact, FactKind
from conversation import OFFICE, at, conversation


def found(relationship: Relationship, now: str) -> list[Signal]:
    return list(dispute.find(relationship, at(now), OFFICE))


def test_a_disputed_invoice_is_quoted() -> None:
    north = conversation("3 Mar 09:00 client [invoice disputed]: We will not pay for the second shift.")
    assert found(north, "5 Mar 09:00") == [
        Signal(
            "invoice disputed",
            Family.BUSINESS,
            8,
            "Disputed an invoice on Mar 3",
            (Evidence("m1", at("3 Mar 09:00"), "We will not pay for the second shift."),),
        )
    ]


def test_twice_counts_once_and_a_quarter_later_not_at_all() -> None:
    north = conversation("""
        3 Mar 09:00 client [invoice disputed]: We will not pay for the second shift.
        4 Mar 09:00 client [invoice disputed]: Nor for the third.
    """)
    assert [(one.points, one.summary) for one in found(north, "5 Mar 09:00")] == [
        (8, "Disputed invoices 2 times, last on Mar 4")
    ]
    assert found(north, "5 Jun 09:00") == []


def test_a_dispute_on_record_counts_beside_those_in_mail_the_newest_first() -> None:
    north = replace(
        conversation("3 Mar 09:00 client [invoice disputed]: This invoice is wrong."),
        facts=(Fact(FactKind.DISPUTE, at("5 Mar 09:00"), note="Invoice 4711", id="f1"),),
    )
    [signal] = dispute.find(north, at("9 Mar 09:00"), OFFICE)
    assert (signal.points, signal.summary) == (8, "Disputed invoices 2 times, last on Mar 5")
    assert signal.evidence == (
        Evidence("f1", at("5 Mar 09:00"), counts="Invoice 4711"),
        Evidence("m1", at("3 Mar 09:00"), "This invoice is wrong."),
    )
