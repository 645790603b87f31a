"""Schemas judged in pieces: what was found is kept, and asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.fleet import running
from generators.fleet.gathering import fleet_at
from generators.fleet.running import Bench, OtherVersion, Snapshots, Version, judge_files, judged
from generators.packs.engines.parquet import kept
from generators.packs.proof.footprint import footprint_of
from tests.fleet import synthetic
from tests.packs.small import lamps

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder

WAREHOUSES = ("duckdb", "snowflake")
SCHEMAS = 60


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> PackFolder:
    """A small one."""
    return lamps(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def sent(pack: PackFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots."""
    folder = tmp_path_factory.mktemp("sent")
    synthetic.write(folder, synthetic.schemas(pack, SCHEMAS, WAREHOUSES))
    return folder


def version_of(pack: PackFolder) -> Version:
    """What it reads on both warehouses."""
    return Version({warehouse: footprint_of(pack, warehouse) for warehouse in WAREHOUSES})


def test_a_run_goes_on_where_one_ended(
    pack: PackFolder, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before a bad file is kept; then only the rest is judged, and another pack is judged anew."""
    monkeypatch.setattr(running, "CHUNK", 7)
    monkeypatch.setattr(running, "PART", 20)
    fleet = fleet_at(sent, "lamps")
    asked: list[str] = []
    real = judge_files

    def judge(chunk: Snapshots, code: str = "") -> running.Results:
        asked.extend(digest for digest, _, _ in chunk.files)
        if len(asked) > 40:
            raise KeyboardInterrupt
        return real(chunk, code)

    monkeypatch.setattr(running, "judge_files", judge)
    with pytest.raises(KeyboardInterrupt):
        judged(version_of(pack), fleet, Bench(tmp_path), lambda _: None)
    done = {row.digest for row in kept(tmp_path.rglob("*.parquet"))}
    assert len(done) == 37  # the chunks before it: four of 7 and one of 2, and one of 7
    asked.clear()

    def count(chunk: Snapshots, code: str = "") -> running.Results:
        asked.extend(digest for digest, _, _ in chunk.files)
        return real(chunk, code)

    monkeypatch.setattr(running, "judge_files", count)
    steps: list[int] = []
    found = judged(version_of(pack), fleet, Bench(tmp_path), steps.append)
    assert set(asked) == set(fleet.schemas) - done
    assert (sum(steps), found) == (SCHEMAS, judged(version_of(pack), fleet, Bench(tmp_path / "new"), steps.append))


def test_results_that_are_not_whole_are_none(pack: PackFolder, sent: Path, tmp_path: Path) -> None:
    """As a power cut leaves them: judged again."""
    fleet, steps = fleet_at(sent, "lamps"), list[int]()
    found = judged(version_of(pack), fleet, Bench(tmp_path), lambda _: None)
    for file in tmp_path.rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-20])
    assert judged(version_of(pack), fleet, Bench(tmp_path), steps.append) == found
    assert steps[0] == 0
    assert judged(version_of(pack), fleet, Bench(tmp_path), steps.append) == found
    assert steps[-1] == SCHEMAS


def test_another_version_judges_nothing(pack: PackFolder) -> None:
    """On a machine of a cluster whose code is another one."""
    with pytest.raises(OtherVersion):
        judge_files(Snapshots(footprint_of(pack, "duckdb"), ()), "0" * 64)
