"""The desk as a part of Django: from its start on, the method speaks the language of the installation."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext, ngettext

from amends.core.wording import speak


class Desk(AppConfig):
    """The desk. `AMENDS_LANGUAGE` decides what pages, worker and commands of the desk say (docs/admin/settings.md)."""

    name = "amends.desk"
    default = True

    def ready(self) -> None:
        """Let the sentences of the method pass through gettext; the offline commands never come here."""
        speak(gettext, ngettext)
