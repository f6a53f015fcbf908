"""Clients, and the domains and addresses by which their mail is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class Standing(models.TextChoices):
    """Whether this is a client at all: mail brings in everybody who writes."""

    FOUND = "found", _("Found in the mail")  # nobody has said yet
    CLIENT = "client", _("Client")
    OTHER = "other", _("Not a client")  # a supplier, an applicant, a bank
    PAST = "past", _("Past client")


class Client(models.Model):
    """One client. What is computed (from `state` on) is written by `actions.health` alone."""

    name = models.CharField(max_length=200)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.CLIENT)
    branch = models.ForeignKey("desk.Branch", models.SET_NULL, null=True, blank=True, related_name="clients")
    looked_after_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="clients")
    team = models.ManyToManyField("desk.User", blank=True, related_name="team_clients")  # who else works on it
    is_restricted = models.BooleanField(default=False)  # then only owners, its branch's managers and its team see it
    yearly_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # gross profit a year
    since_year = models.PositiveSmallIntegerField(null=True, blank=True)
    on_assignment = models.PositiveIntegerField(null=True, blank=True)  # people of ours who work there now
    answer_hours = models.PositiveSmallIntegerField(null=True, blank=True)  # working hours; None: as the firm promises
    note = models.TextField(blank=True)
    is_small_market = models.BooleanField(default=False)  # word travels further (docs/method.md rule 3)
    created_at = models.DateTimeField()
    search = models.CharField(max_length=500, default="", db_index=True)  # name and keys, folded, for `/find`

    state = models.CharField(max_length=16, default="Not enough yet")  # `core.health.State`, override included
    computed_state = models.CharField(max_length=16, default="Not enough yet")
    points = models.SmallIntegerField(default=0)
    is_enough = models.BooleanField(default=False)
    messages_count = models.PositiveIntegerField(default=0)  # what people wrote, in the year that is looked at
    why = models.CharField(max_length=300, default="")  # the strongest reason, one sentence
    last_spoke_at = models.DateTimeField(null=True, blank=True)  # the last message or touch of either side
    mended_on = models.DateField(null=True, blank=True)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    assess_due_at = models.DateTimeField(null=True, blank=True)  # when the worker must look again
    leased_until = models.DateTimeField(null=True, blank=True)  # by a worker; over, it is anybody's
    drawn_until = models.DateField(null=True, blank=True)  # how far its past weeks have been computed

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["assess_due_at"], name="client_due"),  # what the worker asks every second
            models.Index(fields=["standing", "state", "-points"], name="client_worst"),  # the Clients page
        ]
        constraints = [models.CheckConstraint(condition=models.Q(standing__in=Standing.values), name="known_standing")]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> int:
        """The number for sorting: 100, less the points (docs/method.md rule 1)."""
        return min(100, max(0, 100 - self.points))


class ClientKey(models.Model):
    """A registrable domain, or a free-mail address, whose mail is this client's (`core.client.client_of`)."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=254, unique=True)

    def __str__(self) -> str:
        return self.key


class Person(models.Model):
    """Somebody at a client."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="people")
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    preferred_way = models.CharField(max_length=60, blank=True)  # "Text is fine"
    best_hour = models.CharField(max_length=60, blank=True)  # "Best before 8 am"
    is_main = models.BooleanField(default=False)
    left_on = models.DateField(null=True, blank=True)
    no_pulse_at = models.DateTimeField(null=True, blank=True)  # they asked not to be asked how they feel
    last_wrote_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    search = models.CharField(max_length=500, default="", db_index=True)  # name, folded

    class Meta:
        ordering = ["-is_main", "name", "pk"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def first_name(self) -> str:
        """The name one would call them by: the whole of it where it begins with an initial."""
        first = self.name.partition(" ")[0]
        return self.name if len(first.rstrip(".")) == 1 else first


class PersonAddress(models.Model):
    """An address somebody at a client writes from."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=254, unique=True)  # lower case

    class Meta:
        verbose_name_plural = "person addresses"

    def __str__(self) -> str:
        return self.address


class Forgotten(models.Model):
    """An address, an ID or a name at a client that was erased, as a keyed hash: nothing old brings its person back.

    `stand_in` is what stands for the address in the messages that stay.
    """

    address_hash = models.CharField(max_length=64, unique=True)
    stand_in = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "forgotten"

    def __str__(self) -> str:
        return self.stand_in
