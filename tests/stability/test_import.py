"""Reports of a tracker and of a desk into the store: each once, whole or not at all, assigned by people."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml

from generators.catalog import load
from generators.measures.occurrences import Failures
from generators.model import KINDS
from generators.source import LIMITS, Repository
from generators.stability.counted import counted
from generators.stability.exports import LONGEST, Bad, UnreadableExport, form_of, rows_of, text_of
from generators.stability.mapping import Mapping, read_mapping
from generators.stability.reports import Known, Taken, taken
from tests.stability.conftest import MAPPING, SITE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generators.catalog import Catalog
    from tests.cli.command import Ran

    Import = Callable[..., Ran]
    Rows = Callable[[], list[tuple[object, ...]]]

TODAY = date(2026, 11, 30)
HEAD = "URL,Created,Title,Body,Labels\n"
GH = {
    "number": 7,
    "title": "Soot on the pane in the east",
    "body": "Dim.",
    "state": "OPEN",
    "closedAt": None,
    "labels": [{"id": "x", "name": "oil", "description": "", "color": "ededed"}],
    "createdAt": "2026-11-20T23:30:00-05:00",
    "url": "https://github.com/o/r/issues/7",
}
"""As `gh issue list --json …` prints it."""
REST = {
    "number": 8,
    "title": "Dark",
    "body": None,
    "state": "open",
    "labels": [{"name": "redshift"}, "soot"],
    "url": "https://api.github.com/repos/o/r/issues/8",
    "html_url": "https://github.com/o/r/issues/8",
    "created_at": "2026-11-21T10:00:00Z",
    "closed_at": None,
}
"""As the REST interface answers."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The miniature repository."""
    return load(Repository(SITE, LIMITS), KINDS)[0]


@pytest.fixture(scope="module")
def mapping(catalog: Catalog) -> Mapping:
    """The mapping of these tests."""
    read, findings = read_mapping("map.yaml", MAPPING.encode(), catalog)
    assert read is not None, findings
    return read


@pytest.fixture
def take(catalog: Catalog, mapping: Mapping, tmp_path: Path) -> Callable[[bytes], Taken]:
    """What a file comes to, without the command."""

    def run(data: bytes) -> Taken:
        path = tmp_path / "reports"
        path.write_bytes(data)
        text = text_of(path)
        return taken(rows_of(text, form_of(text), mapping), mapping, Known.of(catalog), TODAY)

    return run


def test_issues_come_in_once(imported: Import, rows: Rows, tmp_path: Path) -> None:
    """Both forms of GitHub, in UTC; a dry run leaves nothing behind; the second import changes nothing and says so."""
    question = REST | {"html_url": "https://github.com/o/r/issues/9", "labels": [{"name": "question"}]}
    text = json.dumps([GH, REST, question, REST | {"pull_request": {"url": "x"}}])
    tried = imported(text, "--dry-run")
    assert (tried.code, rows()) == (0, [])
    assert "2 new occurrences, 0 changed, 0 known; would be written to" in tried.out
    assert "  oil_feed: 1 new, 0 changed" in tried.out
    assert "soot-on-the-east-pane? (same connector" in tried.out
    assert not (tmp_path / "proposals.yaml").exists()
    first = imported(text)
    assert (first.code, first.err) == (0, "")
    assert "Left out: 2 rows" in first.out
    held = [
        ("", "", "redshift", "2026-11-21", 1, "bug", "https://github.com/o/r/issues/8"),
        ("", "oil_feed", "", "2026-11-21", 1, "bug", "https://github.com/o/r/issues/7"),
    ]
    assert rows() == held
    second = imported(text)
    assert "Nothing changes" in second.out
    assert "holds 2 occurrences" in second.out
    assert rows() == held


def test_what_a_person_assigns_is_no_longer_proposed(imported: Import, rows: Rows, tmp_path: Path) -> None:
    """The same row gets its defect; the file for review is empty then."""
    text = json.dumps([GH])
    imported(text)
    [proposal] = yaml.safe_load((tmp_path / "proposals.yaml").read_text(encoding="utf-8"))["proposals"]
    assert proposal["reference"] == GH["url"]
    assert [one["defect"] for one in proposal["candidates"]] == ["soot-on-the-east-pane"]
    assigned = f'{MAPPING}assigned: {{"{GH["url"]}": soot-on-the-east-pane}}\n'
    found = imported(text, mapping=assigned)
    assert "0 new occurrences, 1 changed, 0 known" in found.out
    assert [row[0] for row in rows()] == ["soot-on-the-east-pane"]
    assert yaml.safe_load((tmp_path / "proposals.yaml").read_text(encoding="utf-8")) == {"proposals": []}


def test_notes_of_a_desk(imported: Import, rows: Rows) -> None:
    """Columns of its own with facts in them; the connector of an assigned report follows from its defect."""
    mapping = "source: support\ncolumns: {reference: Ticket, day: Day, defect: Defect, installs: Installs}\n"
    text = "Ticket;Day;Defect;Installs\nT-1;2026-11-02;soot-on-the-east-pane;12\nT-1;2026-11-03;;\n"
    assert imported(text, mapping=mapping).code == 0
    assert rows() == [
        ("", "", "", "2026-11-03", 1, "support", "T-1"),
        ("soot-on-the-east-pane", "oil_feed", "", "2026-11-02", 12, "support", "T-1"),
    ]


def test_one_bad_row_refuses_the_file(imported: Import, rows: Rows) -> None:
    """Each is named with its line, and nothing is written, unless bad rows are left out."""
    text = f'{HEAD}a,2026-11-01,x,"two\nlines",oil\nb,2026-12-01,x,,oil\nc,2026-11-01,x\n'
    found = imported(text)
    assert (found.code, found.out, rows()) == (1, "", [])
    assert "reports.csv: line 4: 2026-12-01 is in the future" in found.err
    assert "reports.csv: line 5: has 3 values where the first line names 5 columns" in found.err
    assert "2 bad rows: nothing is written" in found.err
    skipped = imported(text, "--skip-bad")
    assert (skipped.code, "Left out: 2 bad rows." in skipped.out) == (0, True)
    assert [row[-1] for row in rows()] == ["a"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a,2026-11-01,x,,", ""),
        ("a,2026-11-01T23:00:00-05:00,x,,oil", ""),
        ('"=HYPERLINK(""https://evil.example"")",2026-11-01,=1+1,@x,oil', ""),
        ("a,2026-12-01,x,,oil", "2026-12-01 is in the future"),
        ("a,yesterday,x,,oil", "'yesterday' is no day like 2026-11-30"),
        ("a,0001-01-01T00:00:00+23:59,x,,oil", "is no day like"),
        ("a,1999-12-31,x,,oil", "1999-12-31 is before 2000"),
        (",2026-11-01,x,,oil", "has no reference"),
        ("a\u202eb,2026-11-01,x,,oil", "some that cannot be printed"),
        ("a,2026-11-01,x,,oil,more", "has 6 values"),
        ("a,2026-11-01", "has 2 values"),
        ("a,2026-11-01,x\0,,oil", "holds a NUL character"),
        ('a,2026-11-01,"x,,oil', "a quote opens and is never closed"),
        ('a,2026-11-01,"x"y,,oil', "is no CSV"),
        ("a,2026-11-01,x,,redshift;oil", ""),
        ('a,2026-11-01,x,,"redshift,snowflake"', "its labels name more than one warehouse: redshift, snowflake"),
    ],
)
def test_a_row(take: Callable[[bytes], Taken], line: str, reason: str) -> None:
    """Taken as it is, or refused with a reason; what follows it is read in either case, but for an open quote."""
    found = take(f"{HEAD}{line}\nz,2026-11-02,x,,oil\n".encode())
    if not reason:
        assert [one.occurrence.reference[:2] for one in found.reports] == [line.lstrip('"')[:2].strip(","), "z"]
        return
    [bad] = found.bad
    assert bad.place == "line 2"
    assert reason in bad.reason
    assert [one.occurrence.reference for one in found.reports] == ([] if "never closed" in reason else ["z"])


def test_names_that_are_none(catalog: Catalog) -> None:
    """In a column, with the nearest name; a defect of one connector is not met at another."""
    mapping = Mapping.model_validate({"columns": {"connector": "Connector", "defect": "Defect"}})
    text = "URL,Created,Connector,Defect\na,2026-11-01,oil_fed,\nb,2026-11-01,,soot-on-the-east\n"
    found = taken(rows_of(text, "github-csv", mapping), mapping, Known.of(catalog), TODAY)
    assert [bad.reason for bad in found.bad] == [
        "unknown connector 'oil_fed' (did you mean 'oil_feed'?)",
        "unknown defect 'soot-on-the-east' (did you mean 'soot-on-the-east-pane'?)",
    ]


def test_a_value_of_ten_megabytes(take: Callable[[bytes], Taken]) -> None:
    """Named with its line; the rows around it are read."""
    found = take(f"{HEAD}a,2026-11-01,x,,\nb,2026-11-01,x,{'y' * (10 << 20)},\nc,2026-11-01,x,,\n".encode())
    assert found.bad == [Bad("line 3", f"holds a value of 10,485,760 characters; at most {LONGEST:,} are read")]
    assert len(found.reports) == 2


def test_rows_that_come_twice(take: Callable[[bytes], Taken]) -> None:
    """The same facts are one report; other facts about the same report and day are a question for a person."""
    found = take(f"{HEAD}a,2026-11-01,x,,oil\na,2026-11-01,y,,oil\na,2026-11-01,x,,redshift\n".encode())
    assert (len(found.reports), found.repeated) == (1, 1)
    assert found.bad == [Bad("line 4", "is line 2 again, with other facts of the same report and day")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"URL,Created\na,\xe9\n", "is not UTF-8: line 2 holds the byte 0xE9"),
        ("URL,Created\n".encode("utf-16"), "is UTF-16 or UTF-32: save it as UTF-8"),
        (b"Link,Date\na,2026-11-01\n", "has no column 'URL', only 'Link', 'Date'"),
        (b'"URL,Created\n', "has no column names that can be read"),
        (b",URL" * 2000 + b"\nx\n", "has more than 1,000 columns"),
        (b"[{]", "is no JSON: line 1, column 3"),
        (b'{"data": {}}', "is JSON of another form"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "a number that is too long"),
    ],
)
def test_a_file_of_which_nothing_is_read(take: Callable[[bytes], Taken], data: bytes, sentence: str) -> None:
    """One sentence."""
    with pytest.raises(UnreadableExport, match=sentence.replace("(", r"\(")):
        take(data)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (3, "is no issue: it needs an object"),
        ({}, "has no field html_url or url"),
        (GH | {"title": 3}, "title: input should be a valid string"),
        (GH | {"createdAt": None}, "createdAt or created_at: input should be a valid string"),
        (GH | {"labels": [{"id": 1}]}, "labels: "),
        (GH | {"title": "\ud83d"}, "holds half of a character"),
        (GH | {"body": "\0"}, "holds a NUL character"),
    ],
)
def test_an_item_of_json(take: Callable[[bytes], Taken], item: object, reason: str) -> None:
    """Named by its number; the others are read."""
    found = take(json.dumps([GH, item, REST]).encode())
    assert [bad.place for bad in found.bad] == ["item 2"]
    assert reason in found.bad[0].reason
    assert len(found.reports) == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_with_a_mark_and_another_separator(take: Callable[[bytes], Taken], separator: str) -> None:
    """As spreadsheets and project boards write it, with the line ends of Windows."""
    lines = (("URL", "Created", "Title", "Body", "Labels"), ("a", "2026-11-01", "x", "", "oil"))
    data = b"\xef\xbb\xbf" + "".join(separator.join(line) + "\r\n" for line in lines).encode()
    [report] = take(data).reports
    assert (report.occurrence.reference, report.occurrence.connector) == ("a", "oil_feed")


def test_a_mapping_with_names_that_are_none(imported: Import, rows: Rows) -> None:
    """Findings with their places and the nearest names; nothing is read with it."""
    found = imported(HEAD, mapping="labels:\n  oil: {connector: oil_fed}\nassigned: {a: sot}\n")
    assert (found.code, found.out, rows()) == (1, "", [])
    assert "map.yaml:2:20  unknown connector 'oil_fed'" in found.err
    assert "did you mean 'oil_feed'?" in found.err
    assert "unknown defect 'sot'" in found.err


def test_without_what_it_needs(imported: Import, dfops: Callable[..., Ran], tmp_path: Path) -> None:
    """One sentence each, exit code 2."""
    for words, said in (
        ((), "name one of the two"),
        ((tmp_path / "x.csv",), "--mapping MAP.yaml says what"),
        (("--telemetry", "--store", tmp_path / "none"), "is not there"),
    ):
        found = dfops("stability", "import", *words, "--root", SITE)
        assert (found.code, found.out) == (2, "")
        assert said in found.err
    assert imported("[{]").sentence.endswith(
        "is no JSON: line 1, column 3: Expecting property name enclosed in double quotes"
    )


def test_failures_count_for_the_one_defect_that_names_their_code(catalog: Catalog) -> None:
    """A code that the register does not name counts for nothing; where several defects name it, a person decides."""
    failures = [
        Failures("lamp-check", code, "oil_feed", "duckdb", date(2026, 11, 2), 3)
        for code in ("WARN-TABLE-COLUMNS-OVERFLOW", "ERR-NOBODY-NAMES-IT")
    ]
    [one] = counted(catalog, failures)
    assert (one.reference, one.installs) == ("WARN-TABLE-COLUMNS-OVERFLOW oil_feed duckdb", 3)


@pytest.mark.bench
def test_a_hundred_thousand_rows(imported: Import) -> None:
    """In under 10 seconds of work."""
    from time import process_time  # noqa: PLC0415

    lines = (f'https://example.org/{n},2026-11-{1 + n % 28:02d},"Soot, {n}",,oil\n' for n in range(100_000))
    started = process_time()
    assert imported(HEAD + "".join(lines)).code == 0
    assert process_time() - started < 10
