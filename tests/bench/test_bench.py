"""What `make bench` measures stays measurable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.checks import references
from generators.launch.facts import LaunchFacts
from generators.launch.readiness import readiness
from generators.model import KINDS
from generators.model.operating import Baseline
from generators.site import check
from generators.source import LIMITS
from tests.bench import baseline, building, checking, launching
from tests.bench.measure import FailedError, alternate, run
from tests.bench.synthetic import MAKERS, counts_of, files, write
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SIZE = 100


@pytest.fixture
def synthetic(tmp_path: Path) -> Path:
    """A small synthetic repository."""
    write(tmp_path, counts_of(SIZE))
    return tmp_path


def test_synthetic_repository_breaks_no_rule(synthetic: Path) -> None:
    """It is as many entities as were asked for, of every kind but baselines, which would need something to accept."""
    checked = check(synthetic, AT)
    assert checked.findings == ()
    assert sum(1 for _ in checked.catalog.everything()) == SIZE
    assert set(checked.catalog.entries) == {kind.kind for kind in KINDS} - {Baseline.kind}


def test_synthetic_repository_is_as_dense_as_it_is_said_to_be() -> None:
    """Ten thousand entities are ten thousand files; the counts alone say so."""
    counts = counts_of(10_000)
    assert (sum(counts.values()), set(counts)) == (10_000, set(MAKERS))


def test_two_runs_write_the_same() -> None:
    """Figures of two runs can be compared: nothing in the repository is left to chance."""
    assert dict(files(counts_of(SIZE))) == dict(files(counts_of(SIZE)))


def test_obvious_way_reads_every_file(synthetic: Path) -> None:
    """Both sides of the ratio see the same entities."""
    assert len(baseline.load(synthetic)) == SIZE


def test_faulty_tree_is_faulty(synthetic: Path) -> None:
    """The tree with deleted files has references that lead nowhere, which is what its figure is about."""
    checking.spoil(synthetic)
    assert "OPS201" in {finding.rule.code for finding in check(synthetic, AT).findings}


def test_hints_for_unknown_names_have_a_budget(synthetic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many references lead nowhere, few names are compared with all others; each is reported all the same."""
    checking.spoil(synthetic)
    asked: list[int] = []

    def count(word: str, known: Iterable[str]) -> str:
        asked.append(len(list(known)))
        return word[:0]

    monkeypatch.setattr(references, "nearest", count)
    monkeypatch.setattr(references, "COMPARISONS", 10)
    dangling = [finding for finding in check(synthetic, AT).findings if finding.rule.code == "OPS201"]
    assert len(dangling) > len(asked) > sum(map(bool, asked)) > 0
    assert sum(asked) < 10 + max(asked)


def test_site_to_be_built_breaks_no_rule(tmp_path: Path) -> None:
    """The repository of the site's figures is valid as well, here with fewer connectors."""
    chosen = {kind: int(count) for kind, _, count in (word.partition("=") for word in building.COUNTS[1:])}
    write(tmp_path, {**counts_of(int(building.COUNTS[0])), **chosen, "connector": 20})
    assert check(tmp_path, AT).findings == ()


def test_subject_that_fails_ends_the_run() -> None:
    """A command that does not run is no fast command."""
    with pytest.raises(FailedError, match="No module named"):
        run("tests.bench.nothing_of_this_name")


def test_cost_of_a_child_is_its_own() -> None:
    """A child that works and holds memory costs both; the median of three is one of them."""
    cost = alternate({"json": lambda: run("json.tool", "--help")}, 3)["json"]
    assert 0 < cost.seconds < 10
    assert 1 < cost.megabytes < 1000
    assert "usage" in cost.output


def test_repository_past_its_limit_says_one_thing(synthetic: Path) -> None:
    """More files than may be read are one finding with the option that helps, not thousands of unknown references."""
    (finding,) = check(synthetic, AT, LIMITS.for_files(SIZE // 2)).findings
    assert (finding.rule.code, "--max-files" in finding.hint) == ("OPS011", True)
    boards = counts_of(SIZE)["pack"]
    assert check(synthetic, AT, LIMITS.for_files(SIZE + boards)).findings == ()


def test_the_launch_that_is_measured_is_open() -> None:
    """Each gate holds and is signed, so that every record is compared with what it binds."""
    catalog = launching.launch(launching.ITEMS)
    (gate,) = readiness(LaunchFacts(catalog, AT)).gates.values()
    assert (gate.is_open, len(gate.signatures)) == (True, 2 * launching.RECORDS)
