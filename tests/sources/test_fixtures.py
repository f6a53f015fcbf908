"""The hard mail that other projects collected: nothing crashes, and all of it is read or skipped with a reason."""

from __future__ import annotations

import email
import email.message
import tarfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from amends.sources import Skipped, parts, read
from amends.sources.discover import DAMAGED, NOT_LIKE_MAIL
from amends.sources.headers import split_header
from amends.sources.mime import body_of
from amends.sources.rfc822 import NOT_MAIL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from amends.core.message import Mail

pytestmark = pytest.mark.shared


def unpacked(folder: Path, into: Path) -> Path:
    """Unpack every archive of a corpus, each into a folder of its own."""
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as opened:
            opened.extractall(into / archive.name.partition(".")[0], filter="data")
    return into


@pytest.fixture(scope="module")
def fixtures(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(corpora / "mail_parser_fixtures", tmp_path_factory.mktemp("fixtures"))


@pytest.fixture(scope="module")
def lists(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(corpora / "mail_apache_lists", tmp_path_factory.mktemp("lists"))


def everything(path: Path) -> Iterator[Mail | Skipped]:
    for part in parts(path):
        if isinstance(part, Skipped):
            yield part
        else:
            yield from read(part)


def test_every_fixture_is_read_or_skipped_with_a_reason(fixtures: Path) -> None:
    found = Counter(each.why if isinstance(each, Skipped) else "read" for each in everything(fixtures))
    assert found == {"read": 457, NOT_MAIL: 96, NOT_LIKE_MAIL: 326, DAMAGED[".msg"]: 2}


def test_no_file_of_the_fixtures_is_forgotten(fixtures: Path) -> None:
    files = {str(path) for path in fixtures.rglob("*") if path.is_file() and path.stat().st_size}
    places = {each.where.partition(", message")[0].partition(", after")[0] for each in everything(fixtures)}
    assert {path for path in files - places if not path.endswith(".html")} == set()


def test_every_message_of_the_lists_is_read(lists: Path) -> None:
    found = list(everything(lists))
    skipped = [each for each in found if isinstance(each, Skipped)]
    assert [(each.where.rpartition("/")[2], each.why) for each in skipped] == [("no_date.mbox, message 1", NOT_MAIL)]
    separators = sum(path.read_bytes().count(b"\nFrom ") + 1 for path in lists.rglob("*.mbox"))
    assert len(found) == 1_264
    assert len(found) == separators


BODIES = [
    ("multi_charset/japanese.eml", "かきくえこ"),
    ("multi_charset/japanese_iso_2022.eml", "すみません。"),
    ("multi_charset/japanese_shift_jis.eml", "あいうえお"),
    ("multi_charset/ks_c_5601-1987.eml", "스티해"),
    ("plain_emails/raw_email.eml", "대부분의 마찬가지로, 우리는 하나님을 믿습니다."),
    ("plain_emails/raw_email10.eml", "Test test. Hi. Waving. m"),  # charset X-UNKNOWN
    (
        "plain_emails/raw_email_multiple_from.eml",
        "<p><b>recordkick</b> 2007-10-22 23:45:23 +0000 (Mon, 22 Oct 2007)</p>",
    ),
    ("mime_emails/email_with_similar_boundaries.eml", "Test"),
    ("mime_emails/raw_email_encoded_stack_level_too_deep.eml", "Nicolas Fouché has accepted your invitation to Gmail"),
    ("mime_emails/raw_email_with_illegal_boundary.eml", "Hello"),
    ("mime_emails/raw_email_with_nested_attachment.eml", "Here is a test of an attachment via email."),
    ("error_emails/content_transfer_encoding_7-bit.eml", "DISCOVERÃ† CARD"),
    ("error_emails/multiple_invalid_content_dispositions.eml", "foo"),
    ("error_emails/header_fields_with_empty_values.eml", "--"),
    ("error_emails/bad_date_header2.eml", ""),  # it has no parts
]


def text(path: Path) -> str:
    raw = path.read_bytes()
    fields, start = split_header(raw)
    return body_of(fields, raw, start)[0]


@pytest.mark.parametrize(("name", "said"), BODIES)
def test_bodies_in_many_character_sets(fixtures: Path, name: str, said: str) -> None:
    first = text(fixtures / "mail" / "spec" / "fixtures" / "emails" / name).strip().partition("\n")[0]
    assert first[: len(said)] == said
    assert bool(first) == bool(said)


def letters(content: str) -> str:
    return "".join(character for character in content if character.isalnum() and character.isascii())


def plain_text(message: email.message.Message) -> str:
    """Find the plain text by the standard library, as a reader of mail would."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        inside = [part for part in message.get_payload() if isinstance(part, email.message.Message)]
        first_only = message.get_content_subtype() in {"report", "signed"}
        return "\n".join(plain_text(part) for part in (inside[:1] if first_only else inside))
    is_text = message.get_content_type() == "text/plain" and not message.get_filename()
    if message.is_multipart() or not is_text or message.get_content_disposition() == "attachment":
        return ""
    content = message.get_payload(decode=True)
    return content.decode("latin-1") if isinstance(content, bytes) else ""


def test_the_standard_library_reads_the_same_text_in_ordinary_mail(corpora: Path) -> None:
    differing = []
    with tarfile.open(corpora / "mail_spamassassin_ham" / "ML_for_Hackers.tar.gz") as archive:
        for number, member in enumerate(archive):
            file = archive.extractfile(member)
            if file is None or number % 5:
                continue
            raw = file.read()
            raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
            expected = letters(plain_text(email.message_from_bytes(raw)))
            fields, start = split_header(raw)
            if expected and letters(body_of(fields, raw, start)[0]) != expected:
                differing.append(member.name)
    assert differing == []
