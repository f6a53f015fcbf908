"""What is typed to connect a mailbox, and to say who is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amends.desk.models import Provider, Security
from amends.desk.queries.mail_host import guessed
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import Mailbox, User
    from amends.desk.queries.mail_host import MailHost

LONGEST = 254  # of an address, as rows keep it
LONGEST_HOST = 253
PLAIN = {"autocapitalize": "off", "spellcheck": "false"}


def _address() -> forms.EmailField:
    return forms.EmailField(
        label=_("The mailbox’s address"),
        max_length=LONGEST,
        error_messages={
            "required": _("Write the mailbox’s address"),
            "invalid": _("Write the whole address, as in ann@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", **PLAIN}),
    )


class AddressForm(forms.Form):
    """Which mailbox, and whose server it is on: what is asked next depends on it."""

    address = _address()
    at = forms.ChoiceField(
        label=_("Whose server is it on?"),
        choices=Provider.choices,
        error_messages={"required": _("Choose whose server it is on")},
        widget=forms.RadioSelect,
    )
    waits = forms.BooleanField(
        label=_("Let me choose the folders first"),
        help_text=_("Otherwise all of them are read at once, but for deleted mail, junk and drafts."),
        required=False,
    )

    @classmethod
    def of(cls, user: User) -> dict[str, Any]:
        """Return what the form shows first: the person's own mailbox."""
        return {"address": user.email, "at": guessed(user.email).provider}


class WayForm(MeanwhileForm):
    """How a mailbox is reached, and its password."""

    address = _address()
    host = forms.CharField(
        label=_("Server"),
        max_length=LONGEST_HOST,
        help_text=_("For incoming mail (IMAP). We guessed it from the address; your mail program shows the right one."),
        error_messages={"required": _("Write the name of the mail server")},
        widget=forms.TextInput(attrs={"autocomplete": "off", **PLAIN}),
    )
    port = forms.IntegerField(
        label=_("Port"),
        help_text=_("993 is usual; with STARTTLS, 143."),
        error_messages={"required": _("Write the port"), "invalid": _("Write the port as a number: 993 is usual")},
    )
    security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices)
    login = forms.CharField(
        label=_("User name"),
        max_length=LONGEST,
        help_text=_("Mostly the whole address."),
        error_messages={"required": _("Write the user name")},
        widget=forms.TextInput(attrs={"autocomplete": "username", **PLAIN}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("Many providers want an app password here. It is kept sealed, and never shown again."),
        error_messages={"required": _("Write the password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @classmethod
    def at(cls, address: str, server: MailHost) -> dict[str, Any]:
        """Return what the form shows first for a mailbox that is not connected yet."""
        way = {"host": server.host, "port": server.port, "security": server.security}
        return {"address": address, "login": address, **way}

    @classmethod
    def of(cls, mailbox: Mailbox) -> dict[str, Any]:
        """Return what the form shows first for a mailbox that is connected."""
        names = ("address", "host", "port", "security", "login")
        return {name: getattr(mailbox, name) for name in names}


class AnewForm(WayForm):
    """The same of a mailbox that is connected: a password that is left empty stays as it is."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["password"].required = False
        self.fields["password"].only_if = _("left empty, it stays as it is")  # type: ignore[attr-defined]  # the page's
        self.fields["host"].help_text = _(
            "Another server or user name is another mailbox, and read from its beginning."
        )


class PrivateForm(forms.Form):
    """Whose mail is never stored."""

    what = forms.CharField(
        label=_("Never store mail with"),
        max_length=LONGEST,
        help_text=_("A mail address, or a domain for everybody there."),
        error_messages={"required": _("Write an address, or a domain")},
        widget=forms.TextInput(attrs={"autocomplete": "off", **PLAIN}),
    )
