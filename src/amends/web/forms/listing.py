"""What is chosen and said to bring a list in: the file, and which column holds what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.actions.listing import LONGEST_SOURCE
from amends.desk.models import ListKind
from amends.desk.queries.listing import lacks, presets

if TYPE_CHECKING:
    from django.core.files.uploadedfile import TemporaryUploadedFile
    from django.forms.boundfield import BoundField
    from django.http import QueryDict

    from amends.desk.queries.listing import Line, Matching

COLUMN = "column-"  # before the key of a field, in the names of the form
YES, NO = "yes", "no"
RATING_TOPS = (5, 10, 100)


class ListFileForm(forms.Form):
    """The file of a list."""

    mail = forms.FileField(
        label=gettext_lazy("Your list"),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Choose a list first"),
            "max_length": gettext_lazy("That file’s name is too long"),
        },
    )

    def chosen(self) -> tuple[str, Path, int]:
        """Return the file: name, where it lies, bytes."""
        file: TemporaryUploadedFile = self.cleaned_data["mail"]
        return file.name or "", Path(file.temporary_file_path()), file.size or 0


class WhatForm(forms.Form):
    """Which program a list is from, and what its rows are."""

    preset = forms.ChoiceField(label=gettext_lazy("Exported from"))
    kind = forms.ChoiceField(label=gettext_lazy("Its rows are"), choices=ListKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = presets()  # type: ignore[attr-defined]  # of a choice


@dataclass(frozen=True, slots=True)
class Column:
    """One line of the mapping screen."""

    line: Line
    field: BoundField
    samples: tuple[str, ...]
    is_found: bool


class ColumnsForm(forms.Form):
    """Which column holds each field of ours, and how its values are written."""

    source = forms.CharField(
        label=gettext_lazy("What do you call where it comes from?"),
        help_text=gettext_lazy("By this name the answers are kept: the next list from there asks nothing."),
        max_length=LONGEST_SOURCE,
        error_messages={"required": gettext_lazy("Say where the list comes from")},
    )
    day_first = forms.ChoiceField(
        label=gettext_lazy("How days are written"),
        choices=[(NO, gettext_lazy("3/4/26 is March 4")), (YES, gettext_lazy("3/4/26 is April 3"))],
        widget=forms.RadioSelect,
    )
    decimal_comma = forms.ChoiceField(
        label=gettext_lazy("How amounts are written"),
        choices=[
            (NO, gettext_lazy("1,250.50 is twelve hundred and fifty")),
            (YES, gettext_lazy("1.250,50 is twelve hundred and fifty")),
        ],
        widget=forms.RadioSelect,
    )
    rating_top = forms.TypedChoiceField(
        label=gettext_lazy("The best rating is"), choices=[(top, str(top)) for top in RATING_TOPS], coerce=int
    )

    def __init__(self, matching: Matching, data: QueryDict | None = None) -> None:
        self.matching = matching
        said = matching.options
        first: dict[str, Any] = {
            "source": matching.source,
            "day_first": YES if said.get("day_first") else NO,
            "decimal_comma": YES if said.get("decimal_comma") else NO,
            "rating_top": said.get("rating_top", RATING_TOPS[0]),
        }
        first |= {COLUMN + line.field.key: line.column for line in matching.lines}
        super().__init__(data, initial=first)
        choices = [("", _("Not in this list")), *((column, column) for column in matching.columns)]
        for line in matching.lines:
            self.fields[COLUMN + line.field.key] = forms.ChoiceField(
                label=line.label, choices=choices, required=line.field.is_required
            )
        self.fields["day_first"].help_text = " ".join(matching.doubts)
        if matching.kind != ListKind.PLACEMENTS:
            del self.fields["rating_top"]

    @property
    def lines(self) -> list[Column]:
        """The fields that a column seems to hold, and those that must have one."""
        return [each for each in self._all if each.is_found]

    @property
    def others(self) -> list[Column]:
        """The fields that no column seems to hold."""
        return [each for each in self._all if not each.is_found]

    @property
    def _all(self) -> list[Column]:
        found = []
        for line in self.matching.lines:
            field = self[COLUMN + line.field.key]
            samples = self.matching.samples.get(str(field.value() or ""), ())
            found.append(Column(line, field, samples, bool(line.field.is_required or field.value() or field.errors)))
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """The columns that were chosen: field → column."""
        told = ((name.removeprefix(COLUMN), column) for name, column in self.cleaned_data.items() if COLUMN in name)
        return {key: column for key, column in told if column}

    @property
    def options(self) -> dict[str, Any]:
        """What else the reading needs to know."""
        told = {name: self.cleaned_data[name] == YES for name in ("day_first", "decimal_comma")}
        top = self.cleaned_data.get("rating_top")
        return told | ({"rating_top": top} if top else {})

    def clean(self) -> dict[str, Any]:
        """Say what is still missing, where no single field can say it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wrong = {name.removeprefix(COLUMN) for name in self.errors}
        as_if = {**self.chosen, **dict.fromkeys(wrong, "?")}
        for sentence in lacks(self.matching.kind, as_if):
            self.add_error(None, sentence)
        return cleaned
