"""What counts as a promise of ours, and by when it has to be kept."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.promise import END_OF_DAY, Promise, find_promise

LONDON = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 10, 14, 10, 30, tzinfo=LONDON)


def end_of(day: int, month: int = 10, year: int = 2026) -> datetime:
    return datetime.combine(datetime(year, month, day, tzinfo=LONDON), END_OF_DAY, LONDON)


def clock(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("sentence", "by"),
    [
        ("I will send the roster by Friday noon.", clock(16, 12)),
        ("You'll have it tomorrow.", end_of(15)),
        ("I'll call you this afternoon.", clock(14, 18)),
        ("We will confirm by 5 pm.", clock(14, 17)),
        ("We will confirm by 5pm tomorrow.", clock(15, 17)),
        ("We’ll let you know by end of week.", end_of(16)),
        ("I will get the corrected invoice to you by the end of the week.", end_of(16)),
        ("I'll have the shortlist with you by October 17.", end_of(17)),
        ("I'll have the shortlist with you by 17 October 2026.", end_of(17)),
        ("I'll have the shortlist with you by Monday, October 26.", end_of(26)),
        ("I'll have the shortlist with you by Monday, 26 October.", end_of(26)),
        ("I'll have the shortlist with you by Monday the 26th.", end_of(26)),
        ("We shall deliver the report by the 20th of November.", end_of(20, 11)),
        ("You will hear from us within 24 hours.", clock(15, 10, 30)),
        ("You will receive the credit note within two business days.", end_of(16)),
        ("You will receive the credit note within 3 working days.", end_of(19)),
        ("I'll get back to you in an hour.", clock(14, 11, 30)),
        ("I'll ring you back within the hour.", clock(14, 11, 30)),
        ("I'll ring you in 20 minutes.", clock(14, 10, 50)),
        ("We will have a replacement on site tomorrow morning.", clock(15, 12)),
        ("The replacement will be on site by 7 am tomorrow.", clock(15, 7)),
        ("Tomorrow morning I will send you the new roster.", clock(15, 12)),
        ("By Monday you will have three CVs.", end_of(19)),
        ("I will email you the figures on Monday.", end_of(19)),
        ("I will email you the figures on Monday afternoon.", clock(19, 18)),
        ("I'll send them over first thing Monday.", clock(19, 12)),
        ("I'll send them over next Friday.", end_of(23)),
        ("I'll send them over next Monday.", end_of(19)),
        ("I'll send it Wednesday.", end_of(21)),
        ("We will file the return by 2026-10-30.", end_of(30)),
        ("We will file the return by 30.10.", end_of(30)),
        ("We will file the return by 30.10.2026.", end_of(30)),
        ("We will file the return by 30/10.", end_of(30)),
        ("We will file the return by 10/30/2026.", end_of(30)),
        ("We will refund the fee by the 9th.", end_of(9, 11)),
        ("We will refund the fee by the 28th.", end_of(28)),
        ("We will refund the fee by January 15.", end_of(15, 1, 2027)),
        ("We will finish the audit by the end of the month.", end_of(31)),
        ("We will finish the audit by the end of next month.", end_of(30, 11)),
        ("You'll get my answer by EOD.", end_of(14)),
        ("You'll get my answer by close of business tomorrow.", end_of(15)),
        ("I will come back to you later today.", end_of(14)),
        ("I'll send it tonight.", end_of(14)),
        ("I will send the plan next week.", end_of(23)),
        ("I will send the plan this week.", end_of(16)),
        ("I will send the plan by end of next week.", end_of(23)),
        ("I'll have an answer for you the day after tomorrow.", end_of(16)),
        ("Anna will call you at 3 pm.", clock(14, 15)),
        ("Our payroll team will send you the payslips by noon.", clock(14, 12)),
        ("We'll confirm by 9.", clock(15, 9)),
        ("We'll confirm by 5.", clock(14, 17)),
        ("We'll confirm by 17:30.", clock(14, 17, 30)),
        ("Will send it tomorrow.", end_of(15)),
        ("I am sending the contract over this evening.", end_of(14)),
        ("We're calling all six candidates back, and I promise you a list by Friday.", end_of(16)),
        ("Please expect the draft by Friday.", end_of(16)),
        ("Let me get back to you tomorrow.", end_of(15)),
        ("You can expect to hear from me by Thursday lunchtime.", clock(15, 13)),
        ("Your invoice will be corrected by Friday.", end_of(16)),
        ("I will personally call you on Monday at 9am.", clock(19, 9)),
        ("I'll send the form today, please return it by Friday.", end_of(14)),
        ("We will reply within two weeks.", end_of(28)),
        ("We will reply in a few days.", end_of(17)),
    ],
)
def test_a_promise_names_what_we_do_and_by_when(sentence: str, by: datetime) -> None:
    assert find_promise(sentence, WEDNESDAY) == Promise(sentence, by)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Shall I send the roster by Friday?",
        "Will you send the roster by Friday?",
        "If the client agrees, we will send three people on Monday.",
        "We will start on Monday if you sign today.",
        "I will send it as soon as you confirm on Friday.",
        "You will need to sign the contract by Friday.",
        "You'll have to send the timesheets by Monday.",
        "Please send me the timesheets by Friday.",
        "Could you confirm by 5 pm.",
        "I will send the form, please return it by Friday.",
        "I will not be able to send it today.",
        "I won't have it today.",
        "We never promise you a person by Monday.",
        "I hope I will have news tomorrow.",
        "I will try to call you tomorrow.",
        "I would send it tomorrow.",
        "I will be on holiday next week.",
        "The candidate starts on Monday.",
        "Thank you for your mail of Friday.",
        "We sent the roster on Friday.",
        "I will send you two people for Friday.",
        "We will discuss Friday's roster.",
        "I will confirm the interview on Monday.",
        "I will send the roster soon.",
        "I will send the roster by 30 February.",
        "I will send the roster by 5/6.",
        "I will send it by 99:99.",
        "We will find you 12 people.",
        "We will send it within 10 % of the price.",
    ],
)
def test_no_promise(sentence: str) -> None:
    assert find_promise(sentence, WEDNESDAY) is None


def test_the_first_promise_of_a_mail_counts_and_is_quoted_as_written() -> None:
    promised = "I’ll send the roster for the night shift and the list of all the names\ntomorrow."
    mail = f"Hi Tom,\n\nThanks for the call. {promised} I'll call on Friday.\n\nAnna"
    assert find_promise(mail, WEDNESDAY) == Promise(promised, end_of(15))


def test_an_hour_that_is_over_means_the_next_day() -> None:
    late = clock(14, 18)
    assert find_promise("We will confirm by 5 pm.", late) == Promise("We will confirm by 5 pm.", clock(15, 17))


def test_on_a_friday_the_end_of_the_week_is_today_and_friday_is_the_next_one() -> None:
    friday = clock(16, 9)
    this_week, next_week = "You will have it by the end of the week.", "You will have it by Friday."
    assert find_promise(this_week, friday) == Promise(this_week, end_of(16))
    assert find_promise(next_week, friday) == Promise(next_week, end_of(23))


def test_hours_are_counted_across_a_change_of_the_clocks() -> None:
    before_winter_time = datetime(2026, 10, 24, 20, 0, tzinfo=LONDON)
    promise = find_promise("You will hear from us within 24 hours.", before_winter_time)
    assert promise is not None
    assert promise.by.astimezone(UTC) - before_winter_time.astimezone(UTC) == timedelta(hours=24)


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_text_at_any_time_is_read_without_an_error(text: str, at: datetime) -> None:
    found = find_promise(text, at)
    assert found is None or found.sentence in text


@given(
    st.lists(
        st.sampled_from(
            [
                "I",
                "will",
                "send",
                "you",
                "it",
                "by",
                "on",
                "within",
                "the",
                "end",
                "of",
                "next",
                "week",
                "Friday",
                "5",
                "pm",
                "30",
                ".",
                "12",
                "October",
                "tomorrow",
                "31/12",
                "99",
            ]
        )
    ).map(" ".join),
    st.datetimes(timezones=st.just(UTC)),
)
def test_any_order_of_the_words_of_promises_is_read_without_an_error(text: str, at: datetime) -> None:
    found = find_promise(text, at)
    assert found is None or found.by.tzinfo is UTC


@pytest.mark.parametrize(
    "piece", ["I will send ", "by Friday ", "the the ", "1", "within ", "a ", "i", "we'll be ", "5:", "will will "]
)
def test_a_hostile_megabyte_is_read_in_one_pass(piece: str) -> None:
    assert find_promise(piece * (1_000_000 // len(piece)), WEDNESDAY) is None
