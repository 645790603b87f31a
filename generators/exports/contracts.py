"""The event contracts as an export: what the distribution of users carries, since it has no operating model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generators.catalog import public_part
from generators.exports.table import Made
from generators.model.pack import Pack
from generators.model.runtime import Runtime
from generators.model.telemetry import Event
from generators.published.manifest import dumps
from generators.published.snapshots import WAREHOUSES
from generators.runtime.spelling import Spellings
from generators.telemetry.contract import Contract, ContractField, Contracts, Watch
from generators.telemetry.contracts import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.exports.table import Sources
    from generators.model.telemetry import Attribute


DRAW: Final = "errors_all"
"""The action of a runtime."""


def make_export(sources: Sources) -> Made:
    """One file with every contract."""
    return Made({FILE: dumps(contracts_of(sources.catalog, sources.at)).decode()})


def contracts_of(catalog: Catalog, at: datetime | None = None) -> Contracts:
    """The contracts of the model, with their closed lists filled in; at a moment, aware, with the runtime of users."""
    connectors = {entry.id: str(entry.entity.connector) for entry in public_part(catalog).entries_of(Pack)}
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
    in_order = tuple(sorted(made, key=lambda one: one.id))
    return Contracts(contracts=in_order, connectors=connectors, watch=_watch(catalog, at) if at else None)


def _watch(catalog: Catalog, at: datetime) -> Watch | None:
    """With the current runtime, where there is one that can. `at` is aware."""
    spellings = Spellings.of(catalog, at)
    runtime = spellings.current
    if runtime is None or DRAW not in runtime.actions:
        return None
    install, version = spellings.spell("@{distribution}==@{version}"), runtime.newest.version
    return Watch(install=str(install), version=version, draw=str(spellings.spell(f"@{DRAW}")))


def _field(attribute: Attribute, closed: Mapping[str, tuple[str, ...]]) -> ContractField:
    values = closed[attribute.values_of] if attribute.values_of else attribute.values
    return ContractField(
        name=attribute.name,
        form=attribute.form,
        required=attribute.required,
        meaning=attribute.meaning,
        values=values,
    )
