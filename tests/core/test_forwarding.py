"""The earlier message that is printed in a text: its headers end where its words may begin."""

from __future__ import annotations

from amends.core.forwarding import Forwarded, forwarded_in

HEAD = "From: Dana Marsh <dana@north.example>\nSent: 3 March 2025 09:05\n"


def test_a_list_of_people_goes_on_below_its_label() -> None:
    told = forwarded_in(f"{HEAD}Subject: No shows\nTo: bob@alder.example;\n  eve@north.example\n\nNobody came.")
    people = "bob@alder.example; eve@north.example"
    assert told == Forwarded(
        "Dana Marsh <dana@north.example>", "3 March 2025 09:05", people, "", "No shows", "Nobody came."
    )


def test_a_value_may_stand_below_its_label() -> None:
    told = forwarded_in(f"{HEAD}To: bob@alder.example\nSubject:\nNo shows\nNobody came.")
    assert told is not None
    assert (told.subject, told.text) == ("No shows", "Nobody came.")


def test_words_directly_below_the_headers_are_no_header() -> None:
    told = forwarded_in(f"{HEAD}To: bob@alder.example\nSubject: No shows\nNobody came.\nNobody called.")
    assert told is not None
    assert (told.subject, told.text) == ("No shows", "Nobody came.\nNobody called.")


def test_a_header_that_stands_there_twice_counts_once() -> None:
    told = forwarded_in(f"{HEAD}To: bob@alder.example\nSubject: No shows\nSubject: Other\nmore\n\nNobody came.")
    assert told is not None
    assert told.subject == "No shows"


def test_a_text_without_such_headers_holds_none() -> None:
    assert forwarded_in("From: here to there it is far.\nTo: nobody") is None
    assert forwarded_in("") is None
