"""A dashboard pack: what it promises, on which warehouses, and what its numbers mean."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generators.model.base import Entity, Folder, Part
from generators.model.refs import ConnectorRef, RoleRef, UnsupportedRef  # noqa: TC001
from generators.model.text import Line, Name, Prose, SemVer, Title  # noqa: TC001

Warehouse = Literal[
    "duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks", "spark", "mysql", "trino", "sqlite"
]
Proof = Literal["executed", "emulated", "static", "none"]


class WarehouseSupport(Part):
    """A warehouse that a release claims to run on, and how that is proven."""

    name: Warehouse
    proof: Proof


class KpiNarrative(Part):
    """What a number means and when to worry about it."""

    id: Name
    title: Title
    definition: Prose
    unit: Line
    time_zone: Line
    moved_by: Line
    worry_when: Line


class Pack(Entity):
    """A folder of dashboards for one connector, as one release."""

    kind: ClassVar[str] = "pack"
    plural: ClassVar[str] = "packs"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{id}/pack.yaml", shared=True)
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    version: SemVer
    owner: RoleRef
    state: Literal["available", "degraded", "withdrawn"]
    warehouses: Annotated[tuple[WarehouseSupport, ...], Field(min_length=1)]
    required_tables: Annotated[tuple[Name, ...], Field(min_length=1)]
    optional_tables: tuple[Name, ...] = ()
    kpis: tuple[KpiNarrative, ...]
    unsupported: tuple[UnsupportedRef, ...] = ()
    note: Line | None = None
