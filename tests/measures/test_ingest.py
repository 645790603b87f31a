"""Events into the store: each once, and nothing that is no event of a contract."""

from __future__ import annotations

import json
import os
import shutil
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import duckdb
import pytest

from generators.measures import blocks
from generators.measures.ingest import ingest
from generators.measures.layout import Column, Layout, UnfitContracts
from generators.measures.sample import Plan, SampledPack, sampled
from generators.measures.store import Unstored, opened
from generators.telemetry.contract import Contract, ContractField, Contracts, Form
from generators.telemetry.event import ANONYMOUS
from tests.faults import killed
from tests.measures.conftest import AT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generators.measures.ingest import Ingested

    Take = Callable[..., Ingested]

DATA = {
    "pack": "stripe",
    "connector": "stripe",
    "pack_version": "0.1.0",
    "runtime": "dbt-charts",
    "warehouse": "duckdb",
    "board": "index",
    "trigger": "check",
    "outcome": "succeeded",
    "modified": False,
}


def event(data: dict[str, Any] | None = None, /, **changed: Any) -> dict[str, Any]:
    """A sound event, or one with something else in it."""
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"urn:uuid:{uuid4()}",
        "type": "dfops.pack-render-result.v1",
        "time": (AT - timedelta(hours=1)).isoformat(),
        "datacontenttype": "application/json",
        "data": DATA | (data or {}),
    } | changed


def line(made: object) -> bytes:
    """As it lies in a file."""
    return json.dumps(made).encode() + b"\n"


def stored(tmp_path: Path, contracts: Contracts, sql: str = "SELECT count(*) FROM events") -> Any:
    """What the store of a test answers."""
    with opened(tmp_path / "events.duckdb", Layout.of(contracts), reads=True) as store:
        return store.rows(sql)


def test_an_event_is_stored_as_it_was_sent(taken: Take, tmp_path: Path, contracts: Contracts) -> None:
    """Envelope and fields, each in a column; what was not sent is null."""
    made = event({"duration_ms": 12, "schema_digest": "a" * 64})
    assert taken([line(made)]).new == 1
    sql = "SELECT contract, version, id, installation, time, received, board, modified, duration_ms, code FROM events"
    [row] = stored(tmp_path, contracts, sql)
    assert row[:2] == ("pack-render-result", 1)
    assert row[2:4] == (UUID(made["id"]), UUID(made["source"][9:]))
    assert row[4:6] == (AT - timedelta(hours=1), AT)
    assert row[6:] == ("index", False, 12, None)


def test_taking_in_again_changes_nothing(taken: Take) -> None:
    """A line that stands twice, a file once more, a list with the same events."""
    made = [event() for _ in range(5)]
    first = taken([*map(line, made), line(made[0])])
    assert (first.new, first.duplicate) == (5, 1)
    assert (again := taken(map(line, made))).duplicate == 5
    assert again.new == 0
    assert taken([json.dumps([*made, event()]).encode()], "list.json").new == 1


def test_equal_ids_of_two_installations_are_two_events(taken: Take) -> None:
    """An event is told apart by its source and its id, as CloudEvents say."""
    key = str(uuid4())
    assert taken([line(event(id=key)), line(event(id=key)), line(event(id=key, source=ANONYMOUS))]).new == 3


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"specversion": "1.0", "id"\n', "is no JSON object"),
        (b"[1, 2]\n", "is no JSON object"),
        (b"\xff\xfe\x00{\n", "is not UTF-8"),
        (line(event({"board": "x" * (10 << 20)})), "board: "),
        (line(event(id="no uuid")), "has a value of another type"),
        (line(event({"duration_ms": "long"})), "has a value of another type"),
        (line(event(time="yesterday")), "has a value of another type"),
        (line(event(time=(AT + timedelta(hours=1)).isoformat())), "is from the future"),
        (line(event(time=None)), "has no time"),
        (line(event(id=None)), "has no id"),
        (line(event(source="https://example.org/me")), "has no source urn:uuid:…"),
        (line(event(specversion="0.3")), "is no CloudEvent 1.0 of a type that a contract has"),
        (line(event(type="dfops.other.v1")), "is no CloudEvent 1.0 of a type that a contract has"),
        (line(event({"pack": "nobody"})), "pack-render-result: pack: is not one of the contract's values"),
        (line(event({"board": "../../etc/passwd"})), "board: has characters that the contract does not allow"),
        (line(event({"schema_digest": "short"})), "schema_digest: has characters"),
        (line(event({"duration_ms": -1})), "duration_ms: is not of the contract's type"),
        (line(event({"outcome": None})), "outcome: is missing"),
        (line(event({"declared_type": "NUMBER"})), "a field that the contract does not have: is refused"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_no_event_is_kept_aside(
    bad: bytes, reason: str, taken: Take, tmp_path: Path, contracts: Contracts
) -> None:
    """With its reason, once however often it comes; the events around it are stored."""
    lines = [line(event()), bad, line(event())]
    done = taken(lines)
    assert (done.new, sum(done.refused.values())) == (2, 1)
    assert reason in next(iter(done.refused))
    assert taken(lines).new == 0
    kept = (tmp_path / "events.duckdb.refused.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(kept) == 1
    assert len(kept[0]) < 5_000
    assert reason in json.loads(kept[0])["reason"]
    assert stored(tmp_path, contracts) == [(2,)]


def test_a_field_that_no_contract_has_is_not_stored(taken: Take, tmp_path: Path, contracts: Contracts) -> None:
    """Whatever somebody sends beside the fields stays out."""
    taken([line(event({"host": "canary-host"}, user="canary-user"))])
    assert b"canary" not in (tmp_path / "events.duckdb").read_bytes()
    assert stored(tmp_path, contracts) == [(1,)]


def test_a_large_file_is_cut_at_the_ends_of_lines(
    taken: Take, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contracts: Contracts
) -> None:
    """No event is lost at a cut, and a bad line spoils its own block alone."""
    monkeypatch.setattr(blocks, "BLOCK", 2_000)
    lines = [line(event()) for _ in range(40)]
    lines[17] = b"{torn\n"
    done = taken(lines)
    assert (done.new, done.refused) == (39, {"is no JSON object": 1})
    assert stored(tmp_path, contracts, "SELECT count(DISTINCT batch) > 5 FROM events") == [(True,)]


def test_many_refused_values_are_found_in_one_block(taken: Take) -> None:
    """One bad digest among very many: the others are stored."""
    lines = [line(event({"schema_digest": f"{number:064x}"})) for number in range(6_000)]
    lines[3_000] = line(event({"schema_digest": "Z" * 64}))
    done = taken(lines)
    assert done.new == 5_999
    assert list(done.refused.values()) == [1]


def test_a_store_of_an_earlier_contract_gets_its_new_columns(tmp_path: Path, contracts: Contracts) -> None:
    """Events of before have none in them."""
    field = ContractField(name="extra", form="word", required=False, meaning="New")
    file = tmp_path / "lines.jsonl"
    file.write_bytes(line(event()))
    with opened(tmp_path / "events.duckdb", Layout.of(contracts)) as store:
        ingest(store, [file], AT)
    made = contracts.model_dump()
    for one in made["contracts"]:
        one["fields"] = (*one["fields"], field.model_dump())
    later = Contracts.model_validate(made)
    file.write_bytes(line(event({"extra": "word"})))
    with opened(tmp_path / "events.duckdb", Layout.of(later)) as store:
        assert ingest(store, [file], AT).new == 1
        assert store.rows("SELECT extra FROM events ORDER BY extra NULLS FIRST") == [(None,), ("word",)]


def test_contracts_that_disagree_have_no_store() -> None:
    """One name, two forms."""
    forms: tuple[Form, ...] = ("integer", "word")
    fields = [ContractField(name="size", form=form, required=True, meaning="x") for form in forms]
    made = [
        Contract(id=f"c{number}", title="C", version=1, meaning="x", fields=(field,), never=())
        for number, field in enumerate(fields)
    ]
    with pytest.raises(UnfitContracts, match="size"):
        Layout.of(Contracts(contracts=tuple(made), connectors={}))
    assert Column("size", "integer").type == "BIGINT"


def test_a_store_that_cannot_be_used_says_why(tmp_path: Path, contracts: Contracts) -> None:
    """Damaged, or opened by another process; the events that wait are not touched."""
    layout = Layout.of(contracts)
    path = tmp_path / "events.duckdb"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(Unstored, match="damaged"), opened(path, layout):
        pass
    path.unlink()
    with pytest.raises(Unstored, match="dfops telemetry ingest"), opened(path, layout, reads=True):
        pass
    holding = os.fork()
    if holding == 0:  # another process has it open until it is killed
        with opened(path, layout):
            (tmp_path / "held").touch()
            signal.pause()
    try:
        while not (tmp_path / "held").exists():
            assert os.waitpid(holding, os.WNOHANG) == (0, 0)
        with pytest.raises(Unstored, match="another process"), opened(path, layout):
            pass
    finally:
        os.kill(holding, signal.SIGKILL)
        os.waitpid(holding, 0)


def test_a_killed_run_is_repeated_whole(tmp_path: Path, contracts: Contracts) -> None:
    """At every call of a run that refuses and stores: afterwards each event is there once, each bad line too."""
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"".join([line(event()), b"torn\n", line(event({"pack": "nobody"})), line(event())]))
    path = tmp_path / "events.duckdb"

    def run() -> None:
        with opened(path, Layout.of(contracts)) as store:
            ingest(store, [file], AT)

    for at in range(100):
        for left in tmp_path.glob("events.duckdb*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        was_killed = killed(run, at, "after")
        run()
        assert stored(tmp_path, contracts) == [(2,)]
        assert len((tmp_path / "events.duckdb.refused.jsonl").read_bytes().splitlines()) == 2
        if not was_killed:
            assert at > 3
            return
    pytest.fail("a hundred calls were not enough")


def test_samples_are_sound_and_say_that_they_are_made_up(taken: Take, tmp_path: Path, contracts: Contracts) -> None:
    """The same plan makes the same events."""
    packs = [SampledPack("stripe", "stripe", "0.1.0", ["index", "customers"], ["charge"], ["duckdb", "postgres"])]
    plan = Plan(AT, 10, 20, 7, {"stripe": 0.5}, "dbt-charts", "0.10.0")
    lines = list(sampled(contracts, packs, plan))
    assert lines == list(sampled(contracts, packs, plan))
    done = taken(lines)
    assert (done.new, done.refused) == (len(lines), {})
    assert stored(tmp_path, contracts, "SELECT bool_and(synthetic) FROM events") == [(True,)]


def test_parquet_holds_the_whole_store(taken: Take, tmp_path: Path, contracts: Contracts) -> None:
    """As any other engine reads it."""
    taken([line(event()) for _ in range(3)])
    with opened(tmp_path / "events.duckdb", Layout.of(contracts)) as store:
        store.save(tmp_path / "events.parquet")
    assert duckdb.read_parquet(str(tmp_path / "events.parquet")).count("*").fetchall() == [(3,)]
    assert not list(tmp_path.glob(".*.part"))
