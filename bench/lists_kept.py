"""How long it takes to take in 100,000 placements, and how much memory: checked, taken in, again, changed, taken back.

`python bench/lists_kept.py` prints Markdown; with DATABASE_URL it measures PostgreSQL (an empty database), else SQLite.
Each step runs in a process of its own, as a worker does. Seconds are of the clock, and of the processor in brackets.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lists import ROWS, write_csv

BEGIN = """
import django, sys, time, resource
django.setup()
from pathlib import Path
from django.core.management import call_command
from amends.desk import clock
from amends.desk.actions.list_read import check_list, look_at_list, read_list
from amends.desk.actions.list_undo import count_undoing, undo_further
from amends.desk.actions.listing import ask_for_undoing, match_columns, receive_list, take_in_list, undo_list
from amends.desk.models import Client, Firm, ListImport, StaffingFact
from amends.desk.queries.listing import matching_of
from amends.desk.queries.undo import undoing_of
now = clock.now()
listing = ListImport.objects.first() if sys.argv[1] != "begin" else None
started = time.monotonic(), time.process_time()
"""
GIVE = """
copy = Path(sys.argv[2] + ".copy")
copy.write_bytes(Path(sys.argv[2]).read_bytes())
listing = receive_list("placements.csv", copy, copy.stat().st_size, by=None, now=now)
look_at_list(listing, now=now)
"""
CHANGE = """
import csv
rows = list(csv.reader(Path(sys.argv[2]).open(encoding="utf-8-sig", newline="")))
at = rows[0].index("Client Rating")
for row in rows[1:]:
    row[at] = str(int(row[at]) % 5 + 1)
csv.writer(Path(sys.argv[2]).open("w", encoding="utf-8-sig", newline="")).writerows(rows)
"""
TAKE = "take_in_list(listing, by=None, now=now)\nread_list(listing, now=now)\n"
STEPS = {
    "begin": "call_command('migrate', verbosity=0)\nFirm.objects.get_or_create(pk=1, defaults={'name': 'A'})\n" + GIVE
    + "m = matching_of(listing)\n"
    "match_columns(listing, source='ATS', preset=m.preset, kind=m.kind, options={},\n"
    "    columns={l.field.key: l.column for l in m.lines if l.column}, by=None, now=now)\n",
    "checked": "check_list(listing, now=now)\nassert listing.status == 'checked', listing.problem\n",
    "taken in": TAKE + "assert listing.status == 'done'\n",
    "the same list again": GIVE + "assert listing.status == 'checking'\ncheck_list(listing, now=now)\n" + TAKE
    + "assert listing.same + listing.refused == listing.total\n",
    "every row with another rating": CHANGE + GIVE + "check_list(listing, now=now)\n" + TAKE
    + "assert listing.status == 'done' and listing.changed, listing.problem\n",
    "that taken back": "listing = ListImport.objects.first()\nundo_list(listing, by=None, now=now)\n"
    "undo_further(listing, now=now)\nassert listing.status == 'undone'\n",
    "counted what undoing would do": "listing = ListImport.objects.filter(added__gt=0).last()\n"
    "ask_for_undoing(listing, by=None, now=now)\ncount_undoing(listing, now=now)\nprint(undoing_of(listing).removed)\n",
    "taken back": "listing = ListImport.objects.filter(added__gt=0).last()\nundo_list(listing, by=None, now=now)\n"
    "undo_further(listing, now=now)\nassert listing.status == 'undone'\n",
}  # fmt: skip
END = """
seconds, cpu = time.monotonic() - started[0], time.process_time() - started[1]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
there = f"{StaffingFact.objects.count():,} facts, {Client.objects.count():,} clients"
print(f"{seconds:.1f} ({cpu:.1f}) | {peak:.0f} | {there}")
"""


def main() -> None:
    """Measure every step."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = {"AMENDS_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "amends.settings"}
        path = write_csv(folder / "placements.csv", int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
        print("| step | seconds (processor) | peak MB | what is there |\n|---|--:|--:|---|")
        for step, program in STEPS.items():
            done = subprocess.run(
                [sys.executable, "-c", BEGIN + program + END, step, str(path)],
                env=os.environ | home, capture_output=True, text=True, check=False,
            )  # fmt: skip
            sys.stderr.write(done.stderr)
            print(f"| {step} | {done.stdout.splitlines()[-1] if done.stdout else 'failed'} |", flush=True)


if __name__ == "__main__":
    main()
