"""The drop door worn out: slow and silent talks, too many of them, no room, no database; and encrypted talks."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import time
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
    from pytest_django import Settings

    from doorway import Place, Talk

NOT_HERE = "550 5.7.1 No such address here, or not for mail from there."


def test_whoever_is_slow_is_sent_away(place: Place) -> None:
    with place.desk.opened(unknown_seconds=0.6, session_seconds=1.2) as door:
        with door.talk() as talk:
            talk.hears()
            assert [line[:9] for line in talk.rest()] == ["421 4.4.2"]
        with door.talk() as talk:  # a byte now and then is no better
            assert _is_cut_off(talk, "NOOP " + "x" * 1000)
        with door.talk() as talk:  # nor is it after a living address was named
            place.begins(talk)
            assert _is_cut_off(talk, "a" * 1000)


def _is_cut_off(talk: Talk, text: str) -> bool:
    try:
        for byte in text:
            talk.write(byte)
            time.sleep(0.05)
    except OSError:
        return True
    return False


def test_who_does_not_read_is_cut_off(place: Place) -> None:
    with place.desk.opened(unknown_seconds=0.5, leave_seconds=0.3, answers=1_000_000) as door, door.talk() as talk:
        talk.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        assert talk.pours(b"NOOP\r\n" * 10_000, 60)


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
