"""What is typed about one line of what was agreed with a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import AgreedItem

LONGEST = 200  # characters, as `AgreedItem.what`
SAID = {"": None, "yes": True, "no": False}


class AgreedForm(MeanwhileForm):
    """A line, and how it is kept."""

    what = forms.CharField(
        label=_("What we agreed"), max_length=LONGEST, error_messages={"required": _("Say what was agreed")}
    )
    is_kept = forms.TypedChoiceField(
        label=_("Is it kept?"),
        choices=[("", _("Nobody has said")), ("yes", _("Kept")), ("no", _("Not kept"))],
        coerce=SAID.__getitem__,
        empty_value=None,
        required=False,
    )
    how_kept = forms.CharField(
        label=_("How it is kept"), max_length=LONGEST, required=False, help_text=_("As in: Missed 3 of 11 in October")
    )

    @classmethod
    def of(cls, item: AgreedItem) -> dict[str, Any]:
        """Return what the form shows first."""
        said = next(word for word, is_kept in SAID.items() if is_kept is item.is_kept)
        return {"what": item.what, "how_kept": item.how_kept, "is_kept": said}
