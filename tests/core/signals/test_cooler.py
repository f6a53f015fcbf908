from amends.core.evidence import Evidence, Family, Signal
from amends.core.signals import cooler
from conversation import OFFICE, at, conversation, every

WARM = "Hi Priya, could you send us two people for Monday, the same as last week please?"
COLD = "Two people Monday."
SHORT_WARM = "Hi Priya, two people."
LONG_COLD = "We will be three people short on Monday, at gate four, from six in the morning."


def found(*texts: str) -> list[Signal]:
    return list(cooler.find(conversation(*texts), at("1 Apr 09:00"), OFFICE))


def test_shorter_and_cooler_is_shown_by_two_messages_compared() -> None:
    assert found(
        every(2, 15, "6 Jan 09:00", f"client []: {WARM}"),
        every(2, 6, "10 Mar 09:00", f"client []: {COLD}"),
    ) == [
        Signal(
            "shorter and cooler",
            Family.QUIET,
            3,
            "Their messages seem shorter and cooler since Mar 10",
            (Evidence("m21", at("20 Mar 09:00"), COLD), Evidence("m15", at("3 Feb 09:00"), WARM)),
        )
    ]


def test_short_but_still_friendly_is_nothing() -> None:
    recent = every(2, 6, "10 Mar 09:00", f"client []: {SHORT_WARM}")
    assert found(every(2, 15, "6 Jan 09:00", f"client []: {WARM}"), recent) == []


def test_without_greeting_but_as_long_as_ever_is_nothing() -> None:
    recent = every(2, 6, "10 Mar 09:00", f"client []: {LONG_COLD}")
    assert found(every(2, 15, "6 Jan 09:00", f"client []: {WARM}"), recent) == []


def test_who_never_greeted_has_lost_no_greeting() -> None:
    recent = every(2, 6, "10 Mar 09:00", f"client []: {COLD}")
    assert found(every(2, 15, "6 Jan 09:00", f"client []: {LONG_COLD}"), recent) == []


def test_half_short_half_long_as_before_is_chance() -> None:
    earlier = every(2, 8, "6 Jan 09:00", f"client []: {WARM}"), every(2, 7, "6 Feb 09:00", f"client []: {SHORT_WARM}")
    recent = (
        every(2, 4, "10 Mar 09:00", f"client []: {COLD} Gate four."),
        every(2, 3, "11 Mar 09:00", f"client []: {LONG_COLD}"),
    )
    assert found(*earlier, *recent) == []


def test_too_few_messages_now_or_before_are_nothing() -> None:
    warm, cold = f"client []: {WARM}", f"client []: {COLD}"
    assert found(every(2, 15, "6 Jan 09:00", warm), every(2, 5, "10 Mar 09:00", cold)) == []
    assert found(every(2, 14, "6 Jan 09:00", warm), every(2, 6, "10 Mar 09:00", cold)) == []


def test_empty_messages_are_not_short_ones() -> None:
    recent = every(2, 6, "10 Mar 09:00", "client []: ")
    assert found(every(2, 15, "6 Jan 09:00", f"client []: {WARM}"), recent) == []
