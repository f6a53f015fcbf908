"""Colleagues: who they are, what they may do, where they are signed in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do; the table is docs/admin/access.md."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Theme(models.TextChoices):
    """Light or dark."""

    AUTO = "auto", _("As this device is set")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    """A colleague who signs in. `sessions` changes when they are to be signed out everywhere."""

    email = models.EmailField(unique=True)  # lower case
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    branch = models.ForeignKey("desk.Branch", models.SET_NULL, null=True, blank=True, related_name="users")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)  # None: invited, and not here yet
    away_until = models.DateField(null=True, blank=True)  # the last day away
    covered_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="covers")  # while away
    has_keys = models.BooleanField(default=True)  # single-key shortcuts (WCAG 2.1.4)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    sessions = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = BaseUserManager["User"]()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role")]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The name a colleague would use."""
        return self.name.partition(" ")[0]

    def get_session_auth_hash(self) -> str:
        """Return what every session of theirs must carry; it changes with the password and with `sessions`."""
        told = f"{self.password}{self.sessions}"
        return salted_hmac("amends.desk.user", told, algorithm="sha256").hexdigest()


class LinkKind(models.TextChoices):
    """What a link is for: coming in for the first time, with a password to choose; or signing in without one."""

    INVITATION = "invitation", _("Invitation")
    SIGN_IN = "sign_in", _("Sign-in link")


class Invitation(models.Model):
    """A link that lets somebody in once: an invitation, or a sign-in without a password. Only its hash is kept."""

    kind = models.CharField(max_length=10, choices=LinkKind, default=LinkKind.INVITATION)
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """One browser in which somebody is signed in; ending it ends the session."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)
    browser = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"


class Refusal(models.Model):
    """A sign-in that failed; too many of them close the door for a while. `email` as typed, lower case."""

    email = models.CharField(max_length=254)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.email} {self.at:%Y-%m-%d %H:%M}"
