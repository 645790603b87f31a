"""Commands on a project whose owner turned telemetry on, and what they recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.telemetry.consent import agree
from generators.telemetry.spool import Spool
from tests.published.samples import INDEX_BOARD, STORMS, Sample, manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from tests.cli.command import Dfops, Ran

REFUSALS = ("DO_NOT_TRACK", "DBT_SEND_ANONYMOUS_USAGE_STATS", "DFOPS_TELEMETRY")


def stripe(version: str = "1.2.0", changes: Mapping[str, str | None] | None = None, **more: Any) -> Any:
    """The small pack under a name that the contracts know: its manifest, and the texts of its files."""
    boards = {"charts/index.yml": INDEX_BOARD, "charts/storms.yml": STORMS}
    texts = {path: text.replace("lamps_boards", "stripe_boards") for path, text in boards.items()}
    said = manifest(pack="stripe", package="stripe_boards", title="Stripe", version=version, **more)
    return said, {**texts, **(changes or {})}


@dataclass
class Recording:
    """A project, a catalog with a pack, and what was recorded."""

    folder: Path
    catalog: Sample
    dfops: Dfops
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *words: object, **environment: str) -> Ran:
        """A command as its user types it: nothing refuses tracking but what is said here."""
        with self.monkeypatch.context() as patch:
            for name in REFUSALS:
                patch.delenv(name, raising=False)
            for name, value in environment.items():
                patch.setenv(name, value)
            return self.dfops(*words)

    def pack(self, command: str, *words: object, **environment: str) -> Ran:
        """A command about packs, with the catalog where it needs one."""
        asks = command in {"install", "upgrade"} and "--catalog" not in words
        more = ("--catalog", self.catalog.folder) if asks else ()
        check = ("--no-check",) if command in {"install", "upgrade"} else ()
        return self("pack", command, *words, "--project", self.folder, *more, *check, **environment)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What waits, oldest first."""
        return [json.loads(line) for line in Spool.of(self.folder).lines()]

    @property
    def data(self) -> list[dict[str, Any]]:
        """The records in it."""
        return [event["data"] for event in self.events]


def recording(tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch, send_to: str | None = None) -> Recording:
    """A project with one source, telemetry on, and a catalog with two versions of a pack."""
    project = tmp_path / "shop"
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    agree(project, send_to)
    catalog = Sample(tmp_path / "catalog")
    for version in ("1.2.0", "1.3.0"):
        said, texts = stripe(version)
        texts["charts/index.yml"] = texts["charts/index.yml"].replace("1.2.0", version)
        catalog.add(said, texts)
    return Recording(project, catalog, dfops, monkeypatch)
