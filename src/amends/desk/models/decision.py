"""Decide: what each person on the account thinks before seeing what the others think."""

from __future__ import annotations

from django.db import models


class Opinion(models.Model):
    """One colleague's view of whether to mend; shown to others once they gave theirs, or once it is decided."""

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="opinions")
    user = models.ForeignKey("desk.User", models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8)  # `core.decision.Choice`: save, lightly, let_go
    reason = models.TextField()
    matters = models.TextField(blank=True)  # why this client matters
    ideas = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="opinion_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.choice}"
