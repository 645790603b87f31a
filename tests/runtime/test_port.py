"""The port to the real runtimes, each in its own environment, and what it says of those that are not there."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.packs.engines import duck
from generators.runtime.port import Environment, Missing, Refused, Rendered, Rows, RuntimePort, Version
from tests.runtimes import known, needs_runtimes, ports

if TYPE_CHECKING:
    from generators.runtime.known import KnownRuntime

RUNTIMES = [pytest.param(runtime, id=runtime.id) for runtime in known()]
BOARD = """\
title: Lamps
queries:
  lit: {sql: "SELECT colour, COUNT(*) AS lamps FROM lamps.lamp GROUP BY 1 ORDER BY 1"}
charts:
  lit: {query: lit, type: bar, x: colour, y: lamps}
rows: [lit]
"""


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A project of the runtime with one board and three lamps."""
    words = request.getfixturevalue("runtime").runtime.words
    (tmp_path / words.project_file).write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    (tmp_path / words.folder).mkdir()
    (tmp_path / words.folder / f"meta{words.suffix}").write_text("source: w\n", encoding="utf-8")
    (tmp_path / words.folder / f"lamps{words.suffix}").write_text(BOARD, encoding="utf-8")
    connection = duck.connect(tmp_path / "w.duckdb")
    connection.execute(
        "CREATE SCHEMA lamps; CREATE TABLE lamps.lamp AS SELECT unnest(['red', 'red', 'green']) AS colour"
    )
    connection.close()
    return tmp_path


@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_version_is_the_one_that_the_model_names(runtime: KnownRuntime) -> None:
    """Each environment holds the newest version of its runtime."""
    version = ports()[runtime.id].version()
    assert isinstance(version, Version)
    assert version.runtime == runtime.version


@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_what_was_written_down_is_what_the_runtime_has(runtime: KnownRuntime) -> None:
    """Pages and checks rest on the snapshot: `dfops runtime snapshot` writes it anew."""
    port = ports()[runtime.id]
    commands, codes, snapshot = port.commands(), port.codes(), runtime.snapshot
    assert not isinstance(commands, Missing)
    assert not isinstance(codes, Missing)
    assert snapshot
    assert snapshot.commands == commands
    assert sorted(snapshot.codes) == sorted(code["code"] for code in codes)


@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_templates_become_sql_and_parameters(runtime: KnownRuntime) -> None:
    """In the order asked; one that is refused does not stop the others."""
    asked: list[tuple[str, dict[str, object]]] = [
        ("SELECT 1 WHERE {{ filter('colour', shade) }}", {"shade": "red"}),
        ("SELECT {{ nobody.knows }}", {}),
        ("SELECT {{ 'x' * 3000000 }}", {}),
        ("SELECT 1 WHERE {{ filter('colour', shade) }}", {"shade": None}),
    ]
    answers = ports()[runtime.id].rendered(asked, "duckdb")
    assert not isinstance(answers, Missing)
    first, unknown, long, unset = answers
    assert first == Rendered("SELECT 1 WHERE colour = $1", ["red"])
    assert isinstance(unknown, Refused)
    assert isinstance(long, Refused)
    assert unset == Rendered("SELECT 1 WHERE 1=1", [])


@pytest.mark.long
@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_boards_are_drawn_with_their_rows(runtime: KnownRuntime, project: Path) -> None:
    """Rows by query, a picture, and what went wrong with a board that cannot be drawn; the others are drawn."""
    words = runtime.runtime.words
    path, gone = f"{words.folder}/lamps{words.suffix}", f"{words.folder}/gone{words.suffix}"
    (project / gone).write_text(BOARD.replace("lamps.lamp", "lamps.gone"), encoding="utf-8")
    drawn = ports()[runtime.id].draw(project, (path, gone), ("data", "svg"))
    assert not isinstance(drawn, Missing)
    assert drawn[path].rows == {"lit": Rows(("colour", "lamps"), (("green", 1), ("red", 2)))}
    assert drawn[path].svg.startswith("<svg")
    assert drawn[path].errors == ()
    assert drawn[gone].errors[0].code.startswith("ERR-BINDER-UNKNOWN-")


@pytest.mark.long
@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_validation_names_file_and_code(runtime: KnownRuntime, project: Path) -> None:
    """Warnings as well: a board that the runtime itself would warn about is not clean."""
    words = runtime.runtime.words
    bad = project / words.folder / f"bad{words.suffix}"
    bad.write_text(BOARD.replace("query: lit,", "query: nobody,"), encoding="utf-8")
    found = ports()[runtime.id].validate(project)
    assert not isinstance(found, Missing)
    errors = [each for each in found if each.code.startswith("ERR-")]
    assert errors
    assert {Path(each.path).name for each in errors} == {bad.name}


@pytest.mark.long
@needs_runtimes
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_somebodys_project_is_asked(runtime: KnownRuntime, project: Path) -> None:
    """Its source's kind, rows, and the runtime's own code for what the warehouse refuses."""
    with runtime.port() as port:
        unknown = port.open(project, "nobody")
        assert isinstance(unknown, Missing)
        assert unknown.reason == "the project has w"
        assert port.open(project, "w") == "duckdb"
        assert port.ask("SELECT COUNT(*) AS n FROM lamps.lamp", {}).rows == Rows(("n",), ((3,),))
        assert port.ask("SELECT nothing FROM lamps.lamp", {}).code == "ERR-BINDER-UNKNOWN-COLUMN"
        assert port.ask("DROP TABLE lamps.lamp", {}).error != ""
        assert port.ask("SELECT COUNT(*) AS n FROM lamps.lamp", {}).rows == Rows(("n",), ((3,),))
    (project / runtime.runtime.words.project_file).write_text("sources: [", encoding="utf-8")
    with runtime.port() as port:
        broken = port.open(project, "w")
    assert isinstance(broken, Missing)
    assert broken.sentence.endswith("correct its project file")


@pytest.mark.parametrize(
    ("python", "reason"),
    [("/nowhere/python", "it is not installed"), ("/bin/false", "it ended without an answer")],
)
def test_runtime_that_is_missing_or_broken(python: str, reason: str) -> None:
    """One sentence with the remedy, to every question."""
    port = RuntimePort(Environment("Lantern 1.2", Path(python), "dbt-charts", "run `make install`"))
    for answer in (port.version(), port.codes(), port.rendered([], "duckdb"), port.validate(Path())):
        assert isinstance(answer, Missing)
        assert answer.sentence == f"Lantern 1.2: {reason}; run `make install`"
    assert port.ask("SELECT 1", {}).error == reason


def test_environment_without_the_package() -> None:
    """What is not installed there is named; our own environment needs no runtime."""
    with RuntimePort(replace(known()[0].environment, python=Path(sys.executable))) as port:
        version = port.version()
    assert isinstance(version, Missing)
    assert version.reason == "dbt-charts is not installed there"
