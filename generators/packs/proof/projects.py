"""A project of a runtime, made for one pack: its boards, a source, and a DuckDB file with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.building.files import SOURCE
from generators.packs.engines import duck

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.model.pack import PackSchema
    from generators.model.runtime import RuntimeWords
    from generators.packs.engines.rows import Tables

PROJECT = f'sources:\n  {SOURCE}:\n    type: duckdb\n    path: "{SOURCE}.duckdb"\n'


def furnish(project: Path, words: RuntimeWords, pack: str, files: Mapping[str, str]) -> dict[str, str]:
    """Write a project with a pack's files, texts by name; the boards' paths below the project, by their names."""
    (project / words.project_file).write_text(PROJECT, encoding="utf-8")
    for name, text in files.items():
        file = project / words.folder / pack / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    # The source's file is not named like a schema: that would be ambiguous in DuckDB.
    return {name.removesuffix(words.suffix): f"{words.folder}/{pack}/{name}" for name in files}


def fill(project: Path, schema: PackSchema, rows: Tables) -> None:
    """Make the source's file, with a pack's tables and these rows."""
    connection = duck.connect(project / f"{SOURCE}.duckdb")
    try:
        duck.create(connection, schema.schema_name, schema.tables, rows)
    finally:
        connection.close()
