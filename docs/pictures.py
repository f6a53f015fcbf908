"""Draw docs/images from real runs: the desk of the demo firm, the scan of a mailbox, and the page that it writes."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

IMAGES = Path(__file__).resolve().parent / "images"
AMENDS = Path(sys.executable).with_name("amends")
COLUMNS = 112
PORT = 8399
DESK_SIZE = {"width": 1440, "height": 1040}
DESK_PAGES = {"today.png": "/", "client.png": "/find?q=brightwater"}  # the second opens the client it finds
CLIENTS_SIZE = {"width": 1180, "height": 1480}
ROWS_SHOWN = 34  # of the terminal: what fits above the fold
PAGE_SIZE = {"width": 1440, "height": 1120}
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 28px; background: #ecf0f2; width: max-content; }}
div {{ background: #0f1520; color: #e8edf4; border-radius: 10px; padding: 22px 26px; }}
pre {{ margin: 0; font: 14px/1.5 "DejaVu Sans Mono", monospace; }}
</style><div><pre>{code}</pre></div>"""


def terminal_output(mailbox: Path) -> str:
    """Run the scan in a terminal of its own and return what it drew, colours included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    look = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with subprocess.Popen([AMENDS, "scan", mailbox], stdout=theirs, stderr=subprocess.DEVNULL, env=look) as scan:
        os.close(theirs)
        drawn = b""
        while part := _read(ours):
            drawn += part
    if scan.returncode:
        sys.exit(f"The scan of {mailbox} ended with {scan.returncode}.")
    return drawn.decode("utf-8").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end has closed
        return b""


def terminal_page(drawn: str, name: str) -> str:
    """Put what the terminal drew on a page that looks like one."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ amends scan {name}\n", style="bold"))
    console.print(Text.from_ansi("\n".join(drawn.splitlines()[:ROWS_SHOWN])))
    return console.export_html(theme=MONOKAI, inline_styles=True, code_format=TERMINAL)


def take(browser: Browser, html: str, name: str, **size: dict[str, int]) -> None:
    """Photograph a page, whole or as much as `viewport` shows."""
    page = browser.new_page(**size)  # type: ignore[arg-type]  # playwright's own dictionary type
    page.set_content(html)
    page.evaluate("document.fonts.ready")
    target = page if size else page.locator("body")
    target.screenshot(path=IMAGES / name)
    print(f"Drew {IMAGES / name}.")


def desk(browser: Browser, folder: Path) -> None:
    """Photograph the desk of the demo firm, which is kept in a folder, as its account manager sees it."""
    command = [str(AMENDS), "demo", "--folder", str(folder), "--port", str(PORT)]
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as demo:
        try:
            said = list(iter(demo.stdout.readline, "Ctrl-C stops it.\n")) if demo.stdout else []
            _photograph(browser, next(line.strip() for line in said if "/sign-in/" in line))
        finally:
            demo.terminate()


def _photograph(browser: Browser, link: str) -> None:
    page = browser.new_page(viewport=DESK_SIZE)  # type: ignore[arg-type]  # playwright's own dictionary type
    page.goto(link)
    page.locator("form button").click()
    for name, address in DESK_PAGES.items():
        page.goto(f"http://127.0.0.1:{PORT}{address}", wait_until="networkidle")
        if "find" in address:
            page.locator("main a", has_text="Brightwater Cold Storage").first.click()
            page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / name)
        print(f"Drew {IMAGES / name}.")
    _photograph_client(browser, page)
    page.close()


def _photograph_client(browser: Browser, desk: Page) -> None:
    """Photograph a client's page as its reader sees it, by a link of their own."""
    desk.goto(f"http://127.0.0.1:{PORT}/recoveries")
    desk.locator("main a", has_text="Brightwater Cold Storage").first.click()
    desk.locator("main a[href^='/client-pages/']").first.click()
    desk.get_by_role("button", name="Copy a link").click()
    link = re.search(r"http://[\w.:]+/c/[\w-]+", desk.content())
    if link is None:
        sys.exit("No link to a client's page was to be had.")
    page = browser.new_page(viewport=CLIENTS_SIZE)  # type: ignore[arg-type]  # playwright's own dictionary type
    page.goto(link[0], wait_until="networkidle")
    page.screenshot(path=IMAGES / "clients-page.png")
    print(f"Drew {IMAGES / 'clients-page.png'}.")


def main() -> None:
    """Draw the pictures of the desk, and those of the mailbox named on the command line."""
    mailbox = Path(sys.argv[1]).resolve()
    report = subprocess.run([AMENDS, "scan", mailbox, "--format", "html"], capture_output=True, text=True, check=True)
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(
            executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        desk(browser, mailbox.parent)
        take(browser, terminal_page(terminal_output(mailbox), mailbox.name), "scan.png")
        take(browser, report.stdout, "report.png", viewport=PAGE_SIZE)
        browser.close()


if __name__ == "__main__":
    main()
