"""What lies underneath, for the team alone: who contributed what, and why it happened."""

from __future__ import annotations

from django.db import models


class Contribution(models.Model):
    """What one side did, or what the situation did. Internal: it appears on nothing that a client sees."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="contributions")
    side = models.CharField(max_length=10)  # `core.cause.Side`: ours, theirs, situation
    what = models.TextField()
    evidence = models.TextField(blank=True)
    share = models.PositiveSmallIntegerField(null=True, blank=True)  # per cent in steps of 20; None: unknown
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what


class Cause(models.Model):
    """One "why" in a tree of them; a leaf is a cause that the plan can remove."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="causes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="deeper")
    what = models.TextField()
    evidence = models.TextField(blank=True)
    theme = models.CharField(max_length=16, blank=True)  # `core.case.Theme`
    is_process = models.BooleanField(default=False)  # how we work, not who did it
    would_have_prevented = models.BooleanField(null=True)  # "would removing it have prevented this?"
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what
