"""What a runtime's page says beside its file: the newest release that is known, and whether packs are proven on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.runtime.reports import newest_known

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.runtime import Runtime


@dataclass(frozen=True, slots=True)
class RuntimeNow:
    """The newest versions that are known of a runtime, from the last report. Texts are empty where nothing is known."""

    release: str
    pre_release: str
    asked: str
    """The day on which the registry was asked."""
    is_proven: bool
    first_seen: str
    days: int
    """Since it was first seen."""


def runtime_now(catalog: Catalog, entry: Entry[Runtime], at: datetime) -> RuntimeNow:
    """What is known of a runtime's versions at a moment, UTC."""
    newest = newest_known(catalog, entry)
    if newest is None:
        return RuntimeNow("", "", "", is_proven=False, first_seen="", days=0)
    return RuntimeNow(
        release=newest.release,
        pre_release=newest.pre_release or "",
        asked=_day(newest.asked_at),
        is_proven=newest.is_proven,
        first_seen=_day(newest.first_seen),
        days=newest.days(at),
    )


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"
