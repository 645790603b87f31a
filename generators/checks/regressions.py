"""8xx: regressions change what the pack has, are the ones that ran, and keep the defect fixed that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.checks.boards import OLD_EVIDENCE
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.pack import PackSchema, Regression
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.pack import Change

UNKNOWN_CHANGE = Rule(
    "OPS845",
    "regression-of-unknown-column",
    Severity.ERROR,
    "A regression changes or expects a table or column that the pack's schema does not have.",
    "Nothing would be changed, so the pack passes a test of nothing.",
    "Name a table and column of schema.yaml, or one that an earlier change of the same regression renames to.",
)
OTHER_VALIDATION = Rule(
    "OPS844",
    "validation-of-another-defect",
    Severity.ERROR,
    "A defect names a regression of another connector, or one that names another defect, as what keeps it fixed.",
    "The regression passes whether the defect comes back or not.",
    "Name the regression of this defect under `validation`, or correct `defect` in the regression.",
)
RULES = (UNKNOWN_CHANGE, OTHER_VALIDATION)
Columns = dict[str, set[str]]
"""Names of columns by table."""


def regressions_change_what_is_there(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each change, and all that must be called missing, is of a table and column that is there when its turn comes."""
    for entry in catalog.entries_of(Regression):
        schema = catalog.find(PackSchema, entry.entity.connector)
        if schema is None:
            continue
        columns = {name: set(table.columns) for name, table in schema.entity.tables.items()}
        for index, name in enumerate(entry.entity.expect.missing):
            table, _, column = name.partition(".")
            if table not in columns or (column and column not in columns[table]):
                names = [*columns, *(f"{one}.{each}" for one in columns for each in columns[one])]
                message = f"the schema has no '{name}'"
                yield Finding(entry.at("expect", "missing", index), UNKNOWN_CHANGE, message, nearest(name, names))
        for index, change in enumerate(entry.entity.changes):
            yield from _unknown(entry, index, change, columns)
            _rename(change, columns)


def _unknown(
    entry: Entry[Regression], index: int, change: Change, columns: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """What a change names and is not there."""
    if change.table not in columns:
        message = f"there is no table '{change.table}'"
        yield Finding(entry.at("changes", index, "table"), UNKNOWN_CHANGE, message, nearest(change.table, columns))
        return
    known = columns[change.table]
    if change.column is not None and change.column not in known:
        message = f"table '{change.table}' has no column '{change.column}'"
        yield Finding(entry.at("changes", index, "column"), UNKNOWN_CHANGE, message, nearest(change.column, known))
    for number, row in enumerate(change.rows):
        for name in row:
            if name not in known:
                place = entry.at("changes", index, "rows", number, name, key=True)
                message = f"table '{change.table}' has no column '{name}'"
                yield Finding(place, UNKNOWN_CHANGE, message, nearest(name, known))


def _rename(change: Change, columns: Columns) -> None:
    """The names that the changes after this one find."""
    if change.what == "table-renamed" and change.table in columns:
        columns[str(change.to)] = columns.pop(change.table)
    elif change.what == "column-renamed" and change.table in columns:
        columns[change.table] = columns[change.table] - {str(change.column)} | {str(change.to)}


def regressions_are_as_they_ran(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the evidence says of the regressions is of those that there are now."""
    for folder in facts.packs.values():
        tests = folder.evidence.entity.tests if folder.evidence else None
        if folder.evidence is None or tests is None:
            continue
        from generators.packs.proof.evidence import tests_digest  # noqa: PLC0415 - where something was recorded

        if tests.digest != tests_digest(folder):
            message = f"the regressions of '{folder.id}', or what its KPIs are made of, have changed since they ran"
            yield Finding(folder.evidence.at("tests", "digest"), OLD_EVIDENCE, message)


def validations_are_of_the_defect(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A regression that keeps a defect fixed is of the defect's connector, and names no other defect."""
    for entry in catalog.entries_of(Defect):
        name = entry.entity.validation.regression if entry.entity.validation else None
        found = catalog.find(Regression, name) if name else None
        if found is None:
            continue
        place, regression = entry.at("validation", "regression"), found.entity
        if entry.entity.connector and regression.connector != entry.entity.connector:
            message = f"the regression is of '{regression.connector}', the defect of '{entry.entity.connector}'"
            yield Finding(place, OTHER_VALIDATION, message)
        elif regression.defect and regression.defect != entry.id:
            yield Finding(place, OTHER_VALIDATION, f"the regression is about the defect '{regression.defect}'")


CHECKS = (regressions_change_what_is_there, regressions_are_as_they_ran, validations_are_of_the_defect)
