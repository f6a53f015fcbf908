"""What every command of the desk does first: the settings, and one sentence for whatever is in the way."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER_ONLY = 0o077  # the mask under which database, key and uploads are made: nobody else reads them


@contextmanager
def plainly() -> Iterator[None]:
    """Say what stops a command of the desk in one sentence, and leave with 1."""
    try:
        yield
    except (click.ClickException, BrokenPipeError):  # the second is click's own matter: whoever listened has left
        raise
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise click.ClickException(sentence) from error


def set_up() -> None:
    """Read the settings and get Django ready; what is wrong with them is said in one sentence.

    Effects: the folder of the desk and its key are made, and new files are for this user alone.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
    os.umask(OWNER_ONLY)
    with plainly():
        import django  # noqa: PLC0415  (after the environment is set; the offline commands never load it)

        django.setup()


def _sentence(error: Exception) -> str | None:
    """Return what to tell a person about an error, None where only its traceback can help."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  (see above)
    from django.db import DatabaseError, InterfaceError  # noqa: PLC0415  (see above)

    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, OSError):
        home = os.environ.get("AMENDS_HOME") or "~/.local/share/amends"
        return f"{error.filename or home} cannot be used: {error.strerror}. AMENDS_HOME chooses another folder."
    if isinstance(error, (DatabaseError, InterfaceError)):
        return _about_database(str(error).strip().splitlines()[0])
    if type(error).__name__ in {"UnknownSchemeError", "ParseError"}:  # of dj_database_url
        return f"DATABASE_URL cannot be read: {error}"
    return None


def _about_database(told: str) -> str:
    if "locked" in told:
        return (
            "Another program holds the database, and did not let go of it. Nothing was changed. Close that program"
            " (a second `amends serve`, or a viewer of databases), then start again."
        )
    if "no such table" in told or "does not exist" in told:
        return "This desk has no database yet. Start it first: amends serve"
    if "disk is full" in told:
        return "The disk is full. Nothing is lost: make room, then start again."
    return f"The database does not answer: {told}. Check DATABASE_URL, then start again."
