"""A dashboard pack: what it promises, on which warehouses, what its numbers mean, and what proves all that."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads annotations at run time
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from generators.model.base import Entity, Folder, Part, new_with
from generators.model.forms import COLUMN, COLUMN_OF_EACH, HEX_DIGEST
from generators.model.operating import Audience  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import ConnectorRef, DefectRef, RoleRef, RuntimeRef, UnsupportedRef  # noqa: TC001
from generators.model.text import (
    REPEATS,
    Command,
    Identifier,
    Instant,
    Line,
    Name,
    Prose,
    SemVer,
    Slug,
    Span,
    Sql,
    Title,
    Url,
)

Warehouse = Literal[
    "duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks", "spark", "mysql", "trino", "sqlite"
]
Proof = Literal["executed", "emulated", "static", "none"]
Verdict = Literal["ok", "broken", "unavailable", "unproven"]
ColumnType = Literal["string", "integer", "float", "numeric", "boolean", "timestamp", "date", "json"]
"""What Fivetran calls a column's type. A `timestamp` is an instant: warehouses store it with its zone."""
Topic = Literal[
    "deleted-rows", "refunds", "currencies", "minor-units", "history", "time-zones", "nulls", "empty-tables", "joins"
]


class WarehouseSupport(Part):
    """A warehouse that a release claims to run on, and the kind of proof that is asked of it."""

    name: Warehouse
    proof: Proof


class KpiNarrative(Part):
    """What a number means and when to worry about it; `board`, `query` and `column` say where it is made."""

    id: Name
    title: Title
    board: Slug
    query: Name
    column: Name
    definition: Prose
    unit: Line
    time_zone: Line
    moved_by: Line
    worry_when: Line


class Treatment(Part):
    """How the pack's queries treat rows that make numbers wrong when nobody thinks of them."""

    topic: Topic
    rule: Prose


class Override(Part):
    """SQL for one warehouse where no portable form exists; it stands in for the board's own."""

    board: Slug
    query: Name
    warehouse: Warehouse
    why: Line
    sql: Sql


class Pack(Entity):
    """A folder of dashboards for one connector, as one release."""

    kind: ClassVar[str] = "pack"
    plural: ClassVar[str] = "packs"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{id}/pack.yaml", shared=True)
    own_page: ClassVar[bool] = True
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    audience: Audience = "public"
    """`internal`: for the team alone. It is checked and shown to the team, never published."""
    version: SemVer
    owner: RoleRef
    state: Literal["available", "degraded", "withdrawn"]
    warehouses: Annotated[tuple[WarehouseSupport, ...], Field(min_length=1)]
    kpis: tuple[KpiNarrative, ...]
    treatments: tuple[Treatment, ...] = ()
    unsupported: tuple[UnsupportedRef, ...] = ()
    overrides: tuple[Override, ...] = ()
    evidence_limit: Span = Span("30 days")
    """How old the newest proof may be before the pack's status is unknown."""
    note: Line | None = None


class Freshness(Part):
    """How old the newest row of a table may be."""

    model_config = new_with(warn_after="2 hours")

    warn_after: Span
    error_after: Span


class PackTable(Part):
    """A table that the pack reads, with the columns it reads."""

    optional: bool = False
    """Whether users may leave the table out: boards that need it are then unavailable, the rest works."""
    key: tuple[Identifier, ...] = ()
    """Columns that name a row; empty where no basis for a key is known."""
    columns: Annotated[dict[Identifier, ColumnType], Field(min_length=1)]
    optional_columns: tuple[Identifier, ...] = ()
    note: Line | None = None


class PackSchema(Entity):
    """The tables and columns that a pack relies on, and how fresh they must be. Its id is the connector's."""

    kind: ClassVar[str] = "pack-schema"
    plural: ClassVar[str] = "schemas"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{id}/schema.yaml", shared=True)
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    schema_name: Identifier
    """The schema's default name, as it stands in the boards' SQL."""
    source: Line
    """What the columns were read from: package, version, commit."""
    freshness: Freshness
    tables: Annotated[dict[Identifier, PackTable], Field(min_length=1)]


Scalar = str | int | float | bool


class ColumnFixture(Part):
    """How the values of one generated column come about; what is left out follows from the column's type."""

    references: Annotated[str, Field(pattern=COLUMN)] | None = None
    """`table.column` of a generated table; a few rows miss, as they do in the field."""
    copies: Annotated[str, Field(pattern=COLUMN)] | None = None
    """`column.field`: the value of `field` in the row that this row's `column` references."""
    values: Annotated[tuple[Scalar, ...], REPEATS] = ()
    weights: tuple[Annotated[int, Field(ge=1)], ...] = ()
    low: int | float | None = None
    high: int | float | None = None
    null_share: Annotated[float, Field(ge=0, le=1)] | None = None
    after: Identifier | None = None
    """A time in the same row that this one follows."""
    within_days: Annotated[int, Field(ge=0, le=1000)] = 14
    awkward: bool = True
    """Whether odd values may be mixed in: NULL, empty, unicode, zero, negative, huge."""


class TableFixture(Part):
    """How many rows a table gets, and what is special about its columns."""

    rows: Annotated[int, Field(ge=0, le=100_000)] = 200
    daily: Identifier | None = None
    """A date column: one row per day and combination of `for_each`, instead of `rows`."""
    for_each: tuple[Annotated[str, Field(pattern=COLUMN_OF_EACH)], ...] = ()
    """`column=table.column`: every value of another table's column, once."""
    days: Annotated[int, Field(ge=1, le=731)] = 731
    """With `daily`, how many days up to the last one."""
    versions: Annotated[int, Field(ge=1, le=10)] = 1
    """Rows a key has at most, for history tables: the same key again, later."""
    columns: dict[Identifier, ColumnFixture] = Field(default_factory=dict)


class PackFixtures(Entity):
    """How the pack's synthetic rows are made, from its schema. Its id is the connector's."""

    kind: ClassVar[str] = "pack-fixtures"
    plural: ClassVar[str] = "fixtures"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{id}/fixtures.yaml", shared=True)
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    seed: int
    last_day: date
    """The newest day of the two years that rows are spread over."""
    tables: dict[Identifier, TableFixture]


class Change(Part):
    """One change to the generated tables before the pack is checked again."""

    what: Literal[
        "table-removed",
        "table-renamed",
        "table-emptied",
        "column-removed",
        "column-renamed",
        "column-retyped",
        "column-emptied",
        "column-set",
        "rows-added",
        "rows-repeated",
    ]
    table: Identifier
    column: Identifier | None = None
    to: str | int | float | bool | None = None
    """The new name, the new type, or the value that is set."""
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Of the rows that are set or repeated, spread evenly."""
    rows: tuple[dict[Identifier, Scalar | None], ...] = ()


class Expectation(Part):
    """What the pack must do after the changes."""

    verdict: Verdict
    boards: dict[Slug, Verdict] = Field(default_factory=dict)
    """Boards that differ from `ok`; all others must be ok."""
    missing: tuple[str, ...] = ()
    """`table` or `table.column` that the report must name."""
    kpis: dict[Name, Literal["same", "changed"] | int | float | None] = Field(default_factory=dict)
    """KPI by id: against its value before the changes, or its value after them."""


class Regression(Entity):
    """A change that broke dashboards somewhere, and what this pack must do under it."""

    kind: ClassVar[str] = "regression"
    plural: ClassVar[str] = "regressions"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{group}/regressions/{id}.yaml", shared=True)
    lead: ClassVar[str] = "why"
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    why: Prose
    """What happened in the field, and why it matters here."""
    seen_in: tuple[Url, ...] = ()
    """Public threads and changelogs; empty where the case is our own."""
    defect: DefectRef | None = None
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]
    expect: Expectation


HexDigest = Annotated[str, Field(pattern=HEX_DIGEST, examples=["0" * 64])]
"""SHA-256 as 64 hexadecimal digits."""


class BoardEvidence(Part):
    """What a check found for one board on one warehouse, with its queries as one runtime sends them."""

    board: Slug
    runtime: RuntimeRef
    warehouse: Warehouse
    proof: Proof
    verdict: Verdict
    queries: Annotated[int, Field(ge=0)]
    reason: Line | None = None


class ShownEvidence(Part):
    """What a runtime made of one board on DuckDB, with synthetic rows: its own validation, its rows, its picture."""

    board: Slug
    runtime: RuntimeRef
    valid: bool
    """Whether its strict validation found nothing."""
    rows: Literal["reference", "equal", "different", "none"]
    """Beside those of the first runtime, which is the reference."""
    drawn: bool
    warnings: Annotated[int, Field(ge=0)]
    """Warnings while it was drawn."""
    reason: Line | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.valid and self.drawn and self.rows in {"reference", "equal"} and not self.warnings


class RegressionEvidence(Part):
    """What the regressions and variations of a pack came to."""

    digest: HexDigest
    """SHA-256 of the regressions that ran."""
    passed: tuple[Slug, ...]
    failed: tuple[Slug, ...] = ()


class PackEvidence(Entity):
    """What `dfops pack check --record` found, bound to the digest of what it checked. Its id is the connector's."""

    kind: ClassVar[str] = "pack-evidence"
    plural: ClassVar[str] = "evidence"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("packs/{id}/evidence.yaml", shared=True)
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    version: SemVer
    digest: HexDigest
    """SHA-256 of the boards, the schema, the fixtures and the overrides that were checked."""
    checked_at: AwareDatetime
    engines: dict[Warehouse, Line]
    """What executed or parsed, with its version, by warehouse."""
    reads: dict[Slug, tuple[Identifier, ...]]
    """The tables that each board reads."""
    boards: Annotated[tuple[BoardEvidence, ...], Field(min_length=1)]
    runtimes: dict[Slug, Line] = Field(default_factory=dict)
    """The runtimes that sent the queries and drew the boards, with their versions; the first is the reference."""
    shown: tuple[ShownEvidence, ...] = ()
    code: HexDigest | None = None
    """SHA-256 of the code that checked."""
    packages: dict[Line, Line] = Field(default_factory=dict)
    """The packages that the code asked, with their versions."""
    tests: RegressionEvidence | None = None
    seal: HexDigest | None = None
    """SHA-256 over everything above: a fact that is changed by hand no longer fits."""


class StatusOverride(Entity):
    """What a person says of a pack's status until a moment, whatever the evidence says; it lapses by itself."""

    kind: ClassVar[str] = "status-override"
    plural: ClassVar[str] = "status-overrides"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("ops_model/operating/status_overrides/{id}.yaml")
    lead: ClassVar[str] = "reason"
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    state: Literal["withdrawn", "broken", "degraded", "unknown", "operational"]
    author: RoleRef
    reason: Line
    """Shown to users."""
    since: Instant
    until: Instant
    """The first moment at which it no longer holds."""


class Withdrawal(Entity):
    """A version of a pack, or the whole pack, that nobody may install any more: the kill switch."""

    model_config = new_with(withdrawn_on="2026-01-05")

    kind: ClassVar[str] = "withdrawal"
    plural: ClassVar[str] = "withdrawals"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("ops_model/operating/withdrawals/{id}.yaml")
    lead: ClassVar[str] = "reason"
    stands_alone: ClassVar[bool] = True

    connector: ConnectorRef
    version: SemVer | None = None
    """None for the whole pack."""
    withdrawn_on: date
    decided_by: RoleRef
    reason: Line
    """Shown to users: what is wrong."""
    instead: SemVer | None = None
    """The version that users go to."""


class SetupBlock(Part):
    """A sentence and what is copied below it. `{pack}` and `{schema}` stand for those of a pack."""

    say: Line
    command: Command


class WarehouseSetup(Entity):
    """How the users of a pack point their project at one kind of warehouse: blocks to copy, in order.

    The blocks hold no secret: each value that is the reader's own comes from the environment.
    """

    kind: ClassVar[str] = "warehouse-setup"
    plural: ClassVar[str] = "warehouse-setups"
    chapter: ClassVar[str] = "packs"
    folder: ClassVar[Folder] = Folder("ops_model/operating/warehouse_setups/{id}.yaml")
    stands_alone: ClassVar[bool] = True

    warehouse: Warehouse
    driver: Command | None = None
    """What installs the runtime with the driver for it; without one the runtime alone will do."""
    blocks: Annotated[tuple[SetupBlock, ...], Field(min_length=1)]
