"""The desk running: its database brought up to date, the pages, the worker inside, and a clean stop."""

from __future__ import annotations

import gc
import signal
import sqlite3
import tempfile
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import get_resolver
from django.utils.module_loading import import_string
from waitress import create_server
from waitress.channel import HTTPChannel

from amends.cli.first import where_to_begin
from amends.desk import clock, tasks, watches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

THREADS = 8  # requests at once; more only wait for each other on two cores (measured in docs/benchmarks.md)
MOST_CONNECTIONS = 500  # open at once; a browser keeps several
LEAVE_SECONDS = 20  # for a worker to finish its piece; what it leaves is found again when its lease has run out
FAREWELL = "Stopped. Nothing is lost."
LOCK_SECONDS = 120  # for another start to bring the database up to date
LOCK_KEY = 0x616D656E6473  # "amends", as the number that PostgreSQL's advisory lock wants


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen, and how somebody who started it says that it should be at another port."""

    host: str
    port: int
    other_port: str = "--port {port}"


def serve(
    place: Place,
    *,
    has_worker: bool,
    has_drop: bool = False,
    begin: Callable[[], str] | None = None,
    farewell: str = FAREWELL,
) -> None:
    """Serve the desk until Ctrl-C or SIGTERM; `begin` returns what to say first, `farewell` is said last.

    Effects: makes the folders and the database, brings it up to date, runs the worker and the drop door in threads of
    their own.
    """
    server = _listen(place)
    prepare()
    tempfile.tempdir = str(settings.UPLOADS)  # what is being uploaded waits on the desk's own disk
    stop = threading.Event()
    told = begin() if begin else f"Amends is at {settings.ADDRESS}\n{where_to_begin(clock.now())}"
    has_drop = has_drop and bool(settings.DROP_PORT)
    with _workers(settings.WORKERS if has_worker else 0, stop), _drop(is_open=has_drop), _stopped_by_signals():
        _settle()
        click.echo(f"{told}\nCtrl-C stops it.")
        server.run()  # returns on SystemExit, after the requests under way
    click.echo(f"\n{farewell}")


def prepare() -> None:
    """Make the folders and bring the database up to date; of two starts at once, one waits for the other."""
    for folder in (settings.HOME, settings.UPLOADS):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_at_a_time():
        call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def _settle() -> None:
    """Load the code of every page, and set what stays for good apart from what is looked through for garbage.

    Without it one page in twenty was half as slow again.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def run_worker() -> None:
    """Do what is due until Ctrl-C or SIGTERM."""
    prepare()
    stop = threading.Event()
    with _stopped_by_signals():
        click.echo("Working on what is due. Ctrl-C stops it.")
        _watch(stop)
        try:
            tasks.run(stop)
        except SystemExit:
            stop.set()
    click.echo(f"\n{FAREWELL}")


def run_drop() -> None:
    """Keep the drop door open until Ctrl-C or SIGTERM."""
    if not settings.DROP_PORT:
        raise click.ClickException(
            "No door is set: AMENDS_DROP_PORT says where to listen, AMENDS_DROP_DOMAIN for which addresses"
            " (docs/admin/drop.md)."
        )
    prepare()
    stop = threading.Event()
    with _drop(is_open=True), _stopped_by_signals():
        click.echo(f"Taking mail for {settings.DROP_DOMAIN} on {settings.DROP_HOST} port {settings.DROP_PORT}.")
        click.echo("Ctrl-C stops it.")
        with suppress(SystemExit):
            stop.wait()
    click.echo(f"\n{FAREWELL}")


@contextmanager
def _drop(*, is_open: bool) -> Iterator[None]:
    """Keep the drop door open, where there is one."""
    if not is_open:
        yield
        return
    from amends.drop.door import opened, own_door  # noqa: PLC0415  (only where there is a door)

    door = own_door()
    try:
        stack = ExitStack()
        stack.enter_context(opened(door))
    except OSError as error:
        raise click.ClickException(
            f"Cannot take mail on {door.host} port {door.port}: {error.strerror or error}. Ports below 1024 need a"
            " right of their own (docs/admin/drop.md), and one port serves one program."
        ) from error
    with stack:
        yield


def _listen(place: Place) -> Any:
    trusted = {"trusted_proxy": "*", "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
    HTTPChannel.parser_class = import_string(settings.ENTRANCE)
    try:
        return create_server(
            get_wsgi_application(),
            host=place.host,
            port=place.port,
            threads=THREADS,
            connection_limit=MOST_CONNECTIONS,
            ident=None,
            max_request_body_size=settings.MOST_FORM_BYTES,
            **(trusted if settings.IS_BEHIND_PROXY else {}),
        )
    except OSError as error:
        other_port = place.other_port.format(port=place.port + 1)
        raise click.ClickException(
            f"Cannot listen on {place.host} port {place.port}: {error.strerror}. If a desk is open there already, use"
            f" that one; else choose another port: {other_port}"
        ) from error


@contextmanager
def _workers(count: int, stop: threading.Event) -> Iterator[None]:
    """Run so many workers beside the pages, and let them finish their piece at the end."""
    threads = [threading.Thread(target=tasks.run, args=(stop,), name=f"worker-{n}", daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    if threads:
        _watch(stop)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LEAVE_SECONDS)


def _watch(stop: threading.Event) -> None:
    """Listen to mail servers that tell when mail comes; nothing is lost when this ends with the process."""
    if settings.WATCHES:
        threading.Thread(target=watches.run, args=(stop,), name="watches", daemon=True).start()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM stop a command alike, in the background of a shell too, where Ctrl-C is switched off."""

    def leave(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold a lock that every start of this desk asks for; it goes with the process, however that ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
        return
    with closing(sqlite3.connect(settings.HOME / "starting", timeout=LOCK_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.rollback()
