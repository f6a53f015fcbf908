"""The drop door, from outside: what it takes, what it refuses, and that nothing is smuggled through it."""

from __future__ import annotations

import shutil
import smtplib
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from amends.drop import door as module
from amends.drop.door import Door
from doorway import BOB, DOMAIN, a_mail

if TYPE_CHECKING:
    from pathlib import Path

    from doorway import Doorway, Place

NOT_HERE = "550 5.7.1 No such address here, or not for mail from there."
BARE = "550 5.5.2 A line ends in CR LF here, and nowhere else: bare CR or LF received."


def test_a_mail_to_a_living_address_waits_in_the_queue_as_it_came(place: Place, door: Doorway) -> None:
    with smtplib.SMTP("127.0.0.1", door.port) as client:
        assert client.sendmail(BOB, [place.bob], a_mail()) == {}
    assert place.desk.waiting() == [a_mail().encode()]


def test_it_says_what_it_speaks_and_no_more(door: Doorway) -> None:
    greeting, hello = door.sends("EHLO here")
    assert greeting == f"220 {DOMAIN} ESMTP"
    assert hello == f"250-{DOMAIN}\n250-SIZE 300000\n250-8BITMIME\n250-SMTPUTF8\n250 PIPELINING"


@pytest.mark.parametrize(
    "command", ["VRFY bob", "EXPN all", "AUTH PLAIN AGJvYgB4", "HELP", "STARTTLS", "TURN", "ETRN x"]
)
def test_it_answers_no_other_questions(command: str, door: Doorway) -> None:
    assert door.sends("EHLO here", command)[-1].startswith("500 Error: command")


def test_everybody_who_is_not_here_is_refused_in_the_same_words(place: Place, door: Doorway) -> None:
    for wrong in (
        f"bob@{DOMAIN}",
        f"{'a' * 26}@{DOMAIN}",
        f"postmaster@{DOMAIN}",
        "dana@north.example",
        f"{place.secrets['bob']}@elsewhere.example",
        f"dana%north.example@{DOMAIN}",
        place.secrets["bob"],
        f"{place.secrets['bob']}x@{DOMAIN}",
    ):
        assert door.sends(*place.greeting(wrong))[-1] == NOT_HERE
    assert door.sends(*place.greeting(place.bob, sender="eve@north.example"))[-1] == NOT_HERE


def test_a_route_or_a_bare_address_is_no_address(place: Place, door: Doorway) -> None:
    *_, routed, bare = door.sends(*place.greeting()[:2], f"RCPT TO:<@x.example:{place.bob}>", f"RCPT TO:{place.bob}")
    assert (routed, bare) == ("553 5.1.3 Error: malformed address",) * 2


def test_capital_letters_are_the_same_address(place: Place, door: Doorway) -> None:
    assert door.sends(*place.greeting(place.bob.upper()))[-1] == "250 2.1.5 Here."


def test_a_colleagues_own_address_may_write_to_theirs_alone(place: Place, door: Doorway) -> None:
    assert door.sends(*place.greeting(place.charlie, sender="charlie@gmail.com"))[-1] == "250 2.1.5 Here."
    assert door.sends(*place.greeting(place.bob, sender="charlie@gmail.com"))[-1] == NOT_HERE


def test_a_program_that_reports_is_refused(door: Doorway) -> None:
    assert door.sends("EHLO here", "MAIL FROM:<>")[-1].startswith("550 5.7.1 Bounces")


@pytest.mark.parametrize(
    "field",
    [
        "From: dana@north.example",
        "From: bob@alder.example, eve@north.example",
        "From: bob@alder.example\r\nFrom: dana@north.example",
        "From: undisclosed",
        "Sender: bob@alder.example",
        "From: dana@north.example\r\nSender: bob@alder.example",
    ],
)
def test_a_from_that_is_not_ours_is_refused_at_the_end(field: str, place: Place, door: Doorway) -> None:
    with door.talk() as talk:
        assert place.begins(talk).startswith("354")
        talk.write(f"{field}\r\nTo: dana@north.example\r\n\r\nHello.\r\n.\r\n")
        assert talk.hears() == "550 5.7.1 Its From must be one address, of the firm whose desk this is."
        assert talk.say("QUIT") == "221 Bye"
    assert place.desk.waiting() == []


def test_two_colleagues_in_one_mail_have_it_twice_in_the_queue(place: Place, door: Doorway) -> None:
    with smtplib.SMTP("127.0.0.1", door.port) as client:
        client.sendmail(BOB, [place.bob, place.bob], a_mail())
    assert place.desk.waiting() == [a_mail().encode()]


def test_too_many_recipients_are_put_off(place: Place, door: Doorway) -> None:
    heard = door.sends(*place.greeting()[:2], *[f"RCPT TO:<{place.bob}>"] * 12)
    assert heard[3:] == ["250 2.1.5 Here."] * 10 + ["452 4.5.3 Too many recipients in one mail."] * 2


def test_ten_thousand_strangers_end_the_talk(place: Place, door: Doorway) -> None:
    with door.talk() as talk:
        talk.hears()
        for command in place.greeting()[:2]:
            talk.say(command)
        with suppress(OSError):  # it hangs up while we are still talking
            talk.write("".join(f"RCPT TO:<p{n}@{DOMAIN}>\r\n" for n in range(10_000)))
        heard = talk.rest()
    assert heard[:10] == [NOT_HERE] * 10
    assert heard[10:] in ([], ["421 4.7.0 Too many addresses that are not here."])


def test_pipelined_commands_are_answered_in_order(place: Place, door: Doorway) -> None:
    with door.talk() as talk:
        talk.write("\r\n".join([*place.greeting(), "DATA", ""]))
        assert [talk.hears()[:3] for _ in range(5)] == ["220", "250", "250", "250", "354"]
        talk.write(f"{a_mail('m1')}.\r\nMAIL FROM:<{BOB}>\r\nRCPT TO:<x@{DOMAIN}>\r\nDATA\r\nRSET\r\nQUIT\r\n")
        assert [line[:3] for line in talk.rest()] == ["250", "250", "550", "503", "250", "221"]
    assert place.desk.waiting() == [a_mail("m1").encode()]


def test_a_dot_that_was_doubled_is_made_single(place: Place, door: Doorway) -> None:
    with smtplib.SMTP("127.0.0.1", door.port) as client:
        client.sendmail(BOB, [place.bob], a_mail(text=".one\r\n..two\r\n.\r\nthree"))
    assert place.desk.waiting() == [a_mail(text=".one\r\n..two\r\n.\r\nthree").encode()]


@pytest.mark.parametrize(
    "end", ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\n\x00.\n", "\n\n.\r\n", "\r\r\n.\r\n"]
)
def test_a_mail_is_not_smuggled_in(end: str, place: Place, door: Doorway) -> None:
    smuggled = f"MAIL FROM:<{BOB}>\r\nRCPT TO:<{place.bob}>\r\nDATA\r\n{a_mail('smuggled')}.\r\n"
    with door.talk() as talk:
        place.begins(talk)
        talk.write(f"{a_mail('m1')}{end}{smuggled}")
        assert talk.rest() == [BARE]
    assert place.desk.waiting() == []


def test_a_bare_newline_between_two_packets_is_seen(place: Place, door: Doorway) -> None:
    for first, second in (("a\r", "b\r\n"), ("a\r\n", "\n")):
        with door.talk() as talk:
            place.begins(talk)
            talk.write(first)
            time.sleep(0.05)
            talk.write(second)
            assert talk.rest() == [BARE]
    with door.talk() as talk:
        place.begins(talk)
        for byte in f"{a_mail('m2')}.\r\n":
            talk.write(byte)
        assert talk.hears() == "250 2.0.0 Kept."


def test_a_bare_newline_ends_commands_as_well(door: Doorway) -> None:
    with door.talk() as talk:
        talk.hears()
        talk.write("EHLO here\n")
        assert talk.rest() == [BARE]


def test_what_is_too_large_is_refused_early_and_at_the_end(place: Place, door: Doorway) -> None:
    assert door.sends("EHLO here", f"MAIL FROM:<{BOB}> SIZE=300001")[-1].startswith("552")
    with door.talk() as talk:
        place.begins(talk)
        talk.write(f"{a_mail()}{'x' * 98}\r\n" * 3_100 + ".\r\n")
        assert talk.hears() == "552 5.3.4 The mail is larger than 300000 bytes."
    with door.talk() as talk:
        place.begins(talk)
        assert talk.pours(b"x" * 998 + b"\r\n", 60)
    assert place.desk.waiting() == []


def test_the_disk_holds_nothing_of_what_was_refused_or_broken_off(place: Place, door: Doorway) -> None:
    with door.talk() as talk:
        place.begins(talk)
        talk.write(a_mail())
    time.sleep(0.3)
    assert [*(place.desk.queue.parent / "tmp").glob("*")] == []
    assert place.desk.waiting() == []


def test_eight_bits_nulls_and_endless_lines_are_kept_as_they_came(place: Place, door: Doorway) -> None:
    body = a_mail().encode() + b"\0\xff\xfe caf\xc3\xa9 \x80\r\n" + b"y" * 200_000 + b"\r\n"
    with door.talk() as talk:
        talk.hears()
        for command in ("EHLO here", f"MAIL FROM:<{BOB}> BODY=8BITMIME SMTPUTF8", f"RCPT TO:<{place.bob}>", "DATA"):
            talk.say(command)
        talk.write(body + b".\r\n")
        assert talk.hears() == "250 2.0.0 Kept."
    assert place.desk.waiting() == [body]


@pytest.mark.parametrize(
    "said",
    [b"\0\0\0\r\n", b"\xff\xfe\r\n", b"\r\n", b"MAIL\r\n", b"MAIL FROM:<\xff@x>\r\n", b"RCPT TO:<x>\r\n", b"EHLO\r\n"],
)
def test_nonsense_is_refused_and_the_talk_goes_on(said: bytes, door: Doorway) -> None:
    with door.talk() as talk:
        talk.hears()
        talk.say("EHLO here")
        talk.write(said)
        assert talk.hears()[:1] == "5"
        assert talk.say("NOOP") == "250 OK"


def test_a_command_line_without_end_is_refused(door: Doorway) -> None:
    with door.talk() as talk:
        talk.hears()
        talk.write(b"NOOP " + b"x" * 500_000 + b"\r\n")
        assert talk.hears() == "500 Command line too long"


def test_a_real_client_delivers(place: Place, door: Doorway, tmp_path: Path) -> None:
    swaks, msmtp = shutil.which("swaks"), shutil.which("msmtp")
    if not swaks or not msmtp:
        pytest.skip("swaks and msmtp are not installed (Debian packages of these names)")
    done = subprocess.run(
        [swaks, "--server", f"127.0.0.1:{door.port}", "--from", BOB, "--to", place.bob, "--ehlo", "here",
         "--pipeline", "--header", "From: bob@alder.example", "--body", "From swaks"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    (tmp_path / "mail").write_text(a_mail(text="From msmtp"), "utf-8", newline="")
    with (tmp_path / "mail").open() as mail:
        subprocess.run(
            [msmtp, "--host=127.0.0.1", f"--port={door.port}", f"--from={BOB}", "--file=/dev/null", "--", place.bob],
            stdin=mail, check=True,
        )  # fmt: skip
    assert [b"From swaks" in mail or b"From msmtp" in mail for mail in place.desk.waiting()] == [True, True]


def test_a_door_that_does_not_begin_in_time_says_so_and_never_opens(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0)
    monkeypatch.setattr(module, "STOP_SECONDS", 0)
    door, goes_on = Door("127.0.0.1", 0, DOMAIN), threading.Event()
    door.loop.call_soon(goes_on.wait)  # a machine that is busy with something else
    with pytest.raises(OSError, match="it did not begin to listen within 0 seconds"):
        door.open()
    assert [record.message for record in caplog.records if record.name == module.__name__] == [
        "The drop door is not open: it did not begin to listen within 0 seconds"
    ]
    monkeypatch.setattr(module, "STOP_SECONDS", 10)
    goes_on.set()
    door.close()
    assert (door.is_listening, door.loop.is_closed()) == (False, True)


def test_a_port_that_is_none_is_said() -> None:
    with pytest.raises(OSError, match="port must be 0-65535"):
        Door("127.0.0.1", 70_000, DOMAIN).open()
