"""How fast and how large the reading of a list is, beside what the standard library takes only to split its rows.

`nice python bench/lists.py` prints Markdown. The list is 100,000 placements as a staffing program exports them, once as
CSV and, where LibreOffice is installed, once as the workbook that it makes of it. Times are processor time of a process
of its own, so that other work on the machine counts little; the peak is the largest memory of that process.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 100_000
FEW = 1_000
CLIENTS = 700
WORKERS = 30_000
FIRST = date(2024, 1, 1)
HEADING = (
    *("Placement ID", "Client ID", "Client Name", "Contact Email", "Employee", "Job Title", "Start Date", "End Date"),
    *("Planned End", "Status", "End Reason", "Guarantee", "Client Rating", "Bill Rate", "Pay Rate", "Notes"),
)
REASONS = ("", "", "", "Assignment completed", "Quit", "No Show", "Terminated: attendance", "Converted")
NOTES = ("", "", "<p>Started on time. <b>Client is happy.</b></p>", "Called on day 1 & day 3, all well", 'Said "fine"')
PRELUDE = "import sys; from amends.sources.listing import *; t = open_table(sys.argv[1]); "
READERS = {
    "csv.DictReader, rows split": "import csv, sys; "
    "print(sum(1 for _ in csv.DictReader(open(sys.argv[1], newline=''))))",
    "rows as text": PRELUDE + "print(sum(1 for _ in t.rows()))",
    "rows typed, facts told": PRELUDE
    + "p, k = guess(t.columns); c = match(t.columns, p, k); o = Options(p, zone='America/Chicago'); "
    + "print(sum(not read_row(k, c, o, r).problems for _, r in t.rows()))",
    "habits told (order of day and month)": PRELUDE
    + "p, k = guess(t.columns); c = match(t.columns, p, k); n = 0\n"
    + "def rows():\n global n\n for _, r in t.rows(): n += 1; yield r\n"
    + "habits_of(k, c, rows()); print(n)",
}


@dataclass(frozen=True)
class Ran:
    """What one reader took: rows, seconds of processor time, and the largest memory in MB."""

    rows: int
    seconds: float
    peak_mb: float


def placements(count: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of placements: US dates with two-digit years, reasons, notes with HTML."""
    chance = random.Random(4)
    for number in range(count):
        client, start = chance.randrange(CLIENTS), FIRST + timedelta(days=chance.randrange(900))
        planned = start + timedelta(weeks=chance.randrange(1, 40))
        end = start + timedelta(days=chance.randrange(1, 280))
        reason = chance.choice(REASONS)
        yield (
            *(str(100_000 + number), f"C{client:05}", f"Brightwater {client} Cold Storage, Inc."),
            *(f"p{chance.randrange(4)}@client{client}.example", f"Worker {chance.randrange(WORKERS)}"),
            *(chance.choice(("Picker", "Welder", "Nurse")), us(start), us(end) if reason else "", us(planned)),
            *("Completed" if reason else "Placed", reason, chance.choice(("90 days", "30", "")), str(number % 6)),
            *(f"${chance.randrange(2000, 9000) / 100}", f"{chance.randrange(1500, 6000) / 100}", chance.choice(NOTES)),
        )


def us(on: date) -> str:
    """Write a day as US exports do."""
    return f"{on.month}/{on.day}/{on:%y}"


def write_csv(path: Path, count: int) -> Path:
    """Write a list as CSV, with the mark of UTF-8 that Excel puts."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADING)
        writer.writerows(placements(count))
    return path


def workbook(path: Path) -> Path | None:
    """Let LibreOffice make a workbook of a list, None where it is not installed."""
    if not shutil.which("soffice"):
        return None
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path.with_suffix(".xlsx")


def run(program: str, path: Path) -> Ran:
    """Run one reader in a process of its own."""
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as process:
        told = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"A reader ended with {process.returncode}")
    return Ran(int(told), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def table(path: Path, count: int, bar: float | None = None) -> float:
    """Print what every reader takes for one file; give what the standard library takes."""
    size = f"{path.suffix[1:].upper()}, {path.stat().st_size / 1e6:.1f} MB"
    print(f"| {count:,} placements, {size} | seconds | ratio | peak MB |")
    print("|---|--:|--:|--:|")
    for label, program in READERS.items():
        if "DictReader" in label and path.suffix != ".csv":
            continue
        ran = run(program, path)
        if ran.rows != count:
            sys.exit(f"{label}: {ran.rows:,} rows of {count:,}")
        bar = bar or ran.seconds
        print(f"| {label} | {ran.seconds:.2f} | {ran.seconds / bar:.1f} | {ran.peak_mb:.0f} |")
    print()
    return bar or 0.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        table(write_csv(Path(name) / "few.csv", FEW), FEW)
        many = write_csv(Path(name) / "many.csv", asked.rows)
        bar = table(many, asked.rows)
        made = workbook(many)
        if made:
            table(made, asked.rows, bar)


if __name__ == "__main__":
    main()
