"""Plan and fix: what will be different, who does it by when, and what the client says to it."""

from __future__ import annotations

from django.db import models


class PlanAction(models.Model):
    """One action of a plan. States of `core.plan`: `is_containment`, `answer`, done, verified.

    It is a promise once the client agreed (`promise`), and fixed when the client verified it, not when we did it.
    """

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="plan")
    what = models.TextField()
    heard = models.ForeignKey("desk.Heard", models.SET_NULL, null=True, blank=True, related_name="answered_by")
    cause = models.ForeignKey("desk.Cause", models.SET_NULL, null=True, blank=True, related_name="removed_by")
    owner = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="plan_actions")
    owner_agreed_at = models.DateTimeField(null=True, blank=True)  # nobody is bound who was not asked
    is_kept_anyway = models.BooleanField(default=False)  # "promising too much" was seen, and it stays with the owner
    due_on = models.DateField()
    measure = models.CharField(max_length=300, blank=True)  # how we will know that it worked
    is_containment = models.BooleanField(default=False)  # stops the harm now; else it removes a cause
    is_visible = models.BooleanField(default=True)  # the client sees it
    answer = models.CharField(max_length=10, blank=True)  # `core.plan.Answer`: agreed, question, no; empty: none yet
    answer_words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_note = models.TextField(blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)  # the client says that it holds
    promise = models.OneToOneField("desk.Promise", models.SET_NULL, null=True, blank=True, related_name="plan_action")
    position = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="plan_due"),  # reminders ask daily
        ]

    def __str__(self) -> str:
        return self.what


class PlanInput(models.Model):
    """What a colleague on the account adds to a plan; a row without `at` was asked for and is open."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="plan_inputs")
    user = models.ForeignKey("desk.User", models.CASCADE, related_name="+")
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="plan_input_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.words}"


class Playbook(models.Model):
    """The firm's own version of a playbook of `core.plan`, or one of its own; `actions` as `core.plan.Play` in JSON."""

    key = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    actions = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
