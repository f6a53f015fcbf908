"""What is typed about a playbook: its actions, one beside the other, with room for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.plan import MOST_DAYS, Part, Play
from amends.desk.actions.playbook import LONGEST_MEASURE, LONGEST_WHAT
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOM = 2  # empty places for new actions, each time (judgement)
PARTS = (
    (Part.CARER.value, gettext_lazy("Who looks after the client")),
    (Part.LEAD.value, gettext_lazy("Who leads the recovery")),
    (Part.MANAGER.value, gettext_lazy("Who manages the branch")),
)


class PlaybookForm(MeanwhileForm):
    """A playbook: an action whose text is emptied is taken out."""

    def __init__(self, *given: Any, plays: Sequence[Play], **more: Any) -> None:
        super().__init__(*given, **more)
        self.count = _posted(self.data) or len(plays) + ROOM
        self.fields["count"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=self.count)
        self.initial = {**values_of(plays), **self.initial}
        for place in range(self.count):
            self.fields |= {f"{name}_{place}": field for name, field in _fields(place).items()}

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each action, for the page."""
        return [[self[f"{name}_{place}"] for name in _fields(place)] for place in range(self.count)]

    def plays(self) -> list[Play]:
        """Return what was typed, without the actions that say nothing."""
        typed = self.cleaned_data
        found = [{name: typed[f"{name}_{place}"] for name in _fields(place)} for place in range(self.count)]
        return [
            Play(**{**one, "what": one["what"].strip(), "days": one["days"] or 0, "who": Part(one["who"])})
            for one in found
            if one["what"].strip()
        ]

    def _watched(self) -> list[str]:
        """Watch what stands in the places that had an action; the empty ones are nobody's yet."""
        return [name for name in super()._watched() if name != "count" and name in self.initial]


def _posted(told: Any) -> int:
    """Return how many places a form had that comes back; 0 where it says none that can be."""
    asked = told.get("count", "") if told else ""
    return min(int(asked), 60) if asked.isdecimal() and len(asked) < 4 else 0  # noqa: PLR2004  (twice what is kept)


def values_of(plays: Sequence[Play]) -> dict[str, Any]:
    """Return actions by the names of the fields."""
    names = ("what", "measure", "days", "who", "stops", "inside")
    told = {f"{name}_{place}": getattr(play, name) for place, play in enumerate(plays) for name in names}
    return {key: str(value) if isinstance(value, Part) else value for key, value in told.items()}


def _fields(place: int) -> dict[str, forms.Field]:
    number = place + 1
    return {
        "what": forms.CharField(
            label=_("Action %(number)d") % {"number": number},
            max_length=LONGEST_WHAT,
            required=False,
            widget=forms.Textarea({"rows": 2}),
        ),
        "measure": forms.CharField(
            label=_("How will we know that it worked?"), max_length=LONGEST_MEASURE, required=False
        ),
        "days": forms.IntegerField(label=_("Working days"), min_value=0, max_value=MOST_DAYS, required=False),
        "who": forms.ChoiceField(label=_("Who"), choices=PARTS, initial=Part.LEAD.value),
        "stops": forms.BooleanField(label=_("Stops the harm now"), required=False),
        "inside": forms.BooleanField(label=_("For the team alone"), required=False),
    }
