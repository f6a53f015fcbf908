"""Fix: what was done, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.case import Step
from amends.web.access import case_or_404, page
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page()
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the step."""
    return step_page(request, case_or_404(request, pk), Step.FIX, "web/recovery/fix.html", {})
