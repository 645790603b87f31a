from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.checks.runtimes import MISORDERED_VERSIONS, UNKNOWN_GRAMMAR
from generators.runtime.port import adapters
from generators.site import check
from generators.workers import WORKERS
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

RUNTIME = "ops_model/operating/runtimes/dbt-charts.yaml"


def test_workers_that_speak_to_no_runtime_are_no_adapters() -> None:
    """Engines are workers too."""
    assert adapters()
    assert adapters() < {path.stem.removesuffix("_worker").replace("_", "-") for path in WORKERS.glob("*_worker.py")}


@pytest.mark.parametrize(
    ("field", "name", "hint"),
    [
        ("grammar", "board", "did you mean 'boards'?"),
        ("grammar", "pictures", "there are: boards, faces"),
        ("adapter", "dbt-chart", "did you mean 'dbt-charts'?"),
        ("adapter", "spark", "there are: dataface, dbt-charts"),
    ],
)
def test_grammar_and_adapter_of_a_runtime_exist(miniature: Path, field: str, name: str, hint: str) -> None:
    """What is not there is named with what there is."""
    change(miniature / RUNTIME, **{field: name})
    (finding,) = (finding for finding in check(miniature, AT).findings if finding.rule is UNKNOWN_GRAMMAR)
    assert (finding.message, finding.hint) == (f"there is no {field} '{name}'", hint)


def test_a_version_is_listed_once(miniature: Path) -> None:
    """The second one is at fault."""
    release = {"version": "0.10.0", "since": "2026-01-01", "why": "It was there"}
    change(miniature / RUNTIME, versions=[release, release])
    (finding,) = (finding for finding in check(miniature, AT).findings if finding.rule is MISORDERED_VERSIONS)
    assert finding.message == "0.10.0 is not newer than 0.10.0"
