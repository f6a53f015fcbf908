"""The two-sided agreement: what each side wants and what it can live with, line by line (docs/method.md rule 10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SheetState(models.TextChoices):
    """How an expectation sheet stands."""

    FILLING = "filling", _("Each side fills in its part")  # nobody sees the other's yet
    COMPARED = "compared", _("Both have filled it in")  # gaps are talked about, wordings written
    AGREED = "agreed", _("Agreed")
    REPLACED = "replaced", _("Replaced by a newer one")
    DROPPED = "dropped", _("Let go")


class Sheet(models.Model):
    """One version of what a client and we expect of each other; an agreed one is never changed, only replaced."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="sheets")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="sheets")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=SheetState, default=SheetState.FILLING)
    made_at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    we_filled_at = models.DateTimeField(null=True, blank=True)
    they_filled_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["client", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["client", "version"], name="sheet_version_once"),
            models.CheckConstraint(condition=models.Q(state__in=SheetState.values), name="known_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.version}"


class SheetItem(models.Model):
    """One line of a sheet. `key` is an item of `core.agreement` (or "own"), `unit` how its figures are meant.

    Desired is what one would like, adequate what one can live with. What cannot be counted is in words.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="items")
    key = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=10, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    our_desired = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    our_adequate = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    our_words = models.CharField(max_length=500, blank=True)
    their_desired = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    their_adequate = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    their_words = models.CharField(max_length=500, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # agreed, and measured
    wording = models.CharField(max_length=500, blank=True)  # what both confirm
    confirmed_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    we_confirmed_at = models.DateTimeField(null=True, blank=True)
    they_confirmed_at = models.DateTimeField(null=True, blank=True)
    their_change = models.CharField(max_length=500, blank=True)  # "I'd change this": in their words

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def client_id(self) -> int:
        """Whose line it is: the record of changes belongs to a client."""
        return self.sheet.client_id

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides said yes to the same words."""
        return self.we_confirmed_at is not None and self.they_confirmed_at is not None
