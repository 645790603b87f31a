"""What telemetry says of each pack at a moment, as a small file that pages are built from without a database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from generators.published.manifest import Line, Word

FILE: Final = "build/telemetry/summary.json"
"""Below the root of the repository, where builds of the site look for it."""
MOST: Final = 16 << 20
"""Bytes of the file."""
LASTS: Final = timedelta(days=2)
"""After so long a summary says what was, and nothing of now."""
Share = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(?:\.[0-9]{1,9})?$")]
"""A decimal as text."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ObjectiveState(_Part):
    """How an objective stands for a pack's connector."""

    objective: Word
    title: Line
    target: Share
    basis: Literal["proposed", "measured"]
    window_days: int
    minimum: int
    """Events below which nothing is said."""
    events: int
    good: int
    left: Share
    """Share of the error budget that is left; negative where more was spent than there is."""
    burn: Share
    """Burn rate of the last day."""
    hours_left: Share | None
    """Until the budget is empty; None where it does not burn."""

    @property
    def is_sparse(self) -> bool:
        """Whether there are too few events to say anything."""
        return self.events < self.minimum


class DayCount(_Part):
    """Boards that were drawn on a day, UTC."""

    day: date
    events: int
    good: int


class CodeCount(_Part):
    """A diagnostic code in the last 30 days."""

    code: Line
    events: int
    installations: int


class VersionCount(_Part):
    """Installations that last reported a version."""

    version: Line
    installations: int


class SignalSpan(_Part):
    """From when to when telemetry spoke against a pack; `until` None: it still does."""

    what: Literal["stale-data", "budget-burning"]
    since: AwareDatetime
    until: AwareDatetime | None = None


class PackTelemetry(_Part):
    """What telemetry says of a pack."""

    newest: AwareDatetime
    """When its newest event happened."""
    objectives: tuple[ObjectiveState, ...]
    trend: tuple[DayCount, ...]
    """The last 30 days with events, oldest first."""
    codes: tuple[CodeCount, ...]
    """The most frequent first."""
    versions: tuple[VersionCount, ...]
    signals: tuple[SignalSpan, ...]
    """Of the last 90 days, oldest first."""


class Summary(_Part):
    """Every pack with events, by its connector."""

    schema_version: Literal[1] = 1
    at: AwareDatetime
    synthetic: bool
    """Whether any event is made up."""
    connectors: dict[Word, PackTelemetry] = {}
