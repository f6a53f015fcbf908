"""How things are written and drawn on a page: `{% load look %}`.

Filters turn values into words (a date, a span, money, points); tags draw (an icon, a ring, a seam, a trend).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lucide.templatetags.lucide import lucide

from amends.core.health import State
from amends.core.trend import WEEK, line_in_words
from amends.desk.models import Client, Person, Standing
from amends.web import shapes, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.http import HttpRequest
    from django.template import Context
    from django.utils.functional import _StrPromise

register = template.Library()
register.filter("initials", shapes.initials)
register.filter("points", wording.points)
register.filter("when", wording.when)
register.filter("day", wording.day)
register.filter("span", wording.span)
register.filter("money", wording.money)
register.filter("said", wording.said)
register.filter("due", wording.due)
register.filter("urgency", wording.urgency)
register.filter("counted", wording.counted)
register.filter("kept", wording.kept)

# The CSS class of a state, and its word.
STATES: dict[str, tuple[str, _StrPromise]] = {
    State.STEADY: ("steady", gettext_lazy("Steady")),
    State.UNSETTLED: ("unsettled", gettext_lazy("Unsettled")),
    State.STRAINED: ("strained", gettext_lazy("Strained")),
    State.AT_RISK: ("risk", gettext_lazy("At risk")),
    State.MENDED: ("mended", gettext_lazy("Mended")),
    State.NOT_ENOUGH: ("unknown", gettext_lazy("Not enough yet")),
}
CIRCLE = '<circle cx="7" cy="7" r="5.3"/>'
CRACK = '<path class="crack" d="M8.5 0 6 4.5l3 2.5-3.5 2.5L7.5 14"/>'
RINGS = {  # each state has a shape of its own: whole, with a gap, cracked, broken, mended, only dotted in
    "steady": CIRCLE,
    "unsettled": '<circle cx="7" cy="7" r="5.3" stroke-dasharray="27 6.3" stroke-dashoffset="4"/>',
    "strained": CIRCLE + CRACK,
    "risk": (
        '<path d="M5 1.9A5.4 5.4 0 0 0 4.8 12M9.3 12.1A5.4 5.4 0 0 0 9.1 2"/>'
        '<path class="crack" d="M7.8 2.5 6.3 6l1.7 1.8-1.5 4"/>'
    ),
    "mended": CIRCLE + CRACK,
    "unknown": CIRCLE,
}
# The part of the menu that a page belongs to, by how the name of its address begins; the longest beginning decides.
SECTIONS = {
    "today": "today",
    "waiting": "today",
    "followup": "today",
    "client": "clients",
    "client-page": "recoveries",
    "clients-confirm": "settings",
    "person": "clients",
    "message": "clients",
    "signal": "clients",
    "touch": "clients",
    "recover": "recoveries",
    "call-sheet": "recoveries",
    "upset": "upset",
    "promise": "promises",
    "lesson": "lessons",
    "tone": "tone",
    "outbox": "outbox",
    "letter": "outbox",
    "settings": "settings",
    "import": "settings",
    "list": "settings",
    "more": "more",
    "keys": "more",
}
BEHIND_MORE = frozenset({"tone", "more", "settings", "promises", "lessons", "outbox"})  # on the phone, through "More"


@register.filter
def state_of(state: str) -> str:
    """Return the CSS class of a state ("At risk" → "risk")."""
    return STATES.get(state, STATES[State.NOT_ENOUGH])[0]


@register.filter
def state_word(state: str) -> str:
    """Return the word of a state in the reader's language."""
    return str(STATES.get(state, STATES[State.NOT_ENOUGH])[1])


@register.simple_tag
def ring(state: str) -> SafeString:
    """Draw the ring of a state; the word always stands beside it."""
    return mark_safe(  # noqa: S308  (drawings of our own)
        f'<svg class="ring" viewBox="0 0 14 14" aria-hidden="true">{RINGS[state_of(state)]}</svg>'
    )


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """Draw a Lucide icon by its name; `classes` "s" makes it 16 instead of 18 pixels. Words stand beside it."""
    look = {"class": f"i {classes}".strip(), "aria-hidden": "true", "focusable": "false"}
    drawn = lucide(name, size=None, **{**look, "width": "24", "height": "24"})
    return mark_safe(" ".join(drawn.split()).replace("> <", "><").replace(" />", "/>"))  # noqa: S308  (Lucide's own)


@register.simple_tag
def address(name: str, *key: int) -> str:
    """Return the address of a page by its name (and the key of what it shows); nothing where there is no such page."""
    try:
        return reverse(name, args=key)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def about(context: Context, name: str) -> str:
    """Return the address of a form; on a page about a client (a person, a recovery, a call) it names whom."""
    sheet, case, person = (context.get(told) for told in ("sheet", "case", "person"))
    client = context.get("client") or getattr(sheet or case or person, "client", None)
    if not isinstance(client, Client) or client.standing != Standing.CLIENT:
        return reverse(name)
    whom = person or getattr(sheet or case, "person", None)
    asked = {"client": client.pk}
    if isinstance(whom, Person) and whom.name:
        asked["person"] = whom.pk
    return f"{reverse(name)}?{urlencode(asked)}"


@register.inclusion_tag("web/parts/nav_item.html", takes_context=True)
def nav_item(context: Context, name: str, label: str, drawn: str, count: int = 0) -> dict[str, Any]:
    """Draw one entry of a menu; nothing where there is no such page."""
    return {
        "address": address(name),
        "label": label,
        "icon": drawn,
        "count": count,
        "is_here": section(context) == name,
    }


@register.simple_tag(takes_context=True)
def section(context: Context) -> str:
    """Return which part of the menu the page belongs to."""
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    name = (match.url_name if match else None) or ""
    fitting = [beginning for beginning in SECTIONS if name.startswith(beginning)]
    return SECTIONS[max(fitting, key=len)] if fitting else ""


@register.simple_tag(takes_context=True)
def tab_section(context: Context) -> str:
    """Return which tab of the phone the page belongs to: what has no tab of its own is behind "More"."""
    found = section(context)
    return "more" if found in BEHIND_MORE else found


@register.inclusion_tag("web/parts/seam_mini.html")
def seam_mini(step: int) -> dict[str, Any]:
    """Draw a small seam at `step`, counted from 1; 9 is a seam that is whole."""
    return {"seam": shapes.seam(step, shapes.MINI)}


@register.inclusion_tag("web/parts/seam_wide.html")
def seam_wide(steps: Sequence[Mapping[str, Any]], step: int) -> dict[str, Any]:
    """Draw the large seam with its steps: `steps` are {"name", "href"} in order, `step` counts from 1."""
    shown = [
        {**given, "kind": "done" if place < step else "now" if place == step else ""}
        for place, given in enumerate(steps, start=1)
    ]
    return {
        "steps": shown,
        "step": step,
        "now": shown[step - 1] if step <= len(shown) else None,
        "next": shown[step] if step < len(shown) else None,
        "wide": shapes.seam(step, shapes.WIDE, steps=len(shown)),
        "mini": shapes.seam(step, shapes.MINI, steps=len(shown)),
    }


@register.inclusion_tag("web/parts/trend.html")
def trend(
    numbers: Sequence[int | None],
    state: str,
    *,
    since: date,
    mended_from: int | None = None,
) -> dict[str, Any]:
    """Draw half a year of weekly health numbers, the oldest first; None is a week without enough data.

    `since` is the day of the first week. `mended_from` counts the weeks from 0.
    """
    return {
        "trend": shapes.trend(numbers, shapes.CARD, mended_from=mended_from),
        "chart": shapes.CARD,
        "label": _told(numbers, since),
        "state": state,
        "since": since,
        "steady_above": shapes.STEADY_ABOVE,
    }


@register.simple_tag
def spark(numbers: Sequence[int | None], state: str, *, since: date) -> SafeString:
    """Draw the same in a row of a table, the bare line: without a template, for there are fifty on a page."""
    drawn = shapes.trend(numbers, shapes.SPARK)
    lines = [("line", points) for points in drawn.lines] + [("fell", points) for points in drawn.fell]
    now = [[f"{place:.1f}" for place in drawn.now]] if drawn.now else []
    return format_html(
        '<svg class="spark s {}" viewBox="{}" role="img" aria-label="{}">{}{}</svg>',
        state_of(state),
        drawn.box,
        _told(numbers, since),
        format_html_join("", '<polyline class="t-{}" points="{}"/>', lines),
        format_html_join("", '<circle class="t-now" cx="{}" cy="{}" r="2.2"/>', now),
    )


def _told(numbers: Sequence[int | None], since: date) -> str:
    """Return what a line of weekly numbers shows, for who cannot see it."""
    points = [(since + week * WEEK, number) for week, number in enumerate(numbers) if number is not None]
    return line_in_words(points) or _("No health numbers yet.")


@register.inclusion_tag("web/parts/evidence_bar.html")
def evidence_bar(points: int) -> dict[str, Any]:
    """Draw the bar of one line of an account: harm to the left, what speaks for the client to the right."""
    return {"bar": shapes.evidence_bar(points), "axis": shapes.AXIS, "width": shapes.BAR_WIDTH}


@register.inclusion_tag("web/parts/distribution.html")
def distribution(counts: Mapping[str, int]) -> dict[str, Any]:
    """Draw how many clients are in each state: one bar and a list. `counts` is {state: count}, in the order shown."""
    rows = [{"state": state, "count": count} for state, count in counts.items() if count]
    told = ", ".join(f"{count} {state_word(state)}" for state, count in counts.items() if count)
    bars = shapes.distribution({state_of(state): count for state, count in counts.items()})
    return {"bars": bars, "rows": rows, "label": told, "width": shapes.SHARE_WIDTH, "height": shapes.BAR_HEIGHT}


@register.simple_tag
def rope(place: int) -> SafeString:
    """Draw the line beside an entry of a timeline; `place` counts the entries, so that the line never repeats."""
    return format_html(
        '<svg class="rope" viewBox="0 0 16 100" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"/></svg>',
        shapes.rope(int(place)),
    )


@register.simple_tag
def mistakes(form: Any) -> list[dict[str, str]]:
    """Return what is to be corrected in a form, field by field: {"text", "to"}; `to` is empty for the form itself."""
    found = [{"text": str(error), "to": ""} for error in form.non_field_errors()]
    for field in form:
        to = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        found += [{"text": str(error), "to": to} for error in field.errors]
    return found


@register.simple_tag
def joined(parts: Sequence[str]) -> SafeString:
    """Return facts side by side, each in its own span; empty ones are left out."""
    return format_html_join("", "<span>{}</span>", ((part,) for part in parts if part))
