"""The drop door, from outside: what it takes, what it refuses, and that nobody wears it out."""

from __future__ import annotations

import asyncio
import shutil
import smtplib
import socket
import ssl
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amends.desk import clock
from amends.desk.actions.spool import Arriving
from amends.drop.limits import Gate, Limits
from amends.drop.reception import NO_ROOM, Reception
from doorway import BOB, DOMAIN, DropDesk, a_mail, certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from doorway import Doorway, Talk

NOT_HERE = "550 5.7.1 No such address here, or not for mail from there."
BARE = "550 5.5.2 A line ends in CR LF here, and nowhere else: bare CR or LF received."


class Place:
    """A desk whose door is open, and the addresses there."""

    def __init__(self, desk: DropDesk, secrets: dict[str, str]) -> None:
        self.desk, self.secrets = desk, secrets
        self.bob, self.charlie = (f"{secrets[name]}@{DOMAIN}" for name in ("bob", "charlie"))

    def greeting(self, to: str = "", sender: str = BOB) -> tuple[str, ...]:
        return ("EHLO here", f"MAIL FROM:<{sender}>", f"RCPT TO:<{to or self.bob}>")

    def begins(self, talk: Talk, to: str = "", sender: str = BOB) -> str:
        """Come as far as the words of a mail; return what DATA was answered."""
        talk.hears()
        for command in self.greeting(to, sender):
            talk.say(command)
        return talk.say("DATA")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(*DropDesk.with_addresses(tmp_path_factory.mktemp("desk")))


@pytest.fixture(scope="module")
def door(place: Place) -> Iterator[Doorway]:
    with place.desk.opened(size=300_000) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_waits(place: Place) -> Iterator[None]:
    yield
    for left in place.desk.queue.glob("*"):
        left.unlink()


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
        assert talk.pours(b"x" * 998 + b"\r\n", 10)
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


def test_whoever_is_slow_is_sent_away(place: Place) -> None:
    with place.desk.opened(unknown_seconds=0.6, session_seconds=1.2) as door:
        with door.talk() as talk:
            talk.hears()
            began = time.monotonic()
            assert [line[:9] for line in talk.rest()] == ["421 4.4.2"]
            assert 0.4 < time.monotonic() - began < 3
        with door.talk() as talk:  # a byte now and then is no better
            assert _drips(talk, "NOOP " + "x" * 100) < 3
        with door.talk() as talk:  # nor is it after a living address was named
            place.begins(talk)
            assert 0.5 < _drips(talk, "a" * 200) < 4


def _drips(talk: Talk, text: str) -> float:
    began = time.monotonic()
    try:
        for byte in text:
            talk.write(byte)
            time.sleep(0.05)
    except OSError:
        pass
    return time.monotonic() - began


def test_who_does_not_read_is_cut_off(place: Place) -> None:
    with place.desk.opened(unknown_seconds=0.5, leave_seconds=0.3, answers=1_000_000) as door, door.talk() as talk:
        talk.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        assert talk.pours(b"NOOP\r\n" * 10_000, 4)


def test_too_many_at_once_are_put_off_and_one_leaving_makes_room(place: Place) -> None:
    with place.desk.opened(connections=3, of_one_address=2) as door:
        with door.talk() as first, door.talk() as second:
            assert [first.hears()[:3], second.hears()[:3]] == ["220", "220"]
            with door.talk() as third:
                assert third.rest() == ["421 4.7.0 Too many connections. Try again later."]
            with door.talk("127.0.0.2") as other:
                assert other.hears()[:3] == "220"
                with door.talk("127.0.0.3") as fourth:
                    assert fourth.rest() == ["421 4.7.0 Too many connections. Try again later."]
        time.sleep(0.3)
        assert door.sends("QUIT")[-1] == "221 Bye"


def test_who_talks_without_end_is_sent_away(place: Place) -> None:
    with place.desk.opened(answers=30) as door, door.talk() as talk:
        talk.write("NOOP\r\n" * 100)
        heard = talk.rest()
    assert (len(heard), heard[-1]) == (31, "421 4.7.0 Too many commands. Connect again for more.")


def test_a_full_queue_or_disk_takes_nothing(place: Place) -> None:
    no_room = "452 4.3.1 No room for more mail right now. Try again later."
    with place.desk.opened(waiting=0) as door:
        assert door.sends("EHLO here", f"MAIL FROM:<{BOB}>")[-1] == no_room
    with place.desk.opened(size=2**50) as door:
        assert door.sends("EHLO here", f"MAIL FROM:<{BOB}>")[-1] == no_room


def test_while_the_database_is_away_mail_is_put_off(place: Place) -> None:
    away = DropDesk(place.desk.environment | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"})
    with away.opened() as door:
        later = "451 4.3.0 The desk cannot look that up right now. Try again later."
        assert door.sends(*place.greeting())[-1] == later
        assert door.sends(*place.greeting(f"bob@{DOMAIN}"))[-1] == NOT_HERE


def test_a_full_disk_is_said_and_nothing_is_kept(tmp_path: Path, settings: Settings) -> None:
    settings.DROP_QUEUE = tmp_path
    reception = Reception(DOMAIN, Limits())
    first, second = Arriving(), Arriving()
    for arriving in (first, second):
        arriving.file.close()
        arriving.file = Path("/dev/full").open("wb")  # noqa: SIM115  (closed by `discard`)
    assert asyncio.run(reception.write(first, b"x" * 100_000)) == NO_ROOM
    first.discard()
    second.write(b"x")
    with pytest.raises(OSError, match="No space left"):
        second.keep((1,), clock.now())
    assert list((tmp_path / "new").glob("*")) == list((tmp_path / "tmp").glob("*")) == []
    reception.close()


def test_a_desk_that_is_stopped_says_so(place: Place) -> None:
    with place.desk.opened() as door, door.talk() as talk:
        place.begins(talk)
        door.process.terminate()
        assert talk.rest() == ["421 4.3.2 The desk is being stopped. Try again later."]
        assert door.process.wait(10) == 0


def test_the_talk_is_encrypted_where_there_is_a_certificate(place: Place, tmp_path: Path) -> None:
    certificate(tmp_path, until=clock.now() + timedelta(days=1))
    own = {"AMENDS_DROP_CERT": str(tmp_path / "cert.pem"), "AMENDS_DROP_KEY": str(tmp_path / "key.pem")}
    desk = DropDesk(place.desk.environment | own)
    trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    trusted.check_hostname = False
    with desk.opened() as door:
        with smtplib.SMTP("127.0.0.1", door.port) as client:
            client.starttls(context=trusted)
            client.ehlo()
            assert "auth" not in client.esmtp_features
            assert "starttls" not in client.esmtp_features
            client.sendmail(BOB, [place.bob], a_mail("tls"))
        with door.talk() as talk:  # what was said before the encryption is forgotten
            talk.hears()
            talk.say("EHLO here")
            talk.write(f"STARTTLS\r\nMAIL FROM:<{BOB}>\r\nNOOP\r\n")
            assert talk.hears() == "220 Ready to start TLS"
            with trusted.wrap_socket(talk.line) as line:
                line.sendall(b"EHLO here\r\n")
                line.settimeout(10)
                assert line.recv(1000).startswith(f"250-{DOMAIN}".encode())
    assert place.desk.waiting() == [a_mail("tls").encode()]


def test_who_stands_in_the_door_is_counted_by_address_and_site() -> None:
    gate = Gate(Limits(connections=4, of_one_address=1))
    assert gate.enter("192.0.2.1") == "192.0.2.1"
    assert gate.enter("::ffff:192.0.2.1") == ""  # the same, as IPv6 writes it
    assert gate.enter("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert gate.enter("2001:db8:1:2:ffff::9%eth0") == ""
    assert gate.enter("") == "nobody"
    gate.leave("192.0.2.1")
    assert gate.enter("192.0.2.1") == "192.0.2.1"
