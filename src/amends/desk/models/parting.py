"""Part well: the last memory is a good one."""

from __future__ import annotations

from django.db import models


class Parting(models.Model):
    """How a client is let go: the call, the hand-written note, the meeting, what is owed, and the hello after it."""

    case = models.OneToOneField("desk.Case", models.CASCADE, related_name="parting")
    called_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)  # to be copied by hand
    note_sent_on = models.DateField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    is_meeting_declined = models.BooleanField(default=False)
    owed_paid_on = models.DateField(null=True, blank=True)
    is_nothing_owed = models.BooleanField(default=False)
    hello_on = models.DateField(null=True, blank=True)  # ninety days after
    win_back_on = models.DateField(null=True, blank=True)
    who_may_hear = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True, blank=True)  # goodbye was said

    def __str__(self) -> str:
        return f"{self.case}"


class HandOver(models.Model):
    """One thing the client needs to go on without us."""

    parting = models.ForeignKey(Parting, models.CASCADE, related_name="hand_over")
    what = models.CharField(max_length=300)
    done_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.what
