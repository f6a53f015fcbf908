"""Understand: what the client said, and what is established."""

from __future__ import annotations

from django.db import models


class Heard(models.Model):
    """The client's own words, verbatim, under the question they answer; they become what the plan answers."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="heard")
    question = models.CharField(max_length=10)  # `core.listening.Question`
    words = models.TextField()
    said_at = models.DateTimeField()
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.ForeignKey("desk.Message", models.SET_NULL, null=True, blank=True, related_name="+")  # from where
    touch = models.ForeignKey("desk.Touch", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["said_at", "pk"]
        verbose_name_plural = "heard"

    def __str__(self) -> str:
        return self.words


class LoggedFact(models.Model):
    """What is established about a failure; before it stands here no apology admits it."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="facts")
    what = models.TextField()
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what
