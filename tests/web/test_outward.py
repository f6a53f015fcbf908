"""What leaves the firm shows nothing of what only the team may know: one test for every outward door."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from amends.desk.actions.apology import write_note
from amends.desk.actions.envelope import mail_of
from amends.desk.queries.personal import everything_about
from cast import NOW, browser_of
from hushed import ASKED, DONE, HUSH, NOTE, SAID, SECRET_LIMIT, SECRET_SHARE, hushed
from shown import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from amends.desk.models import Case, User

pytestmark = pytest.mark.usefixtures("at_noon")
SUMS = (str(SECRET_LIMIT), f"{SECRET_LIMIT:,}", f"{SECRET_SHARE} %", "97531", "97,531")


def _paper(what: str) -> Callable[[Case, User], str]:
    return lambda case, user: text_of(browser_of(user), f"/recoveries/{case.pk}/paper/{what}")


def _pdf(what: str) -> Callable[[Case, User], str]:
    def read(case: Case, user: User) -> str:
        answer = browser_of(user).get(f"/recoveries/{case.pk}/paper/{what}", {"pdf": "1"})
        pages = PdfReader(BytesIO(answer.content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)

    return read


def _note(case: Case, user: User) -> str:
    letter = write_note(case, "dana@north.example", "What happened on Friday", by=user, now=NOW)
    return mail_of(letter, now=NOW).decode()


def _export(case: Case, _user: User) -> str:
    assert case.person
    return str(everything_about(case.person))


DOORS: dict[str, tuple[Callable[[Case, User], str], tuple[str, ...]]] = {
    "the plan, as a page": (_paper("plan"), (SAID, DONE, ASKED)),
    "the plan, as a file": (_pdf("plan"), (SAID, DONE, ASKED)),
    "the note, as a page": (_paper("note"), (NOTE,)),
    "the note, as a file": (_pdf("note"), (NOTE,)),
    "the note, as a mail": (_note, (NOTE,)),
    "everything about a person": (_export, (SAID,)),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_internal_goes_out(bob: User, door: str) -> None:
    read, shown = DOORS[door]
    told = read(hushed(bob), bob)
    assert [words for words in shown if words not in told] == []
    assert HUSH not in told
    assert [figure for figure in SUMS if figure in told] == []


def test_the_team_reads_all_of_it(bob: User) -> None:
    told = text_of(browser_of(bob), f"/recoveries/{hushed(bob).pk}/paper/whole")
    assert told.startswith("Only your team sees this", told.index("Only your team"))
    seen = ("view", "theirs", "cause", "fact", "our_reaction", "escape_point", "action", "lesson", "well")
    assert [words for words in seen if f"{HUSH} {words}" not in told] == []
