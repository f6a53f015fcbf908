"""Each rule: lines it marks, and lines close to them that it must leave alone."""

import pytest

from amends.core.apology import check

MARKED = {
    "conditional": [
        "I apologise for any inconvenience this may have caused.",
        "If anyone was hurt by my words, I am sorry.",
        "To the extent that we failed, we regret it.",
        "I apologise to anyone who was offended by the post.",
    ],
    "their_feelings": [
        "I am sorry you feel that way.",
        "We regret any upset.",
        "We apologise for the confusion.",
        "I'm sorry that some people took it the wrong way.",
    ],
    "apology_but": [
        "I'm sorry about Friday, but we had three people off sick.",
        "While I regret the delay, you did sign for it.",
        "I understand your frustration, but our hands are tied.",
    ],
    "contempt": [
        "What did you expect for that price?",
        "You are being ridiculous.",
    ],
    "always_never": [
        "You always change the shift at the last minute.",
        "You never answer our calls about the invoice.",
    ],
    "blame_client": [
        "You should have told us.",
        "Your team failed to sign the timesheets.",
        "If you had confirmed the shift, he'd have come.",
    ],
    "defensive": [
        "It was never our intention to mislead you.",
        "We are sorry. Our clerk followed the correct procedure.",
        "I apologise; my remark was taken out of context.",
        "Your complaint is unfounded.",
        "I am sorry. I was only trying to help.",
        "I am sorry. I do not remember the call.",
        "We have had no other complaints about our service.",
    ],
    "blame_third": [
        "We are sorry. Our courier lost the timesheets.",
        "I'm sorry. It was not our fault.",
    ],
    "agentless": [
        "We are sorry that mistakes were made.",
        "I apologise. There was a misunderstanding.",
        "I'm sorry that your mail was overlooked.",
        "We regret that this situation arose.",
    ],
    "minimise": [
        "I am sorry. This was an isolated case.",
        "We are sorry. Only a small number of clients were affected.",
        "I apologise for a minor delay.",
    ],
    "condescend": [
        "As I already explained, the invoice is right.",
        "You need to understand how our payroll works.",
    ],
    "over_promise": [
        "We guarantee that the invoice is right from now.",
        "I am sorry. It will never happen again.",
        "I promise you that the invoice will be right.",
    ],
    "fanfare": [
        "I am sorry. Our team went above and beyond.",
    ],
    "soother": [
        "Rest assured that we are on it.",
        "Let me be clear: nobody was hurt.",
    ],
}
LEFT_ALONE = [
    "Sorry to bother you, but could you sign this?",
    "I'm sorry, but I forgot the attachment.",
    "I am sorry for the mess, but please tell me what it cost you.",
    "Sorry about that! All fixed.",
    "I am sorry to hear about your loss.",
    "Sorry for the inconvenience. I sent you the wrong list.",
    "We are sorry for the confusion that we caused.",
    "If there is anything else, please ring me.",
    "Could you tell me if the invoice was paid?",
    "I didn't mean it that way, and that does not matter.",
    "We are sorry. This was not an isolated case, and not a small one.",
    "There was a misunderstanding on our side, and I am sorry.",
    "You should have been told, and we did not tell you.",
    "You never have to chase us again: Jo rings you every Monday.",
    "I promise to ring you by noon on Friday about the invoice.",
    "I am sorry. We are working so that this never happens again.",
    "Sorry for the confusion, the meeting is at ten.",
    "Sorry about this, but my computer sent the list twice.",
    "There has been some confusion about the questionnaire that is due on Monday.",
    "We are sorry. This will never happen again: from Monday Jo checks each invoice before it goes out.",
    "Our supplier failed us, and that is our responsibility: we chose them. We are sorry.",
    "Mistakes were made in the 1998 census.",
    "Only a small number of clients come on Mondays.",
    "Sorry if this is a silly question.",
]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in MARKED.items() for line in lines])
def test_a_fault_is_marked(rule: str, line: str) -> None:
    assert [fault.rule.value for fault in check(line).faults] == [rule]


@pytest.mark.parametrize("line", LEFT_ALONE)
def test_a_line_close_to_a_fault_is_left_alone(line: str) -> None:
    assert check(line).faults == ()


def test_where_two_rules_share_words_the_first_named_speaks() -> None:
    assert [fault.rule.value for fault in check("I am sorry if you feel that way, but you were late.").faults] == [
        "conditional"
    ]


def test_what_is_marked_can_be_replaced_as_a_whole() -> None:
    [fault] = check("We are sorry if you were unhappy with the cover on Friday, and we will ring you.").faults
    assert fault.quote == "sorry if you were unhappy with the cover on Friday"


def test_a_sorry_far_away_makes_no_apology_of_a_long_text() -> None:
    far = "The list of shifts is on the board for Monday. " * 30
    assert check(f"I am sorry. {far} These things do happen.").faults == ()
    assert check(f"I am sorry. {far[:94]} These things do happen.").faults != ()
