"""How a pack's users point at each kind of warehouse, from the setups in the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.pack import WarehouseSetup
from generators.runtime.spelling import changed
from generators.status.state import WAREHOUSE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.catalog import Catalog

SOURCE = "warehouse"
"""What quickstarts call the source."""


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence and what is copied below it."""

    say: str
    command: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What is copied for one kind of warehouse."""

    warehouse: str
    name: str
    driver: str
    """What installs the runtime with the driver for it."""
    blocks: tuple[Block, ...]


def setups(catalog: Catalog, pack: str, schema: str, warehouses: Iterable[str], driver: str) -> tuple[Setup, ...]:
    """The setups of those warehouses that have one, in the usual order: DuckDB first, for it needs no account.

    `driver` is what installs the runtime where a warehouse needs no driver of its own.
    """
    entities = {str(entry.entity.warehouse): entry.entity for entry in catalog.entries_of(WarehouseSetup)}
    wanted = entities.keys() & set(warehouses)
    return tuple(_setup(entities[name], pack, schema, driver) for name in WAREHOUSE_NAMES if name in wanted)


def _setup(entity: WarehouseSetup, pack: str, schema: str, driver: str) -> Setup:
    blocks = tuple(Block(_filled(b.say, pack, schema), _filled(b.command, pack, schema)) for b in entity.blocks)
    return Setup(entity.warehouse, entity.title, entity.driver or driver, blocks)


def _filled(text: str, pack: str, schema: str) -> str:
    """A text with the pack and its schema in it. Other braces are the text's own: a shell's, or a template's."""
    return changed(text, lambda lines: lines.rstrip("\n").replace("{pack}", pack).replace("{schema}", schema))
