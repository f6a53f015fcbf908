"""What is unpacked on the way in."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.upload import unpack

if TYPE_CHECKING:
    from pathlib import Path


class Stopped(BaseException):
    """The worker was told to stop."""


def test_a_half_unpacked_file_is_not_left_behind(tmp_path: Path) -> None:
    packed = tmp_path / "inbox.mbox.gz"
    squeezed = gzip.compress(b"From a@b.example Mon Mar  3 09:00:00 2025\n\n" + b"word " * 4_000_000)
    packed.write_bytes(squeezed)
    calls: list[int] = []
    unpack(tmp_path, lambda: calls.append(1))
    last = len(calls)
    packed.write_bytes(squeezed)
    calls.clear()

    def tell() -> None:
        calls.append(1)
        if len(calls) == last:
            raise Stopped

    with pytest.raises(Stopped):
        unpack(tmp_path, tell)
    assert [file.name for file in tmp_path.iterdir()] == ["inbox.mbox.gz"]
    assert packed.read_bytes() == squeezed
