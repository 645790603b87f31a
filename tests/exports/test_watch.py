from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from generators.cli.extras import EXTRAS
from generators.exports.watch import PATH, PRINTED
from generators.telemetry.contracts import own_contracts
from tests.conftest import TESTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

WORKFLOWS = Draft7Validator(get_builtin_schema("vendor.github-workflows"))
WITHOUT_EXTRAS = f"""
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {sorted(set().union(*EXTRAS.values()))}:
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Absent())
from generators.cli import main
sys.argv = ["dfops", *sys.argv[1:]]
main()
"""


@pytest.fixture
def written(dfops: Dfops, tmp_path: Path) -> dict[str, Any]:
    """The workflow in somebody's project, which is no repository of ours."""
    ran = dfops("export", "watch", "--out", tmp_path)
    assert (ran.code, ran.out) == (0, "1 of 1 files written\n")
    return dict(yaml.safe_load((tmp_path / PATH).read_text(encoding="utf-8")))


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """In order."""
    (job,) = workflow["jobs"].values()
    return list(job["steps"])


def test_the_forge_takes_the_workflow(written: dict[str, Any]) -> None:
    """On a schedule and by hand, with the least permissions; and the schema is really asked."""
    assert [fault.message for fault in WORKFLOWS.iter_errors(written)] == []
    assert set(written["on"]) == {"schedule", "workflow_dispatch"}
    assert written["permissions"] == {"contents": "read"}
    steps(written)[0]["run"] = "true"  # beside `uses`
    assert list(WORKFLOWS.iter_errors(written))


def test_it_draws_records_and_sends(written: dict[str, Any]) -> None:
    """With the runtime that packs are written for, whose own statistics are refused, ours by nothing but consent."""
    watch = own_contracts().watch
    assert watch is not None
    env, run = ({step["name"]: step.get(key, {}) for step in steps(written)} for key in ("env", "run"))
    assert env["Install"]["RUNTIME"] == watch.install
    assert run["Draw the boards"] == f"{watch.draw} 2> {PRINTED} || true"
    assert env["Draw the boards"] == {"DO_NOT_TRACK": "1"}
    assert not env["Record which boards drew"]
    assert not env["Send the events"]
    assert watch.version in run["Record which boards drew"]


def test_its_commands_are_ours(written: dict[str, Any], dfops: Dfops, tmp_path: Path) -> None:
    """Each line with `dfops` runs: with nothing to read, and without consent."""
    (tmp_path / PRINTED).write_text("Rendered charts/x.yml to renders/x.svg (svg format)\n", encoding="utf-8")
    said = []
    for step in steps(written):
        if step.get("run", "").startswith("dfops "):
            words = [str(tmp_path / word) if word in {".", PRINTED} else word for word in shlex.split(step["run"])]
            said.append((dfops(*words[1:]).code, step.get("continue-on-error", False)))
    assert said == [(0, False), (2, True)]


def test_a_client_without_extras_writes_it(tmp_path: Path) -> None:
    """A user has installed what installs packs, and no more."""
    words = [sys.executable, "-c", WITHOUT_EXTRAS, "export", "watch", "--out", str(tmp_path)]
    ran = subprocess.run(words, cwd=TESTS.parent, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / PATH).is_file()
    assert re.search("secrets of the repository", ran.stderr)


def test_it_says_when_it_is_stale(dfops: Dfops, tmp_path: Path) -> None:
    """As every export."""
    assert dfops("export", "watch", "--out", tmp_path, "--check").code == 1
    assert dfops("export", "watch", "--out", tmp_path).code == 0
    assert dfops("export", "watch", "--out", tmp_path, "--check").code == 0
