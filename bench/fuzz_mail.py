"""A coverage-guided search for mail that makes the reader raise or hang.

`pip install atheris`, then `nice python bench/fuzz_mail.py -max_total_time=60 CORPUS…`: folders of mail to start from.
A message that raises, or takes over two seconds, is written beside the script's working folder and ends the run.
"""

from __future__ import annotations

import importlib
import sys

atheris = importlib.import_module("atheris")  # not a dependency, and it ships no types

with atheris.instrument_imports(include=["amends"]):
    from amends.core.message import Mail
    from amends.sources import mbox
    from amends.sources.headers import split_header
    from amends.sources.mime import body_of
    from amends.sources.part import Skipped
    from amends.sources.rfc822 import mail_from


def read(raw: bytes) -> None:
    """Read bytes as one message and as an mbox; nothing may be lost on the way."""
    if not isinstance(mail_from(raw, "fuzz"), Mail | Skipped):
        raise TypeError("neither a mail nor a reason")
    fields, start = split_header(raw)
    body_of(fields, raw, start)
    half = len(raw) // 2
    if b"".join(message for message, _ in mbox.split([raw[:half], raw[half:], b""])) != raw:
        raise ValueError("the splitter lost or invented bytes")


if __name__ == "__main__":
    atheris.Setup([*sys.argv, "-timeout=2", "-max_len=20000"], read)
    atheris.Fuzz()
