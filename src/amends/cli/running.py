"""One scan from paths to results: read, find out who we are, weigh every client."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from amends.cli.ledger import Ledger
from amends.cli.reading import Count, find_parts, processes, read_here, read_servers, read_with
from amends.cli.results import Results, Row, worst_first
from amends.cli.weighing import Scales, relationship_of, weigh, weigh_some
from amends.core.client import find_us, key_given

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor

    from amends.cli.progress import Progress
    from amends.core.backtest import Backtest
    from amends.core.hours import BusinessHours
    from amends.sources.imap import Account

# A clock may be a little wrong; a message dated later than this is not the newest one. [J]
CLOCK_TOLERANCE = timedelta(days=1)
# Messages handed to one process at a time, in whole clients.
MESSAGES_AT_A_TIME = 200


# Far enough back to hear every message there is.
EVERYTHING_DAYS = 100_000


class NameNotMetError(Exception):
    """The user named a firm that is not in the mail; its words are for people."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"No message here is from or to {' or '.join(names)}. Check --us and --ignore for a slip.")


@dataclass(slots=True)
class Order:
    """What the user asked for."""

    paths: Sequence[str]
    hours: BusinessHours
    accounts: Sequence[Account] = ()
    refused: Sequence[tuple[str, str]] = ()  # what could not even be asked for, and why
    us: Sequence[str] = ()
    ignored: Sequence[str] = ()
    as_of: datetime | None = None
    jobs: int = 1


@dataclass(slots=True)
class Scan:
    """A scan under way: what was read, and what is known so far. `is_cut_short` after Ctrl-C."""

    order: Order
    now: datetime
    ledger: Ledger
    progress: Progress
    count: Count
    us: tuple[str, ...] = ()
    is_cut_short: bool = False
    unknown: tuple[str, ...] = ()  # what the user named and no message was sent from or to
    pool: ProcessPoolExecutor | None = None

    def read(self) -> None:
        """Read all mail into the ledger; Ctrl-C ends the reading and keeps what was read."""
        self.count.skipped.extend(self.order.refused)
        found = find_parts(self.order.paths, self.count)
        self.progress.start()
        try:
            if self.pool:
                read_with(self.pool, self.order.jobs, found, self.ledger, self.count, self._tell_reading)
            else:
                read_here(found, self.ledger, self.count, self._tell_reading)
            read_servers(self.order.accounts, self.ledger, self.count, self._tell_reading)
        except KeyboardInterrupt:
            self.is_cut_short = True
        self.ledger.close_entries()

    def know_us(self) -> None:
        """Take who we are from the user, else from the mail."""
        tallies, total = self.ledger.tallies()
        given = tuple(dict.fromkeys(map(key_given, self.order.us)))
        met = {tally.key for tally in tallies}
        self.unknown = tuple(key for key in (*given, *map(key_given, self.order.ignored)) if total and key not in met)
        self.us = given or find_us(tallies, total)
        self.ledger.name_us(self.us)

    def scales(self) -> Scales:
        """Return what to weigh with: the day asked for, else the day of the newest message that can be believed."""
        newest = datetime.fromtimestamp(self.count.newest, UTC) if self.count.newest is not None else self.now
        return Scales(self.ledger.path, frozenset(self.us), self.order.as_of or newest, self.order.hours)

    def clients(self, scales: Scales) -> list[tuple[str, int]]:
        """Return the clients from whom a person wrote and how much, without those the user said are none."""
        ignored = set(map(key_given, self.order.ignored))
        return [(client, count) for client, count in self.ledger.clients(scales.as_of) if client not in ignored]

    def rows(self, scales: Scales) -> Iterator[Row]:
        """Weigh every client from whom a person wrote; Ctrl-C ends it and keeps what was weighed."""
        clients = self.clients(scales)
        done, total = 0, sum(count for _, count in clients)
        self.progress.start()
        try:
            for number, ((_, count), row) in enumerate(zip(clients, self._weighed(clients, scales), strict=True), 1):
                yield row
                done += count
                self.progress.tell(f"{number:,} of {len(clients):,} clients weighed", done, total)
        except KeyboardInterrupt:
            self.is_cut_short = True

    def _weighed(self, clients: list[tuple[str, int]], scales: Scales) -> Iterator[Row]:
        if not self.pool:
            for client, _ in clients:
                yield weigh(self.ledger, client, scales)
            return
        some = list(handfuls(clients))
        for rows in self.pool.map(weigh_some, some, [scales] * len(some)):
            yield from rows

    def _tell_reading(self, count: Count) -> None:
        self.progress.tell(f"{count.messages:,} messages read", count.bytes_read, count.bytes_total)


def handfuls(clients: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Share clients out so that no process gets all the large ones: `MESSAGES_AT_A_TIME` or one client at a time."""
    some: list[str] = []
    messages = 0
    for client, count in clients:
        some.append(client)
        messages += count
        if messages >= MESSAGES_AT_A_TIME:
            yield some
            some, messages = [], 0
    if some:
        yield some


def end_like_ctrl_c() -> None:
    """Let a closed terminal or a polite kill end the command as Ctrl-C does, so that its working file is removed."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.default_int_handler)


@contextmanager
def reading(order: Order, now: datetime, progress: Progress) -> Iterator[Scan]:
    """Read what was ordered and give the scan to weigh; nothing of it stays on disk."""
    end_like_ctrl_c()
    with ExitStack() as stack:
        pool = processes(order.jobs) if order.jobs > 1 else None
        if pool:
            stack.callback(pool.shutdown, cancel_futures=True)
        directory = stack.enter_context(TemporaryDirectory(prefix="amends-"))
        ledger = stack.enter_context(Ledger.create(Path(directory)))
        count = Count(believed_until=(now + CLOCK_TOLERANCE).timestamp())
        scan = Scan(order, now, ledger, progress, count, pool=pool)
        scan.read()
        scan.know_us()
        if scan.unknown:
            raise NameNotMetError(scan.unknown)
        yield scan


def run(order: Order, now: datetime, progress: Progress) -> tuple[Results, bool]:
    """Run a scan and return its results, and whether Ctrl-C cut it short."""
    with reading(order, now, progress) as scan:
        scales = scan.scales()
        rows = worst_first(scan.rows(scales))
        progress.close()
        results = Results(
            as_of=scales.as_of.astimezone(order.hours.zone),
            us=scan.us,
            messages=scan.count.messages,
            automated=scan.count.automated,
            skipped=tuple(scan.count.skipped),
            rows=rows,
            left_out=tuple(scan.count.left_out),
        )
        return results, scan.is_cut_short


def look_back_with(
    order: Order, now: datetime, progress: Progress
) -> tuple[Backtest | None, tuple[tuple[str, str], ...]]:
    """Run a backtest over everything that was read; every message is heard, however old. Also what was not read."""
    from amends.core.backtest import backtest  # noqa: PLC0415  (a scan needs none of it)

    with reading(order, now, progress) as scan:
        scales = replace(scan.scales(), heard_days=EVERYTHING_DAYS)
        relationships = (relationship_of(scan.ledger, client, scales) for client, _ in scan.clients(scales))
        result = backtest(relationships, scales.as_of, hours=order.hours)
        progress.close()
        return result, tuple(scan.count.skipped)
