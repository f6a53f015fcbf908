"""How fast mail is read, beside what the standard library takes only to parse it.

`nice python bench/parse.py` prints Markdown. Every reader gets the same mbox: the SpamAssassin ham corpus in
AMENDS_DATA, repeated with a Message-ID of its own for every copy. Times are processor time, so that other work on the
machine counts little. fast-mail-parser (Rust) is measured if it is installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import mailbox
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from amends.sources import Skipped, mbox, parts, read
from scan import copies, ham, write_mbox

if TYPE_CHECKING:
    from collections.abc import Callable


def standard_library(path: Path) -> int:
    """Split and parse with `mailbox` and `email` (compat32): no text is decoded, no address or date read."""
    return sum(1 for _ in mailbox.mbox(path, create=False))


def amends(path: Path) -> int:
    """Read mail whole: split, header, people, date, who wrote it, text."""
    return sum(1 for part in parts(path) if not isinstance(part, Skipped) for _ in read(part))


def rust(path: Path) -> int:
    """Split with our splitter, parse with fast-mail-parser, and ask it for what a Mail needs."""
    library = importlib.import_module("fast_mail_parser")
    count = 0
    with path.open("rb") as file:
        for raw, _ in mbox.split(mbox.chunks_of(file, path.stat().st_size)):
            count += 1
            try:
                mail = library.parse_email(raw.partition(b"\n")[2], mode="lazy")
            except library.ParseError:
                continue
            _ = (
                mail.headers,
                mail.from_,
                mail.to,
                mail.cc,
                mail.date_parsed,
                mail.subject,
                mail.text_plain,
                mail.text_html,
            )
    return count


def milliseconds(reader: Callable[[Path], int], path: Path) -> float:
    """Give the milliseconds of processor time a message takes."""
    start = time.process_time()
    count = reader(path)
    return (time.process_time() - start) * 1000 / count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=44_000)
    asked = parser.parse_args()
    readers = {"standard library, parse only": standard_library, "Amends, read whole": amends}
    if importlib.util.find_spec("fast_mail_parser"):
        readers["fast-mail-parser, fields and text"] = rust
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as name:
        path = Path(name) / "ham.mbox"
        write_mbox(path, copies(ham(), asked.messages, as_is=False))
        amends(path)  # the file is in memory now for everybody
        took = {label: milliseconds(reader, path) for label, reader in readers.items()}
    first = next(iter(took.values()))
    print(f"| {asked.messages:,} messages | ms a message | ratio |\n|---|---|---|")
    for label, each in took.items():
        print(f"| {label} | {each:.3f} | {each / first:.2f} |")


if __name__ == "__main__":
    main()
