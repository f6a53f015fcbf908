"""Where messages come from."""

from __future__ import annotations


class SourceError(Exception):
    """A source could not be read: one sentence that says what, where and what to do.

    `permanent` is true when trying again will not help (a refused password, a wrong path).
    """

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
