"""Real workers in processes of their own, on a database of their own: started, killed, held up, and looked at.

desk = OwnDesk.at(tmp_path)        # SQLite, or PostgreSQL where the tests run on it
desk.run("fill", 40)               # calls `fill(40)` of tests/nursed.py in a fresh process; its value comes back
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readymade import TESTS, a_made_database

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = "import django; django.setup(); import nursed; nursed.main()"
KILLS = 200 if os.environ.get("AMENDS_ALL_KILLS") else 60
"""Over all the tests that kill: a minute or two with the few, half an hour with all of them."""

LONGEST_RUN = 500  # seconds; a machine with much else to do takes long over fifty kills


def kills(share: float) -> int:
    """Return how many kills a test makes that has this share of them."""
    return round(KILLS * share)


@dataclass(frozen=True)
class OwnDesk:
    """A desk whose database other processes share."""

    environment: dict[str, str]

    @classmethod
    def at(cls, folder: Path, *, is_sqlite: bool = False) -> OwnDesk:
        """Make a desk in a folder; its database is of the kind that the tests run on, unless SQLite is asked for."""
        url = a_made_database(folder, is_sqlite=is_sqlite)
        own = {"AMENDS_HOME": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "amends.settings"}
        return cls(os.environ | own | {"PYTHONPATH": str(TESTS)})

    def start(self, task: str, *given: Any) -> subprocess.Popen[str]:
        """Call a function in a fresh process, and do not wait for it."""
        return subprocess.Popen(self._command(task, given), env=self.environment, stdout=subprocess.PIPE, text=True)

    def run(self, task: str, *given: Any) -> Any:
        """Call a function of this module in a fresh process."""
        command = self._command(task, given)
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=LONGEST_RUN
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    @staticmethod
    def _command(task: str, given: tuple[Any, ...]) -> list[str]:
        return [sys.executable, "-c", BEGIN, task, json.dumps(given)]
