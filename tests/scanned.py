"""A small scan of Alder & Quay's clients, for the tests of everything that shows one."""

from __future__ import annotations

from datetime import UTC, datetime

from amends.cli.results import Results, Row
from amends.core.evidence import Evidence, Family, Signal

AS_OF = datetime(2025, 10, 14, 8, 0, tzinfo=UTC)
MAIL_ONLY = {"mail": True, "orders": False, "payments": False}
INVOICE = "Third invoice in a row with hours for someone who left in August. Does anyone there read these?"
LANES = "Nobody called. Six lanes shut, two trucks sent away full. I need someone to explain this to me."


def day(number: int, hour: int = 9) -> datetime:
    """Give an hour of October 2025."""
    return datetime(2025, 10, number, hour, 12, tzinfo=UTC)


PENHALLOW = Row(
    client="penhallowdairy.example",
    name="Penhallow Dairy",
    state="At risk",
    points=36,
    chance=0.551,
    chance_words="about 6 in 10 would leave this quarter",
    messages=164,
    threads=41,
    people=3,
    coverage=MAIL_ONLY,
    signals=(
        Signal(
            "complaint",
            Family.LANGUAGE,
            16,
            "Two complaints in 30 days",
            (Evidence("m1@penhallowdairy.example", day(10), INVOICE), Evidence("m2@penhallowdairy.example", day(2))),
        ),
        Signal(
            "unanswered",
            Family.OURS,
            10,
            "No answer for 6 business days",
            (Evidence("m3@penhallowdairy.example", day(6, 15), "Can somebody please ring me about this?"),),
        ),
        Signal("thread rate", Family.QUIET, 14, "Nine threads fewer than their own norm"),
        Signal(
            "praise",
            Family.CREDIT,
            -4,
            "Praise on October 1",
            (Evidence("m4@penhallowdairy.example", day(1), "Jo was great on Tuesday, thank you."),),
        ),
    ),
    said=INVOICE,
    said_at=day(10),
)
BRIGHTWATER = Row(
    client="brightwater.example",
    name="Brightwater Cold Storage",
    state="Strained",
    points=26,
    chance=0.382,
    chance_words="about 4 in 10 would leave this quarter",
    messages=402,
    threads=88,
    people=2,
    coverage=MAIL_ONLY,
    signals=(
        Signal(
            "exit words",
            Family.LANGUAGE,
            20,
            "They speak of leaving",
            (Evidence("m5@brightwater.example", day(3, 7), LANES),),
        ),
        Signal(
            "promise",
            Family.OURS,
            6,
            "A promise for October 9 seems broken",
            (Evidence("m6@alderquay.example", day(8), "I will send the roster by noon tomorrow."),),
        ),
    ),
    said=LANES,
    said_at=day(3, 7),
)
KESTREL = Row(
    client="kestrelridge.example",
    name="Kestrel Ridge Clinics",
    state="Unsettled",
    points=12,
    chance=0.189,
    chance_words="about 2 in 10 would leave this quarter",
    messages=97,
    threads=30,
    people=4,
    coverage=MAIL_ONLY,
    signals=(Signal("silence", Family.QUIET, 12, "Silent for 24 days, longer than their own usual gap"),),
)
TARN = Row(
    client="tarnvalley.example",
    name="Tarn Valley Foods",
    state="Steady",
    points=-4,
    chance=0.071,
    chance_words="fewer than 1 in 10 would leave this quarter",
    messages=211,
    threads=63,
    people=5,
    coverage=MAIL_ONLY,
    signals=(Signal("active people", Family.CREDIT, -4, "Five people there write to you"),),
)
GARY = Row(
    client="gary.hollis@freemail.example",
    name="Gary Hollis",
    state="Not enough yet",
    points=0,
    chance=0.092,
    chance_words="not enough data to say",
    messages=4,
    threads=1,
    people=1,
    coverage=MAIL_ONLY,
)
RESULTS = Results(
    as_of=AS_OF,
    us=("alderquay.example",),
    messages=2974,
    automated=311,
    skipped=(("inbox.mbox, message 12", "The base64 part ends in the middle."),),
    rows=(PENHALLOW, BRIGHTWATER, KESTREL, TARN, GARY),
)
