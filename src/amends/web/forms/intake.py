"""What is typed and chosen to bring mail in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amends.desk.models import Branch, User

if TYPE_CHECKING:
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from amends.desk.models import MailImport

MOST_FILES = 500  # at once: a folder of single mails; more are better packed as one mbox (judgement)


class FilesInput(forms.ClearableFileInput):
    """A field of files in which several may be chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what is cleaned is their list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file by itself."""
        chosen = (data if isinstance(data, list | tuple) else [data]) or [None]
        if len(chosen) > MOST_FILES:
            raise ValidationError(_("Add at most 500 files at once, or put the mails into one mbox file."))
        return [super(FilesField, self).clean(each, initial) for each in chosen]


class UploadForm(forms.Form):
    """The files of mail to bring in."""

    mail = FilesField(
        label=_("Your mail files"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a mail file first"), "max_length": _("That file’s name is too long")},
    )

    def chosen(self) -> list[tuple[str, Path, int]]:
        """Return the files: name, where they lie, bytes."""
        files: list[TemporaryUploadedFile] = self.cleaned_data["mail"]
        return [(file.name or "", Path(file.temporary_file_path()), file.size or 0) for file in files]


class BeginForm(forms.Form):
    """Which addresses in a mailbox are our own."""

    us = forms.CharField(
        label=_("Which addresses are yours?"),
        help_text=_("Domains or mail addresses, one on each line. By them we tell your mail from your clients’."),
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the domain or address that is yours")},
    )

    @classmethod
    def of(cls, mailing: MailImport, known: list[str]) -> dict[str, Any]:
        """Return what the form shows first: who we seem to be, else whom the firm goes by already."""
        return {"us": "\n".join(mailing.us or known)}

    def clean_us(self) -> list[str]:
        """Return the lines."""
        return str(self.cleaned_data["us"]).split()


class AssignForm(forms.Form):
    """Who looks after the ticked clients, and in which branch."""

    looked_after_by = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Looked after by"),
        required=False,
        empty_label=_("Whoever writes to them most"),
    )
    branch = forms.ModelChoiceField(
        Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("No branch yet")
    )
