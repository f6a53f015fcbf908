"""What every page's frame shows: who is signed in, the firm, the counts beside the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from amends.desk import clock
from amends.desk.models import User
from amends.desk.queries.shell import frame_of
from amends.web.access import firm_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `shell` (see `queries.shell.Frame`), asked for only when a page has a frame."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": None}
    return {"shell": SimpleLazyObject(lambda: frame_of(user, clock.now(), firm=firm_of(request)))}
