"""Until when somebody is away, as their automatic reply says it: English, German, French.

docs/method.md rule 1: an automatic reply is never a signal of mood. What it says of the day is told as it is written.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS = {  # by how they begin, accents taken off
    "jan": 1, "feb": 2, "fev": 2, "mar": 3, "mae": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6, "juin": 6,
    "jul": 7, "juil": 7, "aug": 8, "aou": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
PLAIN = str.maketrans("äáàâéèêëûüô", "aaaaeeeeuuo")
LONGEST_AWAY = timedelta(days=400)  # a year's leave; what is further off is another date (judgement)
A_DAY = timedelta(days=1)
MOST = 4_000  # characters looked at

_LAST = r"until|till|til|through|thru|up to|bis(?: einschlie(?:ss|\u00df)lich)?(?: zum| den)?|jusqu'?\s?au"
_FIRST = (
    r"back (?:in the office )?(?:on|from)|(?:return|returning)(?: to (?:the office|work|my desk))?(?: on)?"
    r"|wieder (?:ab dem|ab|am)|zurue?ck (?:ab dem|am|ab)|ab dem|de retour le|retour le"
)
_DAY_NAME = r"(?:(?:the|le|den|dem)\s+)?(?:[a-z]{2,12}(?:day|tag|woch|di)\.?,?\s+)?(?:(?:the|le|den|dem)\s+)?"
_MONTH = (
    r"(?P<{0}>jan[a-z]*|fe[bv][a-z]*|mar[a-z]*|mae[a-z]*|a[pv]r[a-z]*|ma[iy]|jui?n[a-z]*|jui?l[a-z]*|aug[a-z]*|aou[a-z]*"
    r"|sep[a-z]*|o[ck]t[a-z]*|nov[a-z]*|de[cz][a-z]*)\.?"
)
_WHEN = re.compile(
    rf"\b(?:(?P<last>{_LAST})|(?P<first>{_FIRST}))\s*:?\s+{_DAY_NAME}(?:"
    r"(?P<iso>\d{4})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?{_MONTH.format('month')}(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|{_MONTH.format('month_first')}\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year_after>\d{{4}}))?"
    r"|(?P<dotted>\d{1,2})\.(?P<dotted_month>\d{1,2})\.(?P<dotted_year>\d{4}|\d{2})?"
    r"|(?P<slashed_month>\d{1,2})/(?P<slashed>\d{1,2})(?:/(?P<slashed_year>\d{4}|\d{2}))?"
    r")(?!\d)",
)
_CENTURY = 2000
DAYS = ("iso_day", "day", "day_after", "dotted", "slashed")  # groups that hold a day, and those that hold a year
YEARS = ("iso", "year", "year_after", "dotted_year", "slashed_year")


def away_until(text: str, on: date) -> date | None:
    """Return the last day away that an automatic reply of the day `on` names, or None where it names none.

    "Until December 1" is that day, "back on December 1" the day before. In 12/1 the month comes first, as in America;
    where that cannot be, the day does.
    """
    plain = " ".join(text[:MOST].lower().translate(PLAIN).replace("\u2019", "'").split())
    for found in _WHEN.finditer(plain):
        day = _day(found, on)
        if day:
            last = day if found["last"] else day - A_DAY
            if on - A_DAY <= last <= on + LONGEST_AWAY:
                return last
    return None


def _day(found: re.Match[str], on: date) -> date | None:
    """Return the day that a match names: in the year it says, else the next one of that name; None where it is none."""
    month = found["iso_month"] or found["dotted_month"] or found["slashed_month"]
    named = found["month"] or found["month_first"]
    day = next(int(found[name]) for name in DAYS if found[name])
    number = int(month) if month else next(MONTHS[key] for key in (named[:4], named[:3]) if key in MONTHS)
    if found["slashed"] and number > max(MONTHS.values()):
        number, day = day, number
    year = next((int(found[name]) for name in YEARS if found[name]), 0)
    year += _CENTURY if 0 < year < _CENTURY else 0
    try:
        told = date(year or on.year, number, day)
        return told if year or told >= on - A_DAY else date(on.year + 1, number, day)
    except ValueError:  # a day that no month has
        return None
