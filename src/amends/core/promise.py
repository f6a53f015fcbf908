"""Finds what we promised a client by when, in our own sent mail (docs/method.md rules 1 and 10).

Precise before complete: a promise is a sentence in which one of us says what we will do (or what the client will have)
and names a moment. Questions, conditions, denials and what the client is to do are none. English only so far.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from amends.core.text import sentences

if TYPE_CHECKING:
    from datetime import date

# When a part of a day is over. Judgement: late rather than early, so that nothing counts as broken too soon.
END_OF_DAY = time(23, 59, 59)
PARTS_OF_DAY = {
    "morning": time(12),
    "noon": time(12),
    "midday": time(12),
    "lunch": time(13),
    "lunchtime": time(13),
    "afternoon": time(18),
    "evening": END_OF_DAY,
    "night": END_OF_DAY,
}
LAST_WORKING_DAY = 4  # Friday, as `date.weekday` counts: the end of a week

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = {"a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "few": 3, "couple of": 2}
_WEEK = timedelta(days=7)
_NOON = 12
_OFFICE_OPENS = 7  # "by 5" is said of the afternoon, "by 8" of the morning
_HOURS, _MINUTES = 24, 60

_DOES = (
    "send|resend|forward|call|ring|phone|text|e-?mail|write|mail|get|come back|have|"
    "let (?:you|him|her|them) know|confirm|deliver|provide|share|update|prepare|finish|complete|fix|correct|"
    "resolve|solve|sort|arrange|organi[sz]e|find|replace|return|reply|respond|answer|check|look|review|submit|"
    "file|pay|refund|credit|issue|re-?issue|give|do|put|bring|drop|speak|talk|follow up|chase|escalate|raise|"
    "book|schedule|set|draft|revise|upload|post|ensure|make|report|present|be in touch|be back|be calling|"
    "be sending|be with you|be on site|visit|meet|cover|fill|start|add|amend|cancel|clarify|close|process|"
    "release|transfer|propose|supply|tell|know|show|contact|pass|ask|explain|investigate"
)
_HOW = (
    r"(?:also|certainly|personally|definitely|then|now|still|gladly|of course|just|surely|happily|both|all|be able to) "
)
_OURS = (
    rf"\b(?:i|we|my colleague|our \w{{2,15}}(?: team)?)(?:'ll| will| shall| am going to| are going to| promise to|"
    rf" commit to) (?:{_HOW}){{0,2}}(?:{_DOES})\b"
    rf"|^(?:will|'ll) (?:{_HOW})?(?:{_DOES})\b"
    r"|\byou(?:'ll| will| shall| can expect to| should expect to) (?:all |then )?"
    r"(?:have(?! to)|receive|get(?! to)|hear|see)\b"
    r"|\b(?:you can|please|do) expect (?!to)"
    r"|\b\w{2,15}(?:'ll| will) (?:call|ring|phone|e-?mail|contact|update|visit|get back to|send|reply to|write to)"
    r" you\b"
    r"|\b(?:will|'ll) be (?:with you|ready|sent|delivered|corrected|replaced|fixed|resolved|done|finished|completed?|"
    r"credited|refunded|paid|reissued|re-issued|issued|on site|in your inbox|on your desk|in touch|processed|filed|"
    r"there)\b"
    r"|\b(?:i am|i'm|we are|we're) (?:sending|calling|getting back|coming back|delivering|ringing|emailing|"
    r"submitting)\b"
    r"|\blet me (?:get|come) back to you\b|\b(?:i|we) promise(?: you)?\b|\byou have my word\b"
)
_PROMISE = re.compile(_OURS)
_NO_PROMISE = re.compile(
    r"\?[\s\"')]*$|\b(?:if|unless|once|provided|assuming|as long as|in case|should you|subject to|depending)\b"
    r"|\b(?:when|as soon as|after) (?:you|he|she|they|we|i|the|your)\b"
    r"|\b(?:hope|hopefully|try|aim|might|maybe|perhaps|possibly|probably|would|could)\b"
    r"|^(?:shall|should|will|would|can|may|do) (?:i|we|you)\b"
)
_THEIRS = re.compile(
    r"\b(?:please|could you|can you|kindly|so (?:that )?you|let me know|you(?:'ll| will) (?:need|have) to|"
    r"you (?:need|must|have) to|who (?:will|can|starts?)|which (?:starts?|is|takes))"
)
_DAY_NAME = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH_NAME = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_SPAN = re.compile(
    r"\b(?:within|in|inside|in less than|no later than) (?:the next )?(\d{1,3}|an?|the|one|two|three|four|five|"
    r"(?:a |the )?(?:few|couple of))(?: |-)((?:business |working )?)(minute|hour|day|week)s?\b"
    r"(?! (?:ago|shift|notice|period|contract))"
)
_WHEN = re.compile(
    r"(?<!\w)(?:"
    r"(?P<after_next>the day after tomorrow)|(?P<near>today|tonight|tomorrow|this (?:morning|afternoon|evening))(?!'s)"
    r"|(?P<end>(?:(?:the )?(?:very )?end of (?:the |this |next )?(?:business |working )?(?:day|week|month)|eod|eow|eom|"
    r"cob|close of (?:business|play)))"
    rf"|(?P<which>this |next |coming )?(?P<day>{_DAY_NAME})"
    r"(?!'s| (?:shift|meeting|interview|roster|night shift|call at))"
    rf"(?!,? (?:the )?(?:{_MONTH_NAME} \d|\d{{1,2}}(?:st|nd|rd|th| {_MONTH_NAME}|\.\d)))"  # a date follows: it counts
    rf"|{_NTH} (?:of )?(?P<month_after>{_MONTH_NAME})(?: (?P<year_after>20\d\d))?"
    rf"|(?P<month_before>{_MONTH_NAME}) {_NTH}(?:,? (?P<year_before>20\d\d))?"
    r"|(?P<iso>20\d\d-\d\d-\d\d)|(?P<dotted>\d{1,2}\.\d{1,2}\.(?:20\d\d)?)|(?P<slashed>\d{1,2}/\d{1,2}(?:/20\d\d)?)"
    r"|the (?P<nth>\d{1,2})(?:st|nd|rd|th)(?! (?:of|floor|time))"
    r"|(?P<week>(?:this|next) week)"
    r")(?!\w)"
)
_HOUR = re.compile(
    r"(?<!\w)(?:(?:by|before|at|until|around|latest|than|,|day|tomorrow|today) )"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>am|pm|a\.m\.|p\.m\.|o'clock)?|"
    r"(?P<part>noon|midday|lunch(?:time)?))"
    rf"(?![\w%/]|[.,:]\d| (?:days?|people|candidates?|cvs?|percent|weeks?|hours?|of|{_MONTH_NAME}))"
)
_PART = re.compile(
    r"\b(?:first thing|(?P<part>morning|noon|midday|lunchtime|lunch|afternoon|evening|night))\b(?! shift)"
)
_BEFORE = 30  # characters before a day that can say that it is the day of something else
_EVENT_BEFORE = re.compile(
    r"(?:\b(?:for|from|since|last|every|each|of|until|through|between|past|to|and)|"
    r"\b(?:interview|meeting|shift|shifts|start|starts|starting|appointment|booking|visit|session|order|training|induction|"
    r"payroll|invoice|mail|email|call|message|event|happened|audit|discussion|conversation)(?: on)?) (?:the )?$"
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What we promised: our sentence, and the last moment at which it is still kept, in the zone it was written in."""

    sentence: str
    by: datetime


def find_promise(text: str, at: datetime) -> Promise | None:
    """Return the first promise with a moment in a mail of ours, written `at` (aware), or None."""
    for start, end in sentences(text):
        sentence = text[start:end]
        by = _promised_by(" ".join(sentence.replace("\u2019", "'").lower().split()), at)
        if by is not None:
            return Promise(sentence, by)
    return None


def _promised_by(sentence: str, at: datetime) -> datetime | None:
    """Return the moment that a sentence (lower case, single spaces) promises, or None where it promises none."""
    promise = _PROMISE.search(sentence)
    if promise is None or _NO_PROMISE.search(sentence) or _is_denied(sentence, promise):
        return None
    theirs = _THEIRS.search(sentence, promise.end())
    ours = sentence[: theirs.start()] if theirs else sentence
    try:
        return _moment(ours, at)
    except (OverflowError, ValueError):  # the 30th of February, or a year that no calendar has
        return None


def _is_denied(sentence: str, promise: re.Match[str]) -> bool:
    """Tell whether "not" or "never" stands right at the promise."""
    return re.search(r"\b(?:not|never|n't)\b", sentence[promise.start() : promise.end() + 5]) is not None


def _moment(ours: str, at: datetime) -> datetime | None:
    """Return the moment named in our part of a sentence."""
    span = _SPAN.search(ours)
    if span is not None:
        return _after(at, *span.groups())
    hour = _hour(ours)
    named = [when for when in _WHEN.finditer(ours) if not _EVENT_BEFORE.search(ours[: when.start()][-_BEFORE:])]
    if named:
        # "By close of business tomorrow": the day is named by the other words.
        when = next((when for when in named if not _is_end_of_day(when)), named[0])
        return datetime.combine(_day(when, at.date()), hour or _part(ours, when), at.tzinfo)
    if hour is None:
        return None
    today = datetime.combine(at.date(), hour, at.tzinfo)
    return today if today > at else today + timedelta(days=1)


def _is_end_of_day(when: re.Match[str]) -> bool:
    return when["end"] is not None and not re.search("week|month|eow|eom", when["end"])


def _after(at: datetime, amount: str, business: str, unit: str) -> datetime:
    """Return `at` and so many minutes or hours, or the end of the day so many days or weeks later."""
    amount = amount.removeprefix("a ").removeprefix("the ")
    number = int(amount) if amount.isdigit() else _NUMBERS[amount]
    if unit in {"minute", "hour"}:
        return (at.astimezone(UTC) + timedelta(**{f"{unit}s": number})).astimezone(at.tzinfo)
    day = at.date() + timedelta(days=number * (7 if unit == "week" else 1))
    if business:
        day = at.date()
        for _ in range(number):
            day += timedelta(days=1 if day.weekday() < LAST_WORKING_DAY else 7 - day.weekday())
    return datetime.combine(day, END_OF_DAY, at.tzinfo)


def _hour(ours: str) -> time | None:
    """Return the clock time named, "5 pm" or "17:00" or "noon"; a bare number must be a plausible office hour."""
    for match in _HOUR.finditer(ours):
        if match["part"]:
            return PARTS_OF_DAY[match["part"]]
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"] or ""
        is_bare = not half and not match["minute"]
        if hour < (_OFFICE_OPENS if is_bare else _NOON * half.startswith("p")):
            hour += _NOON
        if hour < _HOURS and minute < _MINUTES:
            return time(hour, minute)
    return None


def _part(ours: str, when: re.Match[str]) -> time:
    """Return when the part of the day that goes with `when` is over."""
    part = _PART.search(ours, when.start(), when.end() + 16) or _PART.search(
        ours, max(0, when.start() - 16), when.end()
    )
    if part is None or when["end"]:
        return END_OF_DAY
    return PARTS_OF_DAY[part["part"] or "morning"]


def _day(when: re.Match[str], today: date) -> date:
    """Return the day that a match of _WHEN means, seen from `today`; raises ValueError for a day that is none."""
    if when["after_next"] or when["near"]:
        return today + timedelta(days=2 if when["after_next"] else when["near"] == "tomorrow")
    if when["end"]:
        return _end(when["end"], today)
    if when["day"]:
        return _weekday(when["which"] or "", when["day"], today)
    if when["week"]:
        return _end_of_week(today) + (_WEEK if when["week"].startswith("next") else timedelta())
    return _date(when, today)


def _weekday(which: str, name: str, today: date) -> date:
    """Return the next day of that name, never today; "next" is one in the week after this one."""
    ahead = (_DAYS.index(name) - today.weekday() - 1) % 7 + 1
    day = today + timedelta(days=ahead)
    is_this_week = day.isocalendar()[:2] == today.isocalendar()[:2]
    return day + _WEEK if which == "next " and is_this_week else day


def _end(words: str, today: date) -> date:
    """Return the last day of the day, week or month meant."""
    if "week" in words or words == "eow":
        return _end_of_week(today) + (_WEEK if "next" in words else timedelta())
    if "month" in words or words == "eom":
        months = 2 if "next" in words else 1
        following = today.replace(day=1)
        for _ in range(months):
            following = (following + timedelta(days=31)).replace(day=1)
        return following - timedelta(days=1)
    return today + timedelta(days="next" in words)


def _end_of_week(today: date) -> date:
    return today + timedelta(days=(LAST_WORKING_DAY - today.weekday()) % 7)


def _date(when: re.Match[str], today: date) -> date:
    """Return the calendar day written, in this year or the next where the year is left out."""
    if when["iso"]:
        return today.fromisoformat(when["iso"])
    if when["nth"]:
        return _next_nth(int(when["nth"]), today)
    year, month, day = _numbers(when)
    if year:
        return today.replace(year, month, day)
    this_year = today.replace(month=month, day=day)
    return this_year if this_year >= today else this_year.replace(year=today.year + 1)


def _numbers(when: re.Match[str]) -> tuple[int, int, int]:
    """Return year (0 where it is left out), month and day as written."""
    month = when["month_after"] or when["month_before"]
    if month:
        day = int(next(group for group in when.groups() if group and group.isdigit()))
        return int(when["year_after"] or when["year_before"] or 0), _MONTHS.index(month[:3]) + 1, day
    first, second, *year = [int(number) for number in re.findall(r"\d+", when["dotted"] or when["slashed"])]
    if when["slashed"] and first <= _NOON and second <= _NOON and first != second:
        raise ValueError("17/10 is clear, 5/6 is not")
    day, month_number = (second, first) if second > _NOON else (first, second)
    return (year or [0])[0], month_number, day


def _next_nth(day: int, today: date) -> date:
    """Return the next "17th" that is not over."""
    if day >= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) + timedelta(days=31)).replace(day=day)
