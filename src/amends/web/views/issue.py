"""What is behind all complaints of one client. For the team alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from amends.desk import clock
from amends.desk.queries.issue import issue_of
from amends.web import issue_words
from amends.web.access import client_or_404, page, user_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page(methods=("GET", "HEAD"))
def client_issues(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which themes weigh most now, and what incidents share."""
    client, now = client_or_404(request, pk), clock.now()
    shown = issue_words.shown(issue_of(client, user_of(request), now=now), now)
    return render(request, "web/client_issues.html", {"client": client, **shown})
