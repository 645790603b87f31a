"""The store that commands of the team ask, and the model that says what its events mean."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.catalog import public_part
from generators.cli.options import Unusable, repository
from generators.cli.partial import partial_catalog
from generators.exports.contracts import contracts_of
from generators.model.operating import Connector
from generators.model.pack import Pack
from generators.model.telemetry import Alert, Event, Objective
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from generators.catalog import Catalog
    from generators.measures.layout import Layout

DEFAULT = Path("build/telemetry/events.duckdb")
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="FILE", help="The DuckDB file with the events.", show_default=str(DEFAULT)),
]
ConnectionOption = Annotated[
    str | None,
    typer.Option(
        "--store-url",
        envvar="DFOPS_TELEMETRY_STORE",
        metavar="URL",
        help="Instead of a file: a database with the table events, such as postgres://host/name.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Measured:
    """The model, and the events that it is asked about."""

    catalog: Catalog
    connection: BaseBackend
    events: Table

    @property
    def objectives(self) -> dict[str, Objective]:
        """By id."""
        return {entry.id: entry.entity for entry in self.catalog.entries_of(Objective)}

    @property
    def alerts(self) -> dict[str, Alert]:
        """By id."""
        return {entry.id: entry.entity for entry in self.catalog.entries_of(Alert)}

    @property
    def synthetic(self) -> bool:
        """Whether any event is made up."""
        return bool(self.connection.to_pyarrow(self.events.synthetic.max()).as_py())

    def priorities(self) -> list[str]:
        """Connectors, the most important one first."""
        entries = list(public_part(self.catalog).entries_of(Connector))
        return [entry.id for entry in sorted(entries, key=lambda one: (one.entity.list_rank, one.id))]

    def places(self) -> dict[str, list[str]]:
        """The connectors that each objective is asked for: those with a pack where its events name one, else one."""
        connectors = sorted({str(entry.entity.connector) for entry in public_part(self.catalog).entries_of(Pack)})
        found = {}
        for name, objective in self.objectives.items():
            event = self.catalog.find(Event, objective.event)
            names = {attribute.name for attribute in event.entity.attributes} if event else set()
            found[name] = connectors if "connector" in names else [""]
        return found


def store_path(root: Path, store: Path | None) -> Path:
    """The file: what was named, else below the repository."""
    return store or root / DEFAULT


def layout_of(catalog: Catalog) -> Layout:
    """The columns of the events that the model has. Raises Unusable for contracts that no table can hold."""
    from generators.measures.layout import Layout, UnfitContracts  # noqa: PLC0415 - its own extra

    try:
        return Layout.of(contracts_of(catalog))
    except UnfitContracts as error:
        raise Unusable(str(error)) from error


@contextmanager
def measured(root: Path, store: Path | None, connection: str | None) -> Iterator[Measured]:
    """What is asked. Raises Unusable for a store that is not there or cannot be read, in the block as well."""
    top = repository(root)
    from generators.measures.store import connected, errors_of  # noqa: PLC0415 - its own extra

    if store is not None and connection is not None:
        raise Unusable("--store and --store-url both say where the events are: leave one out")
    path = store_path(top, store)
    if connection is None and not path.is_file():
        raise Unusable(f"{printable(str(path))} is not there: `dfops telemetry ingest` makes it")
    catalog = partial_catalog(top)
    try:
        backend = connected(connection or path)
        try:
            yield Measured(catalog, backend, backend.table("events"))
        finally:
            backend.disconnect()
    except errors_of(connection) as error:
        what = "the database" if connection else printable(str(path))
        raise Unusable(f"{what} cannot be asked: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """The first line of what an engine says; an address may hold a password, so it is not repeated."""
    text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    if "lock" in text.lower():
        return "another process has it open; wait until that has finished"
    return printable(text) if "://" not in text else type(error).__name__


def note_synthetic(asked: Measured) -> None:
    """Say on standard error that numbers are made up, where they are."""
    if asked.synthetic:
        sys.stderr.write("note: the store holds synthetic events; these numbers are made up\n")
