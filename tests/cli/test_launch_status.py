"""`dfops launch status`, `record` and `dossier` on the miniature: exit codes, what people and programs read, files."""

from __future__ import annotations

import json
import re
import shutil
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from generators.cli import launch_dossier
from generators.report.launch_status import WIDTH
from tests.changes import change, tree
from tests.clock import EPOCH
from tests.launch.lamps import LAUNCH

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

RECORD = f"{LAUNCH}/records/2026-11-21.yaml"
REASON = {
    "type": "object",
    "required": ["what", "acts", "remedy"],
    "properties": {
        "what": {"type": "string", "minLength": 1},
        "acts": {"type": "array", "items": {"type": "string"}},
        "remedy": {"type": "string"},
        "gates": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
EVIDENCE = {
    "type": "object",
    "required": ["what", "how", "day", "age_days", "reference"],
    "properties": {
        "what": {"type": "string"},
        "how": {"enum": ["computed", "executed", "rehearsed", "recorded", "attested", "telemetry"]},
        "day": {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "age_days": {"type": ["integer", "null"]},
        "reference": {"type": ["string", "null"], "pattern": "^[a-z-]+/[a-z0-9_-]+$"},
    },
    "additionalProperties": False,
}
CRITERION = {
    "type": "object",
    "required": ["id", "statement", "by", "holds", "waiver", "waived_until", "summary", "evidence", "missing", "acts"],
    "properties": {"holds": {"type": "boolean"}, "evidence": {"type": "array", "items": EVIDENCE}},
}
ITEM = {
    "type": "object",
    "required": ["item", "state", "settled", "overdue", "owner", "missing"],
    "properties": {"state": {"enum": ["open", "in-progress", "done", "deferred"]}, "settled": {"type": "boolean"}},
}
SCHEMA = {
    "type": "object",
    "required": ["schema_version", "at", "go", "reasons", "gates"],
    "properties": {
        "schema_version": {"const": 1},
        "at": {"type": "string", "format": "date-time"},
        "go": {"type": "boolean"},
        "reasons": {"type": "array", "items": REASON},
        "gates": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["gate", "title", "open", "signed", "quorum", "digest", "reasons", "criteria", "scope"],
                "properties": {
                    "gate": {"type": "string"},
                    "title": {"type": "string"},
                    "open": {"type": "boolean"},
                    "signed": {"type": "integer", "minimum": 0},
                    "quorum": {"type": "integer", "minimum": 1},
                    "scope": {"type": "array", "items": ITEM},
                    "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                    "reasons": {"type": "array", "items": REASON},
                    "criteria": {"type": "array", "items": CRITERION, "minItems": 1},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are of the day on which they are made."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


def test_no_go_is_one_and_says_why(dfops: Dfops, miniature: Path) -> None:
    """In a pipe: the line, three reasons, and one line a criterion, its cells parted by tabs, with ages."""
    ran = dfops("launch", "status", "--root", miniature)
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert lines[0] == "No-go, as of 2026-11-21 12:00 UTC"
    assert lines[1].startswith("1. ")
    rows = [line.split("\t") for line in lines if "\t" in line]
    assert rows[0] == ["Gate", "Criterion", "Holds", "Evidence", "Who acts, and what opens it"]
    assert [len(row) for row in rows] == [5] * 4
    said = {row[1]: row for row in rows[1:]}
    assert said["The model has no findings"][2] == "yes"
    assert re.search(r"\d+ days? old$", said["The model has no findings"][3])
    assert said["The barrel was counted"][2] == "waived until 2027-01-30"


def test_on_a_terminal_no_line_is_wider_than_100_columns(
    dfops: Dfops, miniature: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a statement or a path in it is."""
    gate = miniature / f"{LAUNCH}/gates/first-night.yaml"
    long = {"id": "long", "statement": f"A {'very-' * 30}long word is wrapped", "role": "keeper"}
    change(gate, criteria=[*tree(gate)["criteria"], long])
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = dfops("launch", "status", "--root", miniature)
    assert max(map(len, ran.out.splitlines())) <= WIDTH
    assert "\t" not in ran.out
    assert "first-night (no-go): " in ran.out


def test_programs_read_the_same(dfops: Dfops, miniature: Path) -> None:
    """Valid against its schema; each piece of evidence has its day and age; --gate and --at are followed."""
    whole = dfops("launch", "status", "--format", "json", "--root", miniature)
    said = json.loads(whole.out)
    Draft202012Validator(SCHEMA).validate(said)
    assert (whole.code, said["go"], [gate["gate"] for gate in said["gates"]]) == (
        1, False, ["first-night", "second-winter"],
    )  # fmt: skip
    ages = {one["age_days"] for gate in said["gates"] for row in gate["criteria"] for one in row["evidence"]}
    asked = ("launch", "status", "--gate", "First night", "--format", "json", "--root", miniature)
    later = json.loads(dfops(*asked, "--at", "2026-11-22T12:00Z").out)
    Draft202012Validator(SCHEMA).validate(later)
    assert [gate["gate"] for gate in later["gates"]] == ["first-night"]
    (run,) = later["gates"][0]["criteria"][0]["evidence"]
    assert run["age_days"] - 1 in ages
    assert run["reference"] == "run/dfops-check"


def test_go_is_zero(dfops: Dfops, miniature: Path) -> None:
    """Once a gate is open it is go for this gate, and still no-go as long as another is shut."""
    gate = miniature / f"{LAUNCH}/gates/first-night.yaml"
    change(gate, scope=[], criteria=[tree(gate)["criteria"][0]])
    assert dfops("launch", "sign", "first-night", "--as", "keeper-seat-1", "--root", miniature).code == 0
    own = dfops("launch", "status", "--gate", "first-night", "--root", miniature)
    assert (own.code, own.out.splitlines()[0]) == (0, "Go for First night, as of 2026-11-21 12:00 UTC")
    whole = dfops("launch", "status", "--root", miniature)
    assert (whole.code, whole.out[:5]) == (1, "No-go")


def test_without_gates_and_with_one_that_cannot_be_read(dfops: Dfops, miniature: Path) -> None:
    """Both are no-go: nobody knows what must be true."""
    gates = miniature / f"{LAUNCH}/gates"
    (gates / "second-winter.yaml").write_text("title: [", encoding="utf-8")
    broken = dfops("launch", "status", "--root", miniature)
    assert broken.code == 1
    assert "second-winter.yaml cannot be read, so nobody knows what the gate asks" in broken.out
    assert "dfops: not read:" in broken.err
    shutil.rmtree(gates)
    empty = dfops("launch", "status", "--root", miniature)
    assert empty.code == 1
    assert "No gate is defined, so nothing says what must be true before the launch." in empty.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "--gate", "nowhere"), "there is no gate 'nowhere'"),
        (("status", "--at", "soon"), "--at: 'soon' is no moment"),
        (("record", "--at", "2026-11-20T12:00Z"), "--at: 2026-11-20 is not today; a record is of the day"),
        (("dossier",), "say where it goes: --out FILE.html, --pdf FILE.pdf, or both"),
        (("dossier", "--out", "/proc/none/x.html"), "/proc/none"),
    ],
    ids=["gate", "moment", "day", "nowhere", "not writable"],
)
def test_what_cannot_start_says_why(dfops: Dfops, miniature: Path, words: tuple[str, ...], sentence: str) -> None:
    """In a sentence, with exit code 2."""
    ran = dfops("launch", *words, "--root", miniature)
    assert (ran.code, ran.sentence[: len(sentence)]) == (2, sentence)


def test_a_day_has_one_record(dfops: Dfops, miniature: Path) -> None:
    """The first is new, the same again is unchanged, another one replaces it and says so; each is whole."""
    first = dfops("launch", "record", "--root", miniature)
    assert (first.code, first.out.splitlines()[-1]) == (0, f"Recorded: {RECORD}")
    assert dfops("launch", "record", "--root", miniature).out.splitlines()[-1] == f"Unchanged: {RECORD}"
    before = tree(miniature / RECORD)
    change(miniature / f"{LAUNCH}/runs/dfops-check.yaml", exit_code=1)
    again = dfops("launch", "record", "--root", miniature)
    assert again.out.splitlines()[-1] == f"Recorded, in place of the record of earlier today: {RECORD}"
    after = tree(miniature / RECORD)
    assert after["gates"]["first-night"]["holds"] == before["gates"]["first-night"]["holds"] - 1
    shutil.copy(f"tests/site/{LAUNCH}/runs/dfops-check.yaml", miniature / f"{LAUNCH}/runs")
    assert dfops("check", "--root", miniature).code == 0


def test_criteria_of_a_day_go_into_the_store(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """Once a day: a second record takes the place of the first, and what is no store is left as it is."""
    file = tmp_path / "events.duckdb"
    words = ("launch", "record", "--store", file, "--root", miniature)
    assert dfops(*words).out.splitlines()[-1] == f"3 criteria of 2026-11-21 are in {file}"
    gate = miniature / LAUNCH / "gates/first-night.yaml"
    change(gate, criteria=tree(gate)["criteria"][:1])
    assert dfops(*words).code == 0
    with duckdb.connect(str(file), read_only=True) as store:
        rows = store.execute("SELECT day::VARCHAR, gate, criterion, holds FROM gate_criteria ORDER BY gate").fetchall()
    assert [row[:3] for row in rows] == [
        ("2026-11-21", "first-night", "checked"),
        ("2026-11-21", "second-winter", "oil-counted"),
    ]
    assert not rows[1][3]
    other = tmp_path / "notes.txt"
    other.write_text("no store", encoding="utf-8")
    refused = dfops("launch", "record", "--store", other, "--root", miniature)
    assert (refused.code, other.read_text(encoding="utf-8")) == (2, "no store")


def test_nothing_is_recorded_while_something_cannot_be_read(dfops: Dfops, miniature: Path) -> None:
    """A record would count what is left."""
    (miniature / f"{LAUNCH}/scope/second-colour.yaml").write_text("title: [", encoding="utf-8")
    assert dfops("launch", "record", "--root", miniature).code == 1
    assert not (miniature / RECORD).exists()


def test_the_dossier_is_a_file_that_loads_nothing(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """What an author wrote is text in it; its links lead into the site that is named."""
    change(miniature / f"{LAUNCH}/gates/first-night.yaml", title="<script>alert(1)</script> & night")
    out = tmp_path / "made/dossier.html"
    ran = dfops("launch", "dossier", "--out", out, "--site", "https://ops.example.org/", "--root", miniature)
    assert (ran.code, ran.out) == (0, f"Written: {out}\n")
    text = out.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; night" in text
    assert not re.search(r"<(?:script|img|link|iframe)\b|url\(|@import", text)
    links = re.findall(r'href="([^"]*)"', text)
    assert "https://ops.example.org/launch/gates/first-night.html" in links
    assert all(link.startswith("https://ops.example.org/") for link in links)


def test_without_a_browser_there_is_no_pdf(
    dfops: Dfops, miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how to print; a program that prints nothing is told apart. No file is left."""
    monkeypatch.setenv("DFOPS_CHROMIUM", "/nowhere/chromium")
    ran = dfops("launch", "dossier", "--pdf", tmp_path / "x.pdf", "--root", miniature)
    assert (ran.code, ran.sentence[:27]) == (2, "--pdf needs Chromium, which")
    monkeypatch.setenv("DFOPS_CHROMIUM", "true")
    nothing = dfops("launch", "dossier", "--pdf", tmp_path / "x.pdf", "--root", miniature)
    assert (nothing.code, "printed nothing" in nothing.sentence) == (2, True)
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.long
def test_the_dossier_is_printed(dfops: Dfops, miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a browser without a window, where there is one."""
    monkeypatch.delenv("DFOPS_CHROMIUM", raising=False)
    if not any(map(shutil.which, launch_dossier.BROWSERS)):
        pytest.skip("no Chromium: apt install chromium")
    ran = dfops("launch", "dossier", "--pdf", tmp_path / "x.pdf", "--root", miniature)
    assert (ran.code, ran.err) == (0, "")
    data = (tmp_path / "x.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 4
