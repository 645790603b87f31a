"""A published pack into a project, from a catalog in a folder: what the client itself adds to the imports it needs."""

from __future__ import annotations

import os
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from generators.packs.reading.changelog import changelog_of
from tests.bench.measure import REPOSITORY, Cost, alternate, run
from tests.published.signing import Publisher, sign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKS = ("stripe", "salesforce")
ROUNDS = 7
HEADINGS = ("pack", "s", "MiB", "imports s", "ratio")
SOURCE = "sources:\n  w:\n    type: duckdb\n    path: w.duckdb\n"


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One line a pack: processor seconds of the whole command, and of the imports that it needs alone."""
    project, catalog = folder / "project", folder / "catalog"
    project.mkdir()
    os.environ |= {"DFOPS_HOME": str(folder / "home"), "DFOPS_TRUST": str(folder / "root.json")}
    (folder / "root.json").write_bytes(Publisher().root)
    (project / "dbt_charts.yml").write_text(SOURCE, encoding="utf-8")
    for pack in PACKS:
        day = str(changelog_of(REPOSITORY, pack).releases[0].day)
        run("generators.cli", "pack", "publish", pack, "--into", catalog, "--at", day)
        sign(catalog)
        install = partial(_install, pack, catalog, project, count())
        costs = alternate({"ours": install, "bare": partial(run, "tests.bench.installing_start")}, ROUNDS)
        ours, bare = costs["ours"], costs["bare"]
        yield (
            pack, f"{ours.seconds:.2f}", f"{ours.megabytes:.0f}", f"{bare.seconds:.2f}",
            f"{ours.seconds / bare.seconds:.1f}",
        )  # fmt: skip


def _install(pack: str, catalog: Path, project: Path, copies: Iterator[int]) -> Cost:
    """A copy in a folder of its own: none is written over."""
    words = ("pack", "install", pack, "--catalog", catalog, "--project", project, "--as", f"{pack}_{next(copies)}")
    return run("generators.cli", *words)
