"""Whether a fix still holds: what validates it, whether that ran, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from generators.catalog import catalog_of
from generators.model.pack import PackEvidence, Regression
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.model import Entity
    from generators.model.stability import Validation
    from generators.stability.results import Results

Verdict = Literal["passed", "failed", "not-run"]
WORST: tuple[Verdict, ...] = ("failed", "not-run", "passed")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a test or regression went."""

    name: str
    verdict: Verdict
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything that validates a fix went. A validation without a test and a regression has not run."""

    runs: tuple[Ran, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its runs."""
        return min((one.verdict for one in self.runs), key=WORST.index, default="not-run")

    @property
    def failed_on(self) -> date | None:
        """The day on which it failed, where that is known."""
        return max((one.day for one in self.runs if one.verdict == "failed" and one.day), default=None)


def standing(catalog: Catalog, validation: Validation | None, results: Results) -> Standing:
    """How the test of a validation went by the results, and its regression by the evidence of its pack."""
    runs = []
    if validation and validation.test:
        outcome = results.of(validation.test)
        runs.append(Ran(validation.test, outcome or "not-run", results.day if outcome else None))
    if validation and validation.regression:
        runs.append(_regression(catalog, validation.regression))
    return Standing(tuple(runs))


def _regression(catalog: Catalog, name: str) -> Ran:
    regression = catalog.find(Regression, name)
    evidence = catalog.find(PackEvidence, regression.path.split("/")[1]) if regression else None
    if evidence is None or evidence.entity.tests is None:
        return Ran(name, "not-run")
    day = evidence.entity.checked_at.date()
    if name in evidence.entity.tests.failed:
        return Ran(name, "failed", day)
    return Ran(name, "passed", day) if name in evidence.entity.tests.passed else Ran(name, "not-run")


@dataclass(frozen=True, slots=True)
class Validated:
    """How the validations of all defects went, by defect; of those without one nothing."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    reopened: frozenset[str] = frozenset()
    """Defects that are called fixed and whose validation failed."""


def validated(catalog: Catalog, results: Results) -> Validated:
    """How each validation went, and which defects that reopens."""
    standings, failed = {}, set()
    for entry in catalog.entries_of(Defect):
        if entry.entity.validation:
            stands = standings[entry.id] = standing(catalog, entry.entity.validation, results)
            if entry.entity.state == "fixed" and stands.verdict == "failed":
                failed.add(entry.id)
    return Validated(standings, frozenset(failed))


def with_reopened(catalog: Catalog, names: frozenset[str]) -> Catalog:
    """The same catalog with these defects open again: pages and statuses count them as open."""
    if not names:
        return catalog
    return catalog_of((_opened(entry, names) for entry in catalog.everything()), catalog.broken, catalog.mentioned)


def _opened(entry: Entry[Entity], names: frozenset[str]) -> Entry[Entity]:
    if not isinstance(entry.entity, Defect) or entry.id not in names:
        return entry
    return replace(entry, entity=entry.entity.model_copy(update={"state": "open"}))
