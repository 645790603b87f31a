"""One side of the comparison, in a process of its own: `python -m tests.bench.stability_side SIDE STORE DEFECTS …`.

Prints the processor seconds of the part that is compared, on one thread, and what it found.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import duckdb

from generators.measures.store import MEMORY
from generators.stability.ranking import Registered, scored, tallies
from generators.stability.trends import direction, weeks

TODAY = date(2026, 11, 30)
WEIGHTS = (8, 4, 2, 1)


def make(store: Path, defects: int, occurrences: int) -> None:
    """A store whose defects are met between never and often, over a year."""
    with duckdb.connect(str(store)) as connection:
        connection.execute(
            f"""CREATE TABLE occurrences AS SELECT lpad(i::VARCHAR, 64, '0') AS id,
                CASE WHEN i % 20 <> 0 THEN 'defect-' || lpad((hash(i) % {defects})::VARCHAR, 7, '0') ELSE '' END
                    AS defect,
                ['stripe', 'github', 'jira', ''][1 + i % 4] AS connector,
                ['duckdb', 'postgres', 'snowflake'][1 + i % 3] AS warehouse,
                DATE '{TODAY}' - (hash(i + 7) % 365)::INTEGER AS day, 1 + i % 5 AS installs,
                ['bug', 'support', 'release', 'telemetry'][1 + i % 4] AS source, '#' || i AS reference
            FROM range({occurrences}) AS numbers(i)"""  # noqa: S608 - numbers and a day of ours
        )


def _defect(number: int) -> Registered:
    """By its number, as the SQL of the other side makes them."""
    return Registered(
        id=f"defect-{number:07d}",
        severity=f"sev{1 + number % 4}",
        weight=WEIGHTS[number % 4],
        state="fixed" if number % 10 == 0 else "open",
        defect_class=f"class-{number % 12}",
        connector=("stripe", "github", "jira", "")[number % 4],
        first_seen=TODAY - timedelta(days=number % 700),
        fixed=TODAY - timedelta(days=number % 90) if number % 10 == 0 else None,
    )


BY_HAND = """WITH register AS (
        SELECT 'defect-' || lpad(i::VARCHAR, 7, '0') AS defect, [8, 4, 2, 1][1 + i % 4] AS weight,
            'class-' || i % 12 AS class, DATE '{today}' - (i % 700)::INTEGER AS first_seen
        FROM range({defects}) AS numbers(i)),
    met AS (
        SELECT defect, sum(CASE WHEN day > DATE '{today}' - 90 THEN 1 ELSE 0 END) AS recent,
            max(CASE WHEN day > DATE '{today}' - 90 THEN installs ELSE 0 END) AS installs, min(day) AS first
        FROM occurrences WHERE defect <> '' AND day <= DATE '{today}' GROUP BY 1)
    SELECT defect, weight * greatest(1, coalesce(installs, 0)) * coalesce(recent, 0) AS score
    FROM register LEFT JOIN met USING (defect)
    ORDER BY score DESC, least(first_seen, coalesce(first, first_seen)), defect"""
WEEKS = """SELECT date_trunc('week', day) AS monday, source, count(*) FROM occurrences
    WHERE day >= DATE '2026-06-08' AND day <= DATE '{today}' GROUP BY 1, 2"""
REPEATS = """SELECT connector, defect, count(*) AS occurrences, count(DISTINCT day) AS days, max(installs) AS most
    FROM occurrences WHERE day > DATE '{today}' - 90 AND day <= DATE '{today}' AND defect <> '' AND connector <> ''
    GROUP BY 1, 2 HAVING days >= 2 OR most >= 2 ORDER BY occurrences DESC, connector, defect LIMIT 500"""


def by_hand(store: Path, defects: int) -> str:
    """Scores in order, weeks and repeated ones, as an analyst would write them."""
    with duckdb.connect(str(store), read_only=True) as connection:
        connection.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'")
        began = process_time()
        ranked, met, again = (
            connection.execute(sql.format(today=TODAY, defects=defects)).fetchall() for sql in (BY_HAND, WEEKS, REPEATS)
        )
        spent = process_time() - began
    total = sum(score for _, score in ranked)
    return f"{spent} {total} {ranked[0][0]} {ranked[-1][0]} {sum(row[2] for row in met)} {len(again)}"


def by_ranking(store: Path, defects: int) -> str:
    """The same by ours, with classes, weeks of the register and their direction as well."""
    import ibis  # noqa: PLC0415 - not part of the other side

    from generators.stability.counting import Counting, counted  # noqa: PLC0415 - as above

    register = [_defect(number) for number in range(defects)]
    connection = ibis.duckdb.connect(store, read_only=True, threads=1, memory_limit=MEMORY)
    began = process_time()
    counts = counted(Counting.of(connection, register, TODAY), {}, None, synthetic=True)
    ranked = scored(register, counts)
    tallies(ranked, lambda one: one.defect_class)
    tallies(ranked, lambda one: one.connector)
    direction(weeks(ranked, counts), counts)
    spent = process_time() - began
    total = sum(one.score.exact for one in ranked)
    first, last = ranked[0].defect.id, ranked[-1].defect.id
    return f"{spent} {total} {first} {last} {sum(one.occurrences for one in counts.weeks)} {len(counts.repeats)}"


def main(side: str, store: str, defects: str, *rest: str) -> str:
    """One side."""
    if side == "make":
        make(Path(store), int(defects), int(rest[0]))
        return ""
    return {"sql": by_hand, "ours": by_ranking}[side](Path(store), int(defects))


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
