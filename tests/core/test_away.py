"""Until when somebody is away, in the words of automatic replies."""

from __future__ import annotations

from datetime import date

import pytest

from amends.core.away import away_until

MONDAY = date(2025, 11, 24)


@pytest.mark.parametrize(
    ("says", "last"),
    [
        ("I am out of the office until December 1 and will answer then.", date(2025, 12, 1)),
        ("I am away until Monday, December 1st, 2025.", date(2025, 12, 1)),
        ("Out until 1 December.", date(2025, 12, 1)),
        ("Out through the 5th of December, with no access to mail.", date(2025, 12, 5)),
        ("I will be back on Tuesday, December 2.", date(2025, 12, 1)),
        ("Returning to the office 12/02/2025.", date(2025, 12, 1)),
        ("I am away till 30/11.", date(2025, 11, 30)),
        ("Away until 2025-12-24.", date(2025, 12, 24)),
        ("I am on leave until Jan. 7", date(2026, 1, 7)),
        ("Ich bin bis einschließlich 5.12.2025 nicht im Büro.", date(2025, 12, 5)),
        ("Ich bin ab dem 8. Dezember wieder für Sie da.", date(2025, 12, 7)),
        ("Ich bin bis zum 3. März im Urlaub.", date(2026, 3, 3)),
        ("Je suis absent jusqu’au 2 décembre.", date(2025, 12, 2)),
        ("Je serai de retour le lundi 1er décembre.", date(2025, 11, 30)),
        ("Back on 24.11.25", date(2025, 11, 23)),
    ],
)
def test_the_last_day_away_is_read(says: str, last: date) -> None:
    assert away_until(says, MONDAY) == last


@pytest.mark.parametrize(
    "says",
    [
        "I am out of the office and will answer when I am back.",
        "Thank you for your mail. We open until 5 pm.",
        "Away until February 30.",
        "We have been your partner until 1 May 2019.",
        "Our offer holds until 2031-01-01.",
        "",
    ],
)
def test_nothing_is_read_where_no_day_is_named(says: str) -> None:
    assert away_until(says, MONDAY) is None
