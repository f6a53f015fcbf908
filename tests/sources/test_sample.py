"""The sample mailbox: the same on every machine, believable, and with the story's words in it."""

from __future__ import annotations

import email
import mailbox
import re
from collections import Counter
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amends.sources import SourceError
from amends.sources.sample import (
    NOW,
    read_clients,
    read_firm,
    sample_letters,
    sample_truth,
    write_sample,
)
from amends.sources.sample.post import message_bytes

if TYPE_CHECKING:
    from email.message import Message

    from amends.sources.sample.letter import Letter


@pytest.fixture(scope="module")
def letters() -> list[Letter]:
    return sample_letters()


@pytest.fixture(scope="module")
def messages(letters: list[Letter]) -> list[Message]:
    return [email.message_from_bytes(message_bytes(letter)) for letter in letters]


def text_of(message: Message) -> str:
    """Give the plain text, decoded, of a message that has one."""
    plain = (part for part in message.walk() if part.get_content_type() == "text/plain")
    return "".join(decoded(part) for part in plain)


def decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(str(part.get_content_charset()))


def test_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.mbox", tmp_path / "second.mbox"
    assert write_sample(first) == write_sample(second)
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_writes_another_half_year_with_the_same_story() -> None:
    usual, other = ({letter.text for letter in sample_letters(seed=seed)} for seed in (1, 2))
    assert len(usual & other) < len(usual) / 4
    assert [truth.quote for truth in sample_truth().values() if truth.quote and not _told(truth.quote, other)] == []


def _told(quote: str, texts: set[str]) -> bool:
    return any(quote in text for text in texts)


def test_about_three_thousand_messages_over_half_a_year(letters: list[Letter]) -> None:
    assert 2900 <= len(letters) <= 3100
    assert (letters[-1].at.date() - letters[0].at.date()).days == 183
    assert max(letter.at for letter in letters) < NOW


def test_the_number_of_messages_can_be_chosen() -> None:
    assert 5700 <= len(sample_letters(messages=6000)) <= 6300


def test_too_few_messages_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2000 messages"):
        sample_letters(messages=100)


def test_every_message_has_its_own_id(letters: list[Letter]) -> None:
    assert len({letter.id for letter in letters}) == len(letters)


def test_answers_come_after_what_they_answer(letters: list[Letter]) -> None:
    assert [letter.subject for letter in letters if letter.answers and letter.answers.at >= letter.at] == []


def test_no_slot_is_left_unfilled(letters: list[Letter]) -> None:
    assert [letter.text for letter in letters if re.search(r"[{}]", letter.text + letter.subject)] == []


def test_text_does_not_repeat_like_a_template(letters: list[Letter]) -> None:
    written = [letter.text for letter in letters if not letter.bare]
    sentences = Counter(re.sub(r"\d+", "0", line) for text in written for line in re.split(r"(?<=[.?!])\s", text))
    assert len(sentences) > 2500
    assert len(set(written)) > len(written) * 0.9


def test_nobody_real_is_written_to(letters: list[Letter]) -> None:
    invented = re.compile(r"[^@]+@(?:[a-z]+\.)*[a-z]+\.example|[a-z]+(?:-[a-z]+){2}@(?:gmail|yahoo)\.com")
    people = {person.address for letter in letters for person in (letter.sender, *letter.to, *letter.cc)}
    assert [address for address in people if not invented.fullmatch(address)] == []


def test_mbox_reads_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    count = write_sample(path)
    read = mailbox.mbox(path)
    assert len(read) == count
    assert {message["Message-ID"] for message in read} == {f"<{letter.id}>" for letter in sample_letters()}
    read.close()


def test_every_message_parses_without_a_defect(messages: list[Message]) -> None:
    parts = [part for message in messages for part in message.walk()]
    assert [part["Subject"] for part in parts if part.defects] == []
    assert [part["Subject"] for part in parts if not part.is_multipart() and not decoded(part).strip()] == []


def test_dates_carry_the_firms_zone(messages: list[Message]) -> None:
    assert {parsedate_to_datetime(message["Date"]).strftime("%z") for message in messages} == {"-0400"}


def test_the_forms_of_real_mail_occur(messages: list[Message]) -> None:
    forms = Counter(message.get_content_type() for message in messages)
    codings = Counter(str(part["Content-Transfer-Encoding"]) for message in messages for part in message.walk())
    charsets = Counter(part.get_content_charset() for message in messages for part in message.walk())
    assert sorted(forms) == ["multipart/alternative", "text/html", "text/plain"]
    assert sorted(codings) == ["7bit", "None", "base64", "quoted-printable"]
    assert sorted(str(charset) for charset in charsets) == ["None", "iso-8859-1", "us-ascii", "utf-8"]


@pytest.mark.parametrize(
    "line",
    [
        r"^On \w{3}, \w{3} \d+, 2025 at .+ wrote:$",
        r"^On \w{3} \d+, 2025, at .+ wrote:$",
        r"^Sent: \w+, \w+ \d+, 2025 ",
        r"^Am \d\d\.\d\d\.2025 um .+ schrieb|^Gesendet: ",
        r"^Le .+ a écrit :$",
        r"^Sent from my iPhone$",
        r"^-- $",
        r"^This email and any attachments are confidential",
    ],
)
def test_quotes_and_signatures_of_several_programs_occur(line: str, messages: list[Message]) -> None:
    assert sum(1 for message in messages if re.search(line, text_of(message), re.MULTILINE)) >= 10


def test_some_answers_have_lost_their_thread(messages: list[Message]) -> None:
    answers = [message for message in messages if str(message["Subject"]).startswith(("Re:", "AW:", "RE :"))]
    lost = [message for message in answers if message["In-Reply-To"] is None]
    assert 0.04 < len(lost) / len(answers) < 0.12


def test_programs_write_too(messages: list[Message]) -> None:
    assert sum(message["Auto-Submitted"] == "auto-replied" for message in messages) > 10
    assert sum(message["List-Unsubscribe"] is not None for message in messages) > 50
    assert sum(message["Return-Path"] == "<>" for message in messages) > 5
    methods = Counter(part.get_param("method") for message in messages for part in message.walk())
    assert sorted(str(method) for method in methods if method) == ["CANCEL", "REPLY", "REQUEST"]


def test_truth_speaks_of_clients_who_exist() -> None:
    known = {client.key for client in read_clients()}
    assert [client for client in sample_truth() if client not in known] == []


def test_the_guide_tells_what_is_planted() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "sample.md").read_text(encoding="utf-8")
    names = {client.key: client.name for client in read_clients()}
    rows = [
        f"| {names[truth.client]} | {truth.state} | {', '.join(truth.rules) or 'none'} | {truth.story} |"
        for truth in sample_truth().values()
    ]
    assert [row for row in rows if row not in guide] == []


def test_planted_sentences_are_in_the_mail_of_their_client(letters: list[Letter]) -> None:
    for truth in sample_truth().values():
        told = [
            letter for letter in letters if truth.quote in letter.text and letter.sender.address.endswith(truth.client)
        ]
        assert told, truth.quote


def test_the_firm_has_thirty_eight_clients_two_new_ones_and_three_people() -> None:
    clients = read_clients()
    assert len([client for client in clients if client.key == client.domain]) == 40
    assert len([client for client in clients if client.key != client.domain]) == 3
    assert Counter(truth.state for truth in sample_truth().values())["Not enough yet"] == 2
    assert {client.cared_for_by for client in clients} <= set(read_firm().people)


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.mbox"
    path.write_text("my mail")
    with pytest.raises(SourceError, match=r"mine\.mbox is there already"):
        write_sample(path)
    assert path.read_text() == "my mail"
    assert write_sample(path, force=True) == len(mailbox_lines(path))


def mailbox_lines(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n") if line.startswith(b"From ")]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written"):
        write_sample(tmp_path / "nowhere" / "sample.mbox")
