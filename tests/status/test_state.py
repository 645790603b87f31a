"""The five states: which goes before which, what counts as proof, and what lapses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from typing import Any, Literal

import pytest

from generators.model.pack import BoardEvidence, Pack, PackEvidence, StatusOverride, Warehouse, WarehouseSupport
from generators.model.refs import ConnectorRef, RoleRef, RuntimeRef
from generators.model.text import Span
from generators.status.state import STATES, WAREHOUSE_NAMES, Concern, Signal, State, Status, in_force, status

AT = datetime(2027, 3, 10, 12, tzinfo=UTC)
CHECKED = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
DIGEST, OTHER = "a" * 64, "b" * 64
BOARDS = ("index", "tanks")


def pack(**fields: Any) -> Pack:
    """A release for two warehouses, one executed, one static."""
    supports = (WarehouseSupport(name="duckdb", proof="executed"), WarehouseSupport(name="snowflake", proof="static"))
    said: dict[str, Any] = {
        "title": "Oil",
        "connector": ConnectorRef("oil_feed"),
        "version": "1.2.0",
        "owner": RoleRef("keeper"),
        "state": "available",
        "warehouses": supports,
        "kpis": (),
        "evidence_limit": Span("30 days"),
    }
    return Pack(**said | fields)


CELL: dict[str, Any] = {"runtime": RuntimeRef("dbt-charts"), "queries": 2}
Cells = dict[tuple[str, str], tuple[str, str]]
GOOD: Cells = {
    **{(board, "duckdb"): ("executed", "ok") for board in BOARDS},
    **{(board, "snowflake"): ("static", "ok") for board in BOARDS},
}


def evidence(cells: Cells | None = None, **fields: Any) -> PackEvidence:
    """What a check found; every cell is as good as asked unless said otherwise."""
    found = GOOD | (cells or {})
    boards = tuple(
        BoardEvidence(**CELL, board=board, warehouse=warehouse, proof=proof, verdict=verdict)  # type: ignore[arg-type]
        for (board, warehouse), (proof, verdict) in found.items()
    )
    said: dict[str, Any] = {
        "title": "Oil",
        "connector": ConnectorRef("oil_feed"),
        "version": "1.2.0",
        "digest": DIGEST,
        "checked_at": CHECKED,
        "engines": {"duckdb": "DuckDB 1.4.2"},
        "reads": {},
        "boards": boards,
    }
    return PackEvidence(**said | fields)


def override(state: State, since: datetime, until: datetime, reason: str = "Somebody said so") -> StatusOverride:
    """What a person says between two moments."""
    return StatusOverride(
        title="Said",
        connector=ConnectorRef("oil_feed"),
        state=state,
        author=RoleRef("keeper"),
        reason=reason,
        since=since,
        until=until,
    )


def now(state: State, reason: str = "Somebody said so") -> StatusOverride:
    """An override that is in force."""
    return override(state, AT - timedelta(hours=1), AT + timedelta(hours=1), reason)


def found(p: Pack | None = None, e: PackEvidence | None = None, digest: str = DIGEST, **more: Any) -> Status:
    """The status with everything well unless said otherwise."""
    return status(p or pack(), e or evidence(), digest, AT, **more)


def test_all_is_well() -> None:
    """Everything that is promised is proven: the reason says how, the moment is the check's."""
    said = "All 2 boards work: run on DuckDB, checked without running on Snowflake."
    assert found() == Status("operational", said, CHECKED)


# ── proof ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_no_evidence() -> None:
    """A pack that nobody has checked claims nothing."""
    assert status(pack(), None, DIGEST, AT) == Status("unknown", "Not proven yet.", None)


@pytest.mark.parametrize("how", ["digest", "version"])
@pytest.mark.parametrize("verdict", ["ok", "broken", "unavailable"])
def test_evidence_of_another_pack_does_not_count(how: str, verdict: str) -> None:
    """A board or a release changed since: neither the good nor the bad news is of what users install now."""
    seen = evidence({("index", "duckdb"): ("executed", verdict)})
    this = found(pack(version="1.3.0") if how == "version" else None, seen, OTHER if how == "digest" else DIGEST)
    assert this.state == "unknown"
    assert this.reason == "The last check, on 2027-03-01, was of another state of the pack."
    assert this.moment == CHECKED


@pytest.mark.parametrize(
    ("limit", "age", "state"),
    [
        ("30 days", timedelta(days=30), "operational"),
        ("30 days", timedelta(days=30, seconds=1), "unknown"),
        ("2 hours", timedelta(hours=2), "operational"),
        ("2 hours", timedelta(hours=2, microseconds=1), "unknown"),
        ("2 hours", -timedelta(days=3), "operational"),
    ],
)
def test_evidence_up_to_its_limit(limit: str, age: timedelta, state: State) -> None:
    """A proof holds to the last moment of the pack's own limit; a clock that runs behind is no reason for doubt."""
    this = found(pack(evidence_limit=Span(limit)), evidence(checked_at=AT - age))
    assert this.state == state
    if state == "unknown":
        assert this.reason == f"The last check, on {(AT - age).date()}, is older than {limit}."


def test_moment_in_another_zone_is_the_same_moment() -> None:
    """Ages are counted in instants, and days are named in UTC."""
    east = timezone(timedelta(hours=14))
    old = (AT - timedelta(days=30)).astimezone(east)
    assert found(e=evidence(checked_at=old)).state == "operational"
    later = (AT - timedelta(days=40)).replace(hour=23).astimezone(east)
    assert str((AT - timedelta(days=40)).date()) in found(e=evidence(checked_at=later)).reason
    with pytest.raises(ValueError, match="time zone"):
        status(pack(), evidence(), DIGEST, AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("proof", "verdict", "named"),
    [("executed", "unproven", True), ("static", "ok", True), ("emulated", "ok", True), ("executed", "ok", False)],
)
def test_less_proof_than_promised(proof: str, verdict: str, *, named: bool) -> None:
    """A warehouse that was down, or only read about where running was promised, is not proven."""
    this = found(e=evidence({("tanks", "duckdb"): (proof, verdict)}))
    assert this.state == ("unknown" if named else "operational")
    assert (this.reason == "Not proven as promised on DuckDB.") is named


def test_more_proof_than_promised() -> None:
    """A warehouse that was run although reading was enough is proven, and said to have been run."""
    ran: Cells = {(board, "snowflake"): ("emulated", "ok") for board in BOARDS}
    said = "All 2 boards work: run on DuckDB, run on an emulation of Snowflake."
    assert found(e=evidence(ran)).reason == said


def test_warehouse_that_the_check_left_out() -> None:
    """A release that claims a warehouse which nobody looked at is not known to work there."""
    wide = (*pack().warehouses, WarehouseSupport(name="bigquery", proof="static"))
    assert found(pack(warehouses=wide)) == Status("unknown", "Not proven as promised on BigQuery.", CHECKED)
    both = (*wide, WarehouseSupport(name="redshift", proof="static"))
    assert found(pack(warehouses=both)).reason == "Not proven as promised on BigQuery and Redshift."


def test_board_that_was_checked_on_one_warehouse_only() -> None:
    """Every board on every warehouse that is claimed, or it is not proven there."""
    seen = evidence()
    partly = tuple(cell for cell in seen.boards if (cell.board, cell.warehouse) != ("tanks", "snowflake"))
    this = found(e=seen.model_copy(update={"boards": partly}))
    assert (this.state, this.reason) == ("unknown", "Not proven as promised on Snowflake.")


def test_warehouse_for_which_no_proof_is_asked() -> None:
    """It is neither held against the pack nor enough on its own."""
    free = (WarehouseSupport(name="duckdb", proof="executed"), WarehouseSupport(name="trino", proof="none"))
    assert found(pack(warehouses=free)).state == "operational"
    only = (WarehouseSupport(name="trino", proof="none"),)
    assert found(pack(warehouses=only)).reason == "Not proven as promised on Trino."
    tried = evidence({("index", "trino"): ("static", "ok"), ("tanks", "trino"): ("static", "ok")})
    assert found(pack(warehouses=only), tried).state == "operational"


# ── broken, degraded ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("verdict", "state", "one", "two"),
    [
        ("broken", "broken", "1 of 2 boards fails on DuckDB.", "2 of 2 boards fail on DuckDB and Snowflake."),
        (
            "unavailable",
            "degraded",
            "1 of 2 boards is unavailable on DuckDB.",
            "2 of 2 boards are unavailable on DuckDB and Snowflake.",
        ),
    ],
)
def test_board_that_does_not_work(verdict: str, state: State, one: str, two: str) -> None:
    """One bad board on one warehouse decides; the reason counts boards, not queries or warehouses."""
    assert found(e=evidence({("index", "duckdb"): ("executed", verdict)})) == Status(state, one, CHECKED)
    cells: Cells = {
        ("index", "duckdb"): ("executed", verdict),
        ("index", "snowflake"): ("static", verdict),
        ("tanks", "snowflake"): ("static", verdict),
    }
    assert found(e=evidence(cells)).reason == two


@pytest.mark.parametrize("verdict", ["broken", "unavailable", "unproven"])
def test_warehouse_that_the_release_does_not_claim(verdict: str) -> None:
    """What fails where nothing was promised says nothing of the pack."""
    assert found(e=evidence({("index", "bigquery"): ("static", verdict)})).state == "operational"


@pytest.mark.parametrize("verdict", ["broken", "unavailable"])
def test_old_failure_of_the_same_pack_is_a_failure_still(verdict: str) -> None:
    """Age takes away trust, not faults: the files that failed are the files that users get."""
    old = evidence({("index", "duckdb"): ("executed", verdict)}, checked_at=AT - timedelta(days=400))
    assert found(e=old).state == {"broken": "broken", "unavailable": "degraded"}[verdict]


@pytest.mark.parametrize(("rank", "state"), [(1, "broken"), (2, "broken"), (3, "degraded"), (4, "operational")])
@pytest.mark.parametrize("what", ["defect", "incident"])
def test_open_defect_or_incident(what: Literal["defect", "incident"], rank: int, state: State) -> None:
    """By its severity: the first two break a pack, the third degrades it, the fourth is lived with."""
    this = found(concerns=[Concern(what, rank, "Felt", since=date(2027, 3, 4))])
    assert this.state == state
    if state != "operational":
        assert this == Status(state, f"An open {what}: Felt.", datetime(2027, 3, 4, tzinfo=UTC))


def test_worst_concern_is_the_reason_and_of_two_the_older() -> None:
    """One sentence: the one that weighs most."""
    concerns = [
        Concern("defect", 3, "Felt", "Dust", date(2027, 1, 1)),
        Concern("defect", 2, "Bad", "Newer", date(2027, 2, 2)),
        Concern("defect", 2, "Bad", "Older", date(2027, 2, 1)),
        Concern("defect", 2, "Bad", "Undated"),
    ]
    for order in (concerns, concerns[::-1]):
        assert found(concerns=order).reason == "An open defect: Older."
    assert found(concerns=concerns[3:]) == Status("broken", "An open defect: Undated.", None)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("stale-data", "Data is older than the pack's limit more often than its service level allows."),
        ("budget-burning", "More installs or dashboards fail than the pack's service level allows."),
    ],
)
def test_what_telemetry_says(what: Literal["stale-data", "budget-burning"], said: str) -> None:
    """Stale data and a burning budget degrade, as of the moment when they began."""
    began = AT - timedelta(hours=3)
    assert found(signals=[Signal(what, began)]) == Status("degraded", said, began)


def test_pack_that_is_marked() -> None:
    """The author's own line is the reason, ended as a sentence; without one there is still a sentence."""
    assert found(pack(state="degraded", note="Slow on BigQuery.")).reason == "Slow on BigQuery."
    assert found(pack(state="withdrawn", note="Counts twice")) == Status("withdrawn", "Counts twice.", None)
    for state in ("degraded", "withdrawn"):
        assert found(pack(state=state)).reason.endswith(".")


# ── overrides ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("state", STATES)
def test_override_in_force(state: State) -> None:
    """What a person says holds whatever the evidence says, with that person's reason and from that moment."""
    bad = evidence({("index", "duckdb"): ("executed", "broken")})
    this = found(e=bad, overrides=[now(state, "We are looking")])
    assert this == Status(state, "We are looking.", AT - timedelta(hours=1), AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (-timedelta(hours=2), timedelta(microseconds=1), True),
        (timedelta(0), timedelta(hours=1), True),
        (-timedelta(hours=2), timedelta(0), False),
        (-timedelta(hours=2), -timedelta(hours=1), False),
        (timedelta(microseconds=1), timedelta(hours=1), False),
    ],
    ids=["to its last moment", "from its first", "its end is out", "lapsed", "not yet"],
)
def test_override_lapses_by_itself(since: timedelta, until: timedelta, *, holds: bool) -> None:
    """Nobody has to remember to take it back: at its end the state is what it would be without it."""
    said = override("degraded", AT + since, AT + until)
    expected = Status("degraded", "Somebody said so.", AT + since, AT + until) if holds else found()
    assert found(overrides=[said]) == expected


def test_several_overrides() -> None:
    """The worst that is in force; of two alike the later."""
    worse, better = now("broken", "Worse"), now("operational", "Better")
    later = override("broken", AT - timedelta(minutes=1), AT + timedelta(hours=1), "Later")
    lapsed = override("withdrawn", AT - timedelta(hours=3), AT - timedelta(hours=2), "Lapsed")
    for order in ([worse, better, lapsed], [lapsed, better, worse]):
        assert found(overrides=order).reason == "Worse."
    assert [o.reason for o in in_force([worse, better, later, lapsed], AT)] == ["Later", "Worse", "Better"]


def test_kill_switch_is_overridden_by_nobody() -> None:
    """A withdrawn pack stays withdrawn: an override that nobody took back must not put it in front of users again."""
    assert found(pack(state="withdrawn", note="Counts twice"), overrides=[now("operational")]).state == "withdrawn"


# ── precedence ──────────────────────────────────────────────────────────────────────────────────────────────────────
FACTS: tuple[tuple[str, State], ...] = (
    ("withdrawn", "withdrawn"),
    ("fails", "broken"),
    ("severe", "broken"),
    ("marked", "degraded"),
    ("stale", "degraded"),
    ("felt", "degraded"),
    ("missing", "degraded"),
    ("old", "unknown"),
)


@pytest.mark.parametrize("holding", list(product((False, True), repeat=len(FACTS))), ids=str)
def test_first_state_that_applies(holding: tuple[bool, ...]) -> None:
    """Whatever else holds as well: withdrawn, broken, degraded, unknown, operational, in this order."""
    holds = {name for (name, _), on in zip(FACTS, holding, strict=True) if on}
    cells: Cells = {}
    if "fails" in holds:
        cells["index", "duckdb"] = ("executed", "broken")
    if "missing" in holds:
        cells["tanks", "duckdb"] = ("executed", "unavailable")
    marked = "withdrawn" if "withdrawn" in holds else "degraded" if "marked" in holds else "available"
    this = found(
        pack(state=marked),
        evidence(cells, checked_at=AT - timedelta(days=300) if "old" in holds else CHECKED),
        concerns=[Concern("defect", rank, "Felt") for name, rank in (("severe", 1), ("felt", 3)) if name in holds],
        signals=[Signal("stale-data", CHECKED)] if "stale" in holds else [],
    )
    applying = [state for name, state in FACTS if name in holds and not (name == "marked" and "withdrawn" in holds)]
    assert this.state == min(applying, key=STATES.index, default="operational")


def test_every_warehouse_has_a_name_for_users() -> None:
    """A warehouse that is added to the model is added here."""
    assert set(WAREHOUSE_NAMES) == set(Warehouse.__args__)  # type: ignore[attr-defined]
