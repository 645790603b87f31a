"""8xx: a pack says what it is for, and why it is gone when it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector
from generators.model.pack import Pack, PackEvidence, PackFixtures, PackSchema, WarehouseSetup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

OTHER_CONNECTOR = Rule(
    "OPS801",
    "pack-of-another-connector",
    Severity.ERROR,
    "A pack's folder does not have the name of the connector that a file in it names.",
    "Users, links and installers find a pack by its connector, and its files find each other by the folder.",
    "Rename the folder, or correct `connector`.",
)
UNLISTED_COLUMN = Rule(
    "OPS802",
    "unlisted-column",
    Severity.ERROR,
    "A table names a column as part of its key or as optional and does not list it among its columns.",
    "The column has no type, so it is neither generated nor checked, and the mark protects nothing.",
    "List the column with its type, or drop the mark.",
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
NO_SETUP = Rule(
    "OPS816",
    "warehouse-without-setup",
    Severity.ERROR,
    "A pack claims a warehouse for which no setup, or more than one, says how its users connect.",
    "The quickstart would leave that warehouse out, or contradict itself.",
    "Add the setup with `dfops new warehouse-setup WAREHOUSE`, keep one for each warehouse, or drop the claim.",
)
OTHER_AUDIENCE = Rule(
    "OPS840",
    "pack-of-another-audience",
    Severity.ERROR,
    "A pack and its connector have different audiences: one is internal, the other public.",
    "The public pages would show a connector without its pack, or a pack of a connector that no user may know of.",
    "Write the same `audience` in both files; without one it is public.",
)
RULES = (OTHER_CONNECTOR, UNLISTED_COLUMN, SILENT_STATE, FOREIGN_CASE, NO_SETUP, OTHER_AUDIENCE)


def folders_are_named_after_their_connector(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every file of a pack but its regressions names the connector that its folder is called after."""
    kinds: tuple[type[Pack | PackSchema | PackFixtures | PackEvidence], ...] = (
        Pack,
        PackSchema,
        PackFixtures,
        PackEvidence,
    )
    for kind in kinds:
        for entry in catalog.entries_of(kind):
            if entry.entity.connector != entry.id:
                message = f"the folder is '{entry.id}', the connector '{entry.entity.connector}'"
                yield Finding(entry.at("connector"), OTHER_CONNECTOR, message)


def packs_are_consistent(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """State and cases of each pack agree."""
    for entry in catalog.entries_of(Pack):
        pack = entry.entity
        if pack.state != "available" and pack.note is None:
            yield Finding(entry.at("state"), SILENT_STATE, f"'{entry.id}' is {pack.state} and does not say why")
        for index, ref in enumerate(pack.unsupported):
            case = catalog.find(UnsupportedCase, ref)
            if case and case.entity.connectors and pack.connector not in case.entity.connectors:
                yield Finding(
                    entry.at("unsupported", index), FOREIGN_CASE, f"'{ref}' does not concern '{pack.connector}'"
                )


def packs_have_the_audience_of_their_connector(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """An internal pack names an internal connector, a public pack a public one."""
    for entry in catalog.entries_of(Pack):
        connector = catalog.find(Connector, entry.entity.connector)
        if connector and connector.entity.audience != entry.entity.audience:
            message = f"the pack is {entry.entity.audience}, its connector is {connector.entity.audience}"
            yield Finding(entry.at("audience"), OTHER_AUDIENCE, message)


def marked_columns_are_listed(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What a table marks as key or optional is one of its columns."""
    for entry in catalog.entries_of(PackSchema):
        for name, table in entry.entity.tables.items():
            for field, columns in (("key", table.key), ("optional_columns", table.optional_columns)):
                for index, column in enumerate(columns):
                    if column not in table.columns:
                        place = entry.at("tables", name, field, index)
                        message = f"table '{name}' lists no column '{column}'"
                        yield Finding(place, UNLISTED_COLUMN, message, nearest(column, table.columns))


def warehouses_have_one_setup(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each warehouse that a pack claims has a setup, and no warehouse has two."""
    setups: dict[str, str] = {}
    for entry in catalog.entries_of(WarehouseSetup):
        first = setups.setdefault(entry.entity.warehouse, entry.id)
        if first != entry.id:
            message = f"'{first}' is a setup of '{entry.entity.warehouse}' already"
            yield Finding(entry.at("warehouse"), NO_SETUP, message)
    for pack in catalog.entries_of(Pack):
        for index, support in enumerate(pack.entity.warehouses):
            if support.name not in setups:
                message = f"no setup says how users of '{support.name}' connect"
                yield Finding(pack.at("warehouses", index, "name"), NO_SETUP, message)


CHECKS = (
    folders_are_named_after_their_connector,
    packs_are_consistent,
    packs_have_the_audience_of_their_connector,
    marked_columns_are_listed,
    warehouses_have_one_setup,
)
