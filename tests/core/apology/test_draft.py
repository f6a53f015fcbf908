"""A draft is checked: lines to look at again, parts found or asked for, and never more than is known."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.core.apology import LONGEST, Checked, Part, Rule, TooLongError, check
from amends.core.apology.draft import UNCHECKED

GOLDEN = [
    (
        "I get the sense that we haven't lived up to your expectations recently. If that's the case, could you please "
        "let me know how so we can correct it?"
    ),
    (
        "Gary, I'm sorry for how this situation was handled by my former employee, but if there is anything I can do "
        "to help you in the future, please let me know."
    ),
    "You seem frustrated with my firm's performance.",
    (
        "I accept full responsibility for this situation, Jerry. Let me tell you how I am going to fix it for you and "
        "when I will do this."
    ),
    "Help me understand what happened on Monday.",
    "From your perspective, what could we have done better?",
    "I heard you say that the shifts were not covered.",
    "Do you feel that by making this change we can get back on track?",
]
DRAFT = """Dear Marcus,

We’re sorry if the invoices caused any inconvenience. As you know, payroll systems are complex and leavers stay on the
sheet until month end. Unfortunately we weren’t told Kyle had left.

I have corrected the September invoice and credited the eleven hours.

I guarantee this will never happen again. I’d like to call you tomorrow at 8:30 to go through it.

Priya"""


def quotes(text: str) -> list[tuple[str, str]]:
    return [(fault.rule.value, fault.quote) for fault in check(text).faults]


@pytest.mark.parametrize("line", GOLDEN)
def test_the_articles_own_lines_are_never_marked(line: str) -> None:
    assert check(line).faults == ()


def test_the_golden_lines_together_are_not_marked_either() -> None:
    assert check("\n\n".join(GOLDEN)).faults == ()


def test_a_letter_has_four_places_to_look_at_again() -> None:
    assert quotes(DRAFT) == [
        ("conditional", "sorry if the invoices caused any inconvenience"),
        ("condescend", "As you know, payroll systems are complex"),
        ("blame_client", "we weren’t told Kyle had left"),
        ("over_promise", "I guarantee this will never happen again"),
    ]


def test_each_fault_says_why_and_what_else_one_could_write() -> None:
    fault = check("I'm sorry if we caused you trouble.").faults[0]
    assert fault.why == "The “if” takes the sorry back. They have told you that it happened: say what."
    assert fault.better == "sorry that we … (say what happened)"


def test_a_better_wording_speaks_as_the_draft_does_and_begins_as_the_quote_does() -> None:
    assert check("Sorry if our people upset you.").faults[0].better == "Sorry that we … (say what happened)"


def test_parts_are_found_with_their_places_and_the_others_are_asked_for() -> None:
    text = "I am sorry. We sent you the wrong person, and I will replace her on Monday."
    checked = check(text)
    found = {part: [text[a:b] for a, b in spans] for part, spans in checked.parts.items()}
    assert found == {
        Part.RESPONSIBILITY: ["We sent you the wrong"],
        Part.REPAIR: ["I will replace"],
        Part.REGRET: ["sorry"],
    }
    assert checked.asked == (Part.EXPLANATION, Part.CHANGE, Part.FORGIVENESS)
    assert checked.questions[0] == "I did not spot what happened, in a sentence: mark it, or add one."
    assert len(checked.questions) == len(checked.asked) + 3


def test_an_act_owns_it_beside_a_sorry_and_is_a_mere_fact_elsewhere() -> None:
    assert Part.RESPONSIBILITY in check("We are sorry. We charged your card twice.").parts
    assert Part.RESPONSIBILITY not in check("We charged your card today, here is the receipt.").parts


def test_only_the_writers_own_words_are_checked_and_places_are_those_of_the_text_given() -> None:
    text = (
        "On Mon, 2 Mar 2026 at 09:00, Dana Price <dana@alder.example> wrote:\n> I'm sorry if I was harsh.\n\n"
        "I’m sorry if you were upset.\n\n-- \nTom Hill\nCEO"
    )
    [fault] = check(text).faults
    assert fault.quote == "sorry if you were upset" == text[fault.start : fault.end]


def test_faults_are_looked_for_where_people_are_unhappy_or_the_draft_opens_as_an_apology() -> None:
    assert [f.rule for f in check("Rest assured, the list is on its way.", answers_unhappy=False).faults] == []
    assert [f.rule for f in check("Rest assured, the list is on its way.").faults] == [Rule.SOOTHER]
    apology = "I am sorry if you were upset. Rest assured that it is mended."
    assert [f.rule for f in check(apology, answers_unhappy=False).faults] == [Rule.CONDITIONAL, Rule.SOOTHER]
    late = "Here is the list. It has ten names. Tom made it. See you there. I am sorry if you were upset."
    assert check(late, answers_unhappy=False).faults == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Es tut uns sehr leid, falls Ihnen Unannehmlichkeiten entstanden sind.", "de"),
        ("Nous sommes désolés si vous avez été déçue par notre équipe.", "fr"),
        ("Olemme pahoillamme, jos tämä aiheutti teille haittaa.", ""),
        ("ご迷惑をおかけして申し訳ございません。", ""),
    ],
)
def test_another_language_is_said_to_be_unchecked_and_never_passed_as_clean(text: str, language: str) -> None:
    assert check(text) == Checked(language, is_checked=False, notes=(UNCHECKED,))


def test_an_empty_draft_is_asked_for_everything() -> None:
    checked = check("", answers_unhappy=False)
    assert (checked.faults, checked.parts, checked.asked) == ((), {}, tuple(Part)[:6])


def test_an_address_alone_tells_no_language_and_says_nothing() -> None:
    assert check("https://alder.example/terms").faults == ()


def test_a_hostile_megabyte_is_refused_at_once() -> None:
    hostile = "sorry if " * 120_000
    started = process_time()
    with pytest.raises(TooLongError) as refused:
        check(hostile)
    assert process_time() - started < 0.001
    assert str(refused.value) == ("The draft has 1,080,000 characters; 20,480 are checked at most. Check it in pieces.")


@pytest.mark.parametrize(
    "piece",
    [
        "sorry if ",
        "if we ",
        "you should have ",
        "a",
        "sorry, but ",
        "any inconvenience ",
        "“’",
        "sorry\n",
        "> sorry\n",
        "we ",
    ],
)
def test_the_cost_is_linear_in_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * LONGEST)[:length]
        check(text)
        rounds = []
        for _ in range(3):
            started = process_time()
            check(text)
            rounds.append(process_time() - started)
        return min(rounds)

    assert seconds(LONGEST) < 12 * seconds(LONGEST // 4) + 0.01


PIECES = [
    "sorry if you were upset",
    "we made a mistake",
    "\n\n",
    ". ",
    "but you",
    "I’ll fix it — today",
    "“never again”",
    "ß İ",
    "you always",
]


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_any_text_is_checked_and_every_place_is_inside_it(text: str) -> None:
    checked = check(text)
    for fault in checked.faults:
        assert text[fault.start : fault.end] == fault.quote != ""
    for spans in checked.parts.values():
        assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(checked.faults) == sorted(checked.faults, key=lambda fault: fault.start)
    assert all(0 <= hint.start < hint.end <= len(text) for hint in checked.hints)
