"""What is typed about somebody at a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import Person


class PersonForm(MeanwhileForm):
    """Who they are, and how they like to be reached."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the person's name")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(label=_("What they do there"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "tel", "class": "short"})
    )
    addresses = forms.CharField(
        label=_("Mail addresses"),
        required=False,
        help_text=_("One on each line. Mail from any of them is this person's."),
        widget=forms.Textarea(attrs={"rows": 2, "autocapitalize": "off", "spellcheck": "false"}),
    )
    preferred_way = forms.CharField(
        label=_("Best way to reach them"), max_length=60, required=False, help_text=_("As in: Text is fine")
    )
    best_hour = forms.CharField(
        label=_("Best hour"), max_length=60, required=False, help_text=_("As in: Best before 8 am")
    )
    is_main = forms.BooleanField(label=_("Our main contact there"), required=False)
    left_on = forms.DateField(
        label=_("Left on"),
        required=False,
        help_text=_("When they no longer work there."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    @classmethod
    def of(cls, person: Person) -> dict[str, Any]:
        """Return what the form shows first."""
        plain = {name: getattr(person, name) for name in cls.base_fields if name != "addresses"}
        return plain | {"addresses": "\n".join(person.addresses.order_by("address").values_list("address", flat=True))}

    def clean_addresses(self) -> list[str]:
        """Return the lines, each an address."""
        addresses = str(self.cleaned_data["addresses"]).replace(",", "\n").split()
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError as error:
                raise ValidationError(_now("%(typed)s is no mail address") % {"typed": address}) from error
        return addresses


class NewPersonForm(PersonForm):
    """Somebody new: they have not left."""

    left_on = None  # type: ignore[assignment]  # how a Django form takes a field out
