"""The process behind Spark and fakesnow, a small one in its place: killed when silent, started again, cleaned up."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.model.pack import PackTable
from generators.packs.engines.engine import Answer, Fault, Unreachable
from generators.packs.engines.fakesnow import open_fakesnow
from generators.packs.engines.worker import Kind, WorkerEngine, open_worker
from generators.workers import WORKERS, wire
from tests.timeouts import LONGEST, ends_in_time

if TYPE_CHECKING:
    from generators.packs.engines.rows import Tables

SCRIPT = f"""
import os, subprocess, sys, time
sys.path.insert(0, {str(WORKERS)!r})
from wire import serve

class Small:
    version = "1.0"
    def __init__(self, zone):
        if zone == "missing": raise ImportError("no module", name="parts")
        if zone == "broken": raise ValueError("no Java\\nat all")
        if zone == "dead": os._exit(3)
        print("noise from a library", flush=True)
        os.system("echo noise from a child")
        self.rows = {{}}
    def load(self, schema, tables, rows):
        if "bad" in tables: raise ValueError("does not fit")
        self.rows[schema] = rows
    def run(self, sql, params, seconds):
        if sql == "sleep":
            self.child = subprocess.Popen(["sleep", "600"])
            open(params[0], "w").write(str(self.child.pid))
            time.sleep(600)
        if sql == "die": os._exit(1)
        if sql == "refuse": return {{"refused": "no such column"}}
        if sql == "fail": raise KeyError("inside")
        if sql == "path": return {{"columns": ["a"], "rows": [[":".join(sys.path)]]}}
        if sql == "where": return {{"columns": ["Folder", "Pid"], "rows": [[os.getcwd(), os.getpid()]]}}
        if sql == "many": return {{"columns": ["a"], "rows": ([n] for n in range(10**9))}}
        if sql == "large": return {{"columns": ["a"], "rows": (["x" * 2_000_000] for _ in range(10**6))}}
        if sql == "echo": return {{"columns": ["a"], "rows": [params]}}
        return {{"columns": ["N"], "rows": [[len(self.rows[sql]["sale"])]]}}
serve(Small)
"""
TABLE = PackTable(columns={"id": "integer"})
ROWS: Tables = {"sale": [{"id": 1}, {"id": 2}]}


@pytest.fixture
def kind(tmp_path: Path) -> Kind:
    """A worker of a few lines."""
    script = tmp_path / "small_worker.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return Kind("spark", "databricks", "executed", str(script), "mend it")


def opened(kind: Kind, zone: str = "UTC") -> WorkerEngine:
    """The engine on it."""
    engine = open_worker(kind, sys.executable, zone)
    assert isinstance(engine, WorkerEngine)
    return engine


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends(pid: int) -> bool:
    """Whether a process ends. Children of a worker are killed with it; only their parent could wait for their end."""
    deadline = time.monotonic() + LONGEST
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**62),
        0.1,
        float("inf"),
        "",
        "O'Neil \"\\ \n 日本 🌲",
        Decimal("12345678901234567890.123456789"),
        date(9999, 12, 31),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2024, 3, 31, 2, 30),  # noqa: DTZ001 - a time without a zone stays one
        timedelta(days=-1, microseconds=3),
        [1, [Decimal("0.10"), None], date(2024, 2, 29)],
    ],
)
def test_values_cross_the_line_and_come_back(kind: Kind, value: object) -> None:
    """The same value, and the same kind of value, on the other side."""
    engine = opened(kind)
    answer = engine.run("echo", [value], 30)
    engine.close()
    assert answer == Answer(("a",), ((value,),))
    assert type(wire.decode(wire.encode(value))) is type(value)


def test_an_answer_is_bounded_before_it_is_sent(kind: Kind) -> None:
    """In rows and in bytes; the worker answers afterwards."""
    engine = opened(kind)
    many, large = engine.run("many", [], 30), engine.run("large", [], 30)
    assert many == Fault("refused", "returns more than 100000 rows: no chart shows that many")
    assert large == Fault("refused", "returns more than 16 MiB: no chart shows that much")
    assert engine.run("echo", [1], 30) == Answer(("a",), ((1,),))
    engine.close()


def test_a_silent_worker_is_killed_and_started_again(kind: Kind, tmp_path: Path) -> None:
    """With its children, and with the rows that it had: the next query is answered."""
    engine = opened(kind)
    assert engine.load("shop", {"sale": TABLE}, ROWS) is None
    with ends_in_time():
        assert engine.run("sleep", [str(tmp_path / "pid")], 1) == Fault("unproven", "no answer within 1 seconds")
    assert ends(int((tmp_path / "pid").read_text(encoding="utf-8")))
    assert engine.run("shop", [], 30) == Answer(("n",), ((2,),))
    engine.close()


def test_rows_of_before_a_failed_load_do_not_come_back(kind: Kind) -> None:
    """They are not what the next query is about, so it is not answered from them."""
    engine = opened(kind)
    assert engine.load("shop", {"sale": TABLE}, ROWS) is None
    assert isinstance(engine.load("shop", {"bad": TABLE}, None), Fault)
    assert isinstance(engine.run("die", [], 30), Fault)
    assert engine.run("shop", [], 30) == Fault("unproven", "'shop'")
    engine.close()


def test_its_folder_and_process_go_with_it(kind: Kind) -> None:
    """It works in a folder of its own, not in ours."""
    engine = opened(kind)
    answer = engine.run("where", [], 30)
    assert isinstance(answer, Answer)
    ((folder, pid),) = answer.rows
    assert Path(str(folder)).is_dir()
    assert Path(str(folder)) != Path.cwd()
    engine.close()
    assert not Path(str(folder)).exists()
    assert not is_alive(int(str(pid)))


def test_a_worker_whose_owner_is_gone_ends_itself(kind: Kind, tmp_path: Path) -> None:
    """In the middle of a query that never ends, with its children."""
    engine = opened(kind)
    engine.start()
    worker = engine._worker  # noqa: SLF001 - nothing public lets go of the line without a kill
    assert worker is not None
    assert worker.process.stdin is not None
    worker.process.stdin.write('{"do": "run", "sql": "sleep", "params": ["%s"], "seconds": 600}\n' % (tmp_path / "pid"))
    worker.process.stdin.flush()
    deadline = time.monotonic() + LONGEST
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.process.stdin.close()
    assert worker.process.wait(LONGEST) != 0
    assert ends(int((tmp_path / "pid").read_text(encoding="utf-8")))
    engine.close()


def test_what_goes_wrong_inside_is_told_apart(kind: Kind) -> None:
    """The warehouse's refusal, its failure, and rows that do not fit."""
    engine = opened(kind)
    assert engine.run("refuse", [], 30) == Fault("refused", "no such column")
    assert engine.run("fail", [], 30) == Fault("unproven", "'inside'")
    assert engine.run("die", [], 30) == Fault("unproven", "it ended without an answer")
    fault = Fault("unproven", "the rows could not be loaded: does not fit")
    assert engine.load("shop", {"bad": TABLE}, None) == fault
    assert engine.load("shop", {"sale": TABLE}, ROWS) is None
    assert engine.run("shop", [], 30) == Answer(("n",), ((2,),))
    engine.close()


@pytest.mark.parametrize(
    ("zone", "reason"),
    [("missing", "parts is not installed there"), ("broken", "no Java"), ("dead", "it does not start")],
)
def test_a_worker_that_cannot_open_says_why(kind: Kind, zone: str, reason: str) -> None:
    """What is missing, in its own words where it has any."""
    assert open_worker(kind, sys.executable, zone) == Unreachable("spark", reason, "mend it")


def test_an_interpreter_that_is_not_there_says_so(kind: Kind, tmp_path: Path) -> None:
    """Nor one that nobody named."""
    assert open_worker(kind, str(tmp_path / "python"), "UTC") == Unreachable(
        "spark", "its Python is not there", "mend it"
    )
    nobody = open_fakesnow(None)
    assert isinstance(nobody, Unreachable)
    assert nobody.reason == "no Python with it was named"


def test_a_worker_does_not_see_our_packages(kind: Kind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PYTHONPATH is for us: its environment pins other versions."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "ours"))
    engine = opened(kind)
    answer = engine.run("path", [], 30)
    engine.close()
    assert isinstance(answer, Answer)
    assert str(WORKERS) in str(answer.rows)
    assert str(tmp_path / "ours") not in str(answer.rows)
