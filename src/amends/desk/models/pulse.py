"""The pulse: how somebody at a client feels about working with us (docs/method.md rule 8)."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """One answer of one person, as given: at their page, or taken down by a colleague (`by`). Figures are 1 to 5.

    Check-ins keep how somebody feels in `FollowUp.feeling`; `queries.pulse` puts both in one row.
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="pulses")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="pulses")
    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, blank=True, related_name="pulses")
    page = models.ForeignKey("desk.ClientPage", models.SET_NULL, null=True, blank=True, related_name="pulses")
    at = models.DateTimeField()
    feeling = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 Ready to leave … 5 Good
    does = models.PositiveSmallIntegerField(null=True, blank=True)  # "You do what you say you will"
    interests = models.PositiveSmallIntegerField(null=True, blank=True)  # "You act with our interests in mind"
    straight = models.PositiveSmallIntegerField(null=True, blank=True)  # "You tell us straight when …"
    next_order = models.CharField(max_length=6, blank=True)  # "Would you give us the next order?": yes, unsure, no
    handling = models.PositiveSmallIntegerField(null=True, blank=True)  # how we handled what went wrong
    words = models.TextField(blank=True)
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")  # None: themselves

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["client", "at"], name="pulse_timeline")]
        constraints = [
            models.CheckConstraint(condition=models.Q(next_order__in=["", "yes", "unsure", "no"]), name="known_order"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__range": (1, 5)}),
                    name=f"pulse_{name}",
                )
                for name in ("feeling", "does", "interests", "straight", "handling")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.at:%Y-%m-%d}"
