"""`dfops telemetry ingest`: events that were sent, or that lie on this machine, into the store."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment, repository, writing
from generators.cli.partial import partial_catalog
from generators.cli.telemetry_store import StoreOption, store_path
from generators.exports.contracts import contracts_of
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.measures.ingest import Ingested

SCHEMA_VERSION = 1
SUFFIXES = (".json", ".jsonl", ".ndjson")
FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH…", help="Files with events, or folders with such files: JSON lines, or JSON lists."),
]
ParquetOption = Annotated[
    Path | None,
    typer.Option("--parquet", metavar="FILE", help="Write the whole store to a Parquet file too."),
]


def ingest(
    paths: FilesArgument,
    store: StoreOption = None,
    parquet: ParquetOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Take events into the store, each once: running it again changes nothing. Files stay as they are.

    Lines that are no event of a contract go to STORE.refused.jsonl with the reason; they stop nothing.
    """
    top, when = repository(root), moment(at)
    from generators.measures.ingest import ingest as taken  # noqa: PLC0415 - its own extra
    from generators.measures.layout import Layout, UnfitContracts  # noqa: PLC0415
    from generators.measures.store import Unstored, opened  # noqa: PLC0415

    files = _files(paths)
    path = store_path(top, store)
    try:
        layout = Layout.of(contracts_of(partial_catalog(top)))
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with opened(path, layout) as open_store:
                done = taken(open_store, files, when)
                if parquet is not None:
                    open_store.save(parquet)
    except (Unstored, UnfitContracts) as error:
        raise Unusable(str(error)) from error
    _tell(done, path, form)


def _files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
        elif path.is_file():
            found.append(path)
        else:
            raise Unusable(f"{printable(str(path))} is no file and no folder")
    return found


def _tell(done: Ingested, store: Path, form: str) -> None:
    if form == "json":
        made = {"schema_version": SCHEMA_VERSION, "new": done.new, "duplicate": done.duplicate, "refused": done.refused}
        sys.stdout.write(json.dumps(made, indent=1) + "\n")
        return
    sys.stdout.write(f"{done.new} new events, {done.duplicate} known ones.\n")
    for reason, count in sorted(done.refused.items(), key=lambda one: (-one[1], one[0])):
        sys.stdout.write(f"refused {count}: {printable(reason)}\n")
    if done.refused:
        sys.stdout.write(f"The refused lines: {printable(str(store))}.refused.jsonl\n")
