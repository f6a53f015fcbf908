"""What is typed when somebody writes to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.actions.letter import LONGEST_TEXT
from amends.desk.actions.outgoing import LONGEST_SUBJECT
from amends.desk.queries.outbox import writable
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import Client, Outgoing, PersonAddress

ROWS = 12  # lines of the field for the text: a letter as most are (judgement)


class LetterForm(MeanwhileForm):
    """Whom a letter is for, what about, and what it says."""

    to = forms.ChoiceField(label=gettext_lazy("To"), error_messages={"required": gettext_lazy("Say who is to read it")})
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=LONGEST_SUBJECT,
        error_messages={"required": gettext_lazy("Write a subject: without one, mail is easily taken for junk")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("It goes out as you write it, from the greeting to your name."),
        max_length=LONGEST_TEXT,
        error_messages={"required": gettext_lazy("Write what they are to read")},
        widget=forms.Textarea(attrs={"rows": ROWS}),
    )

    def __init__(self, *given: Any, client: Client, **more: Any) -> None:
        super().__init__(*given, **more)
        to: Any = self.fields["to"]
        to.choices = [(each.address, shown_address(each)) for each in writable(client)]
        self.is_possible = bool(to.choices)

    @classmethod
    def of(cls, letter: Outgoing) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"to": letter.to, "subject": letter.subject, "text": letter.text}


def shown_address(address: PersonAddress) -> str:
    """Return an address with the name of whose it is."""
    told = {"name": address.person.name, "address": address.address}
    return _("%(name)s at %(address)s") % told if address.person.name else address.address
