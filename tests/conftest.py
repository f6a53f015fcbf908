"""What every test shares: where the corpora lie, how tools are found, and what may be skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("AMENDS_DATA", ROOT.parent / "shared" / "data"))
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
IS_CI = os.environ.get("CI") == "true"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

settings.register_profile("amends", deadline=None)  # two busy cores are no reason to fail
settings.load_profile("amends")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the tests that read the corpora where there are none."""
    if CORPORA.is_dir():
        return
    absent = pytest.mark.skip(reason=f"the corpora are not at {CORPORA} (set AMENDS_DATA)")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(absent)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure in continuous integration, unless the corpora are what is missing."""
    report = yield
    may_skip = bool(item.get_closest_marker("shared")) and not CORPORA.is_dir()
    return report if may_skip else strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same to a file that skips itself while it is collected."""
    return strict((yield))


def strict(report: Report) -> Report:
    """Give the report back, failed where it says skipped although nothing may be skipped."""
    if IS_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"Skipped, but under CI=true nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Give the folder of the measuring corpora; only for tests marked `shared`."""
    return CORPORA


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine, or else the one that playwright was told to download."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), playwright.chromium.executable_path)
        if not Path(found).exists():
            pytest.skip("Chromium is not installed (.venv/bin/playwright install chromium)")
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def no_page_stays_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a browser test left open: a page that polls would ask the next test's database."""
    yield
    if "chromium" in request.fixturenames:
        for context in request.getfixturevalue("chromium").contexts:
            context.close()
