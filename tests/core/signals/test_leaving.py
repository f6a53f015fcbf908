import pytest

from amends.core.evidence import Evidence, Signal
from amends.core.signals import leaving
from conversation import OFFICE, at, conversation, every

GARY = every(7, 5, "6 Jan 09:00", "client []: Two people as usual.")
SENT = "3 Mar 09:00 us: Here are the CVs."
BOUNCE = "3 Mar 09:01 mailer-daemon [bounce]: Undeliverable"


def found(*texts: str, now: str = "5 Mar 09:00") -> list[Signal]:
    return list(leaving.find(conversation(*texts), at(now), OFFICE))


def test_a_contact_who_says_goodbye_is_quoted() -> None:
    [signal] = found("3 Mar 10:00 client [contact leaving]: My last day is Friday.")
    assert (signal.points, signal.summary) == (10, "A contact is leaving, they wrote on Mar 3")
    assert signal.evidence == (Evidence("m1", at("3 Mar 10:00"), "My last day is Friday."),)


def test_a_quarter_later_the_new_person_is_known() -> None:
    assert found("3 Mar 10:00 client [contact leaving]: My last day is Friday.", now="2 Jun 10:00") == []


def test_mail_to_the_main_contact_that_comes_back_tells_it_too() -> None:
    [signal] = found(GARY, SENT, BOUNCE)
    assert (signal.points, signal.summary) == (10, "Mail to their main contact comes back since Mar 3")
    assert signal.evidence == (Evidence("m7", at("3 Mar 09:01")),)


@pytest.mark.parametrize(
    "texts",
    [
        (GARY, SENT, BOUNCE, "4 Mar 09:00 client []: My mailbox was full."),
        (GARY, "3 Mar 09:00 us (to dana): Here are the CVs.", BOUNCE),
        (GARY, "3 Mar 09:00 us (to client, dana): Here are the CVs.", BOUNCE),
        (GARY, "3 Mar 07:00 us: Here are the CVs.", BOUNCE),
        (GARY, BOUNCE),
        (GARY.splitlines()[0], SENT, BOUNCE),
        (SENT, BOUNCE),
        (GARY, SENT, "3 Mar 09:01 client [automatic reply]: I am away until Monday."),
    ],
)
def test_any_other_bounce_tells_nothing(texts: tuple[str, ...]) -> None:
    assert found(*texts) == []
