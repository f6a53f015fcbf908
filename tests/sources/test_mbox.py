"""Mail in one file after another mail."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.core.message import Mail
from amends.sources import mbox
from amends.sources.part import Part, Skipped
from amends.sources.rfc822 import MOST_BYTES

if TYPE_CHECKING:
    from pathlib import Path

POSTMARK = b"From dana@brightwater.example Tue Mar  3 09:00:00 2026\n"


def letter(number: int, body: str = "Nobody came.") -> bytes:
    return POSTMARK + f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\n{body}\n\n".encode()


def split(raw: bytes) -> list[bytes]:
    return [message for message, _ in mbox.split(mbox.chunks_of(io.BytesIO(raw), len(raw)))]


def read(path: Path) -> list[Mail | Skipped]:
    return [mail for part in mbox.cut(path) for mail in mbox.read(part)]


def ids(found: list[Mail | Skipped]) -> list[str]:
    return [each.id if isinstance(each, Mail) else each.why for each in found]


@pytest.mark.parametrize(
    "separator",
    [
        b"From dana@brightwater.example Tue Mar  3 09:00:00 2026",
        b"From dana@brightwater.example  Tue Mar 03 09:00:00 2026",
        b"From - Tue Mar 03 09:00:00 2026",
        b"From 1758@xxx Tue Mar 03 09:00:00 +0000 2026",
        b"From dana at brightwater.example  Tue Mar  3 09:00:00 2026",
        b"From dana@brightwater.example Tue, 3 Mar 2026 09:00:00 +0100",
        b"From dana@brightwater.example Tue Mar  3 09:00 CET 2026",
        b"From dana@brightwater.example 2026-03-03T09:00:00+01:00",
        b"From  Tue Mar  3 09:00:00 2026",
        b"From dana@brightwater.example Tue Mar  3 09:00:00 2026\r",
    ],
)
def test_separators_as_programs_write_them(separator: bytes) -> None:
    first, second = letter(1), separator + b"\nFrom: a@x.example\n\nHello"
    assert split(first + second) == [first, second]


@pytest.mark.parametrize(
    "line",
    [
        b"From our side all is well.",
        b"From Monday on we need two nurses at 09:00.",
        b"From Tue Mar 3 09:00:00 2026 on the gate is closed",
        b"From dana@brightwater.example Tue Mar  3 09:00:00 2026\nwe have had no answer.",
        b"From a b c Tue Mar  3 09:00:00 2026",
    ],
)
def test_lines_of_a_body_that_only_begin_like_a_separator(line: bytes) -> None:
    whole = letter(1) + line + b"\n" + letter(2)
    assert split(whole) == [letter(1) + line + b"\n", letter(2)]


def test_every_message_is_named_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(letter(1) + letter(2) + POSTMARK + b"\nno header here\n")
    assert [(mail.where, type(mail)) for mail in read(path)] == [
        (f"{path}, message 1", Mail),
        (f"{path}, message 2", Mail),
        (f"{path}, message 3", Skipped),
    ]


def test_quoting_of_from_lines_is_undone_but_quotes_are_kept(tmp_path: Path) -> None:
    body = ">From our side all is well.\n\n> old\n>From the old mail\n\n>From the end"
    path = tmp_path / "inbox"
    path.write_bytes(letter(1, body))
    [mail] = read(path)
    assert isinstance(mail, Mail)
    assert mail.body == "From our side all is well.\n\n> old\n>From the old mail\n\nFrom the end\n\n"


def test_an_mboxrd_quote_loses_one_mark() -> None:
    assert mbox.unquoted(b"a\n>>From x\nb\n>>>From y") == b"a\n>From x\nb\n>>From y"


def test_a_large_file_is_cut_at_separators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "PART_BYTES", 20_000)
    monkeypatch.setattr(mbox, "CHUNK_BYTES", 3_000)
    letters = [letter(number, "x" * (number * 37 % 1_500)) for number in range(200)]
    path = tmp_path / "Sent"
    path.write_bytes(b"".join(letters))
    found = list(mbox.cut(path, folder="Sent", is_sent=True))
    assert len(found) == 9
    assert [part.start for part in found] == [0, *(part.end for part in found[:-1])]
    assert found[-1].end == sum(part.size for part in found) == path.stat().st_size
    mails = [mail for part in found for mail in mbox.read(part)]
    assert ids(mails) == [f"{number}@x" for number in range(200)]
    assert {mail.is_sent for mail in mails if isinstance(mail, Mail)} == {True}
    assert mails[-1].where.endswith(f"message {len(list(mbox.read(found[-1])))} after byte {found[-1].start}")


def test_what_is_written_after_the_cut_waits_for_the_next_scan(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(letter(1))
    [part] = mbox.cut(path)
    with path.open("ab") as file:
        file.write(letter(2))
    assert ids(list(mbox.read(part))) == ["1@x"]


def test_a_file_that_shrinks_or_goes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(letter(1) + letter(2))
    [part] = mbox.cut(path)
    path.write_bytes(letter(1))
    assert ids(list(mbox.read(part))) == ["1@x"]
    path.unlink()
    assert list(mbox.read(part)) == [
        Skipped(str(path), "the file cannot be read (No such file or directory); check that it exists and its rights")
    ]


def test_a_gzipped_file(tmp_path: Path) -> None:
    path = tmp_path / "2026-03.mbox.gz"
    path.write_bytes(gzip.compress(letter(1) + letter(2)))
    assert ids(read(path)) == ["1@x", "2@x"]


def test_a_gzipped_file_that_is_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "2026-03.mbox.gz"
    noise = "".join(chr(33 + number * number % 93) for number in range(500_000))
    whole = gzip.compress(letter(1) + letter(2) + letter(3, noise) + letter(4), compresslevel=0)
    path.write_bytes(whole[:200_000])
    *mails, broken = read(path)
    assert ids(mails) == ["1@x", "2@x", "3@x"]
    assert broken == Skipped(
        f"{path}, after message 3",
        "the file is damaged or cut off here (it ends too early); copy or download it again to read the rest",
    )


def test_gzipped_files_after_one_another_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "year.gz"
    path.write_bytes(gzip.compress(letter(1)) + b"\0" * 300 + gzip.compress(letter(2)) + b"\0" * 300_000)
    assert ids(read(path)) == ["1@x", "2@x"]


@pytest.mark.parametrize("damage", [b"\x1f\x8b", b"\x1f\x8b\x08\x00garbage that is no deflate stream at all"])
def test_a_gzipped_file_that_is_damaged(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(damage)
    [skipped] = read(path)
    assert isinstance(skipped, Skipped)
    assert skipped.where == str(path)


def test_one_line_of_a_hundred_megabytes_is_held_only_in_part(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    with path.open("wb") as file:
        file.write(letter(1) + letter(2).rstrip(b"\n"))
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + letter(3))
    with path.open("rb") as file:
        held = [len(message) for message, _ in mbox.split(mbox.chunks_of(file, path.stat().st_size))]
    assert max(held) <= MOST_BYTES + 2 * mbox.CHUNK_BYTES
    found = read(path)
    assert ids(found) == ["1@x", "2@x", "3@x"]
    assert [mail.size > 100_000_000 for mail in found if isinstance(mail, Mail)] == [False, True, False]


def test_empty_files_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Drafts"
    path.write_bytes(b"")
    assert read(path) == []
    path.write_bytes(b"\n\n")
    assert read(path) == []


def test_several_small_files_are_one_part(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(letter(1))
    (tmp_path / "b").write_bytes(letter(2))
    assert ids(list(mbox.read(Part("mbox", str(tmp_path), files=("a", "b"))))) == ["1@x", "2@x"]


LINES = st.lists(st.sampled_from(["", "From here", ">From there", "From: a@x.example", "Hello", "x" * 90]), max_size=8)


@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_mails_joined_to_one_file_are_found_again(bodies: list[list[str]], end: str) -> None:
    letters = [
        POSTMARK.replace(b"\n", end.encode()) + end.join([f"Message-ID: <{number}@x>", "", *lines, ""]).encode()
        for number, lines in enumerate(bodies)
    ]
    assert split(b"".join(letters)) == letters


@given(st.binary(max_size=300), st.integers(1, 40))
def test_no_bytes_are_lost_or_invented(noise: bytes, size: int) -> None:
    whole = letter(1) + noise + letter(2)
    assert b"".join(split(whole)) == whole
    chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert [message for message, _ in mbox.split([*chunks, b""])] == split(whole)


@pytest.mark.parametrize(
    "hostile",
    [b"\nFrom " * 160_000, b"From a" * 160_000, b"\nFrom " + b"a" * 1_000_000, b"\n>From " * 140_000, b">" * 1_000_000],
)
def test_hostile_files_take_no_longer_than_others(hostile: bytes) -> None:
    assert b"".join(split(hostile)) == hostile
    assert len(mbox.unquoted(hostile)) <= len(hostile)
