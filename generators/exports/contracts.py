"""The event contracts as an export: what the distribution of users carries, since it has no operating model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.exports.table import Made
from generators.model.pack import Pack
from generators.model.runtime import Runtime
from generators.model.telemetry import Event
from generators.published.manifest import dumps
from generators.published.snapshots import WAREHOUSES
from generators.telemetry.contract import Contract, ContractField, Contracts
from generators.telemetry.contracts import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.exports.table import Sources
    from generators.model.telemetry import Attribute


def make_export(sources: Sources) -> Made:
    """One file with every contract."""
    return Made({FILE: dumps(contracts_of(sources.catalog)).decode()})


def contracts_of(catalog: Catalog) -> Contracts:
    """The contracts of the model, with their closed lists filled in."""
    connectors = {entry.id: str(entry.entity.connector) for entry in catalog.entries_of(Pack)}
    closed = {
        "pack": tuple(sorted(connectors)),
        "connector": tuple(sorted(set(connectors.values()))),
        "runtime": tuple(sorted(entry.id for entry in catalog.entries_of(Runtime))),
        "warehouse": tuple(sorted(WAREHOUSES)),
    }
    made = [
        Contract(
            id=entry.id,
            title=entry.entity.title,
            version=entry.entity.version,
            meaning=" ".join(entry.entity.meaning.split()),
            fields=tuple(_field(attribute, closed) for attribute in entry.entity.attributes),
            never=entry.entity.never,
            is_public=entry.entity.recorded_by == "users",
        )
        for entry in catalog.entries_of(Event)
    ]
    return Contracts(contracts=tuple(sorted(made, key=lambda one: one.id)), connectors=connectors)


def _field(attribute: Attribute, closed: Mapping[str, tuple[str, ...]]) -> ContractField:
    values = closed[attribute.values_of] if attribute.values_of else attribute.values
    return ContractField(
        name=attribute.name,
        form=attribute.form,
        required=attribute.required,
        meaning=attribute.meaning,
        values=values,
    )
