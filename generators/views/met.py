"""Where a defect was met, as pages say it: with the cases that show it, or for whose software it was reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.pack import Regression
from generators.views.entity import ref_to

if TYPE_CHECKING:
    from datetime import date

    from generators.model import Ref
    from generators.status.met import Case, Met, Package


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case: a regression by its reference, or by its title where the page is public."""

    kind: str
    name: str
    ref: Ref | None
    day: date | None
    """When it last ran, where not all of a list ran on one day."""


@dataclass(frozen=True, slots=True)
class MetLine:
    """Where a defect was met: the cases that show it, or else those that were tried without meeting it."""

    is_met: bool
    cases: tuple[CaseLine, ...]
    packages: tuple[Package, ...]
    day: date | None
    """When all of the cases last ran, where that was one day."""
    where: str
    """`in this pack`, or `here` for what belongs to no pack."""


def met_line(met: Met, *, public: bool = False) -> MetLine:
    """For the team, or with `public` without links to what is the team's."""
    chosen = met.showing or met.cases
    days = {case.day for case in chosen if case.kind != "test"}  # of a test no record says when
    day = next(iter(days)) if len(days) == 1 else None
    cases = tuple(_case(case, public=public, dated=day is None) for case in chosen)
    return MetLine(met.is_met, cases, met.packages, day, "in this pack" if met.connector else "here")


def _case(case: Case, *, public: bool, dated: bool) -> CaseLine:
    is_linked = case.kind == "regression" and not public
    name = case.title if case.kind == "regression" else case.name
    if case.kind == "test" and public:
        name = ""  # a path below the team's root
    return CaseLine(
        case.kind, name, ref_to(Regression.kind, case.name) if is_linked else None, case.day if dated else None
    )
