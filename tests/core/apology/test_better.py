"""A better wording takes the place of a fault; what is better left out goes without leaving a ruin."""

from __future__ import annotations

import pytest

from amends.core.apology import check, gaps_of, is_cut, weighty, with_better


@pytest.mark.parametrize(
    ("text", "better"),
    [
        (
            "We are sorry if you were upset. I call on Monday.",
            "We are sorry that we … (say what happened). I call on Monday.",
        ),
        (
            "I am sorry for the wrong invoice. Rest assured, Jo checks each one by Friday.",
            "I am sorry for the wrong invoice. Jo checks each one by Friday.",
        ),
        (
            "I am sorry. As you know, payroll systems are complex and leavers stay on the sheet.",
            "I am sorry. Leavers stay on the sheet.",
        ),
        (
            "I am sorry. Unfortunately we weren't told Kyle had left.\n\nI credit it today.",
            "I am sorry.\n\nI credit it today.",
        ),
        ("I am sorry, but you should have told us.", "I am sorry."),
        ("I am sorry for the delay, but our system was down.", "I am sorry for the delay."),
        (
            "We are sorry for Friday, and our courier let us down.",
            "We are sorry for Friday, and we chose them, and we answer for them.",
        ),
        ("Any inconvenience caused is regretted.", "Sorry for the trouble this caused you."),
        (
            "Dear Sam, although we regret the delay, the road was closed. I call you.",
            "Dear Sam, we regret the delay. I call you.",
        ),
        ("While we regret what happened, we did warn you in March.", "We regret what happened."),
        (
            "We are sorry. Our courier let us down, and nobody called.",
            "We are sorry. We chose them, and we answer for them, and nobody called.",
        ),
        ("I am sorry, it was a minor oversight.", "I am sorry, it was an oversight."),
        ("We regret that you feel let down.", "We are sorry that we … (say what you did)."),
        (
            "Please accept our apologies for any upset this may have caused.",
            "Please accept our apologies for the trouble this caused you.",
        ),
        (
            "It saddens us to learn of your frustration. I call you.",
            "We are sorry that we … (say what you did). I call you.",
        ),
        ("I am sorry. Rest assured that Jo checks each one by Friday.", "I am sorry. Jo checks each one by Friday."),
        (
            "I am sorry. We value your business highly and promise to call by Friday.",
            "I am sorry. We promise to call by Friday.",
        ),
        (
            "Sorry for the mix-up, though a heads-up from your side would have spared us the trouble. I call.",
            "Sorry for the mix-up. I call.",
        ),
        ("We regret that this situation arose.", "We regret what we … (say who did it)."),
        ("We are sorry, you should have told us. I call you.", "We are sorry. I call you."),
    ],
)
def test_a_better_wording_takes_its_place(text: str, better: str) -> None:
    checked = check(text)
    assert with_better(text, checked.faults[0], weighty(checked.parts)) == better


def test_every_fault_of_a_letter_can_go_one_after_the_other() -> None:
    text = (
        "Hi Dana,\n\nwe are sorry if it upset you. Rest assured. You should have confirmed. It will never happen again."
    )
    for _ in range(9):
        faults = check(text).faults
        if not faults:
            break
        text = with_better(text, faults[0])
    assert check(text).faults == ()
    assert text.startswith("Hi Dana,\n\nwe are sorry that we … (say what happened).")


@pytest.mark.parametrize(
    ("better", "cut"), [("", True), ("(take it out)", True), ("(leave it out, or …)", True), ("we … (do it)", False)]
)
def test_some_words_are_better_left_out(better: str, *, cut: bool) -> None:
    assert is_cut(better) is cut


def test_what_is_left_to_fill_in_is_found() -> None:
    text = (
        "We are sorry that we … (say what happened). We (I mean it) are. From (a day), Jo checks. (say what happened)"
    )
    assert gaps_of(text) == ("(say what happened)", "(a day)")
