"""A watched mailbox on servers that answer as no real one does when asked to."""

from __future__ import annotations

from hashlib import sha256

import pytest
from imap_tools.imap_utf7 import utf7_encode

from amends.core.message import Mail
from amends.sources import Skipped, SourceError, mail_fetch
from amends.sources.imap import read_imap
from amends.sources.mail_folders import ALL_MAIL_REASON
from amends.sources.watch import FolderError, Look, session
from scripted import Script, playing


def letter(number: int) -> bytes:
    return f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\nNobody came.\n".encode()


def ids(fetched: list[tuple[int, Mail | Skipped]]) -> list[tuple[int, str]]:
    return [(uid, mail.id if isinstance(mail, Mail) else mail.why) for uid, mail in fetched]


GOOD = b'* LIST () "/" "INBOX"\r\n'


def names(*lines: bytes) -> list[str]:
    with playing(Script({b"LIST": b"".join(line + b"\r\n" for line in lines)})) as account, session(account) as mailbox:
        return [folder.name for folder in mailbox.folders()]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (rb'* LIST () "." INBOX.Sent', "INBOX.Sent"),
        (rb"* LIST () NIL News", "News"),
        (rb'* LIST (\HasNoChildren) "\\" "a\\b \"c\""', 'a\\b "c"'),
        (b'* LIST () "/" {6}\r\nab"c\\d', 'ab"c\\d'),
        (rb'* LIST () "/" "M&APw-ller"', "Müller"),
        (rb'* LIST () "/" "R&D"', "R&D"),  # spelt as no standard has it: shown as the server spells it
        ('* LIST () "/" "Größe"'.encode(), "Größe"),
        ('* LIST () "/" "Größe"'.encode("latin-1"), "Gr\\xf6\\xdfe"),
        (rb'* LIST () "/" "bell&AAc-"', "bell&AAc-"),  # a control character is not shown
        (b'* LIST () "/" "' + b"x" * 600 + b'"', "x" * 483 + "…" + sha256(b"x" * 600).hexdigest()[:16]),
    ],
)
def test_a_folder_as_other_servers_spell_it(line: bytes, name: str) -> None:
    assert names(line) == [name]


def test_what_is_no_folder_is_not_listed() -> None:
    lines = (rb'* LIST (\Noselect) "/" "Public"', rb"* LIST nonsense", b'* LIST () "/" ""', GOOD.strip())
    assert names(*lines) == ["INBOX"]


def test_a_folder_that_no_command_can_name_is_listed_and_said_to_be_left_out() -> None:
    script = Script({b"LIST": GOOD + b'* LIST () "/" {3}\r\na\rb\r\n', b"SEARCH": b"* SEARCH\r\n"}, times=2)
    with playing(script) as account:
        why = f"the name of the folder a\ufffdb holds a line break, so {account.place} cannot be asked for it; "
        why += "give it another name in your mail program"
        with session(account) as mailbox:
            assert [folder.name for folder in mailbox.folders()] == ["INBOX", "a\ufffdb"]
            with pytest.raises(FolderError) as left_out:
                mailbox.look("a\ufffdb")
        assert left_out.value.message == f"{why[0].upper()}{why[1:]}."
        assert list(read_imap(account)) == [Skipped(f"{account.place} a\ufffdb", why)]
    assert not any(b"\r" in line for line in script.heard)


def test_two_spellings_of_the_same_letters_are_two_folders() -> None:
    assert names(rb'* LIST () "/" "M&APw-ller"', '* LIST () "/" "Müller"'.encode()) == ["Müller", "M\\xc3\\xbcller"]


@pytest.mark.parametrize(
    "name",
    ["Sent Items", "Gesendete Elemente", "Éléments envoyés", "Enviados", "Verzonden items", "Posta inviata",
     "Itens enviados", "Skickat", "Sendt post", "Lähetetyt", "Wysłane", "Отправленные"],
)  # fmt: skip
def test_sent_mail_is_known_by_its_name_in_many_languages(name: str) -> None:
    raw = utf7_encode(name)
    with playing(Script({b"LIST": GOOD + b'* LIST () "/" "' + raw + b'"\r\n'})) as account, session(account) as mailbox:
        assert [(each.name, each.is_sent) for each in mailbox.folders()] == [(name, True), ("INBOX", False)]


def test_special_uses_are_asked_for_where_they_have_to_be() -> None:
    script = Script({b"CAPABILITY": b"* CAPABILITY IMAP4rev1 LIST-EXTENDED SPECIAL-USE\r\n"})
    script.answers[b"LIST"] = GOOD + b'* LIST (\\Sent) "/" "Out"\r\n* LIST (\\Junk) "/" "Bulk"\r\n'
    with playing(script) as account, session(account) as mailbox:
        found = [(each.name, each.is_sent, bool(each.left_out)) for each in mailbox.folders()]
    assert found == [("Out", True, False), ("INBOX", False, False), ("Bulk", False, True)]
    assert script.heard[2].endswith(b'LIST "" "*" RETURN (SPECIAL-USE)')


def test_where_one_folder_holds_all_mail_the_others_say_so() -> None:
    lines = GOOD + b'* LIST (\\All) "/" "All Mail"\r\n* LIST (\\Sent) "/" "Sent Mail"\r\n'
    with playing(Script({b"LIST": lines})) as account, session(account) as mailbox:
        assert [(each.name, each.left_out) for each in mailbox.folders()] == [
            ("Sent Mail", ""),
            ("INBOX", ALL_MAIL_REASON),
            ("All Mail", ""),
        ]


@pytest.mark.parametrize("status", [b"NO", b"BAD"])
def test_a_server_that_does_not_list_its_folders(status: bytes) -> None:
    with playing(Script({b"LIST": b"%s " + status + b" not you\r\n"})) as account, session(account) as mailbox:
        with pytest.raises(SourceError) as refused:
            mailbox.folders()
        assert refused.value.message == (
            f"{account.place} does not list the folders of dana (not you); ask who runs it for access."
        )


EXAMINED = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"


def test_a_folder_whose_next_number_the_server_leaves_open() -> None:
    script = Script({b"EXAMINE": EXAMINED + b"* OK [HIGHESTMODSEQ 715]\r\n", b"UID SEARCH UID *": b"* SEARCH 9\r\n"})
    with playing(script) as account, session(account) as mailbox:
        assert mailbox.look("INBOX") == Look(7, 10, 2, 715)


def test_a_folder_whose_numbers_do_not_last() -> None:
    with playing(Script()) as account, session(account) as mailbox:
        with pytest.raises(FolderError) as refused:
            mailbox.look("INBOX")
        assert refused.value.message == (
            f"{account.place} does not number the messages of the folder INBOX (it gives no UIDVALIDITY), so nobody "
            "can tell which are new; ask who runs it."
        )


def test_a_size_that_cannot_be_true_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_fetch, "FIRST_BYTES", 40)
    monkeypatch.setattr(mail_fetch, "BATCH_BYTES", 100)
    monkeypatch.setattr(mail_fetch, "MOST_BYTES", 90)
    raw = letter(1)

    def piece(uid: int, start: int, end: int) -> bytes:
        part = raw[start:end]
        return b"* %d FETCH (UID %d RFC822.SIZE 1 BODY[]<%d> {%d}\r\n%s)\r\n" % (uid, uid, start, len(part), part)

    answers = {
        b"<0.40>": piece(1, 0, 40) + piece(2, 0, 40),
        b"FETCH 1 (": piece(1, 40, 90),
        b"FETCH 2 (": piece(2, 40, 90),
    }
    script = Script(answers | {b"EXAMINE": EXAMINED})
    with playing(script) as account, session(account) as mailbox:
        sizes = [mail.size for _, mail in mailbox.fetch("INBOX", [1, 2]) if isinstance(mail, Mail)]
    assert sizes == [len(raw), len(raw)]
    assert [line.split()[3] for line in script.heard if b"FETCH" in line] == [b"1,2", b"1", b"2"]  # never both at once


def test_a_message_whose_rest_does_not_come_is_asked_for_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_fetch, "FIRST_BYTES", 40)
    raw = letter(1)
    first = b"* 1 FETCH (UID 1 RFC822.SIZE 90 BODY[]<0> {40}\r\n%s)\r\n" % raw[:40]
    whole = b"* 1 FETCH (UID 1 RFC822.SIZE 90 BODY[]<0> {%d}\r\n%s)\r\n" % (len(raw), raw)
    script = Script({b"<0.40>": first, b"<40.": b"", b"BODY.PEEK[]<0.": whole, b"EXAMINE": EXAMINED})
    with playing(script) as account, session(account) as mailbox:
        assert ids(list(mailbox.fetch("INBOX", [1]))) == [(1, "1@x")]


def test_a_connection_that_breaks_while_waiting() -> None:
    script = Script({b"EXAMINE": EXAMINED, b"IDLE": b"+ idling\r\n%s"}, commands=6)
    with playing(script, timeout_seconds=5) as account, session(account) as mailbox:
        mailbox.look("INBOX")
        with pytest.raises(SourceError) as broken:
            mailbox.wait("INBOX", 3)
    assert not broken.value.permanent
    assert " broke off in folder INBOX after 0 messages (" in broken.value.message


def test_a_server_that_has_had_enough_for_now_costs_no_message() -> None:
    enough = b"%s NO [OVERQUOTA] Account exceeded command or bandwidth limits.\r\n"
    with playing(Script({b"BODY.PEEK": enough, b"EXAMINE": EXAMINED})) as account, session(account) as mailbox:
        with pytest.raises(SourceError) as refused:
            list(mailbox.fetch("INBOX", [1, 2, 3]))
        assert not refused.value.permanent
        assert refused.value.message == (
            f"{account.place} hands over no messages at the moment ([OVERQUOTA] Account exceeded command or bandwidth "
            "limits.); the rest can be read later."
        )
