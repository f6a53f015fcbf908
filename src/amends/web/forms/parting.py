"""What is typed at Part well: the call, the note, the meeting, what is owed, and who may hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from amends.core.parting import LONGEST_NOTE, note_for
from amends.desk import clock
from amends.desk.actions.parting import LONGEST_THING
from amends.desk.queries.parting import hello_and_second_thought, parting_of
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import DayField, MomentField

if TYPE_CHECKING:
    from amends.desk.models import Case

LONGEST_HEARING = 2_000  # characters of who may hear of it (judgement)
LONGEST_WHY = 300  # characters of a reason (judgement)


class PartingForm(MeanwhileForm):
    """What was said, sent and agreed for a farewell."""

    prefix = "part"
    called_at = MomentField(
        label=gettext_lazy("Called on"),
        help_text=gettext_lazy("Or when you left the message."),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("The note"),
        help_text=gettext_lazy("To be copied by hand, on a card. Three sentences are enough."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"class": "said", "rows": 4}),
    )
    note_sent_on = DayField(label=gettext_lazy("Posted on"), required=False)
    met_on = DayField(
        label=gettext_lazy("Met on"), help_text=gettext_lazy("Offer it. They may say no."), required=False
    )
    is_meeting_declined = forms.BooleanField(label=gettext_lazy("They would rather not meet"), required=False)
    owed_paid_on = DayField(
        label=gettext_lazy("Paid what is owed on"),
        help_text=gettext_lazy("All of it, before goodbye is said."),
        required=False,
    )
    is_nothing_owed = forms.BooleanField(label=gettext_lazy("Nothing is owed"), required=False)
    who_may_hear = forms.CharField(
        label=gettext_lazy("Who may hear of it, and in which words"),
        help_text=gettext_lazy(
            "“We part as friends, and our door is open.” Fewer people hear the bad story when everybody tells the same"
            " good one."
        ),
        max_length=LONGEST_HEARING,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    hello_on = DayField(label=gettext_lazy("The hello"), required=False)
    win_back_on = DayField(
        label=gettext_lazy("A second thought"),
        help_text=gettext_lazy("To win them back: better service first, never a discount."),
        required=False,
    )


class ThingForm(forms.Form):
    """One thing to hand over."""

    what = forms.CharField(
        label=gettext_lazy("What they need to go on without us"),
        max_length=LONGEST_THING,
        error_messages={"required": gettext_lazy("Write what is handed over")},
    )


class GoodbyeForm(forms.Form):
    """That goodbye was said, and why it is enough where something is missing."""

    why = forms.CharField(
        label=gettext_lazy("Why it is enough like this"),
        max_length=LONGEST_WHY,
        required=False,
    )


def parting_shown(case: Case) -> dict[str, Any]:
    """Return what the form of a farewell shows first: what is kept, else the words and days to begin with."""
    parting = parting_of(case)
    kept = {name: getattr(parting, name) for name in PartingForm.base_fields} if parting else {}
    name = case.person.first_name if case.person else str(case.client)
    hello, second = hello_and_second_thought(timezone.localdate(clock.now()))
    kept["note"] = kept.get("note") or note_for(name)
    return kept | {"hello_on": kept.get("hello_on") or hello, "win_back_on": kept.get("win_back_on") or second}
