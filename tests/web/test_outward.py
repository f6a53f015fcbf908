"""What leaves the firm shows nothing of what only the team may know: one test for every outward door."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from pypdf import PdfReader

from amends.desk.actions.apology import write_note
from amends.desk.actions.envelope import mail_of
from amends.desk.models import Case, Parting, Role, User
from amends.desk.queries.personal import everything_about
from cast import NOW, browser_of
from hushed import ASKED, DONE, FAREWELL, HUSH, NOTE, SAID, SECRET_LIMIT, SECRET_SHARE, SECRET_SUMS, hushed
from shown import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("at_noon")
SECRET = (97531, *(int(one) for one in (SECRET_LIMIT, *SECRET_SUMS.values())))
SUMS = (*(f"{one}" for one in SECRET), *(f"{one:,}" for one in SECRET), f"{SECRET_SHARE} %")
OF_THEIR_OWN = {"Touch", "Promise", "Outgoing", "Notice", "Event"}  # talks, promises and letters are the client's, too
OUTWARD = {  # what of a recovery a client reads or said: on the plan, in a letter, in what is kept about them
    "Case.words", "Case.remedy", "Heard.words", "PlanAction.answer_words",
    "Apology.note", "Apology.said", "Apology.answer", "Parting.note", "FollowUp.outcome",
    "ClientPage.title", "ClientPage.lead", "ClientPage.amends_note", "Pulse.words",
}  # fmt: skip
CODES = {  # words of the method itself, of which each field knows a few
    "Case.status", "Case.step", "Case.kind", "Case.theme", "Case.origin", "Case.decision", "CaseRole.role",
    "CaseStep.step", "Opinion.choice", "Heard.question", "Contribution.side", "Cause.theme", "PlanAction.answer",
    "Reparation.currency", "Reparation.state", "Apology.way", "Apology.ticked", "Lesson.theme",
    "ClientPage.kind", "ClientPage.code_hash", "Pulse.next_order", "FollowUp.uid",
}  # fmt: skip
IN_FIGURES = {"Case.worth"}


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


def _file(case: Case, _user: User) -> str:
    """Return what an owner saves to hand over, its name and its kind too."""
    alice = User.objects.create(email="alice@alder.example", name="Alice Alder", role=Role.OWNER, joined_at=NOW)
    return _answer(browser_of(alice).get(f"/people/{case.person_id}/export"))


def _headers(what: str) -> Callable[[Case, User], str]:
    return lambda case, user: _answer(browser_of(user).get(f"/recoveries/{case.pk}/paper/{what}", {"pdf": "1"}))


def _answer(answer: Any) -> str:
    return f"{answer.headers} {answer.content.decode('utf-8', 'replace')}"


def _page(address: str) -> Callable[[Case, User], str]:
    return lambda case, user: text_of(browser_of(user), f"/recoveries/{case.pk}/{address}")


def _checked(case: Case, user: User) -> str:
    return text_of(browser_of(user), f"/tone?case={case.pk}")


def _letter(case: Case, user: User) -> str:
    """Return a letter of the recovery as its writer reads it before it goes out."""
    letter = write_note(case, "dana@north.example", "What happened on Friday", by=user, now=NOW)
    return text_of(browser_of(user), f"/outbox/{letter.pk}")


DOORS: dict[str, tuple[Callable[[Case, User], str], tuple[str, ...]]] = {
    "the plan, as a page": (_paper("plan"), (SAID, DONE, ASKED)),
    "the plan, as a file": (_pdf("plan"), (SAID, DONE, ASKED)),
    "the note, as a page": (_paper("note"), (NOTE,)),
    "the note, as a file": (_pdf("note"), (NOTE,)),
    "the note, as a mail": (_note, (NOTE,)),
    "everything about a person": (_export, (SAID, NOTE, FAREWELL)),
    "everything about a person, as a file": (_file, (SAID, NOTE, FAREWELL, "attachment")),
    "what the client sees of the plan": (_page("plan/seen"), (SAID, DONE, ASKED)),
    "the farewell to copy by hand": (_page("part-well/note"), (FAREWELL,)),
    "the name of the plan's file": (_headers("plan"), ("our-plan-for-north",)),
    "the name of the note's file": (_headers("note"), ("a-note-to-dana-whitlock",)),
    "the draft that is checked": (_checked, (NOTE,)),
    "the letter before it goes": (_letter, (NOTE,)),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_internal_goes_out(bob: User, door: str) -> None:
    read, shown = DOORS[door]
    told = read(hushed(bob), bob)
    assert [words for words in shown if words not in told] == []
    assert HUSH not in told
    assert [figure for figure in SUMS if figure in told] == []


def test_every_word_of_a_recovery_is_hushed_or_known_to_be_outward(bob: User) -> None:
    """A field that somebody adds is for the team alone until it is put among those that a client may read."""
    hushed(bob)
    models = [
        model
        for model in apps.get_app_config("desk").get_models()
        if model.__name__ not in OF_THEIR_OWN and (model is Case or _hangs_on(model, Case) or _hangs_on(model, Parting))
    ]
    fields = {
        f"{model.__name__}.{field.name}": HUSH in str(list(model._default_manager.values_list(field.name)))
        for model in models
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField)
    }
    open_ones = {name for name, is_hushed in fields.items() if not is_hushed} - CODES - IN_FIGURES
    assert open_ones == OUTWARD


def _hangs_on(model: Any, other: Any) -> bool:
    return any(field.related_model is other for field in model._meta.concrete_fields)


def test_the_team_reads_all_of_it(bob: User) -> None:
    told = text_of(browser_of(bob), f"/recoveries/{hushed(bob).pk}/paper/whole")
    assert told.startswith("Only your team sees this", told.index("Only your team"))
    seen = ("view", "theirs", "cause", "fact", "our_reaction", "escape_point", "action", "lesson", "well")
    assert [words for words in seen if f"{HUSH} {words}" not in told] == []
