"""The cast of every test of the pages (tests/cast.py)."""

from __future__ import annotations

from cast import alice, bob, charlie, everybody, firm, harbour, mona, riverside, vera

__all__ = ["alice", "bob", "charlie", "everybody", "firm", "harbour", "mona", "riverside", "vera"]
