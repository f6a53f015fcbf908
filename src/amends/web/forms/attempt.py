"""What a view does with a form: read it, make the change, and say at the form why it could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amends.desk.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpRequest, QueryDict


def attempt(form: Form, change: Callable[[], Any]) -> Any:
    """Make a change and return what came of it; None, with the reason at the form, when it cannot be made.

    All that was typed stays in the form. `change` is called only for a form that is valid, and returns something.
    """
    if not form.is_valid():
        return None
    try:
        return change()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def begin_at(form: Form, name: str) -> None:
    """Let somebody who opens a form type into a field at once; after a mistake the focus is on what is wrong."""
    if not form.is_bound:
        form.fields[name].widget.attrs["autofocus"] = True


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, None for a page that is only looked at; an empty form was posted too."""
    return request.POST if request.method == "POST" else None
