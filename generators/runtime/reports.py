"""What the reports of the watch say of a runtime: its newest release, since when it is known, whether it is proven.

Known is what the last report says. Nothing is asked: a page or a check must not depend on a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.runtime_report import RuntimeReport
from generators.runtime.registry import is_newer

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.runtime import Runtime


@dataclass(frozen=True, slots=True)
class NewestKnown:
    """The newest versions of a runtime at the last time that its registry was asked."""

    release: str
    pre_release: str | None
    asked_at: datetime
    first_seen: datetime
    """When the first report found that release to be the newest: it is at least that old."""
    is_proven: bool
    """Whether packs are proven on that release, or on a newer one."""

    def days(self, at: datetime) -> int:
        """Whole days since it was first seen, ≥ 0."""
        return max(0, (at - self.first_seen).days)


def newest_known(catalog: Catalog, entry: Entry[Runtime]) -> NewestKnown | None:
    """What the reports say of a runtime; None where none names its newest release."""
    reports = [each.entity for each in catalog.entries_of(RuntimeReport) if each.entity.after.runtime == entry.id]
    named = sorted((each for each in reports if each.newest_release), key=lambda each: each.asked_at)
    if not named:
        return None
    last = named[-1]
    release = str(last.newest_release)
    first = next(each for each in named if each.newest_release == release)
    proven = not is_newer(release, (version.version for version in entry.entity.versions))
    return NewestKnown(release, last.newest_pre_release, last.asked_at, first.asked_at, proven)
