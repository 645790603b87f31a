"""8xx, continued: reports of the watch are what was found, and a new release of the runtime does not go unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.packs.reading.seal import SEAL, is_whole
from generators.runtime.reports import newest_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

CHANGED_REPORT = Rule(
    "OPS828",
    "report-changed-by-hand",
    Severity.ERROR,
    "A fact in a report on a version of a runtime was changed after it was recorded.",
    "Maintainers decide by it whether to move to the version, and read it as something that was found.",
    "Record it anew: `dfops runtime watch --version VERSION --record`. Do not edit the report.",
)
NEWER_RELEASE = Rule(
    "OPS829",
    "release-not-proven",
    Severity.NOTE,
    "A release of the current runtime is newer than every version that packs are proven on.",
    "Users install the newest release; the first of them would find out what it changes.",
    "Run `dfops runtime watch --record`, follow the runbook that tries a release, and add the version to the runtime.",
)
RULES = (CHANGED_REPORT, NEWER_RELEASE)


def reports_are_whole(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The seal of each report fits its facts."""
    for entry in catalog.entries_of(RuntimeReport):
        if not is_whole(entry) and not entry.entity.is_begun:
            place = entry.at(SEAL) if entry.entity.seal else entry.at("asked_at", key=True)
            yield Finding(place, CHANGED_REPORT, "what the report says is not what was found")


def releases_are_proven(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The newest release that is known of the current runtime is proven, or its age is said."""
    for entry in catalog.entries_of(Runtime):
        newest = newest_known(catalog, entry) if entry.entity.status == "current" else None
        if newest and not newest.is_proven:
            days = newest.days(facts.at)
            age = f"known since {newest.first_seen:%Y-%m-%d}, for {days} day{'' if days == 1 else 's'}"
            place = entry.at("versions", len(entry.entity.versions) - 1, "version")
            yield Finding(place, NEWER_RELEASE, f"{entry.entity.title} {newest.release} is not proven; it is {age}")


CHECKS = (reports_are_whole, releases_are_proven)
