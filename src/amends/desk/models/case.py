"""Recoveries: a case, the steps it has been through, and the check-ins that follow it."""

from __future__ import annotations

from django.db import models


class Case(models.Model):
    """One recovery. `status`, `step` and `severity` are values of `core.case`; `actions.case` alone moves them.

    Who sees it is the client's matter (`Client.is_restricted`) for now: `is_restricted` here is for a recovery that is
    to be more private than its client, and nobody writes or reads it yet.
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="cases")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="cases")
    lead = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="cases")
    opened_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, default="open")
    step = models.CharField(max_length=12, default="decide")
    step_since = models.DateTimeField()
    severity = models.PositiveSmallIntegerField(default=3)  # 1 to 5
    words = models.TextField(blank=True)  # what the client said, as near as the writer could
    call_back_by = models.DateTimeField(null=True, blank=True)
    called_back_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # when somebody is to get back to them
    next_note = models.CharField(max_length=300, blank=True)  # why, for Today: "Has had the plan since Friday."
    waiting_for = models.CharField(max_length=200, blank=True)  # "Waiting for Dana to agree"
    is_restricted = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "pk"]
        indexes = [models.Index(fields=["status", "step"], name="case_open")]

    def __str__(self) -> str:
        return f"{self.client} {self.opened_at:%Y-%m-%d}"


class CaseStep(models.Model):
    """A step of a recovery that somebody said is done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12)
    done_at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["done_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="step_once")]

    def __str__(self) -> str:
        return self.step


class FollowUp(models.Model):
    """A check-in with a client: does the fix hold, do they still feel good about us. It outlives the case."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="followups")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="followups")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="followups")
    due_on = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)  # the third of six
    of = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="followup_open")]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.note}"
