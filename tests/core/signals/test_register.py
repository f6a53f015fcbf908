from amends.core.signals import SIGNALS, find_all
from conversation import OFFICE, at, conversation, every


def test_every_signal_is_asked_once_and_in_order() -> None:
    assert [signal.__name__.rpartition(".")[2] for signal in SIGNALS] == [
        "exit_words", "complaint", "chaser", "unanswered", "promise", "quiet", "reply_time", "initiative", "cooler",
        "copied_in", "leaving", "meetings", "dispute", "praise", "contacts",
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
    )
    assert [(found.rule, found.points) for found in find_all(north, at("6 Mar 10:00"), OFFICE)] == [
        ("exit words", 20),
        ("complaint", 7),
        ("chaser", 6),
        ("unanswered", 6),
    ]
