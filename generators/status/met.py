"""Where each defect was met: derived from the cases that show it, never from what somebody says.

A case shows a defect where what it changes breaks a board today, and where a trial saw the defect. A regression that
holds, and a test of a fix, are tried and show that the defect is not there: they make a defect one that was met only
together with the days on which it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

from generators.model.pack import PackEvidence, Regression
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.model.text import Url

SEEN: Final = frozenset({"present", "partly-fixed"})
"""Results of a trial that show the defect."""
TESTS: Final = "tests/"
"""The folder of tests, below the root."""
_REPOSITORY: Final = re.compile(r"https?://[^/]+/([\w.-]+/[\w.-]+)/.+")
_WORD: Final = re.compile(r"[\w.-]+/[\w.-]+")
_END: Final = re.compile(r"[,:;]")
"""Ends the name of what a report is about."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something in this repository that tries a defect."""

    kind: Literal["regression", "trial", "test"]
    name: str
    """The id of a regression, the release of a trial, the path of a test."""
    title: str
    connector: str
    """Of a regression; empty elsewhere."""
    day: date | None
    """When it last ran; None where no record says so."""
    shows: bool
    """Whether it shows the defect."""


@dataclass(frozen=True, slots=True)
class Package:
    """Somebody else's software that a defect was reported for."""

    name: str
    url: Url | None


@dataclass(frozen=True, slots=True)
class Met:
    """Where a defect was met, and for what it was reported."""

    cases: tuple[Case, ...]
    """Those that show it first, then by kind and name."""
    days: tuple[date, ...]
    """On which it was met, by its file; counted only beside a case."""
    packages: tuple[Package, ...]
    connector: str
    """The defect's own; empty where it has none."""

    @property
    def showing(self) -> tuple[Case, ...]:
        """The cases that show it; all of them where it was met on a day and is fixed since."""
        return tuple(case for case in self.cases if case.shows) or (self.cases if self.days else ())

    @property
    def is_met(self) -> bool:
        """Whether it was met here."""
        return bool(self.showing)

    @property
    def connectors(self) -> frozenset[str]:
        """The connectors in whose packs it was met."""
        return frozenset(case.connector or self.connector for case in self.showing) - {""}

    def within(self, connector: str) -> Met:
        """The same as a connector's pack sees it: without the cases of other packs."""
        own = tuple(case for case in self.cases if (case.connector or self.connector) in {"", connector})
        return Met(own, self.days, self.packages, self.connector)


def met(catalog: Catalog) -> Mapping[str, Met]:
    """Every defect by id."""
    return {entry.id: met_of(catalog, entry) for entry in catalog.entries_of(Defect)}


def met_of(catalog: Catalog, entry: Entry[Defect]) -> Met:
    """A defect: the regressions that name it, what keeps its fix, the trials of its software."""
    defect = entry.entity
    regressions = _naming(catalog, entry)
    cases = [_regression(catalog, one) for one in regressions.values()]
    cases += [*_trials(defect), *_tests(defect)]
    cases.sort(key=lambda case: (not case.shows, case.kind, case.name))
    return Met(tuple(cases), defect.occurrences, tuple(_packages(defect)), defect.connector or "")


def _naming(catalog: Catalog, defect: Entry[Defect]) -> dict[str, Entry[Regression]]:
    """By id: the regressions that name a defect, and the one whose file is the path of its validation."""
    path = _validated_by(defect.entity)
    names = {use.by.id for use in catalog.used_by(Defect.kind, defect.id) if use.by.kind == Regression.kind}
    names.add(PurePosixPath(path).stem)
    found = {name: one for name in names if (one := catalog.find(Regression, name))}
    return {name: one for name, one in found.items() if defect.id == one.entity.defect or path == one.path}


def _validated_by(defect: Defect) -> str:
    """The path of its validation; empty where there is none."""
    return (defect.validation.path or "") if defect.validation else ""


def _tests(defect: Defect) -> Iterator[Case]:
    path = _validated_by(defect)
    if defect.validation and path.startswith(TESTS):
        yield Case("test", path, defect.validation.what, "", None, shows=False)


def _regression(catalog: Catalog, entry: Entry[Regression]) -> Case:
    """What the last recorded run says: one that expects broken boards shows, unless it failed; others if they did."""
    regression = entry.entity
    evidence = catalog.find(PackEvidence, regression.connector)
    tests = evidence.entity.tests if evidence else None
    failed = tests is not None and entry.id in tests.failed
    ran = failed or (tests is not None and entry.id in tests.passed)
    day = evidence.entity.checked_at.date() if evidence and ran else None
    shows = (regression.expect.verdict == "broken") != failed
    return Case("regression", entry.id, regression.title, str(regression.connector), day, shows=shows)


def _trials(defect: Defect) -> Iterator[Case]:
    for trial in defect.upstream.trials if defect.upstream else ():
        yield Case("trial", trial.release, trial.seen, "", trial.day, shows=trial.result in SEEN)


def _packages(defect: Defect) -> Iterator[Package]:
    """What the reports are about, each once; without reports, the software that others maintain."""
    seen: dict[str, Package] = {}
    for report in defect.reports:
        repository = _REPOSITORY.fullmatch(report.url or "")
        word = report.what.split(" ")[0]
        name = repository[1] if repository else word if _WORD.fullmatch(word) else _END.split(report.what)[0]
        seen.setdefault(name, Package(name, report.url))
    for release in defect.upstream.seen_in if defect.upstream and not seen else ():
        name = release.split(" ")[0]
        seen.setdefault(name, Package(name, defect.upstream.url if defect.upstream else None))
    yield from seen.values()
