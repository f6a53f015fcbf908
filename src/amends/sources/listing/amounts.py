"""Numbers and money as lists write them, read exactly: `1,234.50`, `1.234,50`, `(99.00)`, `€ 12`, `50 %`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from amends.core.wording import say
from amends.sources.listing.problem import UnreadableError, shown

CENT = Decimal("0.01")
MOST_MONEY = Decimal(10) ** 12
"""What a column of ours holds: fourteen digits, two of them cents (`desk.models.StaffingFact`)."""

MOST_COUNT = 1_000_000
"""More people, days or openings are a mistake: judgement."""

LONGEST = 60
DAYS_OF = {"d": 1, "t": 1, "j": 1, "w": 7, "m": 30, "y": 365}
"""Days in the units of a guarantee, by the first letter of their names."""

SIGNS = re.compile(r"[$€£¥%\s\u00a0\u202f']|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\b", re.IGNORECASE)
DIGITS = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30}")
GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3}){1,9}")
EXPONENT = re.compile(r"-?[0-9](?:\.[0-9]{1,17})?[eE]\+?[0-9]{1,2}")
SPAN = re.compile(
    r"([0-9]{1,6})(?:[.,]0{1,4})?[\s-]{0,3}(days?|d|tage?|jours?|weeks?|wks?|w|months?|mos?|m|years?|yrs?|y)?\.?",
    re.IGNORECASE,
)


def number_of(text: str, *, decimal_comma: bool) -> Decimal:
    """Return the number that a value is; raise UnreadableError when it is none."""
    value = SIGNS.sub("", text.strip()[:LONGEST]) if len(text) <= LONGEST else ""
    if EXPONENT.fullmatch(value):
        return Decimal(value)
    is_negative = value[:1] in {"-", "−", "("} or value[-1:] == "-"
    value = value.strip("()+-−")
    plain = _without_groups(value, decimal_comma=decimal_comma)
    if not DIGITS.fullmatch(plain):
        raise UnreadableError(say("“{value}” is no number; write it like 1234.50.", value=shown(text)))
    number = Decimal(plain)
    return -number if is_negative else number


def money_of(text: str, *, decimal_comma: bool) -> Decimal:
    """Return an amount to the cent; raise UnreadableError when it is none or too large to be one."""
    amount = number_of(text, decimal_comma=decimal_comma)
    if abs(amount) >= MOST_MONEY:
        raise UnreadableError(say("“{value}” is too large to be an amount; check the column.", value=shown(text)))
    return amount.quantize(CENT, ROUND_HALF_EVEN)


def count_of(text: str, *, decimal_comma: bool) -> int:
    """Return a whole number from 0; raise UnreadableError when it is none."""
    number = number_of(text, decimal_comma=decimal_comma)
    if number != int(number) or not 0 <= number <= MOST_COUNT:
        raise UnreadableError(say("“{value}” is no count; write a whole number from 0.", value=shown(text)))
    return int(number)


def days_of(text: str) -> int:
    """Return how many days "90", "90 days", "4 weeks" or "3 months" are; raise UnreadableError when it is none."""
    match = SPAN.fullmatch(text.strip()[:LONGEST])
    days = int(match[1]) * DAYS_OF[(match[2] or "d")[0].lower()] if match else MOST_COUNT
    if days >= MOST_COUNT:
        raise UnreadableError(say("“{value}” is no number of days; write it like 90.", value=shown(text)))
    return days


def tells_comma(text: str) -> bool | None:
    """Say whether a number plainly has a decimal comma (True) or point (False), or None when it could be either."""
    value = SIGNS.sub("", text.strip()[:LONGEST]).strip("()+-−")
    if not value or value.strip("0123456789.,"):
        return None
    comma, point = value.rfind(","), value.rfind(".")
    if comma >= 0 and point >= 0:
        return comma > point
    mark = max(comma, point)
    if mark < 0 or GROUPED.fullmatch(value):
        return _several(value, comma=comma)
    return comma >= 0


def _several(value: str, *, comma: int) -> bool | None:
    """Say what a mark that stands more than once tells: it parts thousands, so the other is the decimal one."""
    if value.count(",") + value.count(".") > 1:
        return comma < 0
    return None


def _without_groups(value: str, *, decimal_comma: bool) -> str:
    """Take the marks of thousands out and make the decimal mark a point."""
    has_comma, has_point = "," in value, "." in value
    if has_comma and has_point:
        is_comma = value.rfind(",") > value.rfind(".")
        group, mark = (".", ",") if is_comma else (",", ".")
        whole, _, rest = value.rpartition(mark)
        return f"{whole.replace(group, '')}.{rest}" if _is_grouped(whole, group) else value
    mark = "," if has_comma else "."
    if not has_comma and not has_point:
        return value
    if GROUPED.fullmatch(value) and (value.count(mark) > 1 or (mark == ",") != decimal_comma):
        return value.replace(mark, "")
    return value.replace(",", ".")


def _is_grouped(whole: str, group: str) -> bool:
    first, *others = whole.split(group)
    return len(first) <= 3 and all(len(other) == 3 for other in others)  # noqa: PLR2004  (digits of a thousand)
