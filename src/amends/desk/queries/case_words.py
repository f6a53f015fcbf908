"""Where a recovery keeps words: what is forgotten with a person, with the years, and with a client.

One list for all of them, so that a new row is forgotten everywhere once it is named here
(tests/desk/test_forgetting.py looks for a text field that is not).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amends.desk.models import (
    Apology,
    Cause,
    ClientPage,
    Contribution,
    HandOver,
    Heard,
    Lesson,
    LoggedFact,
    Opinion,
    PageLine,
    Parting,
    PlanAction,
    PlanInput,
    Pulse,
    Reparation,
    Retrospective,
)

if TYPE_CHECKING:
    from django.db.models import Model

OF_CASE = (  # of the recovery itself
    "words", "remedy", "next_note", "waiting_for", "decision_note", "our_reaction", "their_reaction", "escape_point",
    "orders_explained", "mended_anyway",
)  # fmt: skip
# Of what hangs on one, with the way to it.
OF_ROWS: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Opinion, "case", ("reason", "matters", "ideas")),
    (Heard, "case", ("words",)),
    (LoggedFact, "case", ("what", "evidence")),
    (Contribution, "case", ("what", "evidence")),
    (Cause, "case", ("what", "evidence")),
    (Apology, "case", ("why_by_mail", "script", "note", "said", "answer")),
    (PlanAction, "case", ("what", "measure", "answer_words", "done_note")),
    (PlanInput, "case", ("words",)),
    (Reparation, "case", ("in_kind", "reason", "answer")),
    (Retrospective, "case", ("did_well", "do_better", "escape_point")),
    (Parting, "case", ("note", "who_may_hear")),
    (HandOver, "parting__case", ("what",)),
    (Lesson, "case", ("what", "why")),
    (ClientPage, "case", ("title", "lead", "amends_note")),
    (PageLine, "page__case", ("text", "words")),
    (Pulse, "case", ("words",)),
)
LESSONS_KEEP = ("what",)  # a change for every client is the firm's: it outlives the recovery it came from


def rows_of(model: type[Model], way: str, **which: Any) -> Any:
    """Return the rows of one kind that hang on some recoveries: `which` are conditions on these."""
    return model._default_manager.filter(**{f"{way}__{name}": value for name, value in which.items()})  # noqa: SLF001  (whichever model it is)
