"""`dfops telemetry record`: what runtimes print for machines, and results of checks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.telemetry.boards import DeliveredBoard, boards_in, records_of
from generators.telemetry.contract import Contract, ContractField, Refused
from generators.telemetry.contracts import own_contracts
from generators.telemetry.diagnostics import MOST, read_printed
from generators.telemetry.event import recorded
from tests.cli.recording import Recording, recording, stripe
from tests.clock import AT
from tests.published.samples import package
from tests.runtimes import HERE, needs_runtime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cli.command import Dfops

ROOT = Path(__file__).parents[2]
FOLDER = "charts/stripe"
WRITTEN = "to renders/x.svg (svg format)"


@pytest.fixture
def on(tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Telemetry is on, and the pack is installed; nothing of that waits."""
    made = recording(tmp_path, dfops, monkeypatch)
    assert made.pack("install", "stripe", DO_NOT_TRACK="1").code == 0
    return made


def diagnostic(board: str, code: str, *, query: str | None = None, chart: str | None = None, **more: Any) -> str:
    """A line as dbt Charts 0.10.0 prints it."""
    fields = {name: value for name, value in (("query_name", query), ("chart_id", chart)) if value}
    said: dict[str, Any] = {
        "code": code, "message": "Warehouse could not find it.\nLINE 1: SELECT secret", "fix": None, "hint": None,
        "path": f"charts.{chart}" if chart else None, "field": None,
        "range": {"file": f"{FOLDER}/{board}.yml", "start_line": 3, "end_line": 9, "columns": None}, "chart": None,
        "query": query, "fields": fields, "detail": "SELECT secret", "related": [], "cause": None, "level": "error",
    }  # fmt: skip
    return json.dumps(said | more)


def told(on: Recording, text: str | bytes, *words: object) -> list[dict[str, Any]]:
    """What is recorded of an input."""
    file = on.folder.parent / "printed"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = on("telemetry", "record", file, "--project", on.folder, *words)
    assert ran.code == 0, ran.err
    return on.data


def test_boards_that_drew_and_boards_that_did_not(on: Recording) -> None:
    """Of a render: one event each, with the pack's own names and the code."""
    lines = [
        "dbt Charts sends anonymous usage statistics.",
        f"Rendered {FOLDER}/index.yml {WRITTEN}",
        diagnostic("storms", "WARN-TABLE-CRAMPED", level="warning"),
        diagnostic("storms", "ERR-BINDER-UNKNOWN-COLUMN", query="storms", chart="storms"),
    ]
    good, bad = told(on, "\n".join(lines), "--runtime-version", "0.10.0")
    known = {"pack": "stripe", "connector": "stripe", "pack_version": "1.3.0", "runtime": "dbt-charts",
             "runtime_version": "0.10.0", "warehouse": "duckdb", "trigger": "render", "modified": False}  # fmt: skip
    assert good == known | {"board": "index", "outcome": "succeeded", "charts": 1, "charts_failed": 0}
    assert bad == known | {
        "board": "storms", "outcome": "failed", "stage": "query", "code": "ERR-BINDER-UNKNOWN-COLUMN",
        "failing_query": "storms", "charts": 1, "charts_failed": 1,
    }  # fmt: skip


def test_a_source_that_cannot_be_opened_says_nothing_of_the_pack(on: Recording) -> None:
    """Such records do not count; one other error does."""
    gone = diagnostic("index", "ERR-FILE-SOURCE-NOT-FOUND", chart="lit")
    (data,) = told(on, gone)
    assert (data["outcome"], data["code"]) == ("not-reached", "ERR-FILE-SOURCE-NOT-FOUND")
    data = told(on, f"{gone}\n{diagnostic('index', 'ERR-KPI-MULTIROW', chart='lit')}")[-1]
    assert (data["outcome"], data["stage"], data["code"]) == ("failed", "render", "ERR-KPI-MULTIROW")


def test_a_table_that_is_missing_is_named_where_the_pack_names_it(on: Recording) -> None:
    """From the first line of the message: below it the warehouse guesses at other tables."""
    message = 'Catalog Error: Table with name lamp does not exist!\nDid you mean "order"?'
    lost = diagnostic("index", "ERR-BINDER-UNKNOWN-RELATION", query="total", chart="lit", message=message)
    assert told(on, lost)[-1]["failing_table"] == "lamp"
    theirs = 'Table with name customers_of_ours does not exist!\nDid you mean "lamp"?'
    lost = diagnostic("index", "ERR-BINDER-UNKNOWN-RELATION", query="total", chart="lit", message=theirs)
    assert "failing_table" not in told(on, lost)[-1]


def test_a_board_that_was_changed_keeps_its_names_to_itself(on: Recording) -> None:
    """They are the user's own now."""
    board = on.folder / FOLDER / "index.yml"
    board.write_text(board.read_text(encoding="utf-8").replace("total", "acme_totals"), encoding="utf-8")
    (data,) = told(on, diagnostic("index", "ERR-BINDER-UNKNOWN-COLUMN", query="acme_totals", chart="lit"))
    assert (data["modified"], data["outcome"], data["code"]) == (True, "failed", "ERR-BINDER-UNKNOWN-COLUMN")
    assert "acme" not in json.dumps(data)


def test_boards_of_the_users_own_are_not_recorded(on: Recording) -> None:
    """In a folder of theirs, and in the pack's."""
    (on.folder / FOLDER / "own.yml").write_text("title: Own\n", encoding="utf-8")
    own = [diagnostic("own", "ERR-YAML-SYNTAX"), f"Rendered charts/revenue.yml {WRITTEN}"]
    own.append(diagnostic("x", "ERR-YAML-SYNTAX", range={"file": "charts/revenue.yml"}))
    assert told(on, "\n".join(own)) == []


def test_an_error_without_a_place_is_counted_aloud(on: Recording) -> None:
    """No board is blamed for it."""
    file = on.folder / "printed"
    file.write_text(diagnostic("index", "ERR-INTERNAL", range=None), encoding="utf-8")
    ran = on("telemetry", "record", file, "--project", on.folder)
    assert (ran.code, ran.out) == (0, "0 events recorded.\n")
    assert ran.err.startswith("1 error names no board")


def test_a_validation_records_what_fails(on: Recording) -> None:
    """It may have asked no warehouse, so it does not say that a board is well. One file gives an object, two a list."""
    error = {"code": "ERR-WAREHOUSE-QUERY-INVALID", "message": "SELECT secret", "fields": {"name": "total"},
             "related": [], "level": "error"}  # fmt: skip
    bad = {"success": False, "path": f"{FOLDER}/index.yml", "errors": [error], "warnings": []}
    good = {"success": True, "path": f"{FOLDER}/storms.yml", "errors": [], "warnings": []}
    for text in (json.dumps(bad, indent=2), json.dumps([bad, good], indent=2)):
        data = told(on, text)[-1]
        assert (data["board"], data["trigger"], data["outcome"], data["stage"]) == (
            "index",
            "validate",
            "failed",
            "query",
        )
        assert (data["failing_query"], data["charts_failed"]) == ("total", 1)
    assert len(on.events) == 2


def test_boards_of_a_dbt_package(on: Recording) -> None:
    """Named by its manifest; changed ones are told from its sums."""
    said, texts = stripe("1.2.0")
    top = package(on.folder, said, texts)
    path = "dbt_packages/stripe_boards/charts"
    lost = "Table with name lamp does not exist!"
    where = {"range": {"file": f"{path}/index.yml"}, "message": lost}
    line = diagnostic("index", "ERR-BINDER-UNKNOWN-RELATION", query="total", chart="lit", **where)
    one, two = told(on, f"{line}\nRendered {path}/storms.yml {WRITTEN}\n")
    names = ("pack_version", "board", "failing_table", "modified")
    assert [one[name] for name in names] == ["1.2.0", "index", "lamp", False]
    assert (two["board"], two["outcome"]) == ("storms", "succeeded")
    (top / "charts/storms.yml").write_text("title: Mine\n", encoding="utf-8")
    assert told(on, f"Rendered {path}/storms.yml {WRITTEN}\n")[-1]["modified"] is True


LINE = '{"code": "ERR-X", "level": "error"}'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "names no board"),
        (b"Error: no such file\n", "names no board"),
        (f"{LINE}\n{LINE[:20]}".encode(), "cut short"),
        (b'[{"success": true, "path": "a", "err', "cut short"),
        (b'[{"path": "a"}]', "cut short, or no result"),
        (b'{"code": 7, "level": "error"}', "no diagnostic"),
        (b'{"success": "x"}', "no result of a validation"),
        (LINE.encode("utf-16"), "not UTF-8"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 100_000, "cut short"),
        (b'{"a":' * 100_000, "cut short"),
        (b"x" * (MOST + 1), "larger than 32 MiB"),
    ],
    ids=range(12),
)
def test_an_input_of_another_form_records_nothing(on: Recording, data: bytes, words: str) -> None:
    """One sentence, exit code 2."""
    file = on.folder / "printed"
    before = f"Rendered {FOLDER}/index.yml {WRITTEN}\n" if data[:1] == b"{" and b"success" not in data else ""
    file.write_bytes(before.encode() + data)
    ran = on("telemetry", "record", file, "--project", on.folder)
    assert (ran.code, on.events) == (2, [])
    assert words in ran.sentence


def test_what_cannot_be_asked(on: Recording) -> None:
    """Each in one sentence."""
    for words, said in (
        ((), "name the file"),
        (("nowhere.jsonl",), "cannot be read"),
        (("--outcome", "passed"), "--check NAME"),
        (("x", "--check", "runtime-proven", "--outcome", "passed"), "reads no file"),
        (("--check", "runtime-proven"), "outcome: is missing"),
        (("--check", "me@example.org", "--outcome", "passed"), "check: is not one of"),
        (("--check", "runtime-proven", "--outcome", "passed", "--revision", "a b"), "revision: has characters"),
    ):
        ran = on("telemetry", "record", *words, "--project", on.folder)
        assert (ran.code, on.events) == (2, [])
        assert said in ran.sentence
    file = on.folder / "printed"
    file.write_text(f"Rendered {FOLDER}/index.yml {WRITTEN}", encoding="utf-8")
    ran = on("telemetry", "record", file, "--project", on.folder, "--runtime-version", "/home/me")
    assert (ran.code, on.events, "/home" in ran.err) == (2, [], False)


def test_a_result_of_a_check(on: Recording) -> None:
    """Of the team's own jobs; a project without packs will do."""
    (on.folder / "dataface-packs.lock").unlink()
    sha = "0123456789abcdef0123456789abcdef01234567"
    words = ("--check", "runtime-proven", "--outcome", "failed", "--revision", sha, "--at", "2026-11-30T08:00Z")
    assert on("telemetry", "record", *words, "--project", on.folder).code == 0
    (event,) = on.events
    assert event["type"] == "dfops.check-result.v1"
    assert (event["time"], event["data"]) == (
        "2026-11-30T08:00:00.000Z", {"check": "runtime-proven", "outcome": "failed", "revision": sha},
    )  # fmt: skip


def test_off_is_off(on: Recording) -> None:
    """It is said, and no job fails for it."""
    file = on.folder / "printed"
    file.write_text(f"Rendered {FOLDER}/index.yml {WRITTEN}", encoding="utf-8")
    ran = on("telemetry", "record", file, "--project", on.folder, DO_NOT_TRACK="1")
    assert (ran.code, ran.out) == (0, "Nothing is recorded: telemetry is off (DO_NOT_TRACK is set).\n")
    assert on.events == []


# ── nothing of the user's ───────────────────────────────────────────────────────────────────────────────────────────
MARK = "Zq7x"
HOSTILE = (
    "SELECT card FROM people WHERE name = 'Zq7x'", "Zq7x@example.org", "/home/Zq7x/.ssh/id_rsa", "C:\\Users\\Zq7x",
    "postgres://Zq7x:Zq7x@db.zq7x.example.org:5432/x", "AKIAZq7xZq7xZq7x", "Zq7x", "Zq7x_customers", "zq7x.internal",
    "Zq7x\u202e\u0000\x1b[31m\n\r\u2028", "\U0001f600Zq7x\ud7ff", "${Zq7x}", "{{ env_var('Zq7x') }}", "../../Zq7x",
    "<script>Zq7x</script>", "0.10.0+Zq7x/", "ERR-Zq7x", "charts.Zq7x", "charts/stripe/Zq7x.yml",
)  # fmt: skip
hostile = st.sampled_from(HOSTILE) | st.text(max_size=30).map(lambda text: f"{text}{MARK}{text}")
codes = st.sampled_from(("ERR-BINDER-UNKNOWN-RELATION", "ERR-FILE-SOURCE-NOT-FOUND", "ERR-YAML-SYNTAX")) | hostile
files = st.sampled_from((f"{FOLDER}/index.yml", f"{FOLDER}/storms.yml")) | hostile
texts = st.none() | hostile
FIELDS = ("query_name", "chart_id", "name", "source_name")


@st.composite
def printed(draw: st.DrawFn) -> bytes:
    """An input of either form, with a hostile value wherever one fits."""

    def one() -> dict[str, Any]:
        return {
            "code": draw(codes), "level": "error", "message": draw(hostile), "fix": draw(texts), "hint": draw(texts),
            "path": draw(texts), "field": draw(texts), "chart": draw(texts), "query": draw(texts), "cause": draw(texts),
            "range": draw(st.none() | files.map(lambda path: {"file": path, "start_line": 1})), "detail": draw(texts),
            "fields": draw(st.dictionaries(st.sampled_from(FIELDS), hostile)),
            draw(hostile): draw(hostile),
        }  # fmt: skip

    if draw(st.booleans()):
        results = [{"success": False, "path": draw(files), "errors": [one()], "warnings": [one()]}]
        return json.dumps(results).encode()
    lines = [json.dumps(one()) for _ in range(draw(st.integers(1, 3)))]
    lines.append(f"Rendered {draw(files)} to {draw(hostile)} (svg format)")
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, DeliveredBoard]:
    """Of a project whose path says who its user is; one board has names of the user's own."""
    project = tmp_path_factory.mktemp(f"home-of-{MARK}")
    said, texts = stripe("1.2.0")
    top = package(project, said, texts)
    moved = project / FOLDER
    moved.parent.mkdir()
    shutil.copytree(top / "charts", moved)
    found = boards_in(project)
    assert len(found) == 2
    return {path.replace("dbt_packages/stripe_boards/charts", FOLDER): board for path, board in found.items()}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=printed(), version=st.none() | hostile)
def test_no_value_of_the_users_is_ever_recorded(
    boards: Mapping[str, DeliveredBoard], data: bytes, version: str | None
) -> None:
    """Field by field: what is recorded is of a closed list, of the pack, a number, or a code."""
    contract = own_contracts().require("pack-render-result")
    for board, values in records_of(read_printed(data), boards):
        try:
            made = recorded(contract, {**values, "connector": "stripe", "runtime_version": version}, AT, None)
        except Refused as error:
            assert MARK not in str(error)  # noqa: PT017 - a version that is none is refused, and may not be
            made = recorded(contract, {**values, "connector": "stripe"}, AT, None)
        assert MARK.lower().encode() not in made.line.lower()
        event = JSONFormat().read(CloudEvent, made.line)
        assert (event.get_type(), event.get_time()) == (contract.type, AT)
        sent = event.get_data()
        assert isinstance(sent, dict)
        assert contract.checked(sent) == sent
        allowed = {"failing_query": board.queries, "failing_table": board.tables, "board": {"index", "storms"}}
        for name, value in sent.items():
            if isinstance(value, str) and name in allowed:
                assert value in allowed[name]


EXAMPLES: dict[str, Any] = {
    "integer": 1, "number": 1.5, "boolean": True, "timestamp": "2026-11-30T08:00:00Z", "word": "charge",
    "path": "index", "version": "0.1.0", "upstream-version": "0.10.0", "code": "ERR-YAML-SYNTAX", "digest": "0" * 64,
}  # fmt: skip
CLOSED = [(one, field) for one in own_contracts() for field in one.fields if field.form != "word"]


@settings(max_examples=300, deadline=None)
@given(value=hostile, which=st.sampled_from(CLOSED), more=st.sampled_from(("user", "message", "path", "sql")))
def test_no_field_takes_a_hostile_value(value: str, which: tuple[Contract, ContractField], more: str) -> None:
    """What has the form of a word is compared with the pack's names before; and no contract has other fields."""
    contract, field = which
    whole = {one.name: one.values[0] if one.values else EXAMPLES[one.form] for one in contract.fields}
    assert set(contract.checked(whole)) == set(whole)
    for wrong in ({field.name: value}, {more: value}, {value: value}):
        with pytest.raises(Refused) as refused:
            contract.checked(whole | wrong)
        assert MARK not in str(refused.value)


# ── the real runtime ────────────────────────────────────────────────────────────────────────────────────────────────
DCT = HERE / "dbt-charts-0.10.0/bin/dct"


def rendered(project: Path, *boards: str) -> bytes:
    """Standard error of a render by the runtime itself."""
    words: list[str | Path] = [DCT, "render", *(f"{FOLDER}/{board}.yml" for board in boards)]
    words += ["--format", "data", "--no-cache", "--diagnostics-json", "-o", f"{project}/out-{{stem}}.json"]
    environment = {**os.environ, "DO_NOT_TRACK": "1", "DCT_NO_WORKSPACE_GUARD": "1"}
    ran = subprocess.run(words, cwd=project, env=environment, capture_output=True, check=False, timeout=120)  # noqa: S603
    return ran.stderr


@pytest.mark.long
@needs_runtime
def test_what_the_runtime_really_prints(dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of the repository: healthy, then with a column and a table gone, a broken board, no warehouse at all."""
    import duckdb  # noqa: PLC0415 - an extra

    on = recording(tmp_path, dfops, monkeypatch)
    (on.folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    off = {"DO_NOT_TRACK": "1"}
    assert on("pack", "sample", "stripe", "--out", on.folder / "w.duckdb", "--root", ROOT, **off).code == 0
    words = ("--project", on.folder, "--root", ROOT, "--no-check")
    assert on("pack", "install", "stripe", *words, **off).code == 0
    names = ("balance", "disputes", "invoices")

    def outcomes() -> dict[str, tuple[Any, ...]]:
        before = len(on.events)
        told(on, rendered(on.folder, *names))
        keys = ("outcome", "stage", "code", "failing_query", "failing_table", "modified")
        return {data["board"]: tuple(data.get(key) for key in keys) for data in on.data[before:]}

    well = ("succeeded", None, None, None, None, False)
    assert outcomes() == dict.fromkeys(names, well)
    with duckdb.connect(str(on.folder / "w.duckdb")) as connection:
        connection.execute("ALTER TABLE stripe.balance_transaction RENAME COLUMN fee TO charge_fee")
        connection.execute("DROP TABLE stripe.dispute")
    assert outcomes() == {
        "balance": ("failed", "query", "ERR-BINDER-UNKNOWN-COLUMN", "fee_headline", None, False),
        "disputes": ("partial", "query", "ERR-BINDER-UNKNOWN-RELATION", "dispute_headline", "dispute", False),
        "invoices": well,
    }
    board = on.folder / FOLDER / "invoices.yml"
    board.write_text(board.read_text(encoding="utf-8").replace("\ncharts:", "\ncharts: ["), encoding="utf-8")
    (on.folder / "w.duckdb").unlink()
    gone = ("not-reached", None, "ERR-FILE-SOURCE-NOT-FOUND", None, None, False)
    assert outcomes() == {
        "balance": gone,
        "disputes": gone,
        "invoices": ("failed", "compile", "ERR-YAML-SYNTAX", None, None, True),
    }
