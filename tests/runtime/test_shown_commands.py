"""Every command of a runtime that pages show, run by that runtime in a project of its own, as it stands on the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest

from generators.catalog import load
from generators.installed import installed
from generators.model import KINDS
from generators.model.pasted import pasted_texts
from generators.model.runbook import Runbook
from generators.model.runtime import Runtime
from generators.packs.engines import duck
from generators.runbooks.placeholders import filled
from generators.runtime.actions import actions_in, spelled
from generators.source import Repository
from tests.packs.delivered import folder as delivered
from tests.packs.kpis.board import packs, rows_of
from tests.runtimes import ROOT, known, needs_runtime, needs_runtimes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.runtime.known import KnownRuntime

USERS = {
    "CONNECTOR/index": "stripe/index",
    "CONNECTOR": "stripe",
    "SOURCE": "warehouse",
    "SCHEMA": "stripe",
    "TABLE": "charge",
    "COLUMN": "amount",
    "QUERY": "headline",
    "VARIABLE=VALUE": "currency=USD",
    "BOARD": "stripe/index",
    "{query}": "headline",
    "{connector}": "stripe",
    "{source}": "warehouse",
    "{schema}": "stripe",
    "{table}": "charge",
    "{choice}": "currency=USD",
}
"""What stands for the words in capitals, and for names that pages leave to the reader."""
HERE = {"project": ".", "schema": "stripe", "sql_file": "query.sql"}
"""What the project of the test has in place of a runbook's example."""
PLACES = ("/tmp/empty-project", "~/pack-trial")  # noqa: S108 - projects that pages make, told apart by their names
EVERY_TIME = ("@types warehouse stripe.charge", "@rows stripe/balance monthly_fees currency=EUR")
"""Run on every run, with the current runtime; all of them with `make test-all`."""
PARTS = 12
"""Each takes half a minute: a sample of them fits into CI."""
MADE_BY_PAGES = "fivetran_log"
"""The other pack whose tables runbooks ask."""
ADDED = (
    ("stripe.charge", "_fivetran_deleted BOOLEAN"),
    ("fivetran_log.connection", "paused BOOLEAN"),
    ("fivetran_log.connection", "_fivetran_synced TIMESTAMPTZ"),
)
"""Columns that Fivetran writes and no board reads, so that the packs' schemas do not have them."""
SECONDS = 300


class Shown(NamedTuple):
    """An action as pages have it, filled in, with one of the places where it stands."""

    action: str
    place: str


@cache
def shown() -> tuple[Shown, ...]:
    """Every distinct action of the model, and those of the quickstarts."""
    found = {action: Shown(action, place) for action, place in _placed()}
    return tuple(found[action] for action in sorted(found, key=lambda one: ("@eject" not in one, one)))


def _placed() -> Iterator[tuple[str, str]]:
    catalog, _ = load(Repository(ROOT), KINDS)
    yield from (("@validate stripe", "quickstarts"), ("@draw stripe/index", "quickstarts"))
    for entry in catalog.everything():
        if entry.kind == Runtime.kind:
            continue
        examples = {}
        if isinstance(entry.entity, Runbook):
            examples = {parameter.name: parameter.example for parameter in entry.entity.parameters} | HERE
        for route, text in pasted_texts(entry.entity):
            for action in actions_in(text):
                yield _filled(action, examples), str(entry.at(*route))


def _filled(action: str, examples: dict[str, str]) -> str:
    action = filled(action, examples)
    for name, value in USERS.items():
        action = re.sub(rf"(?<![A-Z-]){re.escape(name)}(?![A-Z-])", value, action)
    for place in PLACES:
        action = action.replace(place, ".")
    return action


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic rows of the packs that pages ask."""
    file = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    stripe, log = packs()["stripe"], packs()[MADE_BY_PAGES]
    duck.fill(file, stripe.schema_name, stripe.schema.entity.tables, rows_of(stripe, awkward=False))
    with duckdb.connect(str(file)) as connection:
        duck.create(connection, log.schema_name, log.schema.entity.tables, rows_of(log, awkward=False))
        for table, column in ADDED:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    return file


def project_of(runtime: KnownRuntime, warehouse: Path, folder: Path) -> Path:
    """A project of a user of this runtime: the rows, the boards as they are delivered, and a file with a query."""
    words = runtime.runtime.words
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(warehouse, folder / "warehouse.duckdb")
    (folder / words.project_file).write_text(
        "sources:\n  warehouse:\n    type: duckdb\n    path: warehouse.duckdb\n", encoding="utf-8"
    )
    (folder / "query.sql").write_text("SELECT COUNT(*) AS charges FROM stripe.charge\n", encoding="utf-8")
    boards = delivered(packs()["stripe"], "duckdb", "warehouse", "stripe", runtime)
    for name, text in boards.items():
        file = folder / words.folder / "stripe" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def run(runtime: KnownRuntime, line: str, project: Path) -> subprocess.CompletedProcess[str]:
    """A line in a shell that finds the runtime's command first."""
    environment = {
        "PATH": f"{runtime.environment.python.parent}:/usr/bin:/bin",
        "HOME": str(project),
        "LC_ALL": "C.UTF-8",
        "DO_NOT_TRACK": "1",
    }
    return subprocess.run(  # noqa: S603 - the pages' own commands are what is under test
        ["/bin/bash", "-c", line],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def lines_of(runtime: KnownRuntime) -> Iterator[tuple[Shown, str, str]]:
    """Each action with the line of a runtime that can do it, and what the line needs besides a project."""
    current = known()[0].runtime
    for one in shown():
        spelling = spelled(one.action, runtime.runtime, current)
        assert spelling.problems == (), one
        if not spelling.cannot:
            yield one, spelling.text, "; ".join(spelling.needs)


def test_pages_show_actions() -> None:
    """What the tests below rest on: there are many, and each runtime spells nearly all of them."""
    assert len(shown()) > 50
    for runtime in known():
        assert len(list(lines_of(runtime))) > 0.9 * len(shown())


def test_lines_that_need_more_are_parsed() -> None:
    """They are few, each says what it needs, and the grammar of its runtime accepts it."""
    facts = installed({}, "", known())
    for runtime in known():
        needing = [(line, needs) for _, line, needs in lines_of(runtime) if needs]
        assert {needs for _, needs in needing} <= {
            "The server goes on until Ctrl-C",
            "A dbt project with that target, and the server goes on until Ctrl-C",
            "A warehouse that the project connects to",
            "A folder without a project file; it writes one",
        }
        assert len(needing) < 10
        assert [facts.problems(line) for line, _ in needing] == [[]] * len(needing)


@needs_runtime
@pytest.mark.parametrize("action", EVERY_TIME)
def test_a_few_commands_work(action: str, warehouse: Path, tmp_path: Path) -> None:
    """Types come from the catalogue, rows with the value of a variable."""
    runtime = known()[0]
    line = spelled(action, runtime.runtime, runtime.runtime).text
    ran = run(runtime, line, project_of(runtime, warehouse, tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ("created," if "@types" in action else "month") in ran.stdout


@needs_runtimes
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("runtime", known(), ids=lambda runtime: runtime.id)
def test_every_command_works(runtime: KnownRuntime, part: int, warehouse: Path, tmp_path: Path) -> None:
    """Each ends with 0 in a project with rows and boards; what is refused is refused to every reader."""
    project = project_of(runtime, warehouse, tmp_path / "project")
    faults = []
    for one, line, needs in list(lines_of(runtime))[part::PARTS]:
        if needs:
            continue
        if "validate-templates" in line:  # pages have them written out before
            for _, other, _ in lines_of(runtime):
                if "inspect eject" in other:
                    run(runtime, other, project)
        ran = run(runtime, line, project)
        if ran.returncode != 0:
            faults.append(f"{one.place}\n  {line}\n  exit {ran.returncode}: {(ran.stderr or ran.stdout)[-600:]}")
    assert faults == [], "\n".join(faults)
