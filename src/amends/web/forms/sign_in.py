"""What is typed to come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from amends.desk.models import User

LONGEST_PASSWORD = 1000  # characters; hashing more only costs time


class SignInForm(forms.Form):
    """E-mail and password."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": _("Write your e-mail address")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your password")},
    )


class NewPasswordForm(forms.Form):
    """A password to choose, seen by the rules of passwords and by whose it is."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. A few words that only you would put together are best."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password")},
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Return the password if it is good enough."""
        given: str = self.cleaned_data["password"]
        validate_password(given, self.user)
        return given


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the one before: a browser left open is not enough to change it."""

    field_order = ("current", "password")
    current = forms.CharField(
        label=_("Current password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write the password you have now")},
    )

    def clean_current(self) -> str:
        """Return the current password if it is the right one."""
        given: str = self.cleaned_data["current"]
        if self.user is None or not self.user.check_password(given):
            raise forms.ValidationError(_("This is not your current password"))
        return given
