"""A colleague's own calendar, as other programs read it by a private address."""

from __future__ import annotations

from django.db import models


class Feed(models.Model):
    """The private address of somebody's calendar. Only its hash is kept; without a row there is none."""

    user = models.OneToOneField("desk.User", models.CASCADE, related_name="feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)  # when a calendar program last came

    def __str__(self) -> str:
        return f"{self.user}"
