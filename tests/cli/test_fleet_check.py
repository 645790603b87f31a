"""`dfops fleet check`: planted breakages are found, and nothing else; whatever the form of the input and who judges."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client

from generators.packs.proof.check import Plan, check
from generators.packs.reading.snapshots import Snapshot
from generators.published.snapshots import taken, text_of
from tests.fleet import synthetic
from tests.packs.kpis.board import ROOT, packs
from tests.packs.small import lamps, read_lamps
from tests.published.signing import sign

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder
    from tests.cli.command import Dfops
    from tests.fleet.synthetic import Planted

WAREHOUSES = ("duckdb", "snowflake")
SCHEMAS = 60
ALL = {
    "lamp": {"id": "string", "lit_at": "timestamp", "order": "integer", "colour": "string", "cost": "numeric"},
    "keeper": {"id": "string", "name": "string"},
    "storm": {"id": "string", "lamp_id": "string", "seen_at": "timestamp"},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one small pack, whose owner and connector are known."""
    root = tmp_path_factory.mktemp("root")
    lamps(root)
    return root


@pytest.fixture(scope="module")
def pack(root: Path) -> PackFolder:
    """The pack in it."""
    return read_lamps(root)


@pytest.fixture(scope="module")
def sent(pack: PackFolder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Planted]]:
    """A folder of snapshots, and what was taken from each."""
    folder = tmp_path_factory.mktemp("sent")
    return folder, synthetic.write(folder, synthetic.schemas(pack, SCHEMAS, WAREHOUSES))


def run(dfops: Dfops, root: Path, out: Path, *given: object, code: int = 0) -> dict[str, Any]:
    """What the command finds, as JSON."""
    ran = dfops("fleet", "check", "lamps", "--root", root, "--out", out, "--format", "json", *given)
    assert (ran.code, ran.err) == (code, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def numbers(found: dict[str, Any]) -> dict[str, int]:
    """Installations by state."""
    return {state: count["installations"] for state, count in found["impact"]["states"].items()}


def causes(found: dict[str, Any], verdict: str = "broken") -> dict[str, int]:
    """Installations by the name whose lack decides."""
    every = found["impact"]["causes"]
    return {cause["name"]: cause["count"]["installations"] for cause in every if cause["verdict"] == verdict}


def test_planted_breakages_and_nothing_else(
    dfops: Dfops, root: Path, pack: PackFolder, sent: tuple[Path, list[Planted]], tmp_path: Path
) -> None:
    """Each installation is in the state that a check of its schema says, and each cause is what was taken."""
    folder, planted = sent
    expected: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for one in planted:
        plan = Plan((one.snapshot.warehouse,), None, Snapshot("lamps", one.snapshot.tables))
        results = check(pack, plan).results
        verdicts = {result.verdict for result in results} - {"ok"}
        expected[next((state for state in ("broken", "unavailable") if state in verdicts), "ok")] += 1
        names.update({name.text for result in results if result.verdict == "broken" for name in result.missing})
    found = run(dfops, root, tmp_path, "--snapshots", folder, code=1)
    assert numbers(found) == {"broken": 0, "unproven": 0, "unavailable": 0, "ok": 0} | expected
    assert expected["broken"] > 0
    assert expected["unavailable"] > 0
    assert causes(found) == dict(names)
    taken_away = {name for one in planted for name in one.missing}
    assert causes(found).keys() | causes(found, "unavailable").keys() <= taken_away


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_installations_are_counted(dfops: Dfops, root: Path, tmp_path: Path, form: str) -> None:
    """Rows of this pack, one for each installation or with a number; those without a snapshot are said."""
    whole = taken("duckdb", ALL)
    broken = taken("duckdb", {**ALL, "lamp": {"id": "string"}})
    sent = tmp_path / "sent"
    (sent / "schemas").mkdir(parents=True)
    for number, one in enumerate((whole, broken)):
        (sent / f"schemas/{number}.json").write_text(text_of(one))
    rows = [
        {"digest": whole.digest, "installations": 70, "pack": "lamps", "version": "1.1.0"},
        {"digest": whole.digest.upper(), "installations": 5, "pack": "lamps", "version": "1.2.0"},
        {"digest": broken.digest, "installations": 4, "pack": "lamps", "version": "1.2.0"},
        {"digest": broken.digest, "installations": 900, "pack": "horns", "version": "1.2.0"},
        {"digest": "0" * 64, "installations": 3, "pack": "lamps", "version": "1.2.0"},
    ]
    table = sent / f"installations.{form}"
    if form == "csv":
        with table.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif form == "jsonl":
        table.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), table)
    for path in (sent, table):
        found = run(dfops, root, tmp_path / "out", "--snapshots", path, "--budget", "4")
        assert numbers(found) == {"broken": 4, "unproven": 0, "unavailable": 0, "ok": 75}
        assert (found["impact"]["unknown"], found["impact"]["total"]["installations"]) == (3, 82)
        assert causes(found) == {"lamp.lit_at": 4, "lamp.order": 4}


def test_budget_is_a_gate(dfops: Dfops, root: Path, tmp_path: Path) -> None:
    """A number, or a share of all installations; one more is exit code 1."""
    for number, tables in enumerate((ALL, {"lamp": ALL["lamp"]}, {**ALL, "horn": {}})):
        (tmp_path / f"{number}.json").write_text(text_of(taken("duckdb", tables)))
    shown = {**ALL, "lamp": {"id": "string", "lit_at": "naive", "order": "integer", "colour": "string"}}
    (tmp_path / "naive.json").write_text(text_of(taken("postgres", shown)))
    (tmp_path / "broken.json").write_text(text_of(taken("snowflake", {"storm": ALL["storm"]})))
    for budget, code in (("0", 1), ("19.9%", 1), ("20%", 0), ("1", 0), ("100%", 0)):
        found = run(dfops, root, tmp_path / "out", "--snapshots", tmp_path, "--budget", budget, code=code)
        assert found["over_budget"] is bool(code)
    assert numbers(found) == {"broken": 1, "unproven": 0, "unavailable": 1, "ok": 2}
    assert found["impact"]["unsupported"] == {"postgres": {"installations": 1, "schemas": 1}}
    ran = dfops("fleet", "check", "lamps", "--root", root, "--out", tmp_path / "out", "--snapshots", tmp_path)
    assert "lamp: 1 installations with 1 schemas; boards colours, index, storms on snowflake" in ran.out
    assert "asks for table lamp, which the schema does not have" in ran.out
    assert ran.out.endswith("Over the budget: 1 installations break, 0 may\n")


def test_times_without_a_zone_are_not_proven(dfops: Dfops, root: Path, tmp_path: Path) -> None:
    """They neither break nor count as well."""
    naive = {**ALL, "lamp": {**ALL["lamp"], "lit_at": "naive"}}
    (tmp_path / "naive.json").write_text(text_of(taken("duckdb", naive)))
    found = run(dfops, root, tmp_path / "out", "--snapshots", tmp_path / "naive.json")
    assert numbers(found) == {"broken": 0, "unproven": 1, "unavailable": 0, "ok": 0}
    assert causes(found, "unproven") == {"lamp.lit_at": 1}


# ── who judges ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_processes_find_the_same(dfops: Dfops, root: Path, sent: tuple[Path, list[Planted]], tmp_path: Path) -> None:
    """Two of them."""
    one = run(dfops, root, tmp_path / "one", "--snapshots", sent[0], "--workers", 1, code=1)
    two = run(dfops, root, tmp_path / "two", "--snapshots", sent[0], "--workers", 2, code=1)
    assert one == two
    assert list((tmp_path / "two").rglob("*.parquet"))


@pytest.mark.long
def test_a_cluster_finds_the_same(dfops: Dfops, root: Path, sent: tuple[Path, list[Planted]], tmp_path: Path) -> None:
    """A scheduler and two workers of this machine, by address."""
    code = (
        "import sys\nfrom distributed import LocalCluster\nif __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n        sys.stdin.read()\n"
    )
    script = tmp_path / "cluster.py"
    script.write_text(code)
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command, pipe = [sys.executable, str(script)], subprocess.PIPE
    cluster = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - our own
    assert cluster.stdout is not None
    assert cluster.stdin is not None
    try:
        address = cluster.stdout.readline().strip()
        found = run(dfops, root, tmp_path / "two", "--snapshots", sent[0], "--scheduler", address, code=1)
        with Client(address) as client:  # type: ignore[no-untyped-call]
            assert client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter) > 0
    finally:
        cluster.stdin.close()
        cluster.wait(30)
        cluster.stdout.close()
    assert found == run(dfops, root, tmp_path / "one", "--snapshots", sent[0], "--workers", 1, code=1)


# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────────
GOOD = text_of(taken("duckdb", ALL))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "holds no snapshot: name the folder with the files of `dfops pack snapshot`"),
        ({"a.json": GOOD[:-40]}, "a.json cannot be read"),
        ({"a.json": GOOD.replace("lamp_id", "lamps_id")}, "a.json is not what its digest says"),
        ({"a.json": '{"tables": []}'}, "a.json cannot be read at"),
        ({"a.json": GOOD + " " * (16 << 20)}, "a.json is larger than 16 MiB"),
        ({"a.json": GOOD.replace('"duckdb"', '"quackdb"')}, "a.json is of a warehouse that no pack knows"),
        ({"a.json": GOOD.replace('version": 1', 'version": 2')}, "a.json is made for a newer dfops"),
        ({"a.json": GOOD, "installations.csv": "id,schema\n1,2\n"}, "installations.csv has no column 'digest'"),
        ({"a.json": GOOD, "installations.parquet": "x"}, "installations.parquet cannot be read as parquet"),
        ({"a.json": GOOD, "installations.jsonl": "{"}, "installations.jsonl cannot be read as jsonl"),
        (
            {"a.json": GOOD, "installations.csv": "digest,installations\nx,many\n"},
            "installations.csv has installations that are no whole numbers from 1 on",
        ),
        (
            {"a.json": GOOD, "installations.csv": "digest\n", "installations.jsonl": ""},
            "has several tables of installations: installations.csv, installations.jsonl",
        ),
    ],
)
def test_bad_input(dfops: Dfops, root: Path, tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    """One sentence with the file, exit code 2, and no result."""
    sent = tmp_path / "sent"
    sent.mkdir()
    for name, text in files.items():
        (sent / name).write_text(text)
    ran = dfops("fleet", "check", "lamps", "--root", root, "--out", tmp_path / "out", "--snapshots", sent)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("--snapshots", "HERE/gone"), "gone cannot be read or written: No such file or directory"),
        (("--snapshots", "/dev/null"), "/dev/null is neither a folder nor a file"),
        (("--snapshots", ".", "--against", "1.0.0"), "--against is a published version"),
        (("--snapshots", ".", "--budget", "few"), "--budget 'few' is neither a number of installations nor a share"),
        (("--snapshots", ".", "--budget", "101%"), "--budget '101%' is neither"),
        (("--snapshots", ".", "--budget", "1.5"), "--budget '1.5' is neither"),
        (("--snapshots", ".", "--workers", "2", "--scheduler", "tcp://x:1"), "leave one out"),
        (("--snapshots", "HERE/a.json", "--scheduler", "tcp:/nowhere"), "no scheduler answers at tcp:/nowhere"),
    ],
)
def test_what_cannot_be_asked(dfops: Dfops, root: Path, tmp_path: Path, given: tuple[str, ...], sentence: str) -> None:
    """In one sentence."""
    (tmp_path / "a.json").write_text(GOOD)
    ran = dfops(
        "fleet",
        "check",
        "lamps",
        "--root",
        root,
        "--out",
        tmp_path / "out",
        *(word.replace("HERE", str(tmp_path)) for word in given),
    )
    assert ran.code == 2
    assert sentence in ran.sentence


# ── beside a published version ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
def test_beside_the_published_version(dfops: Dfops, tmp_path: Path) -> None:
    """Who newly breaks, who is fixed, who newly loses boards: only that counts against the budget."""
    catalog, sent = tmp_path / "catalog", tmp_path / "sent"
    publish = ["pack", "publish", "github", "--into", str(catalog), "--at", "2026-11-21", "--root", str(ROOT)]
    subprocess.run([sys.executable, "-m", "generators.cli", *publish], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    sign(catalog)
    root = tmp_path / "root"
    for folder in ("ops_model", "packs/github"):
        shutil.copytree(ROOT / folder, root / folder)
    tables = packs()["github"].schema.entity.tables
    whole = {name: dict(table.columns) for name, table in tables.items()}
    sent.mkdir()
    optional = next(name for name, table in tables.items() if table.optional)
    without = {name: columns for name, columns in whole.items() if name != optional}
    for name, made in {"whole": whole, "without": without}.items():
        (sent / f"{name}.json").write_text(text_of(taken("duckdb", made)))
    given = ("fleet", "check", "github", "--root", root, "--out", tmp_path / "out", "--snapshots", sent)
    same = json.loads(dfops(*given, "--catalog", catalog, "--format", "json").out)
    assert same["against"] == "0.1.0"
    assert same["impact"]["newly_broken"] == same["impact"]["newly_fixed"] == {"installations": 0, "schemas": 0}
    shared = root / "packs/github/charts/_shared.yml"
    shared.write_text(shared.read_text().replace("created_at", "made_at"))
    ran = dfops(*given, "--catalog", catalog, "--against", "0.1.0", "--format", "json")
    changed = json.loads(ran.out)
    assert ran.code == 1
    assert changed["impact"]["newly_broken"]["installations"] == 2
    assert all(cause["new"] == cause["count"] for cause in changed["impact"]["causes"] if cause["verdict"] == "broken")
