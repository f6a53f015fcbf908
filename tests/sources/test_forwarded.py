"""What a mail to the desk's own address brings: itself, or the mail it forwards, as the mail programs forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from amends.core.client import client_of
from amends.core.message import Address, Mail
from amends.sources import Skipped
from amends.sources.forwarded import A_PROGRAM, NO_DATE, NO_MAIL, NO_WRITER, NOTHING_IN_IT, brought_by, without

DANA = Address("dana@north.example", "Dana Marsh")
BOB = Address("bob@alder.example", "Bob Reed")
NINE = datetime(2025, 3, 3, 9, 5, tzinfo=UTC)
WORDS = "Nobody came on site this morning.\n\nDana"
HEAD = (
    "From: Bob Reed <bob@alder.example>\nTo: k3y@desk.alder.example\nDate: Mon, 3 Mar 2025 10:00:00 +0000\n"
    "Message-ID: <fwd@alder.example>\nSubject: {mark}No shows\nContent-Type: text/plain; charset=utf-8\n{more}\n"
)


def is_ours(address: str) -> bool:
    return client_of(address) == "alder.example"


def brought(raw: str | bytes) -> list[Mail | Skipped]:
    given = raw.encode() if isinstance(raw, str) else raw
    return brought_by(given, is_ours=is_ours, zone=UTC)


def forwarded(text: str, *, mark: str = "Fwd: ", more: str = "") -> Mail:
    [mail] = brought(HEAD.format(mark=mark, more=more) + dedent(text).lstrip("\n"))
    assert isinstance(mail, Mail), mail
    return mail


GMAIL = """
    FYI, can you see to this?

    ---------- Forwarded message ---------
    From: Dana Marsh <dana@north.example>
    Date: Mon, 3 Mar 2025 at 09:05
    Subject: No shows
    To: Bob Reed <bob@alder.example>
    Cc: <eve@north.example>


    Nobody came on site this morning.

    Dana
"""
OUTLOOK = """
    See below. I am furious, they always complain.

    Bob Reed
    Alder & Quay

    ________________________________
    From: Dana Marsh <dana@north.example>
    Sent: Monday, March 3, 2025 9:05 AM
    To: Bob Reed <bob@alder.example>
    Cc: eve@north.example
    Subject: No shows

    Nobody came on site this morning.

    Dana
"""
OLD_OUTLOOK = """
    -----Original Message-----
    From: Dana Marsh [mailto:dana@north.example]
    Sent: Monday, March 03, 2025 9:05 AM
    To: Bob Reed [mailto:bob@alder.example]
    Cc: eve@north.example
    Subject: No shows

    Nobody came on site this morning.

    Dana
"""
APPLE = """
    Begin forwarded message:

    From: Dana Marsh <dana@north.example>
    Subject: No shows
    Date: 3 March 2025 at 09:05:00 GMT
    To: Bob Reed <bob@alder.example>
    Cc: eve@north.example

    Nobody came on site this morning.

    Dana
"""
APPLE_PLAIN = """
    > Begin forwarded message:
    >
    > From: Dana Marsh <dana@north.example>
    > Subject: No shows
    > Date: 3 March 2025 at 09:05:00 GMT
    > To: Bob Reed <bob@alder.example>
    > Cc: eve@north.example
    >
    > Nobody came on site this morning.
    >
    > Dana
"""
THUNDERBIRD = """
    -------- Forwarded Message --------
    Subject: \tNo shows
    Date: \tMon, 3 Mar 2025 09:05:00 +0000
    From: \tDana Marsh <dana@north.example>
    To: \tBob Reed <bob@alder.example>
    CC: \teve@north.example

    Nobody came on site this morning.

    Dana
"""
MUTT = """
    ----- Forwarded message from Dana Marsh <dana@north.example> -----

    Date: Mon, 3 Mar 2025 09:05:00 +0000
    From: Dana Marsh <dana@north.example>
    To: Bob Reed <bob@alder.example>
    Cc: eve@north.example
    Subject: No shows

    Nobody came on site this morning.

    Dana

    ----- End forwarded message -----
    My own remark below.
"""
GERMAN = """
    Zur Kenntnis.

    Von: Dana Marsh <dana@north.example>
    Gesendet: Montag, 3. März 2025 09:05
    An: Bob Reed <bob@alder.example>
    Cc: eve@north.example
    Betreff: No shows

    Nobody came on site this morning.

    Dana
"""
FRENCH = """
    ---------- Forwarded message ---------
    De : Dana Marsh <dana@north.example>
    Date: lun. 3 mars 2025 à 09:05
    Objet : No shows
    À : Bob Reed <bob@alder.example>
    Cc : eve@north.example

    Nobody came on site this morning.

    Dana
"""
SPANISH = """
    De: Dana Marsh <dana@north.example>
    Enviado: lunes, 3 de marzo de 2025 9:05
    Para: Bob Reed <bob@alder.example>
    Cc: eve@north.example
    Asunto: No shows

    Nobody came on site this morning.

    Dana
"""
DUTCH = """
    Van: Dana Marsh <dana@north.example>
    Verzonden: maandag 3 maart 2025 09:05
    Aan: Bob Reed <bob@alder.example>
    CC: eve@north.example
    Onderwerp: No shows

    Nobody came on site this morning.

    Dana
"""
POLISH = """
    Od: Dana Marsh <dana@north.example>
    Wysłano: poniedziałek, 3 marca 2025 09:05
    Do: Bob Reed <bob@alder.example>
    DW: eve@north.example
    Temat: No shows

    Nobody came on site this morning.

    Dana
"""
BOLD = """
    *From:* Dana Marsh <dana@north.example>
    *Sent:* Monday, March 3, 2025 9:05 AM
    *To:* Bob Reed <bob@alder.example>
    *Cc:* eve@north.example
    *Subject:* No shows

    Nobody came on site this morning.

    Dana
"""
PROGRAMS = {
    "Gmail": GMAIL, "Outlook": OUTLOOK, "old Outlook": OLD_OUTLOOK, "Apple Mail": APPLE, "Apple plain": APPLE_PLAIN,
    "Thunderbird": THUNDERBIRD, "mutt": MUTT, "German": GERMAN, "French": FRENCH, "Spanish": SPANISH, "Dutch": DUTCH,
    "Polish": POLISH, "bold": BOLD,
}  # fmt: skip


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_the_forwarded_mail_is_the_one_that_counts(text: str) -> None:
    mail = forwarded(text)
    assert (mail.sender, mail.at, mail.subject) == (DANA, NINE, "No shows")
    assert (mail.to, mail.cc) == ((BOB,), (Address("eve@north.example"),))
    assert mail.body.strip() == WORDS


def test_all_programs_give_the_same_mail_the_same_id() -> None:
    assert len({forwarded(text).id for text in PROGRAMS.values()}) == 1
    assert forwarded(GMAIL).id.startswith("forwarded:")


def test_a_forward_in_html_is_read() -> None:
    text = (
        "<div>Look</div><hr><div><b>From:</b> Dana Marsh &lt;dana@north.example&gt;<br><b>Sent:</b> Monday, March 3,"
        " 2025 9:05 AM<br><b>To:</b> Bob Reed &lt;bob@alder.example&gt;<br><b>Subject:</b> No shows</div>"
        "<p>Nobody came.</p>"
    )
    head = HEAD.format(mark="FW: ", more="").replace("text/plain", "text/html")
    [mail] = brought(head + text)
    assert isinstance(mail, Mail)
    assert (mail.sender, mail.at, mail.to, mail.body.strip()) == (DANA, NINE, (BOB,), "Nobody came.")


def test_a_table_of_thunderbird_is_read() -> None:
    rows = (("Subject", "No shows"), ("Date", "Mon, 3 Mar 2025 09:05:00 +0000"), ("From", "Dana Marsh"))
    cells = "".join(f"<tr><th>{name}: </th><td>{value}</td></tr>" for name, value in rows)
    text = f"<p>-------- Forwarded Message --------</p><table>{cells}</table><p>Nobody came.</p>".replace(
        "Dana Marsh", "Dana Marsh &lt;dana@north.example&gt;"
    )
    [mail] = brought(HEAD.format(mark="Fwd: ", more="").replace("text/plain", "text/html") + text)
    assert isinstance(mail, Mail)
    assert (mail.sender, mail.at, mail.subject, mail.body.strip()) == (DANA, NINE, "No shows", "Nobody came.")


def test_the_message_id_of_what_is_forwarded_is_used_where_it_is_told() -> None:
    told = "In-Reply-To: <first@north.example>\n"
    assert forwarded(GMAIL, more=told).id == "first@north.example"
    assert forwarded(GMAIL, mark="WG: ", more=told).id == "first@north.example"
    assert forwarded(GMAIL, mark="", more="X-Forwarded-Message-Id: <it@north.example>\n").id == "it@north.example"


def test_an_answer_to_a_colleague_does_not_lend_its_message_id() -> None:
    told = "In-Reply-To: <first@north.example>\n"
    assert forwarded(GMAIL, mark="Re: ", more=told).id.startswith("forwarded:")
    assert forwarded(GMAIL, mark="Fwd: Other matter ", more=told).id.startswith("forwarded:")


def test_a_mail_without_a_printed_subject_has_that_of_the_forward() -> None:
    text = GMAIL.replace("    Subject: No shows\n", "")
    assert forwarded(text).subject == "No shows"


def test_an_attached_mail_is_taken_as_it_travelled() -> None:
    inner = "From: Dana Marsh <dana@north.example>\nTo: bob@alder.example\nDate: Mon, 3 Mar 2025 09:05:00 +0000\n"
    inner += "Message-ID: <first@north.example>\nSubject: No shows\n\nNobody came.\n"
    parts = (
        "Content-Type: text/plain\n\nSee the mail.\n",
        f"Content-Type: message/rfc822\n\n{inner}",
        f'Content-Type: application/octet-stream; name="b.eml"\n\n{inner.replace("first", "second")}',
        "Content-Type: message/rfc822\n\nno mail at all",
    )
    body = "".join(f"--x\n{part}\n" for part in parts) + "--x--\n"
    head = HEAD.format(mark="Fwd: ", more="").replace("text/plain; charset=utf-8", 'multipart/mixed; boundary="x"')
    first, second, third = brought(head + body)
    assert isinstance(first, Mail)
    assert (first.id, first.sender, first.at, first.body.strip()) == ("first@north.example", DANA, NINE, "Nobody came.")
    assert isinstance(second, Mail)
    assert second.id == "second@north.example"
    assert third == Skipped("", NO_MAIL)


def test_a_mail_to_a_client_is_itself_whatever_it_quotes() -> None:
    head = HEAD.format(mark="Fwd: ", more="").replace("To: ", "To: dana@north.example, ")
    [mail] = brought(head + dedent(GMAIL))
    assert isinstance(mail, Mail)
    assert (mail.id, mail.sender) == ("fwd@alder.example", BOB)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Just a note to myself.", NOTHING_IN_IT),
        ("From: Dana Marsh\nSent: 3 March 2025 09:05\nTo: Bob\nSubject: No shows\n\nNobody came.", NO_WRITER),
        ("From: dana@north.example\nSent: yesterday\nTo: b@alder.example\nSubject: No shows\n\nNobody came.", NO_DATE),
    ],
)
def test_what_cannot_be_understood_says_why(text: str, why: str) -> None:
    assert brought(HEAD.format(mark="Fwd: ", more="") + text) == [Skipped("", why)]


def test_what_a_program_sent_and_what_is_no_mail_say_so() -> None:
    machine = "Auto-Submitted: auto-replied\nPrecedence: bulk\n"
    assert brought(HEAD.format(mark="", more=machine) + dedent(GMAIL)) == [Skipped("", A_PROGRAM)]
    assert brought(b"\0\0\0") == [Skipped("", NO_MAIL)]
    assert brought(b"") == [Skipped("", NO_MAIL)]


def test_the_desks_own_addresses_are_taken_out() -> None:
    [mail] = brought(HEAD.format(mark="", more="").replace("To: ", "Cc: dana@north.example\nTo: ") + "Hello")
    assert isinstance(mail, Mail)
    left = without(mail, lambda address: address.endswith("@desk.alder.example"))
    assert (left.to, left.cc) == ((), (Address("dana@north.example"),))


@pytest.mark.parametrize("line", ["From: a\n", "> From: a@b.c\n", "-----Original Message-----\n", "From: To: Date:\n"])
def test_a_hostile_megabyte_is_read_in_no_time(line: str) -> None:
    raw = HEAD.format(mark="Fwd: ", more="") + line * (1_000_000 // len(line))
    began = time.process_time()
    brought(raw)
    assert time.process_time() - began < 5


def test_a_deep_and_a_wide_mail_are_read_in_no_time() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(2_000))
    wide = (
        'Content-Type: multipart/mixed; boundary="x"\n\n' + "--x\nContent-Type: message/rfc822\n\nFrom: a\n\n" * 20_000
    )
    head = HEAD.format(mark="", more="").partition("Content-Type")[0]
    began = time.process_time()
    assert brought(head + deep) == [Skipped("", NOTHING_IN_IT)]
    assert len(brought(head + wide)) == 50
    assert time.process_time() - began < 5
