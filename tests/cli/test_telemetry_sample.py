"""`dfops telemetry sample` in this repository, which has a pack that no event can name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.command import Dfops

ROOT = Path(__file__).parents[2]


def test_events_are_of_packs_of_users(dfops: Dfops, tmp_path: Path) -> None:
    """An internal pack is in no closed list of the contracts, and so in no event."""
    out = tmp_path / "events.jsonl"
    ran = dfops("telemetry", "sample", "--out", out, "--days", "2", "--installations", "60", "--root", ROOT)
    assert (ran.code, ran.err) == (0, "")
    assert '"pack":"stripe"' in (text := out.read_text(encoding="utf-8").replace(": ", ":"))
    assert "dataface_telemetry" not in text
