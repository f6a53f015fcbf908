"""The firm's colour on a client's page, with letters on it that can be read whatever it is (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

OURS = "#14294b"  # as in client.css
HEX = re.compile(r"[0-9a-f]{6}")
WHITE, INK = "#ffffff", "#000000"  # one of the two reads at 4.58 : 1 or better on any colour
LEAD = "#d9e3f1"  # a softer white, where it still reads well
DARK, LINEAR = 0.04045, 12.92  # of sRGB: below it light grows in a line (WCAG 2.2, relative luminance)
LIT, DIM = 0.08, 0.12  # of white and of black in the shards of the header (judgement)
READS_WELL = 7.0  # to 1: enhanced contrast (WCAG 2.2, 1.4.6)


def luminance(colour: str) -> float:
    """Return how light a colour is, in 0..1 (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / LINEAR if part <= DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return by how much two colours differ, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def style_of(colour: str) -> str:
    """Return the style sheet of a colour: the header in it, and the letters on it."""
    title = max((WHITE, INK), key=lambda letters: contrast(letters, colour))
    lead = LEAD if title == WHITE and contrast(LEAD, colour) >= READS_WELL else title
    told = f"--head:{colour};--on-head:{title};--lead:{lead}"
    shards = "" if colour == OURS else f";--lit:{_mixed(colour, WHITE, LIT)};--dim:{_mixed(colour, INK, DIM)}"
    return f"@media screen{{:root{{{told}{shards}}}}}\n"


def _mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another one in it."""
    places = (1, 3, 5)
    parts = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in places]
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in parts)
