"""What is asked on the page of an agreement, what was typed into it, and which words were seen when it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from amends.core.agreement import BOUNDS, Level, Unit
from amends.desk.queries.unit import UNITS, figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from amends.desk.models import ClientPage
    from amends.desk.queries.sheet_shown import SheetLine, SheetShown

SALT = "amends.portal.sheet"
AGREE, CHANGE = "agree", "change"
MOST_WORDS = 500  # characters, as `SheetItem.their_words`
LONGEST_FIGURE = 12  # characters: what is longer is no figure of these (judgement)
CENT = Decimal("0.01")  # as exact as a figure is kept


@dataclass(frozen=True, slots=True)
class Field:
    """One field for a figure: its name, what is typed in it, and what is wrong with that."""

    name: str
    label: str
    typed: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class FillRow:
    """One line of their part: two figures, and words."""

    line: SheetLine
    name: str
    fields: tuple[Field, ...]
    words: str
    label: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One line that both are to confirm: what each side said, what is chosen, what they would change."""

    line: SheetLine
    name: str
    ours: tuple[str, str]  # what we can live with, what we would like
    theirs: tuple[str, str]
    chosen: str
    words: str
    error: str = ""


def fill_rows(shown: SheetShown, posted: Mapping[str, str] | None = None) -> list[FillRow]:
    """Return the lines of their part with what was typed, else with what they said before."""
    return [_fill_row(line, posted) for line in shown.lines]


def _fill_row(line: SheetLine, posted: Mapping[str, str] | None) -> FillRow:
    name = f"line-{line.pk}"
    fields: tuple[Field, ...] = ()
    if line.unit:
        told = {"unit": UNITS[line.unit]}
        fields = (
            _field(f"{name}-desired", _("You would like, %(unit)s") % told, line.theirs.desired, line.unit, posted),
            _field(
                f"{name}-adequate", _("You can live with, %(unit)s") % told, line.theirs.adequate, line.unit, posted
            ),
        )
    words = line.theirs.words if posted is None else posted.get(f"{name}-words", "")
    return FillRow(line, name, fields, words, _("In words") if line.unit else _("What you expect"))


def _field(name: str, label: str, value: Decimal | None, unit: str, posted: Mapping[str, str] | None) -> Field:
    if posted is None:
        return Field(name, label, "" if value is None else f"{value.normalize():f}")
    typed = posted.get(name, "").strip()
    return Field(name, label, typed, "" if _read(typed, unit)[1] else _wrong(unit))


def _read(typed: str, unit: str) -> tuple[Decimal | None, bool]:
    """Return a figure as typed, and whether it can be one; nothing typed is none, and fine."""
    if not typed:
        return None, True
    try:
        value = Decimal(typed.replace(",", ".").removesuffix("%").strip()) if len(typed) <= LONGEST_FIGURE else None
    except InvalidOperation:
        value = None
    least, most = BOUNDS[Unit(unit)]
    if value is None or not value.is_finite() or not least <= value <= most:
        return None, False
    return value.quantize(CENT), True


def _wrong(unit: str) -> str:
    least, most = BOUNDS[Unit(unit)]
    return _("Write a figure from %(least)d to %(most)d") % {"least": least, "most": most}


def levels_in(rows: list[FillRow]) -> dict[int, Level]:
    """Return what was typed, by the number of a line; only for rows without an error."""
    found = {}
    for row in rows:
        desired, adequate = (
            (_read(field.typed, row.line.unit)[0] for field in row.fields) if row.fields else (None, None)
        )
        found[row.line.pk] = Level(desired, adequate, row.words.strip()[:MOST_WORDS])
    return found


def first_of(rows: list[FillRow]) -> str:
    """Return the name of the first field."""
    return rows[0].fields[0].name if rows[0].fields else f"{rows[0].name}-words"


def typed_in(rows: list[FillRow]) -> list[dict[str, str]]:
    """Return in words what was typed and could not be taken in any more: nothing is lost."""
    found = []
    for row in rows:
        told = [f"{field.label}: {field.typed}" for field in row.fields if field.typed]
        told += [row.words] if row.words.strip() else []
        if told:
            found.append({"name": row.line.name, "said": "; ".join(told)})
    return found


def answer_rows(shown: SheetShown, posted: Mapping[str, str] | None = None) -> list[AnswerRow]:
    """Return the lines to confirm with what was chosen, else with what they answered before."""
    return [_answer_row(line, posted) for line in shown.open_lines]


def _answer_row(line: SheetLine, posted: Mapping[str, str] | None) -> AnswerRow:
    name = f"line-{line.pk}"
    chosen, words = AGREE if line.is_agreed else CHANGE if line.change else "", line.change
    if posted is not None and line.is_proposed:
        chosen, words = posted.get(name, ""), posted.get(f"{name}-words", "")
    error = _("Say what you would change") if posted is not None and chosen == CHANGE and not words.strip() else ""
    return AnswerRow(line, name, _said(line.ours, line.unit), _said(line.theirs, line.unit), chosen, words, error)


def _said(level: Level, unit: str) -> tuple[str, str]:
    return (figure(level.adequate, unit), figure(level.desired, unit)) if unit else ("", "")


def sealed(page: ClientPage, shown: SheetShown) -> str:
    """Return which words the page asks about, signed."""
    return signing.dumps([page.pk, {str(line.pk): line.print for line in shown.open_lines}], salt=SALT, compress=True)


def unsealed(page: ClientPage, text: str) -> dict[int, str]:
    """Return which words they saw, by line; nothing where it was not this page, or was tampered with."""
    try:
        pk, prints = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    return {int(line): told for line, told in prints.items()} if pk == page.pk else {}
