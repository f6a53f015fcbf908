"""The firm: one row, its branches, its holidays and what it promises its clients."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

ANSWER_HOURS = 4  # working hours, as the firm of docs/guide/sample.md agrees; judgement
OFFICE_WEEK = [[["09:00", "17:00"]]] * 5 + [[]] * 2  # as `core.hours.OFFICE_WEEK`, in the form that JSON keeps
ONLY_FIRM = 1  # the key of the one row
CURRENCY = "USD"
MORNING_AT = time(8)  # before the first calls; judgement
MONEY_LIMIT = 2500  # of the firm's currency: above it a manager agrees to what is offered; judgement
EFFORT_RATE = 50  # of the firm's currency: what an hour of a client's own effort counts; docs/method.md rule 7
PAGE_COLOUR = "#14294b"  # cobalt, on which white reads at 14.5 : 1
PAGE_DAYS = 30  # judgement: long enough for a holiday, short enough not to lie about
ESCALATE_HOURS = (0, 4, 8)  # as `core.escalation.HOURS`: who looks after them, who manages them, the owners


def office_week() -> list[list[list[str]]]:
    """Return office hours, Monday to Sunday: each day a list of [opens, closes]."""
    return [[list(period) for period in day] for day in OFFICE_WEEK]


def escalate_hours() -> list[int]:
    """Return after how many working hours of waiting too long each level is told."""
    return list(ESCALATE_HOURS)


class Firm(models.Model):
    """Who uses this desk. `week` holds for Monday to Sunday the periods [opens, closes] as "09:00"."""

    name = models.CharField(max_length=200)
    addresses = models.JSONField(default=list)  # domains and addresses that are ours, lower case
    zone = models.CharField(max_length=64, default="UTC")  # IANA name
    currency = models.CharField(max_length=3, default=CURRENCY)  # ISO 4217
    week = models.JSONField(default=office_week)
    answer_hours = models.PositiveSmallIntegerField(default=ANSWER_HOURS)  # working hours promised to every client
    numbers = models.JSONField(default=dict)  # the firm's own value for a named number of docs/method.md, by key
    morning_at = models.TimeField(default=MORNING_AT)  # of the firm's zone: when the morning mail goes out
    escalate_hours = models.JSONField(default=escalate_hours)  # working hours after an answer was due, a level each
    money_limit = models.DecimalField(max_digits=12, decimal_places=2, default=MONEY_LIMIT)
    owner_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # None: managers suffice
    effort_rate = models.DecimalField(max_digits=9, decimal_places=2, default=EFFORT_RATE)
    keep_years = models.PositiveSmallIntegerField(null=True, blank=True)  # None: kept until erased
    mail_down_at = models.DateTimeField(null=True, blank=True)  # since when the mail server does not let us in
    mail_problem = models.TextField(blank=True)  # what it says
    page_colour = models.CharField(max_length=7, default=PAGE_COLOUR)  # of the client's page: "#14294b"
    page_foot = models.TextField(blank=True)  # under it: address, register, who is answerable
    page_days = models.PositiveSmallIntegerField(default=PAGE_DAYS)  # how long a link works
    is_demo = models.BooleanField(default=False)
    welcomed_at = models.DateTimeField(null=True, blank=True)  # when the first four screens were finished or left

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=ONLY_FIRM), name="only_one_firm")]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """An office of the firm."""

    name = models.CharField(max_length=200, unique=True)
    phone = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("branch")

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which the firm does not work."""

    on = models.DateField(unique=True)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.name}"
