"""How each client stood on each day, the reasons, and what people said of the reasons."""

from __future__ import annotations

from django.db import models


class HealthDay(models.Model):
    """How one client stood on one day."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="days")
    on = models.DateField()
    points = models.SmallIntegerField()
    state = models.CharField(max_length=16)
    is_enough = models.BooleanField()

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["client", "on"], name="health_once_a_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.state}"


class Signal(models.Model):
    """One line of a client's account. `evidence` is a list of {"id", "at", "quote"}; `id` names a message or a fact.

    A signal clears itself (`cleared_at`) when the facts change.
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="signals")
    rule = models.CharField(max_length=40)
    family = models.CharField(max_length=12)
    points = models.SmallIntegerField()  # as they count, after the caps
    summary = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    is_mood_only = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)  # most harm first
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["client", "cleared_at"], name="signal_open")]

    def __str__(self) -> str:
        return self.summary


class Dismissal(models.Model):
    """A finding that a person took out ("This is wrong"), and why. Kept for ever; the back-test reads it."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="dismissals")
    rule = models.CharField(max_length=40)
    evidence_id = models.TextField()
    summary = models.CharField(max_length=300)
    reason = models.TextField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.summary


class Override(models.Model):
    """A state that a person set by hand, why, and until when."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="overrides")
    state = models.CharField(max_length=16)
    reason = models.TextField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()  # the last day it holds
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.state} until {self.until:%Y-%m-%d}"
