"""The demo firm: Alder & Quay Staffing on Tuesday, October 14, 2025, a firm that does not exist.

Everything in it went the way that a real firm's does: its mailbox was given and read, its clients confirmed, its calls,
promises and recoveries logged, each by an action and at its own time.
"""

from __future__ import annotations

from amends.desk.demo.build import build_demo
from amends.desk.demo.scene import OWNER, VISITOR
from amends.sources.sample import NOW

__all__ = ["NOW", "OWNER", "VISITOR", "build_demo"]
