"""What was decided, in the rail of the steps that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from amends.desk import clock
from amends.web import decision_words

if TYPE_CHECKING:
    from amends.desk.models import Case

register = template.Library()


@register.simple_tag
def decision_of(case: Case) -> dict[str, Any]:
    """Return what the rail says of a recovery's decision; one query where there is one, none where there is not."""
    return decision_words.beside(case, clock.now())
