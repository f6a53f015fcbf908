"""Every template of the desk: each word can be translated, nothing is inline, each part says what it takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import loader

import amends

TEMPLATES = sorted(Path(amends.__file__).parent.glob("*/templates/**/*.html"))
WRITTEN_OUT = re.compile(r"{% (?:blocktranslate|comment)\b.*?{% end(?:blocktranslate|comment) %}", re.DOTALL)
CLASS = re.compile(r"{% block width %}[a-z ]*{% endblock %}")
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SAID_BY_ATTRIBUTE = re.compile(r'\b(?:aria-label|placeholder|title|alt)="([^"]*)"')
LITERAL = re.compile(r'=(?:"([^"]*)"|\'([^\']*)\')')
SAME_EVERYWHERE = {"Amends", "Enter"}  # the product's name, and what a key has written on it


def name_of(path: Path) -> str:
    return str(path.relative_to(path.parents[[part.name for part in path.parents].index("templates")]))


def bare_text(text: str) -> list[str]:
    """Return the words of a template that no translator would see."""
    text = CLASS.sub(" ", WRITTEN_OUT.sub(" ", text))
    handed_over = [
        found
        for tag in re.findall(r"{% include .*?%}", text, re.DOTALL)
        for pair in LITERAL.findall(tag)
        for found in pair
        if " " in found
    ]
    plain = TAGS.sub(" ", text)
    attributes = SAID_BY_ATTRIBUTE.findall(plain)
    shown = re.sub(r"<(script|style|kbd|code)\b.*?</\1>|<[^>]*>|&\w+;", "\n", plain, flags=re.DOTALL)
    words = [word for part in (*attributes, shown) for word in re.findall(r"[^\W\d_]{2,}", part)]
    return [*handed_over, *(word for word in words if word not in SAME_EVERYWHERE)]


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_word_can_be_translated(path: Path) -> None:
    assert bare_text(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_is_inline_that_the_content_policy_forbids(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:|\|safe\b", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_can_be_read_and_says_what_it_takes(path: Path) -> None:
    loader.get_template(name_of(path))
    if path.parent.name == "parts":
        assert path.read_text().startswith("{% comment %}")


def test_the_check_for_bare_text_finds_it() -> None:
    assert bare_text('<p title="Hint">{% translate "Fine" %}Bare <b>words</b></p>') == ["Hint", "Bare", "words"]
    assert bare_text('{% include "x.html" with title="Not seen" href="/a" %}') == ["Not seen"]
    assert bare_text("{% blocktranslate %}Seen{% endblocktranslate %}{{ name }} – 404") == []
