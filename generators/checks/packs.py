"""8xx: a pack says what it is for, and why it is gone when it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.launch import UnsupportedCase
from generators.model.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

OTHER_CONNECTOR = Rule(
    "OPS801",
    "pack-of-another-connector",
    Severity.ERROR,
    "A pack's folder does not have the name of its connector.",
    "Users, links and installers find a pack by its connector.",
    "Rename the folder, or correct `connector`.",
)
TABLE_TWICE = Rule(
    "OPS802",
    "table-required-and-optional",
    Severity.ERROR,
    "A table is listed as both required and optional, or twice.",
    "Whether a user may leave it out would depend on who reads.",
    "List it once.",
)
SILENT_STATE = Rule(
    "OPS803",
    "state-without-reason",
    Severity.ERROR,
    "A pack is degraded or withdrawn and does not say why.",
    "Users who see only the word write a ticket.",
    "Say the reason in one line under `note`.",
)
FOREIGN_CASE = Rule(
    "OPS804",
    "case-of-another-connector",
    Severity.ERROR,
    "A pack names an unsupported case that is limited to other connectors.",
    "Its page would warn of something that cannot happen.",
    "Name the connector in the case, or drop the case.",
)
RULES = (OTHER_CONNECTOR, TABLE_TWICE, SILENT_STATE, FOREIGN_CASE)


def packs_are_consistent(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Folder, tables, state and cases of each pack agree."""
    for entry in catalog.entries_of(Pack):
        pack = entry.entity
        if pack.connector != entry.id:
            yield Finding(
                entry.at("connector"), OTHER_CONNECTOR, f"the folder is '{entry.id}', the connector '{pack.connector}'"
            )
        seen: set[str] = set()
        for field, tables in (("required_tables", pack.required_tables), ("optional_tables", pack.optional_tables)):
            for index, table in enumerate(tables):
                if table in seen:
                    yield Finding(entry.at(field, index), TABLE_TWICE, f"table '{table}' is listed already")
                seen.add(table)
        if pack.state != "available" and pack.note is None:
            yield Finding(entry.at("state"), SILENT_STATE, f"'{entry.id}' is {pack.state} and does not say why")
        for index, ref in enumerate(pack.unsupported):
            case = catalog.find(UnsupportedCase, ref)
            if case and case.entity.connectors and pack.connector not in case.entity.connectors:
                yield Finding(
                    entry.at("unsupported", index), FOREIGN_CASE, f"'{ref}' does not concern '{pack.connector}'"
                )


CHECKS = (packs_are_consistent,)
