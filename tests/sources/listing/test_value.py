"""Values as programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.sources import SourceError
from amends.sources.listing import Options, ValueType, habits_of, name_key
from amends.sources.listing.days import from_serial, noon_of
from amends.sources.listing.problem import UnreadableError
from amends.sources.listing.value import Value, long_id, read_value

US = Options(zone="America/Chicago")
EU = Options(zone="Europe/Berlin", day_first=True, decimal_comma=True)


def read(of: ValueType, text: str, options: Options = US) -> Value | None:
    return read_value(of, text, options)


def why(of: ValueType, text: str, options: Options = US) -> str:
    with pytest.raises(UnreadableError) as refused:
        read_value(of, text, options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("2026-03-04", US, date(2026, 3, 4)),
        ("2026-03-04T23:30:00", US, date(2026, 3, 4)),
        ("2026-03-04T03:30:00.000+0000", US, date(2026, 3, 3)),
        ("2026-03-04 03:30:00Z", EU, date(2026, 3, 4)),
        ("2026/3/4", US, date(2026, 3, 4)),
        ("20260304", US, date(2026, 3, 4)),
        ("3/4/2026", US, date(2026, 3, 4)),
        ("3/4/2026", EU, date(2026, 4, 3)),
        ("3-4-26", EU, date(2026, 4, 3)),
        ("4.3.2026", US, date(2026, 3, 4)),
        ("2/2/16 00:00", US, date(2016, 2, 2)),
        ("8/17/2016 0:00", US, date(2016, 8, 17)),
        ("1/1/68", US, date(2068, 1, 1)),
        ("1/1/69", US, date(1969, 1, 1)),
        ("4-Mar-26", US, date(2026, 3, 4)),
        ("Mar 4, 2026", EU, date(2026, 3, 4)),
        ("Wednesday, March 4th, 2026", US, date(2026, 3, 4)),
        ("1772600400000", US, date(2026, 3, 4)),  # midnight in New York
        ("1772600400000", EU, date(2026, 3, 4)),
        ("1772578800000", EU, date(2026, 3, 4)),  # midnight in Berlin
        ("1772604000000", US, date(2026, 3, 4)),  # midnight in Chicago
        ("1772582400", US, date(2026, 3, 4)),  # midnight in UTC
        ("1772591400", US, date(2026, 3, 3)),
        ("2026-03-04T00:00:00.000Z", US, date(2026, 3, 4)),
        ("46085", US, date(2026, 3, 4)),
        ("46085.75", US, date(2026, 3, 4)),
        ("9999-12-31", US, None),
        ("0001-01-01", US, None),
        ("1/1/1900", US, None),
        ("N/A", US, None),
        ("  ", US, None),
    ],
)
def test_a_day(text: str, options: Options, expected: date | None) -> None:
    assert read(ValueType.DAY, text, options) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/4/26 5:07 PM", datetime(2026, 3, 4, 23, 7, tzinfo=UTC)),
        ("3/4/2026 12:00:01 a.m.", datetime(2026, 3, 4, 6, 0, 1, tzinfo=UTC)),
        ("2026-03-04T17:07:00-0500", datetime(2026, 3, 4, 22, 7, tzinfo=UTC)),
        ("2026-03-04T17:07:00+05:30", datetime(2026, 3, 4, 11, 37, tzinfo=UTC)),
        ("1772600400000", datetime(2026, 3, 4, 5, 0, tzinfo=UTC)),
        ("3/4/26", datetime(2026, 3, 4, 18, 0, tzinfo=UTC)),
        ("46085.75", datetime(2026, 3, 5, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_aware_and_noon_where_no_hour_is_written(text: str, expected: datetime) -> None:
    assert read(ValueType.MOMENT, text) == expected


def test_a_day_that_is_none_says_what_to_do() -> None:
    assert (
        why(ValueType.DAY, "13/4/2026") == "“13/4/2026” is no date when the month comes first; say that the day does."
    )
    assert (
        why(ValueType.DAY, "4/13/2026", EU)
        == "“4/13/2026” is no date when the day comes first; say that the month does."
    )
    for text in (
        "soon",
        "2026-02-30",
        "13/13/2026",
        "3/4/26 13:00 PM",
        "4 Foo 2026",
        "12345",
        "3/4/26 25:00",
        "1" * 80,
    ):
        assert why(ValueType.DAY, text).endswith("” is no date; write it like 2026-03-31.")
    assert why(ValueType.DAY, "1026-03-04") == "“1026-03-04” lies too far away; check the year."


@given(
    st.dates(date(1950, 1, 1), date(2068, 12, 31)), st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y"])
)
def test_a_day_is_read_back_in_every_spelling(on: date, spelling: str) -> None:
    assert read(ValueType.DAY, on.strftime(spelling)) == on


def test_the_serial_numbers_of_old_macs_begin_later() -> None:
    assert (from_serial(46085), from_serial(44623, is_1904=True)) == (date(2026, 3, 4), date(2026, 3, 4))


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("1,234.50", US, "1234.50"),
        ("1.234,50", US, "1234.50"),
        ("1.234,50 €", EU, "1234.50"),
        ("1 234,50", EU, "1234.50"),
        ("1'234.50", US, "1234.50"),
        ("$1,234", US, "1234.00"),
        ("1,234", EU, "1.23"),
        ("1.234", EU, "1234.00"),
        ("1.234", US, "1.23"),
        ("12,5", US, "12.50"),
        ("1,234,567", US, "1234567.00"),
        ("1.234.567", US, "1234567.00"),
        ("(99.90)", US, "-99.90"),
        ("-$5", US, "-5.00"),
        ("5-", US, "-5.00"),
        ("USD 12", US, "12.00"),
        ("1.2E+5", US, "120000.00"),
        (".5", US, "0.50"),
        ("-", US, None),
    ],
)
def test_money(text: str, options: Options, expected: str | None) -> None:
    assert read(ValueType.MONEY, text, options) == (None if expected is None else Decimal(expected))


def test_money_that_is_none_says_so() -> None:
    for text in ("abc", "1,23,4", "1.2.3,4", "1..2", "NaNcy", "١٢", "1" * 70, "$", "12 weeks"):
        assert why(ValueType.MONEY, text).endswith("is no number; write it like 1234.50.")
    assert why(ValueType.MONEY, "9" * 13) == "“9999999999999” is too large to be an amount; check the column."


@given(st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2))
def test_money_is_read_back_in_both_spellings(amount: Decimal) -> None:
    written = f"{amount:,.2f}"
    swapped = written.translate(str.maketrans(",.", ".,"))
    assert (read(ValueType.MONEY, written), read(ValueType.MONEY, swapped, EU)) == (amount, amount)


def test_counts_and_numbers_of_days() -> None:
    assert [read(ValueType.COUNT, text) for text in ("3", "3.0", "1,200", "0")] == [3, 3, 1200, 0]
    assert why(ValueType.COUNT, "2.5") == "“2.5” is no count; write a whole number from 0."
    assert why(ValueType.COUNT, "-1") == "“-1” is no count; write a whole number from 0."
    spans = ("90", "90.0", "90 days", "4 weeks", "3 Months", "1 yr.")
    assert [read(ValueType.DAYS, text) for text in spans] == [90, 90, 90, 28, 90, 365]
    assert why(ValueType.DAYS, "a while") == "“a while” is no number of days; write it like 90."


def test_yes_and_no_in_many_spellings() -> None:
    assert {read(ValueType.YES_NO, text) for text in ("TRUE", "yes", "Y", "1", "1.0", "x", "Ja", "oui", "✓")} == {True}
    assert {read(ValueType.YES_NO, text) for text in ("FALSE", "No", "n", "0", "Nein", "off")} == {False}
    assert why(ValueType.YES_NO, "maybe") == "“maybe” is neither yes nor no; write yes or no."


def test_ids_of_salesforce_are_joined_in_their_long_form() -> None:
    assert long_id("001D000000IqhSL") == "001D000000IqhSLIAZ"
    salesforce = Options(preset="salesforce")
    assert read(ValueType.ID, "001D000000IqhSL", salesforce) == "001D000000IqhSLIAZ"
    assert read(ValueType.ID, "001D000000IqhSLIAZ", salesforce) == "001D000000IqhSLIAZ"
    assert [read(ValueType.ID, text) for text in ("001D000000IqhSL", "17.0", "A-17", "007")] == [
        "001D000000IqhSL",
        "17",
        "A-17",
        "007",
    ]
    assert why(ValueType.ID, "1.23457E+11") == (
        "“1.23457E+11” was shortened by a spreadsheet; format the column as text and export again."
    )
    assert why(ValueType.ID, "x" * 91) == f"“{'x' * 59}…” is too long to be an ID; check the column."


def test_addresses_and_domains() -> None:
    assert read(ValueType.EMAILS, "Dana <Dana@Brightwater.example>; d2@x.example, dana@brightwater.example") == (
        "dana@brightwater.example",
        "d2@x.example",
    )
    assert (
        why(ValueType.EMAILS, "dana at home") == "“dana at home” is no email address; write it like name@company.com."
    )
    assert read(ValueType.DOMAINS, "https://www.mail.brightwater.co.uk/a?b; gmail.com, x@harbor.com see brochure") == (
        "brightwater.co.uk",
        "harbor.com",
    )


def test_texts_lose_their_html_and_multiple_values_their_semicolons() -> None:
    assert read(ValueType.NOTE, "<p>Called &amp; left</p><p>a message</p>") == "Called & left\n\na message"
    assert read(ValueType.NOTE, "a < b\r\nnext") == "a < b\nnext"
    assert read(ValueType.NOTE, "N/A") == "N/A"
    assert read(ValueType.TEXT, "  two\nlines <b>bold</b> ") == "two lines bold"
    assert read(ValueType.TEXTS, "Food; Cold  storage;Food;") == ("Food", "Cold storage")


def test_names_of_firms_agree_without_their_legal_form() -> None:
    names = ["Brightwater, Inc.", "BRIGHTWATER INC", "Brightwater", "Brightwäter L.L.C."]
    assert {name_key(name) for name in names} == {"brightwater"}
    assert [name_key(name) for name in ("Co.", "O’Neill & Sons Ltd", "")] == ["co", "oneill sons", ""]


PLACED = {"starts_on": "Start", "weeks": "Fee", "rating": "Rating"}


def test_the_order_of_day_and_month_is_told_by_the_whole_column() -> None:
    rows = [{"Start": "3/4/2026", "Fee": "1.200", "Rating": "9"}] * 50 + [
        {"Start": "25/4/2026", "Fee": "7,5", "Rating": "?"}
    ]
    found = habits_of("placements", PLACED, rows, preset="bullhorn", zone="Europe/Berlin")
    assert found.options == Options("bullhorn", day_first=True, decimal_comma=True, zone="Europe/Berlin", rating_top=10)
    assert found.doubts == ()
    assert Options.of(found.options.as_dict() | {"unknown": 1}) == found.options


def test_what_cannot_be_told_is_a_doubt() -> None:
    unclear = habits_of("placements", PLACED, [{"Start": "3/4/2026", "Fee": "1,200"}, {"Start": "5/5/2026", "Fee": ""}])
    assert (unclear.options, unclear.doubts) == (
        Options(),
        ("No date tells whether 3/4/2026 has the day first: here the month comes first.",),
    )
    mixed = habits_of(
        "placements",
        PLACED,
        [{"Start": "13/4/2026", "Fee": "1.234.567", "Rating": "70"}, {"Start": "4/13/2026", "Fee": "1,234.5"}],
    )
    assert (mixed.options.day_first, mixed.options.rating_top) == (False, 100)
    assert mixed.doubts == (
        "Some dates have the day first and others the month; those that do not fit are not taken.",
        "Some numbers have a decimal comma and others a point.",
    )


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(SourceError, match=r"^There is no time zone Mars/Base; choose one such as America/Chicago\.$"):
        read(ValueType.MOMENT, "3/4/26", Options(zone="Mars/Base"))


def said(of: ValueType, text: str, options: Options) -> str:
    try:
        read_value(of, text, options)
    except UnreadableError as error:
        return str(error)
    return "."


@given(st.sampled_from(list(ValueType)), st.text(max_size=60))
def test_any_text_is_a_value_or_a_sentence(of: ValueType, text: str) -> None:
    assert said(of, text, US).endswith(".")
    assert said(of, text, EU).endswith(".")


HOSTILE = (
    *("a" * 100_000, "1" * 100_000, "<" * 100_000, "@" * 50_000, "a." * 50_000 + "@", "x;" * 50_000),
    *(" \t" * 50_000, "1," * 50_000, "<a " * 30_000, "&amp" * 25_000),
)


@pytest.mark.parametrize("of", list(ValueType))
def test_a_hostile_value_takes_no_time(of: ValueType) -> None:
    for text in HOSTILE:
        start = process_time()
        said(of, text, US)
        assert process_time() - start < 1, (of, text[:10])


@pytest.mark.parametrize("text", ["", "31.12.2026", "soon", "5/5/2026"])
def test_what_tells_no_order_raises_no_doubt(text: str) -> None:
    assert habits_of("placements", {"starts_on": "Start"}, [{"Start": text}]).doubts == ()
    assert habits_of("invoices", {"amount": "Sum"}, [{"Sum": "12"}, {"Sum": "1,234"}]).doubts == ()


def test_ambiguous_days_follow_the_mark_of_decimals() -> None:
    found = habits_of("placements", PLACED, [{"Start": "3/4/2026", "Fee": "7,5"}])
    assert (found.options.day_first, found.doubts) == (
        True,
        ("No date tells whether 3/4/2026 has the day first: here the day comes first.",),
    )


def test_a_day_alone_stands_for_its_noon() -> None:
    assert noon_of(date(2026, 3, 4), US.tz) == datetime(2026, 3, 4, 18, tzinfo=UTC)
