"""Hostile documents: each is refused at the right place, in little time and memory."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from generators.source import Reading, read
from tests.timeouts import ends_in_time

# situation -> (the file, every finding as (code, line, column))
FAULTS: dict[str, tuple[bytes | str, list[tuple[str, int, int]]]] = {
    "latin-1": (b"a: 1\nb: caf\xe9\n", [("OPS001", 2, 7)]),
    "utf-16 little-endian with a mark": ("a: 1\n".encode("utf-16"), [("OPS001", 1, 1)]),
    "utf-16 big-endian without a mark": ("a: 1\n".encode("utf-16-be"), [("OPS001", 1, 1)]),
    "utf-16 little-endian without a mark": ("a: 1\n".encode("utf-16-le"), [("OPS001", 1, 1)]),
    "utf-32 with a mark": ("a: 1\n".encode("utf-32"), [("OPS001", 1, 1)]),
    "an encoded surrogate": (b"a: \xed\xa0\x80\n", [("OPS001", 1, 4)]),
    "an overlong slash": (b"a: \xc0\xaf\n", [("OPS001", 1, 4)]),
    "half a character at the end": (b"a: \xc3", [("OPS001", 1, 4)]),
    "a byte order mark": ("\ufeffa: 1\n", [("OPS002", 1, 1)]),
    "a byte order mark inside": ("a: 1\n\ufeffb: 2\n", [("OPS002", 2, 1)]),
    "a NUL": ("a: 1\nb: x\0y\n", [("OPS002", 2, 5)]),
    "an escape character": ("a: \x1b[31mred\n", [("OPS002", 1, 4)]),
    "a form feed": ("a: 1\n\x0cb: 2\n", [("OPS002", 2, 1)]),
    "a delete": ("a: x\x7f\n", [("OPS002", 1, 5)]),
    "a next-line character that hides a key": ("a: 1 # fine\x85hidden: 2\n", [("OPS002", 1, 12)]),
    "a line separator": ("a: x\u2028b: no\n", [("OPS002", 1, 5), ("OPS003", 1, 7)]),
    "a paragraph separator": ("a: '\u2029'\n", [("OPS002", 1, 5)]),
    "lines that end in carriage returns": ("a: 1\rb: no\r", [("OPS002", 1, 5), ("OPS010", 2, 4)]),
    "text that runs right to left": ("a: x \u202e y\n", [("OPS002", 1, 6)]),
    "an isolate in a comment": ("a: 1 # \u2066\n", [("OPS002", 1, 8)]),
    "a zero-width space in a key": ("a\u200b: 1\n", [("OPS002", 1, 2)]),
    "a word joiner": ("a: x\u2060y\n", [("OPS002", 1, 5)]),
    "a soft hyphen": ("a: ow\u00adner\n", [("OPS002", 1, 6)]),
    "a filler that is printed as nothing": ("a: \u3164\n", [("OPS002", 1, 4)]),
    "tag characters": ("a: x\U000e0041\n", [("OPS002", 1, 5)]),
    "a row of variation selectors": ("a: x\ufe01\ufe02\n", [("OPS002", 1, 5)]),
    "a non-character": ("a: x\uffff\n", [("OPS002", 1, 5)]),
    "a joiner in a key": ("a\u200db: 1\n", [("OPS002", 1, 1)]),
    "an escaped NUL": ('a: "x\\0"\n', [("OPS002", 1, 6)]),
    "an escaped bell by its number": ('a: "é\\x07"\n', [("OPS002", 1, 6)]),
    "an escaped override": ('a: ["\\u202E", "\\U0000202e"]\n', [("OPS002", 1, 6), ("OPS002", 1, 16)]),
    "an escaped line separator": ('a: "\\L"\n', [("OPS002", 1, 5)]),
    "an escaped carriage return": ('a: "\\r"\n', [("OPS002", 1, 5)]),
    "an escape in a key": ('"a\\u200b": 1\n', [("OPS002", 1, 3), ("OPS009", 1, 1)]),
    "an escaped surrogate": ('a: "\\ud800"\n', [("OPS003", 1, 7)]),
    "a pair of escaped surrogates": ('a: "\\ud83d\\ude00"\n', [("OPS003", 1, 7)]),
    "an escape past the last character": ('a: "\\U00110000"\n', [("OPS003", 1, 7)]),
    "a tab that indents": ("a:\n\tb: 1\n", [("OPS003", 2, 1)]),
    "two colons on a line": ("a: b: c\n", [("OPS003", 1, 5)]),
    "a bracket left open": ("a: 1\nb: [1, 2\n", [("OPS003", 2, 4)]),
    "a bracket too many": ("a: 1\n]\n", [("OPS003", 2, 1)]),
    "a quote left open": ("a: 1\nb: 'x\nc: 2\n", [("OPS003", 2, 4)]),
    "a reserved character": ("a: @x\n", [("OPS003", 1, 4)]),
    "a marker inside a quoted text": ('a: "x\n---\ny"\n', [("OPS003", 2, 1)]),
    "an end marker alone": ("...\n", [("OPS003", 1, 1)]),
    "a key twice": ("a: 1\nb: 2\na: 3\n", [("OPS004", 3, 1)]),
    "a key twice, differently quoted": ("a: 1\n\"a\": 2\n'a': 3\n", [("OPS004", 2, 1), ("OPS004", 3, 1)]),
    "a key twice, once by escape": ('a: 1\n"\\x61": 2\n', [("OPS004", 2, 1)]),
    "a key twice in flow": ("a: {b: 1, b: {c: no}}\n", [("OPS004", 1, 11), ("OPS010", 1, 18)]),
    "a tag that runs code": ("a: !!python/object/apply:os.system [ls]\n", [("OPS005", 1, 4)]),
    "a tag that is a type": ("a: !!int abc\n", [("OPS005", 1, 4)]),
    "a tag that makes text of a number": ("a: !!str 012\n", [("OPS005", 1, 4)]),
    "a tag on the top": ("--- !!map\na: 1\n", [("OPS005", 1, 5)]),
    "a tag on a key": ("!!str a: 1\n", [("OPS005", 1, 1)]),
    "a tag that says nothing": ("a: ! x\n", [("OPS005", 1, 4)]),
    "a verbatim tag": ("a: !<x> z\n", [("OPS005", 1, 4)]),
    "a tag nobody declared": ("a: !e!x y\n", [("OPS003", 1, 4)]),
    "an anchor": ("a: &x v\n", [("OPS006", 1, 4)]),
    "an anchor and its alias": ("a: &x v\nb: *x\n", [("OPS006", 1, 4), ("OPS006", 2, 4)]),
    "an alias to nothing": ("a: [*x, *x]\n", [("OPS006", 1, 5), ("OPS006", 1, 9)]),
    "an alias as a key": ("*x : 1\nb: 2\n", [("OPS006", 1, 1)]),
    "an anchor on a list that holds itself": ("a: &x [*x]\n", [("OPS006", 1, 4), ("OPS006", 1, 8)]),
    "a merge key": ("a: 1\n<<: {b: 2}\n", [("OPS006", 2, 1)]),
    "a quoted merge key, which some readers merge too": ("'<<': {b: 2}\n", [("OPS006", 1, 1)]),
    "a version directive": ("%YAML 1.1\n---\na: 1\n", [("OPS007", 1, 1)]),
    "a tag directive below a comment": ("# x\n\n%TAG !e! tag:e,2026:\n---\na: 1\n", [("OPS007", 3, 1)]),
    "two documents": ("a: 1\n---\nb: 2\n", [("OPS007", 2, 1)]),
    "a document after an end marker": ("a: 1\n...\n# x\nb: 2\n", [("OPS007", 4, 1)]),
    "a directive after an end marker": ("a: 1\n...\n%YAML 1.1\n---\nb: 1\n", [("OPS007", 3, 1)]),
    "text after a closed mapping": ("{a: 1}\nb\n", [("OPS007", 2, 1)]),
    "nothing at all": ("", [("OPS007", 1, 1)]),
    "comments only": ("# x\n\n# y\n", [("OPS007", 1, 1)]),
    "an empty document": ("---\n", [("OPS007", 1, 1)]),
    "a list at the top": ("# x\n- a\n", [("OPS008", 2, 1)]),
    "text at the top": ("just text\n", [("OPS008", 1, 1)]),
    "a colon without a space": ("key:value\n", [("OPS008", 1, 1)]),
    "a number as key": ("1: a\n", [("OPS009", 1, 1)]),
    "a truth value as key": ("true: a\n", [("OPS009", 1, 1)]),
    "nothing as key": ("~: a\nb: 1\n", [("OPS009", 1, 1)]),
    "no key": ("{? : a}\n", [("OPS009", 1, 4)]),
    "no key on a line": (": a\n", [("OPS003", 1, 1)]),
    "an empty key": ("'': a\n", [("OPS009", 1, 1)]),
    "a list as key": ("? [x, z]\n: {c: no}\n", [("OPS009", 1, 3), ("OPS010", 2, 7)]),
    "a mapping as key": ("{a: 1}: 2\n", [("OPS009", 1, 1)]),
    "a key with a space after it": ("'a ': 1\n", [("OPS009", 1, 1)]),
    "a key of two lines": ('? "a\\nb"\n: 1\n', [("OPS009", 1, 3)]),
    "a key with another space": ("a\u00a0b: 1\n", [("OPS009", 1, 1)]),
    "a key that is composed": ("e\u0301: 1\n", [("OPS009", 1, 1)]),
    "a key of 129 characters": ("k" * 129 + ": 1\n", [("OPS009", 1, 1)]),
    "a key that is a truth value to some": ("a: 1\non: 2\n", [("OPS010", 2, 1)]),
    "a key that is a number to some": ("a: 1\n012: 2\n", [("OPS010", 2, 1)]),
    "a number of 5,000 digits": ("a: " + "1" * 5000, [("OPS010", 1, 4)]),
}


def seen(reading: Reading) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding."""
    return [(finding.rule.code, finding.place.line, finding.place.column) for finding in reading.findings]


def as_bytes(text: bytes | str) -> bytes:
    """The file as it would be on the disk."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", FAULTS)
def test_a_hostile_document_is_refused_where_it_is_wrong(name: str) -> None:
    """Exactly the expected findings, with code, line and column, and a path."""
    data, expected = FAULTS[name]
    reading = read("a/b.yaml", as_bytes(data))
    assert sorted(seen(reading)) == sorted(expected)
    assert {finding.place.path for finding in reading.findings} == {"a/b.yaml"}


AMBIGUOUS = """
y Y yes Yes YES n N no No NO on On ON off Off OFF True TRUE False FALSE Null NULL = <<
012 08 00 -012 0o14 0O14 -0o14 0x1f 0X1F 0b1 0B1 1_000 1__0 1_000.5 +1 +1.5 -0
22:00 09:00 1:1:1 -1:30 190:20:30 190:20:30.15
1e3 1E3 1.5e3 1.5e+3 -1e-3 .5 -.5 5. 1_0. 007.5 .inf -.inf +.Inf .INF .nan .NaN .NAN
1234567890123456 -1234567890123456 0.1234567890123456 12345678901234567.0
2026-1-5 2026-02-31 2026-13-01 0000-01-01 2026-01-01T10:00:00 2026-01-01t10:00:00Z 2026-01-01T10:00Z
2026-01-01T24:00:00Z 2026-01-01T10:00:00+9:00 2026-01-01T10:00:00+25:00
"""
SPACED = ("2026-01-01 10:00", "2026-01-01 10:00:00", "2026-01-01 10:00:00 Z", "2026-01-01 10:00:00 +01:00")


@pytest.mark.parametrize("text", [*AMBIGUOUS.split(), *SPACED])
@pytest.mark.parametrize("shape", ["a: 1\nb:   {}\n", "a: [1, {}, 2]\n", "b:\n  - c: {}\n", "{{a: {}}}\n"])
def test_a_scalar_that_readers_disagree_on_must_be_quoted(text: str, shape: str) -> None:
    """OPS010 at the scalar, with its width and the remedy; in quotes there is nothing to say."""
    source = shape.replace("{{", "{").replace("}}", "}") if "{{" in shape else shape
    hole = source.index("{}")
    before = source[:hole]
    reading = read("f.yaml", (before + text + source[hole + 2 :]).encode())
    column = hole - (before.rfind("\n") + 1) + 1
    assert seen(reading) == [("OPS010", before.count("\n") + 1, column)]
    assert reading.findings[0].place.width == len(text)
    assert reading.findings[0].hint == f'quote it: "{text}"'
    assert read("f.yaml", f'{before}"{text}"{source[hole + 2 :]}'.encode()).findings == ()


def test_all_faults_of_a_file_come_out_in_one_run() -> None:
    """Twenty faults planted, twenty reported, and the document is there for the next layer."""
    lines = ["a: 1", *(f"k{number}: no" for number in range(10)), "a: 2", "b: &x 1", "c: *x", "<<: {}", "d: !t x"]
    lines += ["e: x\u200by", "1: x", "f: 22:00", "g: 012", 'h: "\\u202e"']
    reading = read("f.yaml", "\n".join(lines).encode())
    assert len(reading.findings) == 20
    assert {finding.place.line for finding in reading.findings} == set(range(2, 22))
    assert reading.document is not None
    assert (reading.document.tree["a"], reading.document.tree["c"], reading.document.tree["d"]) == (1, None, "x")


def test_a_file_of_nothing_but_faults_lists_the_first_hundred_and_counts_the_rest() -> None:
    """The output stays readable, and says what it leaves out."""
    reading = read("f.yaml", b"a: [" + b"no, " * 1000 + b"]\n")
    assert len(reading.findings) == 101
    assert "900 more faults" in reading.findings[-1].message


def test_a_secret_is_not_repeated_in_a_message() -> None:
    """At most forty characters of a value, and nothing that could move a terminal's cursor."""
    reading = read(
        "f.yaml", b"a: 1" + b"2" * 200 + b"\nb: !\xc3\xa9x%1b x\n" + b'"k\\x1b[0m": 1\n' + b"c: &" + b"s" * 99 + b" x\n"
    )
    assert reading.findings
    for finding in reading.findings:
        assert len(finding.message) < 140
        assert finding.message.isprintable()


LARGE: dict[str, bytes] = {
    "deep lists": b"a: " + b"[" * 25_000 + b"]" * 25_000,
    "deep lists, never closed": b"[" * 1_000_000,
    "deep mappings": b"a: " + b"{a: " * 200_000,
    "deep dashes": b"- " * 500_000,
    "deep question marks": b"? " * 500_000,
    "deep lines": b"\n".join(b" " * depth + b"a:" for depth in range(1400)),
    "a merge bomb": b"a: &a {x: 1}\n"
    + b"".join(b"%c: &%c {<<: [*%c, *%c]}\n" % (n + 1, n + 1, n, n) for n in range(97, 121)),
    "an alias bomb": b"a: &a [x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (n + 1, n + 1, b"*%c, " % n * 9) for n in range(97, 121)),
    "base sixty": b"a: 1" + b":1" * 500_000,
    "many base sixties": b"a: [" + b"1:1:1:1:1, " * 90_000 + b"]",
    "a million digits": b"a: " + b"1" * 1_000_000,
    "sixty thousand digits": b"a: " + b"1" * 60_000 + b".0",
    "underscores": b"a: 1" + b"_" * 60_000,
    "a date that never ends": b"a: 2026-01-01 " + b" " * 60_000 + b"1:",
    "directives": b"%TAG !a! x\n" * 90_000,
    "short directives": b"%\n" * 500_000,
    "directives after the document": b"a: 1\n...\n" + b"%TAG !a! x\n" * 90_000,
    "end markers": b"a: 1\n" + b"...\n" * 250_000 + b"x",
    "blank lines": b"\n" * 1_000_000 + b"%",
    "comments": b"#\n" * 500_000,
    "one long comment": b"#" * 1_000_000,
    "aliases": b"k: *a\n" * 170_000,
    "anchors": b"a: &x y\n" * 125_000,
    "a long anchor": b"&" + b"a" * 1_000_000 + b" b",
    "a long tag": b"!<" + b"a" * 1_000_000 + b"> b",
    "one key over and over": b"a: 1\n" * 200_000,
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(90_000)),
    "a flat list": b"a: [" + b"a," * 500_000 + b"]",
    "empty lists": b"a: [" + b"[]," * 300_000 + b"]",
    "empty keys": b"a: {" + b":," * 300_000 + b"}",
    "zero-width spaces": "\u200b".encode() * 340_000,
    "line ends of two kinds": "\x0c\u2028".encode() * 250_000,
    "carriage returns": b"\r" * 1_000_000,
    "escapes": b'a: "' + b"\\u200b" * 10_000 + b'"',
    "quotes": b"a: " + b"'" * 1_000_000,
    "backslashes": b'a: "' + b"\\" * 1_000_000,
    "a plain text over many lines": b"a: x\n" + b"  x\n" * 250_000,
    "a block of blanks": b"a: |\n" + b" \n" * 500_000,
    "spaces": b"a:" + b" " * 1_000_000 + b"1",
    "emoji": b"a: " + "\U0001f600".encode() * 250_000,
    "nulls": b"a" + b"\0" * 1_000_000,
    "random bytes": bytes(range(256)) * 4_000,
    "too large": b"a" * 3_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_bomb_is_read_or_refused_at_once(name: str) -> None:
    """Every large hostile file, with a finding unless it is only long."""
    with ends_in_time():
        reading = read("f.yaml", LARGE[name])
    assert reading.findings or name in {"spaces", "a block of blanks"}


@pytest.mark.bench
@pytest.mark.parametrize("name", LARGE)
def test_a_bomb_costs_less_than_a_second(name: str) -> None:
    """Of processor time."""
    before = time.process_time()
    read("f.yaml", LARGE[name])
    assert time.process_time() - before < 1


def test_all_bombs_together_stay_below_200_megabytes() -> None:
    """Read one after the other in a fresh process, its peak memory with interpreter and inputs is below the limit."""
    program = (
        "import importlib.util, pathlib, re, sys\n"
        "spec = importlib.util.spec_from_file_location('hostile', sys.argv[1])\n"
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
        "from generators.source import read\n"
        "for data in module.LARGE.values(): read('f.yaml', data)\n"
        # Not getrusage: what the parent had at its peak is counted there as the child's.
        "status = pathlib.Path('/proc/self/status')\n"
        "print(re.search(r'VmHWM:\\s+([0-9]+)', status.read_text())[1])\n"
    )
    command = [sys.executable, "-c", program, __file__]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603  # our own program
    assert int(done.stdout) < 200 * 1024
