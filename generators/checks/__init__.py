"""Asks the catalog every question there is. The list is written out: what is not here is not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators import catalog as catalog_layer
from generators import source
from generators.checks import (
    actions,
    baseline,
    belonging,
    boards,
    cadences,
    clocks,
    codes,
    commands,
    coverage,
    departures,
    doubles,
    evidence,
    follow_through,
    former,
    launch,
    messages,
    names,
    oncall,
    order,
    packs,
    parameters,
    pasted,
    proofs,
    queries,
    references,
    regressions,
    rehearsals,
    runbooks,
    runtime_reports,
    runtimes,
    stability,
    support,
    telemetry,
    times,
    validations,
    withdrawals,
)
from generators.checks.facts import Facts
from generators.findings import Finding, Rule, in_order

if TYPE_CHECKING:
    from generators.catalog import Catalog
    from generators.checks.facts import Check

FAMILIES = (
    references,
    cadences,
    runbooks,
    former,
    parameters,
    actions,
    commands,
    pasted,
    oncall,
    coverage,
    departures,
    support,
    codes,
    messages,
    launch,
    rehearsals,
    stability,
    validations,
    follow_through,
    packs,
    boards,
    evidence,
    regressions,
    queries,
    runtimes,
    runtime_reports,
    telemetry,
    withdrawals,
    order,
    belonging,
    proofs,
    doubles,
    times,
    clocks,
    names,
    baseline,
)
CHECKS: tuple[Check, ...] = tuple(check for family in FAMILIES for check in family.CHECKS)
RULES: tuple[Rule, ...] = (*source.RULES, *catalog_layer.RULES, *(rule for family in FAMILIES for rule in family.RULES))
UNSAFE = frozenset(queries.RULES)
"""Rules about a pack's files; what breaks one is not executed, nor handed to the runtime of packs."""

__all__ = ["CHECKS", "RULES", "UNSAFE", "Facts", "run"]


def run(catalog: Catalog, facts: Facts) -> tuple[Finding, ...]:
    """Every finding of every check, sorted."""
    return in_order(finding for check in CHECKS for finding in check(catalog, facts))
