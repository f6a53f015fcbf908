"""The six parts, found in many wordings; courtesy and denial are none of them."""

import pytest

from amends.core.apology import Part, Situation, check

FOUND = {
    Part.RESPONSIBILITY: [
        "We were wrong.",
        "The fault is ours.",
        "I should have rung you.",
        "We let you down.",
        "There is no excuse for it.",
    ],
    Part.REPAIR: [
        "We will refund the fee.",
        "A replacement starts on Monday.",
        "I want to make this right.",
        "Your money goes back today.",
    ],
    Part.REGRET: [
        "I am so very sorry.",
        "Please accept our apologies.",
        "I deeply regret this.",
    ],
    Part.EXPLANATION: [
        "It happened because the list was old.",
        "I had misread the date.",
    ],
    Part.CHANGE: [
        "From Monday Jo checks each invoice.",
        "We have changed the rota.",
    ],
    Part.FORGIVENESS: [
        "I hope you can forgive us.",
        "Please give us a second chance.",
    ],
}


@pytest.mark.parametrize(("part", "line"), [(part, line) for part, lines in FOUND.items() for line in lines])
def test_a_part_is_found(part: Part, line: str) -> None:
    assert part in check(line).parts


@pytest.mark.parametrize(
    "line",
    [
        "Sorry to bother you.",
        "I decline with regrets.",
        "Better safe than sorry.",
        "We regret to inform you of it.",
    ],
)
def test_courtesy_is_no_regret(line: str) -> None:
    assert Part.REGRET not in check(line).parts


def test_a_denial_takes_no_responsibility() -> None:
    assert Part.RESPONSIBILITY not in check("We are sorry, but it is not our fault.").parts


def test_a_failed_process_asks_for_empathy() -> None:
    process = Situation(is_process=True)
    assert check("I am sorry.", situation=process).asked[-1] is Part.EMPATHY
    seen = check("I am sorry. It must have cost you your evening.", situation=process)
    assert Part.EMPATHY not in seen.asked
