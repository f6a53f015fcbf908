from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from amends.core.signals import SIGNALS, find_all
from conversation import OFFICE, at, conversation, every


def test_every_signal_is_asked_once_and_in_order() -> None:
    assert [signal.__name__.rpartition(".")[2] for signal in SIGNALS] == [
        "exit_words", "complaint", "chaser", "unanswered", "promise", "quiet", "reply_time", "initiative", "cooler",
        "copied_in", "leaving", "meetings", "dispute", "no_show", "fall_off", "early_end", "rating", "orders",
        "feedback", "payment", "survey", "failure", "new_order", "praise", "contacts",
    ]  # fmt: skip


def test_a_client_of_whom_nothing_is_known_has_no_signals() -> None:
    assert find_all(conversation(""), at("3 Mar 09:00"), OFFICE) == []


def test_what_one_bad_week_leaves_behind() -> None:
    north = conversation(
        every(3, 20, "2 Jan 09:00", "client #{n} []: Two people as usual, thanks."),
        """
        3 Mar 09:00 client #bad [complaint]: This is the third wrong invoice.
        4 Mar 10:00 client #bad [chaser]: Any news?
        5 Mar 09:00 client #bad [exit words]: We are talking to other agencies.
        """,
        "2 Jan 10:00 us #1: They will be there.",
    )
    assert [(found.rule, found.points) for found in find_all(north, at("6 Mar 10:00"), OFFICE)] == [
        ("exit words", 20),
        ("complaint", 7),
        ("chaser", 6),
        ("unanswered", 6),
    ]


TAGS = [
    "",
    "complaint",
    "exit words",
    "chaser",
    "praise",
    "thanks",
    "unhappy 0.9",
    "contact leaving",
    "CANCEL",
    "bounce",
]
LINES = st.tuples(
    st.integers(0, 400),
    st.sampled_from(["us", "client", "dana", "ruth (cc legal)"]),
    st.sampled_from(["", "#a", "#b", "#c", "#d", "#e"]),
    st.sampled_from(TAGS),
    st.sampled_from(
        ["Two people?", "Thanks", "Hello Priya, please call me back about the three invoices of last month."]
    ),
)


@given(st.lists(LINES, max_size=60), st.integers(0, 420))
def test_no_signal_knows_what_came_later_nor_stumbles_over_any_mail(
    lines: list[tuple[int, str, str, str, str]], days: int
) -> None:
    texts = (f"{_day(after)} 09:00 {speaker} {thread} [{tag}]: {text}" for after, speaker, thread, tag, text in lines)
    north, now = conversation(*texts), at("1 Jan 09:00") + timedelta(days=days)
    assert find_all(north, now, OFFICE) == find_all(north.until(now), now, OFFICE)


def _day(after: int) -> str:
    return f"{at('1 Jan 09:00') + timedelta(days=after):%d %b %Y}"
