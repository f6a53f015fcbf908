"""How fast a client's page is, and how heavy: 500 people open theirs at once, on one machine.

`python bench/client_page.py` builds a firm with 500 recoveries in SQLite and in PostgreSQL (a server of its own, as the
tests start one), each with an approved plan of four changes, three lines and a page of its own; serves it with `amends
serve`, opens one page after the other, then all 500 links at once, sends an answer to each, asks for links that are
none, and prints Markdown. `--pages` chooses another number, `--only sqlite` one database.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from kept import server_in
from pages import Firm as Place
from pages import p95, served

HERE = Path(__file__).resolve().parent
PAGES, WARM_UP, TIMED = 500, 20, 200
BAR_MS, BAR_BYTES = 60, 50_000
LOADED = re.compile(r'(?:src|href)="(/(?:static|c/look)/[^"]+)"')
FONTS = ("/static/web/fonts/hanken-grotesk.woff2", "/static/web/fonts/newsreader-title.woff2")  # of client.css
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def build(pages: int) -> None:
    """Fill the database of this process's settings, and print the token of each page."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.settings"
    import django  # noqa: PLC0415  (after its settings)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (the same)

    from client_page_rows import tokens  # noqa: PLC0415  (the same)

    call_command("migrate", interactive=False, verbosity=0)
    print("\n".join(tokens(pages)))


def built(database: str, pages: int, folder: Path, server: str) -> tuple[Place, list[str]]:
    """Build the firm in a database of its own, and return it with the tokens."""
    home = folder / database
    home.mkdir()
    url = f"sqlite:///{home / 'amends.sqlite3'}"
    if database == "postgres":
        import psycopg  # noqa: PLC0415  (only with PostgreSQL)

        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench_client_page")
        url = server.rpartition("/")[0] + "/bench_client_page"
    place = Place(database, pages, home, url)
    told = subprocess.run(
        [sys.executable, HERE / "client_page.py", "--build", str(pages)],
        env=place.environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return place, told.stdout.split()


def asked(port: int, address: str, words: dict[str, str] | None = None) -> tuple[int, bytes, float]:
    """Return the status, the bytes as they travel and the milliseconds of an answer, on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    packed = {"Accept-Encoding": "gzip"}
    if words is None:
        connection.request("GET", address, headers=packed)
    else:
        connection.request("POST", address, urlencode(words), {**packed, **FORM})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, (time.perf_counter() - began) * 1000


def plain(port: int, address: str) -> str:
    """Return a page as text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", address)
    return connection.getresponse().read().decode()


def weight(port: int, token: str) -> tuple[int, int]:
    """Return the bytes of a page, and of all that it loads."""
    own = len(asked(port, f"/c/{token}")[1])
    parts = [*LOADED.findall(plain(port, f"/c/{token}")), *FONTS]
    return own, own + sum(len(asked(port, part)[1]) for part in parts)


def one_by_one(port: int, tokens: list[str]) -> float:
    """Return the p95 of pages that are opened one after the other."""
    times = []
    for number in range(WARM_UP + TIMED):
        status, _, took = asked(port, f"/c/{tokens[number % len(tokens)]}")
        if status != http.client.OK:
            sys.exit(f"A page answered {status}.")
        times.append(took)
    return p95(times[WARM_UP:])


def at_once(port: int, tokens: list[str], forms: dict[str, dict[str, str]] | None = None) -> tuple[int, float, float]:
    """Let everybody open their page at the same moment, or answer it; return errors, seconds for all, and the p95."""
    went: list[tuple[int, float]] = []
    gate = threading.Barrier(len(tokens) + 1)

    def person(token: str) -> None:
        gate.wait()
        try:
            status, _, took = asked(port, f"/c/{token}", forms[token] if forms else None)
        except OSError:
            status, took = 0, 0.0
        went.append((status, took))

    threads = [threading.Thread(target=person, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    right = http.client.FOUND if forms else http.client.OK
    wrong = sum(status != right for status, _ in went)
    return wrong, time.perf_counter() - began, p95([took for _, took in went])


def form_of(port: int, token: str) -> dict[str, str]:
    """Return what somebody sends who agrees to the first change, and finds the first line right."""
    html = plain(port, f"/c/{token}")
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    action, line = re.search(r'name="(action-\d+)"', html), re.search(r'name="(line-\d+)"', html)
    if not (seen and action and line):
        sys.exit("A page has no form.")
    return {"seen": unescape(seen[1]), action[1]: "agree", line[1]: "yes", "feeling": "4", "do": "answer"}


def measure(place: Place, tokens: list[str]) -> bool:
    """Print how it went in one database; return whether it is below the bars."""
    with served(place) as port:
        page, whole = weight(port, tokens[0])
        alone = one_by_one(port, tokens)
        wrong, seconds, slow = at_once(port, tokens)
        forms = {token: form_of(port, token) for token in tokens}
        lost, answered, slow_answer = at_once(port, tokens, forms)
        after = one_by_one(port, tokens)
        guesses = [asked(port, f"/c/{token[::-1]}")[0] for token in tokens[:60]]
    count = len(tokens)
    print(
        f"| {place.database} | {page:,} | {whole:,} | {alone:.0f} ms | {after:.0f} ms | {count} in {seconds:.1f} s, p95"
        f" {slow:,.0f} ms, {wrong} errors | {count} in {answered:.1f} s, p95 {slow_answer:,.0f} ms, {lost} errors |"
        f" {guesses.count(404)} of 404, then {guesses.count(429)} of 429 |"
    )
    return whole < BAR_BYTES and alone < BAR_MS and after < BAR_MS and not wrong and not lost


def main() -> None:
    """Build, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=int)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    told = parser.parse_args()
    if told.build:
        build(told.build)
        return
    print(
        "| Database | Page, bytes | With all it loads | p95 alone | p95 answered | Opened at once | Answered at once |"
        " Links that are none |\n|---|---|---|---|---|---|---|---|"
    )
    is_well = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o711)  # PostgreSQL never runs as root: its own user has to come through
        for database in [told.only] if told.only else ["sqlite", "postgres"]:
            server = stack.enter_context(server_in(folder / "server")) if database == "postgres" else ""
            is_well = measure(*built(database, told.pages, folder, server)) and is_well
    sys.exit(0 if is_well else "A bar was missed.")


if __name__ == "__main__":
    main()
