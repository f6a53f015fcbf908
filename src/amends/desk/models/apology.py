"""Own it: who says sorry, how, and what was said; the phrases a firm does not write."""

from __future__ import annotations

from django.db import models


class Apology(models.Model):
    """One apology of a case, prepared and said. `note` is the checked note that follows the call."""

    case = models.OneToOneField("desk.Case", models.CASCADE, related_name="apology")
    apologiser = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=8, blank=True)  # `core.apology.Way`: call, visit, meeting, mail
    why_by_mail = models.CharField(max_length=300, blank=True)  # the channel gate asks for it
    script = models.TextField(blank=True)  # what they mean to say, in their own words
    note = models.TextField(blank=True)  # what follows in writing
    ticked = models.JSONField(default=list)  # of the six parts (`core.apology.Part`), those the writer says are in it
    said_at = models.DateTimeField(null=True, blank=True)
    said = models.TextField(blank=True)  # what was said, as near as can be
    answer = models.TextField(blank=True)  # what the client answered
    touch = models.ForeignKey("desk.Touch", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "apologies"

    def __str__(self) -> str:
        return f"{self.case}"


class FirmPhrase(models.Model):
    """Words that the firm asks its people not to write, why, and what to write instead (`core.apology.FirmPhrase`)."""

    words = models.CharField(max_length=200, unique=True)
    why = models.CharField(max_length=300, blank=True)
    better = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words
