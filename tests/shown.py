"""What a page says: its words without the markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client as Browser


def text_of(browser: Browser, address: str = "/") -> str:
    """Return the words of a page (Today, unless another is asked for), without its frame."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return words_in(answer.content.decode())


def words_in(html: str) -> str:
    """Return the words of a page that has been answered, without its frame."""
    main = html.partition("<main")[2].partition("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", f"<main{main}").replace("&#x27;", "'").replace("&amp;", "&")
    return re.sub(r"\s+", " ", words).strip()
