"""What the reading of a list needs to know beside its columns: the order of day and month, the mark of decimals."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

RATING_TOPS = (5, 10, 100)


@dataclass(frozen=True, slots=True)
class Options:
    """How the values of one source are written; it goes to JSON and back (`as_dict`, `Options.of`)."""

    preset: str = "generic"
    day_first: bool = False  # 3/4/2026 is 3 April
    decimal_comma: bool = False  # 1.234,50
    zone: str = "UTC"  # of moments written without one (IANA)
    rating_top: int = 5  # the best rating: 5, 10 or 100

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Options:
        """Return options from JSON; what is not known is left out, what is not said is as usual."""
        return cls(**{field.name: said[field.name] for field in fields(cls) if field.name in said})

    def as_dict(self) -> dict[str, Any]:
        """Return what `of` reads."""
        return asdict(self)

    @property
    def tz(self) -> ZoneInfo:
        """The zone of moments that name none."""
        return _zone(self.zone)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SourceError(f"There is no time zone {name}; choose one such as America/Chicago.") from error
