"""What is typed about the agreement: its lines, what a side would like and can live with, what both confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.agreement import BOUNDS, LINES, OWN, Item, Level, Unit
from amends.core.wording import say
from amends.desk.queries.agreement import level_of
from amends.desk.queries.unit import UNITS
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.utils.functional import _StrPromise

    from amends.desk.models import Client, Sheet, SheetItem
    from amends.desk.queries.agreement import Side

LONGEST = 200  # characters: a line that is read at a glance, as `AgreedItem.what`
LONGEST_WORDS = 500  # characters, as `SheetItem.our_words`
LONGEST_OWN = 2_000  # characters of all their own lines (judgement)
MOST_OWN = 10  # lines of their own (judgement)
PLACES = 2  # as `SheetItem.target`
DIGITS = 14  # as `SheetItem.target`


class StartForm(forms.Form):
    """With whom a sheet is started, and which lines are asked."""

    person: Any = forms.ModelChoiceField(
        label=gettext_lazy("With whom?"),
        queryset=None,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose with whom")},
    )
    keys = forms.MultipleChoiceField(
        label=gettext_lazy("What is to be agreed"),
        help_text=gettext_lazy("Leave out what does not matter between you."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    own = forms.CharField(
        label=gettext_lazy("Lines of your own"),
        help_text=gettext_lazy(
            "One on each line, as in: A parking place for every driver. Each side says it in words."
        ),
        widget=forms.Textarea({"rows": 2}),
        max_length=LONGEST_OWN,
        required=False,
    )

    def __init__(self, *given: Any, client: Client, firm: str, last: Sheet | None, **more: Any) -> None:
        super().__init__(*given, **more)
        names = {"firm": firm, "client": client.name}
        choices = [(str(item), say(LINES[item].name, **names)) for item in Item]
        here = client.people.filter(left_on=None).exclude(name="")
        people: Any = self.fields["person"]
        people.queryset = here.order_by("-is_main", F("last_wrote_at").desc(nulls_last=True), "name", "pk")
        people.initial = people.queryset.first()
        keys: Any = self.fields["keys"]
        keys.choices = choices
        items = list(last.items.all()) if last else []
        keys.initial = [item.key for item in items if item.key != OWN] if items else [key for key, _name in choices]
        self.fields["own"].initial = "\n".join(item.name for item in items if item.key == OWN)

    def clean_own(self) -> list[str]:
        """Return their own lines, and refuse what is no line."""
        lines = [line.strip() for line in self.cleaned_data["own"].splitlines() if line.strip()]
        if any(len(line) > LONGEST for line in lines):
            raise forms.ValidationError(_("A line has at most %(count)d characters") % {"count": LONGEST})
        if len(lines) > MOST_OWN:
            raise forms.ValidationError(_("Write at most %(count)d lines of your own") % {"count": MOST_OWN})
        return lines


class FigureField(forms.DecimalField):
    """A figure in a unit, which stands behind its label in place of "optional"."""

    only_if: _StrPromise


def _figure(unit: str, label: str) -> FigureField:
    least, most = BOUNDS[Unit(unit)]
    field = FigureField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        max_digits=DIGITS,
        decimal_places=PLACES,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
        error_messages={
            "invalid": _("Write a figure, like 4 or 1.5"),
            "min_value": _("Write a figure from %(least)d to %(most)d") % {"least": least, "most": most},
            "max_value": _("Write a figure from %(least)d to %(most)d") % {"least": least, "most": most},
        },
    )
    field.only_if = UNITS[unit]
    return field


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a form: the item, and its fields."""

    item: SheetItem
    fields: list[forms.BoundField]


class FillForm(MeanwhileForm):
    """One side's part: of every line what it would like, what it can live with, and words."""

    def __init__(self, *given: Any, items: Sequence[SheetItem], side: Side, **more: Any) -> None:
        self.items, self.side = items, side
        super().__init__(*given, initial=self.of_items(items, side), **more)
        for item in items:
            if item.unit:
                self.fields[f"desired_{item.pk}"] = _figure(item.unit, _("Would like"))
                self.fields[f"adequate_{item.pk}"] = _figure(item.unit, _("Can live with"))
            label = _("In words") if item.unit else _("What is expected")
            self.fields[f"words_{item.pk}"] = forms.CharField(
                label=label,
                max_length=LONGEST_WORDS,
                required=False,
                widget=forms.TextInput() if item.unit else forms.Textarea({"rows": 2}),
            )

    @staticmethod
    def of_items(items: Sequence[SheetItem], side: Side) -> dict[str, Any]:
        """Return what the form shows first."""
        first: dict[str, Any] = {}
        for item in items:
            level = level_of(item, side)
            first |= {
                f"desired_{item.pk}": _plain(level.desired),
                f"adequate_{item.pk}": _plain(level.adequate),
                f"words_{item.pk}": level.words,
            }
        return first

    def of(self, sheet: Sheet) -> dict[str, Any]:
        """Return what the form shows first, as the rows have it now."""
        return self.of_items(list(sheet.items.all()), self.side)

    @property
    def rows(self) -> list[Asked]:
        """The lines in their order, each with its fields."""
        names = ("desired", "adequate", "words")
        return [
            Asked(item, [self[f"{name}_{item.pk}"] for name in names if f"{name}_{item.pk}" in self.fields])
            for item in self.items
        ]

    @property
    def levels(self) -> dict[int, Level]:
        """What was typed, by the number of a line."""
        typed = self.cleaned_data
        return {
            item.pk: Level(typed.get(f"desired_{item.pk}"), typed.get(f"adequate_{item.pk}"), typed[f"words_{item.pk}"])
            for item in self.items
        }


class WordsForm(MeanwhileForm):
    """The words of every line that both are to confirm, and the figure that is measured."""

    def __init__(self, *given: Any, items: Sequence[SheetItem], **more: Any) -> None:
        self.items = items
        super().__init__(*given, initial=self.of_items(items), **more)
        for item in items:
            self.fields[f"wording_{item.pk}"] = forms.CharField(
                label=_("What both confirm"),
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea({"rows": 1}),
            )
            if item.unit:
                self.fields[f"target_{item.pk}"] = _figure(item.unit, _("Agreed figure"))

    @staticmethod
    def of_items(items: Sequence[SheetItem]) -> dict[str, Any]:
        """Return what the form shows first."""
        words = {f"wording_{item.pk}": item.wording for item in items}
        return words | {f"target_{item.pk}": _plain(item.target) for item in items}

    def of(self, sheet: Sheet) -> dict[str, Any]:
        """Return what the form shows first, as the rows have it now."""
        return self.of_items(list(sheet.items.all()))

    def fields_of(self, item: SheetItem) -> list[forms.BoundField]:
        """Return the fields of a line."""
        return [self[name] for name in (f"wording_{item.pk}", f"target_{item.pk}") if name in self.fields]

    @property
    def told(self) -> list[tuple[SheetItem, str, Decimal | None]]:
        """What was typed: line, words, figure."""
        typed = self.cleaned_data
        return [(item, typed[f"wording_{item.pk}"], typed.get(f"target_{item.pk}")) for item in self.items]


def _plain(value: Decimal | None) -> str | None:
    """Return a figure as people type it: "4", not "4.00"."""
    return None if value is None else f"{value.normalize():f}"
