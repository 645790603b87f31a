"""`dfops runtime watch` in the miniature, with a registry and versions of the runtime that are scripts."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from generators.runtime import environments
from generators.runtime.known import RUNTIMES
from generators.runtime.registry import CLIENT, PIP
from generators.runtime.snapshots import load, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Dfops

RUNTIME = """\
import json, sys
from pathlib import Path
said = json.loads(Path({answers!r}).read_text())
for line in sys.stdin:
    question = json.loads(line)
    answer = said[question["do"]]
    if question["do"] == "draw":
        answer = {{"boards": {{board: answer for board in question["boards"]}}}}
    print(json.dumps(answer), flush=True)
"""
DRAWN: dict[str, Any] = {"svg": "<svg/>", "rows": {}, "errors": [], "warnings": []}


class World:
    """A repository, and environments that are scripts."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        kept = load(root, "dbt-charts", "0.10.0")
        assert kept is not None
        self.commands = json.loads(json.dumps(kept.commands))
        self.codes = [{"code": code.code, "level": code.level, "domain": code.domain} for code in kept.codes.values()]

    def environment(self, name: str, requirements: str, program: str) -> None:
        """One that is whole, whose Python is a program of the shell."""
        python = self.folder / name / "bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        python.chmod(0o755)
        (self.folder / name / "requirements.txt").write_text(requirements, encoding="utf-8")
        stamp = hashlib.sha256(requirements.encode()).hexdigest()
        (self.folder / name / environments.STAMP).write_text(stamp, encoding="ascii")

    def registry(self, *versions: str, refuses: str = "") -> None:
        """It has these, or refuses with a sentence."""
        said = shlex.quote(json.dumps({"versions": versions}))
        program = f"echo 'ERROR: {refuses}' >&2; exit 1" if refuses else f"echo {said}"
        self.environment(CLIENT, PIP, program)

    def version(self, version: str, **said: object) -> None:
        """One that is installed, and answers this; else what the snapshot of the miniature has."""
        name = f"dbt-charts-{version}"
        answers, script = self.folder / f"{name}.json", self.folder / f"{name}.py"
        plain: dict[str, Any] = {
            "version": {"version": version, "engine": "2.0.1"},
            "commands": {"commands": self.commands},
            "codes": {"codes": self.codes},
            "validate": {"boards": 1, "found": []},
            "draw": DRAWN,
        }
        answers.write_text(json.dumps(plain | said), encoding="utf-8")
        script.write_text(RUNTIME.format(answers=str(answers)), encoding="utf-8")
        self.environment(name, f"dbt-charts=={version}\n", f"exec {sys.executable} {script}")


@pytest.fixture
def world(miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The miniature; nothing is installed yet."""
    monkeypatch.setenv(RUNTIMES, str(tmp_path / "runtimes"))
    return World(miniature, tmp_path / "runtimes")


@pytest.fixture
def watch(dfops: Dfops, world: World) -> Callable[..., Any]:
    """The command."""
    return lambda *arguments: dfops("runtime", "watch", "--root", world.root, *arguments)


def test_nothing_is_newer(world: World, watch: Callable[..., Any]) -> None:
    """One sentence and exit 0; a pre-release is tried where it is asked for only."""
    world.registry("0.10.1.dev3", "0.10.0")
    ran = watch()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "dbt Charts: its newest release is 0.10.0, its newest pre-release 0.10.1.dev3; 0.10.0 is compared with\n"
    )


def test_registry_does_not_answer(world: World, watch: Callable[..., Any]) -> None:
    """One sentence with the reason."""
    world.registry(refuses="No distribution found for dbt-charts")
    ran = watch("--pre")
    assert ran.code == 2
    assert ran.sentence == (
        "the registry does not say which versions of dbt-charts there are: No distribution found for dbt-charts"
    )


def test_newer_release_changes_nothing_for_readers(world: World, watch: Callable[..., Any], tmp_path: Path) -> None:
    """What it adds is listed, and the exit code is 0; the report is a file that the model takes."""
    world.registry("0.11.0", "0.10.0")
    world.commands["commands"]["fresh"] = {"parameters": []}
    world.version("0.11.0")
    ran = watch("--no-packs", "--record", "--report", tmp_path / "report.json", "--format", "json")
    assert ran.code == 0, ran.out
    (report,) = json.loads(ran.out)["reports"]
    assert report["commands"] == [{"command": "dct fresh", "what": "added"}]
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == json.loads(ran.out)
    kept = world.root / "ops_model/operating/runtimes/reports/dbt-charts-0-10-0-to-0-11-0.yaml"
    assert yaml.safe_load(kept.read_text(encoding="utf-8"))["newest_release"] == "0.11.0"
    assert kept.name in ran.err


def test_version_whose_codes_alone_are_kept_is_asked(world: World, watch: Callable[..., Any]) -> None:
    """A list of codes without commands says nothing about lines: none of them is found broken by it."""
    world.registry("0.11.0", "0.10.0")
    world.version("0.11.0")
    kept = world.root / "ops_model/operating/runtimes/snapshots/dbt-charts-0.11.0.json"
    kept.write_text(taken("dbt-charts", "0.11.0", {}, []).text, encoding="utf-8")
    ran = watch("--no-packs", "--format", "json")
    assert ran.code == 0, ran.out
    assert "commands" not in json.loads(ran.out)["reports"][0]


def test_newer_release_breaks_lines_codes_and_boards(world: World, watch: Callable[..., Any]) -> None:
    """Each is named at its place, and the exit code is 1."""
    world.registry("0.11.0", "0.10.0")
    world.version("0.10.0")
    del world.commands["commands"]["docs"]
    world.codes = [code for code in world.codes if code["code"] != "ERR-COLOR-NULL-SERIES"]
    warned = {"code": "WARN-NEW", "message": "m", "path": "", "line": 0, "at": "charts.by_place"}
    world.version("0.11.0", draw={**DRAWN, "warnings": [warned]})
    ran = watch()
    assert ran.code == 1, ran.err
    broken = ran.out.split("Breaks for users\n")[1].split("\n\n")[0].splitlines()
    places = {line.split()[0].rsplit(":", 1)[0] for line in broken}
    symptom = (world.root / "ops_model/support/symptoms/no-light.yaml").read_text(encoding="utf-8").splitlines()
    board = (world.root / "packs/oil_feed/charts/index.yml").read_text(encoding="utf-8").splitlines()
    explain = (world.root / "ops_model/operating/runtimes/dbt-charts.yaml").read_text(encoding="utf-8").splitlines()
    assert places >= {
        f"ops_model/support/symptoms/no-light.yaml:{symptom.index('  - ERR-COLOR-NULL-SERIES') + 1}",
        f"packs/oil_feed/charts/index.yml:{board.index('  by_place:') + 1}",
        *(
            f"ops_model/operating/runtimes/dbt-charts.yaml:{number}"
            for number, line in enumerate(explain, start=1)
            if "dct docs errors {code}" in line
        ),
    }
    assert "more warnings: WARN-NEW" in ran.out


def test_version_that_cannot_be_installed(
    world: World, watch: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says so, is kept all the same, and the exit code is 2."""
    world.registry("0.11.0", "0.10.0")
    uv = tmp_path / "bin/uv"
    uv.parent.mkdir()
    uv.write_text("#!/bin/sh\necho 'error: no wheel for this platform' >&2\nexit 1\n", encoding="utf-8")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{uv.parent}:/usr/bin:/bin")
    ran = watch("--record")
    assert ran.code == 2
    assert "cannot be tried here: dbt Charts 0.11.0 cannot be installed: error: no wheel for this platform" in ran.out
    kept = world.root / "ops_model/operating/runtimes/reports/dbt-charts-0-10-0-to-0-11-0.yaml"
    assert "no wheel for this platform" in yaml.safe_load(kept.read_text(encoding="utf-8"))["not_installed"]


def test_version_that_does_not_answer(world: World, watch: Callable[..., Any]) -> None:
    """It is installed and ends at once: said as well."""
    world.registry("0.11.0", "0.10.0")
    world.environment("dbt-charts-0.11.0", "dbt-charts==0.11.0\n", "exit 3")
    ran = watch("--no-packs")
    assert ran.code == 2
    assert "cannot be tried here: dbt Charts 0.11.0: it ended without an answer" in ran.out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--version", "newest"), "'newest' is no version; write it as the registry does, such as 0.10.0"),
        (("--version", "dbt-chart==0.11.0"), "no runtime of the model is the distribution 'dbt-chart'; did you mean"),
        (("--base", "1.0;rm"), "'1.0;rm' is no version"),
    ],
)
def test_versions_that_are_none(
    world: World, watch: Callable[..., Any], options: tuple[str, ...], sentence: str
) -> None:
    """One sentence with what to write."""
    world.registry("0.10.0")
    ran = watch(*options)
    assert ran.code == 2
    assert ran.sentence.startswith(sentence)


def test_named_version_without_a_registry(world: World, watch: Callable[..., Any]) -> None:
    """It can be compared all the same: what is newest is not known then, and is not written down."""
    world.registry(refuses="no network")
    world.version("0.10.0")
    del world.commands["commands"]["docs"]
    world.version("0.9.0")
    ran = watch("--version", "0.10.0", "--base", "0.9.0", "--no-packs", "--format", "json")
    assert ran.code == 0
    assert "no network" in ran.err
    (report,) = json.loads(ran.out)["reports"]
    assert report["commands"] == [{"command": "dct docs", "what": "added"}]
    assert "newest_release" not in report
