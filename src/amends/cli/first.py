"""Where a person begins: the first screen of a new desk, or a way in where nobody has been in yet."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.conf import settings
from django.urls import reverse

from amends.desk.actions.user import LINK_LIFE, make_sign_in_link
from amends.desk.models import Firm, Role, User
from amends.desk.queries.beginning import first_key

if TYPE_CHECKING:
    from datetime import datetime, timedelta

LONGEST_IN_MINUTES = 90


def where_to_begin(now: datetime) -> str:
    """Return the line that leads on: to the welcome of a new desk, to the first sign-in, or nothing more."""
    if not Firm.objects.exists():
        return f"It is new. Begin here:\n  {settings.ADDRESS}{reverse('welcome')}?key={first_key()}"
    if User.objects.filter(is_active=True, joined_at__isnull=False).exists():
        return f"Sign in there as usual. A way in without a password: {program()} sign-in EMAIL"
    owner = User.objects.filter(is_active=True, role=Role.OWNER).first()
    if owner is None:
        return f"Nobody may sign in: run {program()} doctor."
    return f"Nobody has signed in yet. {link_for(owner, now)}"


def link_for(user: User, now: datetime, life: timedelta = LINK_LIFE) -> str:
    """Return a one-time link for somebody, with its sentence."""
    link = settings.ADDRESS + reverse("sign-in-link", args=[make_sign_in_link(user, now=now, life=life)])
    return f"This link signs {user.name} in, once, within {spoken(life)}:\n  {link}"


def program() -> str:
    """Return what to type for this program: its name where the shell finds it, else the way to it from here."""
    typed = Path(sys.argv[0])
    if typed.name != "amends":
        return "amends"
    found = shutil.which("amends")
    return "amends" if found and Path(found).resolve() == typed.resolve() else os.path.relpath(typed)


def spoken(life: timedelta) -> str:
    """Return a span in whole hours, or in minutes below an hour."""
    minutes = round(life.total_seconds() / 60)
    return f"{minutes // 60} hours" if minutes > LONGEST_IN_MINUTES else f"{minutes} minutes"


def colleague(email: str) -> User:
    """Return who signs in with an address, or say who there is."""
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        owners = ", ".join(User.objects.filter(role=Role.OWNER, is_active=True).values_list("email", flat=True))
        raise click.ClickException(f"Nobody here signs in as {email}." + (f" The owner is {owners}." if owners else ""))
    if not found.is_active:
        raise click.ClickException(f"{found.name} may not sign in any more. An owner can change that in the settings.")
    return found
