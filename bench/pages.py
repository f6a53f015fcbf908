"""How fast the desk's pages are, and how heavy, in a firm of 2,000 clients, 20,000 people and 1,000,000 messages.

`python bench/pages.py` builds that firm, and the same with 10,000 messages, in SQLite and in PostgreSQL (a server of
its own, as the tests start one), serves each with `amends serve`, asks for the pages one after the other and then from
50 users at once, and prints Markdown. `--messages` and `--small` choose other sizes, `--only sqlite` one database.
`--keep FOLDER` keeps the firms and takes them from there the next time (SQLite, or PostgreSQL with `--postgres`), and
`--prepare` does no more than build them.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from kept import server_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).resolve().parent
AMENDS = Path(sys.executable).with_name("amends")
LARGE, SMALL = 1_000_000, 10_000
USERS, EACH = 50, 12
WARM_UP, TIMED = 15, 200
OWNER, MEMBER = "user0@busy.example", "user1@busy.example"
BAR_MS, BAR_RATIO = 100, 1.3
CLIENTS = range(1, 2001)
ASKED = ("dana", "bri", "tarn valley", "rost", "whitlock", "grey 12", "fri", "marcus b")
PAGES: dict[str, Callable[[random.Random], str]] = {
    "Today": lambda _: "/",
    "Clients, paged": lambda chance: f"/clients?page={chance.randrange(1, 20)}",
    "Client": lambda chance: f"/clients/{chance.choice(CLIENTS)}",
    "Find": lambda chance: f"/find?{urlencode({'q': chance.choice(ASKED)})}",
}


@dataclass
class Firm:
    """A built firm: how its database is reached."""

    database: str
    messages: int
    home: Path
    url: str
    seconds: float = 0.0
    p95: dict[str, float] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What every command that works on it is told."""
        return {**os.environ, "AMENDS_HOME": str(self.home), "DATABASE_URL": self.url}


class Visitor:
    """Somebody signed in, on one connection that is kept."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    def get(self, address: str) -> tuple[int, int]:
        """Return the status and the bytes of an answer."""
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        return answer.status, len(answer.read())

    def timed(self, address: str) -> float:
        """Return the milliseconds that a page took; exit where it is not there."""
        began = time.perf_counter()
        status, _ = self.get(address)
        took = (time.perf_counter() - began) * 1000
        if status != http.client.OK:
            sys.exit(f"{address} answered {status}.")
        return took


def build(messages: int) -> None:
    """Fill the database of this process's settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.settings"
    import django  # noqa: PLC0415  (after its settings)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (the same)

    from amends.desk.models import Firm  # noqa: PLC0415  (the same)
    from firm_rows import Builder  # noqa: PLC0415  (the same)

    call_command("migrate", interactive=False, verbosity=0)
    if Firm.objects.exists():
        return  # kept from an earlier run
    Builder(messages, datetime.now(UTC)).build()  # noqa: TID251  (a firm that is looked at now)


def built(database: str, messages: int, place: Path, server: str) -> Firm:
    """Build a firm in a database of its own, or find the one that was kept there."""
    home = place / f"{database}-{messages}"
    mark = home / "complete"  # one that was interrupted is built anew
    is_kept = mark.exists()
    if not is_kept:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
    url = f"sqlite:///{home / 'amends.sqlite3'}"
    if database == "postgres":
        import psycopg  # noqa: PLC0415  (only with PostgreSQL)

        name = f"bench_{messages}"
        with psycopg.connect(server, autocommit=True) as connection:
            if not is_kept:
                connection.execute(f"DROP DATABASE IF EXISTS {name}")
                connection.execute(f"CREATE DATABASE {name}")
        url = server.rpartition("/")[0] + f"/{name}"
    firm = Firm(database, messages, home, url)
    began = time.perf_counter()
    subprocess.run([sys.executable, HERE / "pages.py", "--build", str(messages)], env=firm.environment, check=True)
    firm.seconds = time.perf_counter() - began
    mark.touch()
    return firm


@contextmanager
def served(firm: Firm) -> Iterator[int]:
    """Serve a firm, and give the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    words = [str(AMENDS), "serve", "--no-worker", "--port", str(port)]
    with subprocess.Popen(words, env=firm.environment, stdout=subprocess.DEVNULL) as desk:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            Visitor(port).get("/sign-in")
            yield port
        finally:
            desk.terminate()


def signed_in(firm: Firm, port: int, email: str) -> str:
    """Return the cookie of somebody who came in by a link, as the command line prints it."""
    address = f"http://127.0.0.1:{port}"
    told = subprocess.run(
        [AMENDS, "sign-in", email],
        env={**firm.environment, "AMENDS_ADDRESS": address},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    path = urlsplit(told.split()[-1]).path
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    page = connection.getresponse()
    page.read()
    csrf = page.headers["Set-Cookie"].split(";")[0]
    words = urlencode({"csrfmiddlewaretoken": csrf.partition("=")[2]})
    told_headers = {"Cookie": csrf, "Content-Type": "application/x-www-form-urlencoded", "Origin": address}
    connection.request("POST", path, body=words, headers=told_headers)
    answer = connection.getresponse()
    answer.read()
    cookies = [each.split(";")[0] for each in answer.headers.get_all("Set-Cookie") or []]
    return "; ".join(cookies)


def p95(times: list[float]) -> float:
    """Return the time that 19 of 20 requests stay below."""
    return statistics.quantiles(times, n=20)[-1]


def measured(firm: Firm, port: int) -> None:
    """Fill in how long each page takes for one user, the owner, who sees everything."""
    visitor, chance = Visitor(port, signed_in(firm, port, OWNER)), random.Random(2)
    for name, address in PAGES.items():
        times = [visitor.timed(address(chance)) for _ in range(WARM_UP + TIMED)]
        firm.p95[name] = p95(times[WARM_UP:])


def crowd(firm: Firm, port: int) -> str:
    """Let 50 users ask at once, and return how it went."""
    cookies = [signed_in(firm, port, f"user{number}@busy.example") for number in range(1, 5)]
    went: list[tuple[int, float]] = []

    def ask(number: int) -> None:
        visitor, chance = Visitor(port, cookies[number % len(cookies)]), random.Random(number)
        for _ in range(EACH):
            began = time.perf_counter()
            status, _ = visitor.get(random.Random(chance.random()).choice(list(PAGES.values()))(chance))
            went.append((status, time.perf_counter() - began))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(USERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(went) / (time.perf_counter() - began)
    wrong = sum(status >= http.client.INTERNAL_SERVER_ERROR for status, _ in went) + USERS * EACH - len(went)
    slow = p95([took * 1000 for _, took in went])
    return (
        f"{firm.database}: {len(went)} requests from {USERS} users at once, {wrong} errors, {rate:.0f} a second,"
        f" p95 {slow:,.0f} ms"
    )


def weights(firm: Firm, port: int) -> dict[str, float]:
    """Return the kB that each page brings with all it loads, in a browser that knows nothing yet."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only when it is asked for)

    cookie = dict(each.split("=", 1) for each in signed_in(firm, port, OWNER).split("; "))
    heavy = {}
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
        for name, address in PAGES.items():
            context = browser.new_context()
            context.add_cookies([{"name": k, "value": v, "url": f"http://127.0.0.1:{port}"} for k, v in cookie.items()])
            page = context.new_page()
            sizes: list[float] = []
            watch = context.new_cdp_session(page)
            watch.send("Network.enable")
            watch.on("Network.loadingFinished", lambda told, sizes=sizes: sizes.append(told["encodedDataLength"]))
            page.goto(f"http://127.0.0.1:{port}{address(random.Random(3))}", wait_until="networkidle")
            heavy[name] = sum(sizes) / 1000
            context.close()
        browser.close()
    return heavy


def report(small: Firm, large: Firm) -> None:
    """Print the figures of one database."""
    print(f"\n{large.database}: built in {small.seconds:.0f} s and {large.seconds:.0f} s\n")
    print(f"| Page | p95, {small.messages:,} messages | p95, {large.messages:,} messages | ratio |")
    print("|---|---|---|---|")
    for name, late in large.p95.items():
        ratio = late / small.p95[name]
        marks = "" if late < BAR_MS and ratio <= BAR_RATIO else " (over the bar)"
        print(f"| {name} | {small.p95[name]:.0f} ms | {late:.0f} ms | {ratio:.2f}{marks} |")


def main() -> None:
    """Build, serve, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=LARGE)
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--postgres", action="store_const", dest="only", const="postgres")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--build", type=int)
    asked = parser.parse_args()
    if asked.build:
        build(asked.build)
        return
    with ExitStack() as stack:
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
        place = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amends-pages-")))
        databases = [asked.only] if asked.only else ["sqlite"] if asked.keep else ["sqlite", "postgres"]
        for database in databases:
            server = stack.enter_context(server_in(place / "server")) if database == "postgres" else ""
            small, large = (built(database, size, place, server) for size in (asked.small, asked.messages))
            if not asked.prepare:
                tried(small, large)


def tried(small: Firm, large: Firm) -> None:
    """Measure both firms of a database, and print the figures."""
    told, heavy = "", {}
    for firm in (small, large):
        with served(firm) as port:
            measured(firm, port)
            if firm is large:
                told, heavy = crowd(firm, port), weights(firm, port)
    report(small, large)
    print(f"\n{told}")
    print("Weights: " + ", ".join(f"{name} {size:.0f} kB" for name, size in heavy.items()))


if __name__ == "__main__":
    main()
