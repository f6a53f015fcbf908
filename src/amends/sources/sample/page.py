"""The page a mail program makes of a letter: signature, disclaimer and the quoted history, in text and in HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from amends.sources.sample.cast import read_firm
from amends.sources.sample.clock import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from datetime import datetime

    from amends.sources.sample.cast import Writer
    from amends.sources.sample.letter import Letter

QUOTED_LEVELS = 3  # older history is dropped, as people do when a mail grows long
PHONE_DIE, QUOTE_DIE = 0, 1  # faces of `Letter.dice`
PHONE_MAILS = 3  # one in three from somebody who writes on the phone
UNQUOTED = 6  # one reply in six carries no history
ON_THE_PHONE = {"de": "Von meinem iPhone gesendet", "fr": "Envoyé de mon iPhone", "en": "Sent from my iPhone"}
OUTLOOK_WORDS = {
    "en": ("From", "Sent", "To", "Cc", "Subject"),
    "de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
    "fr": ("De ", "Envoyé ", "À ", "Cc ", "Objet "),
}
OUTLOOK_LINES = {
    "en": "________________________________",
    "de": "-----Ursprüngliche Nachricht-----",
    "fr": "-----Message d'origine-----",
}
OUTLOOK_RULE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"
NOON = 12
DISCLAIMER = (
    "This email and any attachments are confidential and intended solely for the person named above. If you are not "
    "the intended recipient, please delete it and notify the sender. {company} accepts no "
    "liability for any loss caused by its content."
)


def plain_page(letter: Letter, levels: int = QUOTED_LEVELS) -> str:
    """Return the text version: what was typed, the signature and up to `levels` of quoted history."""
    if letter.bare:
        return letter.text + "\n"
    parts = [letter.text, *_foot(letter)]
    older = _shown_history(letter)
    if older is not None and levels:
        parts.append(_quoted(letter.sender, older, plain_page(older, levels - 1)))
    return "\n\n".join(parts) + "\n"


def html_page(letter: Letter) -> str:
    """Return the HTML version as the writer's mail program would build it."""
    if letter.bare:
        return f"<html><body>{_paragraphs(letter.text, 'p')}</body></html>\n"
    tag = "div" if letter.sender.manner == "gmail" else "p"
    own = _paragraphs("\n\n".join((letter.text, *_foot(letter))), tag)
    older = _shown_history(letter)
    history = _html_history(letter.sender, older) if older is not None else ""
    return f'<html><head><meta charset="utf-8"></head><body>{_frame(letter, own)}{history}</body></html>\n'


def on_phone(letter: Letter) -> bool:
    """Return True when this letter was typed on a phone."""
    return letter.sender.phone_mail and letter.dice(PHONE_DIE, PHONE_MAILS) == 0


def _shown_history(letter: Letter) -> Letter | None:
    """Return the mail that is quoted below, if the writer quotes at all."""
    return letter.answers if letter.dice(QUOTE_DIE, UNQUOTED) else None


def _foot(letter: Letter) -> list[str]:
    writer = letter.sender
    if on_phone(letter):
        return [ON_THE_PHONE[writer.language]]
    parts = ["\n".join(_signature(writer))] if writer.title else []
    return [*parts, DISCLAIMER.format(company=writer.company)] if writer.disclaimer else parts


def _signature(writer: Writer) -> list[str]:
    mark = ["-- "] if writer.manner in {"gmail", "apple"} else []
    branch = read_firm().branches.get(writer.branch)
    phone = f"{writer.phone} | {branch.name} branch {branch.phone}" if branch else writer.phone
    return [*mark, writer.name, f"{writer.title} | {writer.company}", phone]


def _quoted(writer: Writer, older: Letter, page: str) -> str:
    if writer.manner == "outlook":
        head = _outlook_head(older, writer.language)
        return "\n".join((OUTLOOK_LINES[writer.language], *head, "", page)).rstrip()
    quoted = "\n".join(f"> {line}".rstrip() for line in page.rstrip().split("\n"))
    return f"{attribution(older, writer)}\n\n{quoted}"


def _outlook_head(older: Letter, language: str) -> list[str]:
    words = OUTLOOK_WORDS[language]
    told = (
        f"{older.sender.name} <{older.sender.address}>",
        _long_date(older.at, language),
        "; ".join(f"{person.name} <{person.address}>" for person in older.to),
        "; ".join(f"{person.name} <{person.address}>" for person in older.cc),
        older.subject,
    )
    return [f"{word}: {value}" for word, value in zip(words, told, strict=True) if value]


def _long_date(at: datetime, language: str) -> str:
    if language == "de":
        return f"{WEEKDAYS['de'][at.weekday()]}, {at.day}. {at.month}. {at.year} {at:%H:%M}"
    if language == "fr":
        return f"{WEEKDAYS['fr'][at.weekday()]} {at:%d/%m/%Y %H:%M}"
    return f"{WEEKDAYS['en'][at.weekday()]}, {MONTHS[at.month - 1]} {at.day}, {at.year} {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """Return a time as an American mail program writes it: 7:12 AM."""
    return f"{(at.hour - 1) % 12 + 1}:{at:%M} {'AM' if at.hour < NOON else 'PM'}"


def attribution(older: Letter, writer: Writer) -> str:
    """Return the line above a quote in the writer's language and program."""
    who, at = f"{older.sender.name} <{older.sender.address}>", older.at
    if writer.language == "de":
        return f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {who}:"
    if writer.language == "fr":
        return f"Le {at.day}/{at:%m/%Y} à {at:%H:%M}, {who} a écrit :"
    day = f"{MONTHS[at.month - 1][:3]} {at.day}, {at.year}"
    if writer.manner == "gmail":
        return f"On {WEEKDAYS['en'][at.weekday()][:3]}, {day} at {clock_time(at)} {who} wrote:"
    return f"On {day}, at {clock_time(at)}, {who} wrote:"


def _paragraphs(text: str, tag: str) -> str:
    opened, gap = ('<p class="MsoNormal">', "&nbsp;") if tag == "p" else (f"<{tag}>", "<br>")
    blocks = ("<br>".join(escape(line, quote=False) for line in block.split("\n")) for block in text.split("\n\n"))
    spaced = f"</{tag}>\n{opened}{gap}</{tag}>\n{opened}".join(blocks)
    return f"{opened}{spaced}</{tag}>\n"


def _frame(letter: Letter, own: str) -> str:
    if letter.sender.manner == "outlook":
        return f'<div class="WordSection1">{own}</div>'
    return f'<div dir="ltr">{own}</div>'


def _html_history(writer: Writer, older: Letter) -> str:
    body = _paragraphs(plain_page(older, QUOTED_LEVELS - 1).rstrip(), "p")
    if writer.manner == "outlook":
        head = "<br>".join(escape(line, quote=False) for line in _outlook_head(older, writer.language))
        return f'<div style="{OUTLOOK_RULE}"><p>{head}</p></div>{body}'
    line = escape(attribution(older, writer), quote=False)
    if writer.manner == "gmail":
        return (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{line}<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{body}</blockquote></div>'
        )
    return f'<div><br><blockquote type="cite"><div>{line}</div>{body}</blockquote></div>'
