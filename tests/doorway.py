"""A drop door in a process of its own, with its own desk, and raw talks with it.

desk = DropDesk.at(tmp_path)
with desk.opened(session_seconds=2) as door:          # limits, as of `drop.limits.Limits`
    with door.talk() as talk:
        talk.say("EHLO here")                         # -> the answer
"""

from __future__ import annotations

import json
import os
import random
import signal
import smtplib
import socket
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nursery import OwnDesk

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from datetime import datetime

DOMAIN = "desk.alder.example"
BEGIN = "import django; django.setup(); import doorway; doorway.main()"
LONGEST_LIFE = 0.1  # seconds until a door is killed, once it has taken some mails in
MOST_WHOLE = 3  # of these
PATIENCE = 20  # seconds for an answer
BOB = "bob@alder.example"
MAIL = (
    "From: Bob Reed <bob@alder.example>\r\nTo: Dana Marsh <dana@north.example>\r\n"
    "Date: Mon, 3 Mar 2025 09:05:00 +0000\r\nMessage-ID: <{id}@alder.example>\r\nSubject: {subject}\r\n\r\n{text}\r\n"
)


def a_mail(name: str = "m1", subject: str = "The list for Friday", text: str = "Hello Dana, here it is.") -> str:
    """Return a mail of Bob's to a client."""
    return MAIL.format(id=name, subject=subject, text=text)


class DropDesk(OwnDesk):
    """A desk with a door; Bob and Charlie have an address each."""

    @staticmethod
    def _command(task: str, given: tuple[Any, ...]) -> list[str]:
        return [sys.executable, "-c", BEGIN, task, json.dumps(given)]

    @classmethod
    def with_addresses(cls, folder: Path) -> tuple[DropDesk, dict[str, str]]:
        """Make a desk in a folder, and return it with the secret of each colleague."""
        os.environ["AMENDS_DROP_DOMAIN"], os.environ["AMENDS_DROP_PORT"] = DOMAIN, "1"
        try:
            desk = cls.at(folder)
        finally:
            del os.environ["AMENDS_DROP_DOMAIN"], os.environ["AMENDS_DROP_PORT"]
        assert isinstance(desk, DropDesk)
        return desk, desk.run("found")

    @property
    def queue(self) -> Path:
        """Where mail waits."""
        return Path(self.environment["AMENDS_HOME"]) / "drop" / "new"

    def waiting(self) -> list[bytes]:
        """Return what waits in the queue, the oldest first."""
        return [path.read_bytes() for path in sorted(self.queue.glob("*"))]

    @contextmanager
    def opened(self, **limits: Any) -> Iterator[Doorway]:
        """Open the door in a process of its own for a while."""
        process = self.start("stand_open", limits)
        assert process.stdout is not None
        try:
            yield Doorway(int(process.stdout.readline()), process)
        finally:
            process.terminate()
            process.wait(PATIENCE)
            process.stdout.close()


@dataclass(frozen=True)
class Doorway:
    """An open door."""

    port: int
    process: subprocess.Popen[str]

    @contextmanager
    def talk(self, source: str = "127.0.0.1") -> Iterator[Talk]:
        """Connect, and hear the greeting."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(source, 0)) as line:
            yield Talk(line)

    def sends(self, *commands: str, source: str = "127.0.0.1") -> list[str]:
        """Say some things one after the other, each after the answer to the one before; return all answers."""
        with self.talk(source) as talk:
            return [talk.hears(), *(talk.say(command) for command in commands)]


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


class Talk:
    """One connection, byte for byte."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.heard = b""

    def write(self, said: str | bytes) -> None:
        """Send bytes as they are."""
        self.line.sendall(said.encode() if isinstance(said, str) else said)

    def say(self, command: str) -> str:
        """Send one line and return the answer."""
        self.write(f"{command}\r\n")
        return self.hears()

    def hears(self) -> str:
        """Return the next answer, all its lines; empty when the other side hung up."""
        lines: list[str] = []
        while True:
            while b"\r\n" not in self.heard:
                try:
                    more = self.line.recv(65536)
                except ConnectionResetError:
                    more = b""
                if not more:
                    return "\n".join(lines)
                self.heard += more
            line, _, self.heard = self.heard.partition(b"\r\n")
            lines.append(line.decode())
            if line[3:4] != b"-":
                return "\n".join(lines)

    def pours(self, said: bytes, seconds: float) -> bool:
        """Send the same again and again; return whether the other side cut the line within some seconds."""
        until = time.monotonic() + seconds
        self.line.settimeout(seconds)
        try:
            while time.monotonic() < until:
                self.line.sendall(said)
        except (ConnectionError, TimeoutError) as error:
            return isinstance(error, ConnectionError)
        return False

    def rest(self) -> list[str]:
        """Return all answers until the other side hangs up."""
        return list(iter(self.hears, ""))


def certificate(folder: Path, until: datetime) -> None:
    """Make a certificate that signs itself, and its key."""
    from cryptography import x509  # noqa: PLC0415  (here alone)
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  (see above)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  (see above)

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DOMAIN)])
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(until - timedelta(days=90)).not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(DOMAIN)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    unsealed = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unsealed)
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


# ── What runs in the processes of the desk.


def main() -> None:
    """Call the function that is asked for, and print what it returns."""
    task, given = sys.argv[1:]
    sys.stdout.write(json.dumps(globals()[task](*json.loads(given))) + "\n")


def found() -> dict[str, str]:
    """Found the firm with two colleagues, and give each an address; return the secrets."""
    from amends.desk import clock  # noqa: PLC0415  (see above)
    from amends.desk.actions.drop import make_drop  # noqa: PLC0415  (see above)
    from amends.desk.models import ONLY_FIRM, Firm, User  # noqa: PLC0415  (see above)
    from amends.desk.seal import unseal  # noqa: PLC0415  (see above)

    Firm.objects.create(pk=ONLY_FIRM, name="Alder & Quay", addresses=["alder.example"])
    secrets = {}
    for name in ("bob", "charlie"):
        email = BOB if name == "bob" else "charlie@gmail.com"
        user = User.objects.create(email=email, name=name.capitalize(), joined_at=clock.now())
        secrets[name] = unseal(make_drop(user, by=user, now=clock.now()).secret)
    return secrets


def stand_open(limits: dict[str, Any]) -> None:
    """Open the door, say where, and stay until told to leave."""
    from amends.drop.door import Door, certificate, opened  # noqa: PLC0415  (see above)
    from amends.drop.limits import Limits  # noqa: PLC0415  (see above)

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with opened(Door("127.0.0.1", 0, DOMAIN, certificate(), Limits(**limits))) as door:
        sys.stdout.write(f"{door.port}\n")
        sys.stdout.flush()
        while not stop.wait(0.05):
            continue


def take_in() -> dict[str, Any]:
    """Take in all that waits, and tell how things stand then."""
    from amends.desk import clock  # noqa: PLC0415  (see above)
    from amends.desk.actions.drop import take_in_next  # noqa: PLC0415  (see above)

    while take_in_next(clock.now()):
        continue
    return standing()


def standing() -> dict[str, Any]:
    """Tell what was kept."""
    from amends.desk.models import Drop, Dropped, Message  # noqa: PLC0415  (see above)

    return {
        "messages": sorted(Message.objects.values_list("message_id", flat=True)),
        "dropped": sorted(Dropped.objects.values_list("file", flat=True)),
        "kept": sum(Dropped.objects.values_list("kept", flat=True)),
        "taken": sum(Drop.objects.values_list("taken", flat=True)),
    }


def kill_all_along(times: int, seed: int) -> dict[str, Any]:
    """Kill doors while mail comes in, and workers while they take it in, so many of each at moments drawn by lot.

    A client sends one mail after the other, each until it is told that it is kept. Return what it was told, and how
    things stand when at last somebody takes in the rest.
    """
    from nursed import fork_worker  # noqa: PLC0415  (see above)

    lot = random.Random(seed)
    told: list[str] = []
    address = f"{_secret_of_bob()}@{DOMAIN}"
    cut_off = 0
    for _ in range(times):
        reading, writing = os.pipe()
        door = fork_worker(lambda pipe=writing: _open_until_killed(pipe))  # type: ignore[misc]  # its type is the default of its argument
        taker = fork_worker(take_in_for_ever)
        port = int.from_bytes(os.read(reading, 4), "big")
        killing = threading.Timer(lot.uniform(0, LONGEST_LIFE), _kill, (door, taker))
        whole = lot.randint(0, MOST_WHOLE)  # mails that come in before the killer is on his way
        try:
            for number in count():
                if number == whole:
                    killing.start()
                with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
                    client.sendmail(BOB, [address], a_mail(f"m{len(told)}"))
                told.append(f"m{len(told)}@alder.example")
        except (OSError, smtplib.SMTPException):
            cut_off += 1
        killing.join()
        for one in (door, taker):
            os.waitpid(one, 0)
        os.close(reading)
        os.close(writing)
    return {"told": sorted(told), "cut off": cut_off, **take_in()}


def _kill(*numbers: int) -> None:
    for number in numbers:
        os.kill(number, signal.SIGKILL)


def _secret_of_bob() -> str:
    """Return Bob's secret."""
    from amends.desk.models import Drop  # noqa: PLC0415  (see above)
    from amends.desk.seal import unseal  # noqa: PLC0415  (see above)

    return unseal(Drop.objects.get(user__email=BOB).secret)


def _open_until_killed(pipe: int) -> None:
    from amends.drop.door import Door  # noqa: PLC0415  (see above)

    door = Door("127.0.0.1", 0, DOMAIN)
    door.open()
    os.write(pipe, door.port.to_bytes(4, "big"))
    time.sleep(PATIENCE)


def take_in_for_ever() -> None:
    """Take in what comes until killed."""
    from amends.desk import clock  # noqa: PLC0415  (see above)
    from amends.desk.actions.drop import take_in_next  # noqa: PLC0415  (see above)

    while True:
        take_in_next(clock.now())
