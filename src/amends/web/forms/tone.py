"""What is typed to have a draft checked, and the words that a firm asks its people not to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import FirmPhrase

ROWS = 12  # lines of the field for a draft: a letter as most are (judgement)
LONGEST_WORDS, LONGEST_LINE = 200, 300  # characters, as `FirmPhrase` keeps them


class DraftForm(MeanwhileForm):
    """A draft, and the keys of the marks that its writer leaves as they are."""

    text = forms.CharField(
        label=gettext_lazy("Your draft"),
        strip=False,
        error_messages={"required": gettext_lazy("Paste your draft, or write it here")},
        widget=forms.Textarea(
            attrs={"rows": ROWS, "placeholder": gettext_lazy("Paste your draft. It stays on this server.")}
        ),
    )
    left = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Return the draft with the line ends that its marks are counted by."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    @property
    def keys_left(self) -> list[str]:
        """The marks that the writer leaves as they are."""
        return str(self.cleaned_data.get("left", "")).split()


class PhraseForm(MeanwhileForm):
    """Words not to write, why, and what to write instead."""

    words = forms.CharField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("As somebody would write them. Capitals and short forms do not matter."),
        max_length=LONGEST_WORDS,
        error_messages={"required": gettext_lazy("Write the words")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = forms.CharField(label=gettext_lazy("Why not"), max_length=LONGEST_LINE, required=False)
    better = forms.CharField(
        label=gettext_lazy("Better"),
        help_text=gettext_lazy("Left empty: the words are better left out."),
        max_length=LONGEST_LINE,
        required=False,
    )

    @classmethod
    def of(cls, phrase: FirmPhrase | None) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(phrase, name) for name in ("words", "why", "better")} if phrase else {}


def phrase_form(phrase: FirmPhrase | None = None, data: Any = None) -> PhraseForm:
    """Return the form of some words, or an empty one; on a page with several each field has an id of its own."""
    return PhraseForm(data, initial=PhraseForm.of(phrase), auto_id=f"phrase{phrase.pk}_%s" if phrase else "phrase_%s")
