"""What the writer wrote now, and its sentences."""

from amends.core.text import sentences, written_now


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_a_sentence_runs_on_over_a_soft_wrapped_line() -> None:
    assert told("We waited for Mr. Smith at the gate until 9.30 a.m. on\nMonday, e.g. an hour. Nobody came?! Why?") == [
        "We waited for Mr. Smith at the gate until 9.30 a.m. on\nMonday, e.g. an hour.",
        "Nobody came?!",
        "Why?",
    ]


def test_quoted_lines_go_and_answers_between_them_stay() -> None:
    original = "Yes.\n> Monday?\nThat suits us.\n-- \nGary"
    written = written_now(original)
    assert written.text == "Yes.\n\nThat suits us."
    assert written.signature == "Gary"
    assert original[written.at(6)] == "T"
