"""A pack on somebody's own warehouse: what is asked there, and what is said of what was not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from generators.model.pack import Proof
from generators.packs.proof.live import LiveWarehouse, check_live, unproven
from generators.packs.reading.snapshots import Snapshot, snapshot_of
from generators.runtime.port import Reply, Rows
from tests.packs.small import lamps
from tests.runtimes import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder

SELECT = "SELECT COALESCE(colour, 'none')"
HEAD = "queries:\n  colours:\n    sql: |\n      "
CONDITION = (
    f"{HEAD}{SELECT} AS colour",
    (
        "variables: {since: {input: date}}\n"
        f"{HEAD}{SELECT}{{% if since %}} AS colour{{% else %}} AS colour{{% endif %}}"
    ),
)
KPI = "worry_when: None is lit}\n"
OVERRIDDEN = """\
overrides:
  - {board: colours, query: colours, warehouse: duckdb, why: Other, sql: "SELECT 'red' AS colour, 1 AS lamps"}
"""
OVERRIDE = (KPI, KPI + OVERRIDDEN)


@dataclass
class Project:
    """Stands for somebody's project: keeps what it is asked, and answers the same to all."""

    reply: Reply = field(default_factory=Reply)
    asked: list[str] = field(default_factory=list)
    opened: int = 0
    is_running: bool = False

    def open(self, project: Path, source: str) -> str:
        """Note it."""
        del project, source
        self.opened += 1
        self.is_running = True
        return "duckdb"

    def rendered(self, statements: Any, dialect: str) -> Any:
        """By the real one."""
        (port,) = current().values()
        return port.rendered(statements, dialect)

    def ask(self, sql: str, variables: Mapping[str, object], seconds: float) -> Reply:
        """Keep the question, give the answer."""
        del variables, seconds
        self.asked.append(sql)
        return self.reply


def live(project: Any) -> LiveWarehouse:
    """A warehouse behind a project that stands in."""
    return LiveWarehouse(project, Path("project"), "w", "duckdb")


def checked(pack: PackFolder, project: Project, schema: str) -> dict[str, Result]:
    """Results by query, on the pack's own tables under a schema's name."""
    snapshot = Snapshot(schema, snapshot_of(pack).tables)
    return {result.query: result for result in check_live(pack, snapshot, live(project)).results}


def test_schema_of_another_name(tmp_path: Path) -> None:
    """The questions name the user's schema, and what is answered counts as executed."""
    project = Project()
    found = checked(lamps(tmp_path), project, "lamps_eu")
    assert {result.proof for result in found.values()} == {"executed"}
    assert len(project.asked) == 4
    assert [sql for sql in project.asked if "lamps_eu.lamp" not in sql] == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"colours": CONDITION}, "{% … %}"),
        ({"pack": OVERRIDE}, "its override is written for the schema 'lamps' only"),
    ],
    ids=["a template with conditions", "an override"],
)
def test_query_that_cannot_be_carried_to_the_schema(
    tmp_path: Path, changes: dict[str, tuple[str, str]], reason: str
) -> None:
    """It is not asked under another name, and never in other words than the pack's; the rest is."""
    pack = lamps(tmp_path, **changes)
    project = Project()
    found = checked(pack, project, "lamps_eu")["colours"]
    assert (found.verdict, found.proof) == ("unproven", "static")
    assert found.message.startswith("has no form for the schema 'lamps_eu': ")
    assert reason in found.message
    assert found.path == "packs/lamps/charts/colours.yml"
    assert len(project.asked) == 3
    assert checked(pack, project, "lamps")["colours"].proof == "executed"


def test_only_what_was_answered_is_executed(tmp_path: Path) -> None:
    """An answer or a refusal of the query is; silence and other errors are not."""
    pack = lamps(tmp_path)
    refused = checked(pack, Project(Reply(error="no column", code="ERR-BINDER-UNKNOWN-COLUMN")), "lamps")
    assert {(result.verdict, result.proof) for result in refused.values()} == {("broken", "executed")}
    down = checked(pack, Project(Reply(error="connection refused")), "lamps")
    assert {(result.verdict, result.proof) for result in down.values()} == {("unproven", "static")}
    nothing = unproven(pack, "duckdb", "the warehouse is down").results
    assert {result.proof for result in nothing} == {"static"} < set(get_args(Proof))


def test_number_of_nothing(tmp_path: Path) -> None:
    """Tables of a user may be empty: a number that has no row is unavailable, and nothing is broken."""
    found = checked(lamps(tmp_path), Project(Reply(Rows(("lit", "night", "lamps"), ()))), "lamps")
    assert (found["total"].verdict, found["total"].code) == ("unavailable", "ERR-KPI-NO-DATA")
    assert found["nightly"].verdict == "ok"


def test_warehouse_that_hangs() -> None:
    """The runtime is ended, and opened again for the next question; after two of them no more is asked."""

    class Hanging(Project):
        def ask(self, sql: str, variables: Mapping[str, object], seconds: float) -> Reply:
            super().ask(sql, variables, seconds)
            self.is_running = False
            return Reply(error="no answer within 0.05 seconds")

    project = Hanging()
    warehouse = live(project)
    said = [warehouse.ask("SELECT 1", {}, seconds=0.05).error for _ in range(4)]
    assert said[:2] == ["no answer within 0.05 seconds"] * 2
    assert said[2:] == ["not asked: 2 questions before it were not answered in time"] * 2
    assert (len(project.asked), project.opened) == (2, 2)
