"""HTML that cannot forget to escape: whatever is not markup already is treated as a stranger's text."""

from __future__ import annotations

from html import escape

from amends.cli.plain import plain

VOID = frozenset({"meta", "path", "circle", "rect", "line"})  # written without a closing tag


class Markup(str):
    """Text that is HTML already and is put in as it stands."""

    __slots__ = ()


def element(tag: str, *inside: str | None, **attributes: str | None) -> Markup:
    """Build an element; `class_` and `aria_label` name attributes, None leaves a child or an attribute out."""
    opening = "".join([tag, *(_attribute(name, text) for name, text in attributes.items() if text is not None)])
    if tag in VOID:
        return Markup(f"<{opening}/>")
    return Markup(f"<{opening}>{joined(*inside)}</{tag}>")


def joined(*parts: str | None) -> Markup:
    """Put parts one after the other, escaping those that are not markup."""
    return Markup("".join(_safe(part) for part in parts if part is not None))


def _attribute(name: str, text: str) -> str:
    return f' {name.rstrip("_").replace("_", "-")}="{escape(plain(text))}"'


def _safe(part: str) -> str:
    if isinstance(part, Markup):
        return part
    before, after = (" " if part[edge:][:1] == " " else "" for edge in (0, -1))
    return f"{before}{escape(plain(part))}{after}" if part.strip() else before
