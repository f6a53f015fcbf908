"""Learn: what went well and what did not, and what changes for every client."""

from __future__ import annotations

from django.db import models


class Retrospective(models.Model):
    """What a team looked back on after a case; due within seven days of closing (docs/method.md rule 9)."""

    case = models.OneToOneField("desk.Case", models.CASCADE, related_name="retrospective")
    did_well = models.TextField(blank=True)
    do_better = models.TextField(blank=True)
    escape_point = models.TextField(blank=True)  # why did we not notice, and what would have told us
    due_on = models.DateField(null=True, blank=True)  # laid down when the case ended
    held_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.case}"


class Lesson(models.Model):
    """One change for every client: what, why, who, by when, and whether it helped."""

    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, blank=True, related_name="lessons")
    what = models.TextField()
    why = models.TextField(blank=True)
    theme = models.CharField(max_length=16, blank=True)  # `core.case.Theme`
    owner = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="lessons")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what
