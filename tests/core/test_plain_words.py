"""The plainest words there are for each thing: whatever is added to the lists, these stay heard."""

from __future__ import annotations

import pytest

from amends.core.language import hear

PLAIN = {
    "exit words": [
        "We will no longer be working with you.",
        "We have decided to move the warehouse contract to another supplier.",
        "We have decided to end our contract with you.",
        "Please treat this as our formal notice to terminate.",
        "We will not be renewing in March.",
        "We are moving our business to one of your competitors.",
        "Our procurement team is putting the staffing contract out to tender.",
        "We are considering other suppliers.",
        "We've found another recruiter.",
        "We won't be using your services any longer.",
        "I think it is time to part ways.",
        "We have started talking to other firms.",
        "We will be looking elsewhere.",
        "We are cancelling our contract with immediate effect.",
        "We are going to take our payroll in house.",
        "We are looking at other agencies and will not renew",
        "We have decided to go with another agency.",
        "Please consider this our 30 days' notice",
    ],
    "complaint": [
        "This is unacceptable.",
        "I am very unhappy with the service.",
        "Nobody showed up again this morning.",
        "This is the third time this month.",
        "You let us down badly.",
        "The candidate was completely unsuitable.",
        "I am extremely disappointed.",
        "Your invoice is wrong yet again.",
        "Two of your people walked off site at lunch.",
        "I am fed up with chasing you.",
        "It is simply not good enough.",
        "Your consultant was rude to my staff.",
    ],
    "chaser": [
        "Could you give me an update?",
        "Just following up.",
        "Can you please respond?",
        "Any update on this?",
        "I have not heard back from you.",
        "Just chasing my email from last week.",
        "Did you get my message?",
        "I am still waiting for the CVs.",
        "Could you please reply to my email of Monday?",
        "Second request.",
        "Following up on the below.",
        "We are still waiting for the roster.",
    ],
    "contact leaving": [
        "My last day at Brightwater is Friday.",
        "I am leaving the company at the end of the month.",
        "From Monday Luis Ortega will be your contact.",
        "I have accepted a new role elsewhere and will be leaving on May 5.",
        "John Smith will be taking over my responsibilities.",
        "Please note that Anna no longer works here.",
    ],
    "remedy asked": [
        "We expect a full refund.",
        "Please credit us for the hours.",
        "I want a replacement by tomorrow.",
        "How are you going to put this right?",
        "We would like compensation for the lost day.",
        "Please waive the fee.",
    ],
    "invoice disputed": [
        "We did not order these hours.",
        "We don't agree with this bill.",
        "We are disputing invoice 4412.",
        "You have charged us twice for the same week.",
        "The hours on the invoice do not match our timesheets.",
        "We will not be paying this invoice until it is corrected.",
        "You overcharged us by 300 dollars.",
    ],
    "escalation": [
        "I want to speak to your manager.",
        "I will be taking this to my solicitor.",
        "Please give me the name of your director.",
        "I am copying in our CEO.",
        "I would like to make a formal complaint.",
    ],
    "praise": [
        "You have been brilliant.",
        "Great job, thank you.",
        "The team you sent was excellent.",
        "We are really pleased with Kyle.",
    ],
}
HARMLESS = [
    "I do not want to use that database, I would like something a person can just drop in.",
    "Do you know somebody who could step in as night supervisor for a month?",
    "It may take up to five working days to unsubscribe.",
    "We do not use the north gate on weekends.",
    "We have given notice on the lease of the old building.",
    "Our landlord is terminating the lease.",
    "He gave his notice yesterday.",
]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in PLAIN.items() for text in texts])
def test_plain_words_are_heard(rule: str, text: str) -> None:
    assert rule in {str(finding.rule) for finding in hear(text).findings}


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_are_not(text: str) -> None:
    assert hear(text).findings == ()
