"""Packs: release, schema, rows, one board, evidence of just that, regressions, and what people say of their status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.reading.seal import SEAL, seal_of

if TYPE_CHECKING:
    from tests.bench.synthetic.world import Fields, World

UNBOUND = "0" * 64
"""In place of the digest of a pack, which is known when its files are there."""
WORDS = {"board": "board", "boards": "boards", "folder": "charts", "suffix": ".yml", "project_file": "synthetic.yml"}
WORDS |= {"module": "synthetic", "engine": "synthetic-engine", "engine_module": "synthetic_engine"}
KPIS = ("first", "second", "third")
COLUMNS = {"id": "string", "day": "date", "amount": "numeric"}
WAREHOUSES = [{"name": "duckdb", "proof": "executed"}, {"name": "postgres", "proof": "static"}]


def pack(world: World, number: int) -> Fields:
    """For the connector whose name its folder has."""
    told = ("definition", "unit", "time_zone", "moved_by", "worry_when")
    common = min(4, world.counts["surface"])
    return {
        "title": f"Synthetic pack {number}",
        "connector": world.name("connector", number),
        "version": f"1.{number}.0",
        "warehouses": WAREHOUSES,
        "owner": world.turn("role"),
        "state": "available" if number else "withdrawn",
        **({} if number else {"note": "Withdrawn, so that there is one"}),
        "kpis": [
            {
                "id": kpi,
                "title": world.line(3),
                "board": "index",
                "query": "numbers",
                "column": kpi,
                **{name: world.line() for name in told},
            }
            for kpi in KPIS
        ],
        "unsupported": [
            world.name("unsupported-case", (number + step) % world.counts["surface"]) for step in range(common)
        ],
    }


def _tables() -> Fields:
    return {
        f"table_{table}": {"key": ["id"], "columns": COLUMNS, **({"optional": True} if table > 3 else {})}
        for table in range(6)
    }


def schema(world: World, number: int) -> Fields:
    """Six tables, two of them optional."""
    return {
        "title": f"Synthetic tables {number}",
        "connector": world.name("connector", number),
        "schema_name": "synthetic",
        "source": "Made up",
        "freshness": {"warn_after": "24 hours", "error_after": "3 days"},
        "tables": _tables(),
    }


def fixtures(world: World, number: int) -> Fields:
    """A few rows a table."""
    return {
        "title": f"Synthetic rows {number}",
        "connector": world.name("connector", number),
        "seed": number,
        "last_day": "2025-12-31",
        "tables": {f"table_{table}": {"rows": 10} for table in range(6)},
    }


def board() -> Fields:
    """One query, three numbers."""
    numbers = ", ".join(f"SUM(t.amount) AS {kpi}" for kpi in KPIS)
    return {
        "_schema_version": "0.10.0",
        "title": "Synthetic board",
        "queries": {"numbers": {"sql": f"SELECT {numbers} FROM synthetic.table_0 AS t"}},  # noqa: S608 - made up here
        "charts": {kpi: {"query": "numbers", "type": "kpi", "value": kpi} for kpi in KPIS},
        "rows": list(KPIS),
    }


def evidence(world: World, number: int) -> Fields:
    """Of the pack as it is written here, once it is written."""
    shown = world.name("runtime", 0)
    return {
        "title": f"Synthetic evidence {number}",
        "connector": world.name("connector", number),
        "version": f"1.{number}.0",
        "digest": UNBOUND,
        "checked_at": "2026-11-01T09:00:00Z",
        "engines": {"duckdb": "1.4.2", "postgres": "sqlglot 30.1.0"},
        "runtimes": {shown: "1.0.0, duckdb 1.4.2"},
        "reads": {"index": ["table_0"]},
        "boards": [
            {"board": "index", "runtime": shown, "warehouse": name, "proof": proof, "verdict": "ok", "queries": 1}
            for name, proof in (("duckdb", "executed"), ("postgres", "static"))
        ],
    }


def runtime(world: World, number: int) -> Fields:
    """What will draw the packs, from a day on that is far away: nothing of it was written down."""
    return {
        "title": f"Synthetic runtime {number}",
        "summary": world.prose(),
        "distribution": "synthetic-runtime",
        "program": "synthetic",
        "status": "current",
        "adapter": "dbt-charts",
        "grammar": "boards",
        "install": "pip install synthetic-runtime",
        "docs": "https://example.org/synthetic",
        "words": WORDS,
        "versions": [{"version": "1.0.0", "since": "2096-01-01", "why": world.line()}],
        "variables": {"value": "--var {name}={value}", "range": "--var {name}={first}..{last}"},
        "actions": {},
    }


def runtime_report(world: World, number: int) -> Fields:
    """A version that changes nothing."""
    one = {"runtime": world.name("runtime", 0), "version": "1.0.0"}
    fields = {
        "title": f"Synthetic report {number}",
        "asked_at": "2026-11-01T09:00:00Z",
        "before": one,
        "after": {**one, "version": "1.1.0"},
    }
    return fields | {SEAL: seal_of(fields)}


def regression(world: World, number: int) -> Fields:
    """A table goes, and the board that reads it with it."""
    return {
        "title": f"Synthetic regression {number}",
        "connector": pack_of(world, number),
        "why": world.prose(),
        "changes": [{"what": "table-removed", "table": "table_0"}],
        "expect": {"verdict": "broken", "boards": {"index": "broken"}, "missing": ["table_0"]},
    }


def pack_of(world: World, number: int) -> str:
    """The pack that a regression belongs to: each in turn."""
    return world.name("connector", number % world.counts["pack"])


def status_override(world: World, number: int) -> Fields:
    """A day on which somebody said so."""
    return {
        "title": f"Synthetic override {number}",
        "connector": pack_of(world, number),
        "state": "degraded",
        "author": world.turn("role"),
        "reason": world.line(),
        "since": "2026-10-01T09:00:00Z",
        "until": "2026-10-02T09:00:00Z",
    }


def withdrawal(world: World, number: int) -> Fields:
    """Of the first pack."""
    return {
        "title": f"Synthetic withdrawal {number}",
        "connector": pack_of(world, number),
        "withdrawn_on": "2026-10-03",
        "decided_by": world.turn("role"),
        "reason": world.line(),
    }


def warehouse_setup(world: World, number: int) -> Fields:
    """What is copied to reach a warehouse."""
    return {
        "title": f"Synthetic setup {number}",
        "warehouse": ("duckdb", "postgres")[number],
        "blocks": [{"say": world.line(), "command": "export WAREHOUSE_HOST=HOST"}],
    }


def publication(world: World, number: int) -> Fields:
    """Where packs are published: nowhere yet."""
    return {
        "title": f"Synthetic publication {number}",
        "summary": world.line(),
        "distribution": "synthetic-ops",
    }


MAKERS = {
    "pack": pack,
    "pack-schema": schema,
    "pack-fixtures": fixtures,
    "pack-evidence": evidence,
    "regression": regression,
    "runtime": runtime,
    "runtime-report": runtime_report,
    "status-override": status_override,
    "withdrawal": withdrawal,
    "warehouse-setup": warehouse_setup,
    "publication": publication,
}
