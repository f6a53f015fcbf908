"""The client's page: what one person at a client reads and answers without an account, and the links to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class PageKind(models.TextChoices):
    """What a page is for."""

    RECOVERY = "recovery", _("What we heard and what we will do")
    PULSE = "pulse", _("How they feel about us")
    AGREEMENT = "agreement", _("What we expect of each other")


class ClientPage(models.Model):
    """A page made for one person. What it shows of a recovery is `queries.client_page` alone; links are `PageLink`.

    `case` is set for `RECOVERY` (and for a pulse that belongs to one), `sheet` for `AGREEMENT`.
    """

    kind = models.CharField(max_length=10, choices=PageKind)
    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="pages")
    person = models.ForeignKey("desk.Person", models.CASCADE, related_name="pages")
    case = models.ForeignKey("desk.Case", models.CASCADE, null=True, blank=True, related_name="pages")
    sheet = models.ForeignKey("desk.Sheet", models.CASCADE, null=True, blank=True, related_name="pages")
    title = models.CharField(max_length=200, blank=True)  # "Dana, we let you down."
    lead = models.TextField(blank=True)  # what happened, whose it was, what follows
    amends_note = models.CharField(max_length=300, blank=True)  # "On your October statement. …"
    shows_reparation = models.BooleanField(default=False)  # what was approved; a draft is never shown
    asks_feeling = models.BooleanField(default=True)
    asks_four = models.BooleanField(default=False)  # the four questions of docs/method.md rule 8
    asks_handling = models.BooleanField(default=False)  # how we handled it, once it is over
    asks_code = models.BooleanField(default=False)  # a code by mail before anything is shown
    made_at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)  # no link of it works any more
    opened_at = models.DateTimeField(null=True, blank=True)  # by a person, first; programs do not count
    last_opened_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)  # the last answer
    noted_at = models.DateTimeField(null=True, blank=True)  # one of us has seen the answers up to here
    call_asked_at = models.DateTimeField(null=True, blank=True)  # "I'd rather Tom called me"
    unsubscribed_at = models.DateTimeField(null=True, blank=True)  # by this page; `Person.no_pulse_at` is what holds
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=PageKind.values), name="known_page"),
            models.CheckConstraint(
                condition=~models.Q(kind="recovery") | models.Q(case__isnull=False), name="recovery_page_has_case"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="agreement") | models.Q(sheet__isnull=False), name="agreement_page_has_sheet"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answered_at"], condition=models.Q(answered_at__isnull=False), name="page_answered"
            ),  # Today asks for what nobody of us has seen
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person}"


class PageLink(models.Model):
    """One link to a page. Only the hash of its token is kept: whoever reads the database cannot open the page."""

    page = models.ForeignKey(ClientPage, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # revoked, or another took its place
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")  # None: by mail

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.page} until {self.ends_at:%Y-%m-%d %H:%M}"

    def works(self, now: datetime) -> bool:
        """Whether it still leads to its page."""
        return self.ended_at is None and self.page.revoked_at is None and now < self.ends_at


class PageLine(models.Model):
    """One line of "Did we hear you right?": in our words, what they said (`heard`), and what they answer."""

    page = models.ForeignKey(ClientPage, models.CASCADE, related_name="lines")
    heard = models.ForeignKey("desk.Heard", models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=500)
    position = models.PositiveSmallIntegerField(default=0)
    is_right = models.BooleanField(null=True)  # None: no answer yet
    words = models.TextField(blank=True)  # where it is not quite right
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
