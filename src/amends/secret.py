"""The key that signs sessions and links: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 50


def kept_at(path: Path) -> str:
    """Return the key kept in a file; made there when it is missing, so that two starts at once agree on one."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(KEY_BYTES), encoding="ascii")
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another start was first: its key is the one
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
