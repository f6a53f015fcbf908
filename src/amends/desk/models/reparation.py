"""Make good: what it cost the client, what we offer, who allowed it, and what it cost us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from decimal import Decimal

STATES = ("draft", "waiting", "approved", "given", "refused")


class Reparation(models.Model):
    """What is offered in a case (docs/method.md rule 7). Money is in `currency`; shares are in 0..1.

    `state` is one of `core.reparation.State`, and moved by `actions.reparation` alone.
    """

    case = models.ForeignKey("desk.Case", models.CASCADE, related_name="reparations")
    currency = models.CharField(max_length=3)
    direct_loss = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # verified
    effort_hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)  # the client's own
    hour_rate = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    failed_fee = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    share_lost = models.DecimalField(max_digits=4, decimal_places=3, default=0)  # of the value of what failed
    our_share = models.DecimalField(max_digits=4, decimal_places=3, default=1)
    promised_on = models.DateField(null=True, blank=True)  # by when it was to reach them: late costs more
    owed = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # due anyway: never capped
    offer = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    in_kind = models.TextField(blank=True)  # what is given instead of money, or beside it
    in_kind_cost = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # what it costs us
    reason = models.TextField(blank=True)  # why outside the band
    state = models.CharField(max_length=8, default="draft")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)  # or refused, by the same person
    answer = models.TextField(blank=True)  # what they said to it
    given_on = models.DateField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)  # the client has it
    at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="known_reparation"),
            models.CheckConstraint(
                condition=models.Q(offer__gte=0, owed__gte=0, in_kind_cost__gte=0), name="nothing_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.currency}"

    @property
    def cost(self) -> Decimal:
        """What it costs us in all: it is booked on the day that it is given."""
        return self.offer + self.owed + self.in_kind_cost
