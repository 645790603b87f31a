"""The bytes of one file, read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import yaml

from generators.findings import Finding, Place
from generators.source import rules
from generators.source.assembly import Assembly
from generators.source.characters import clean
from generators.source.document import Document, place_in
from generators.source.faults import Faults
from generators.source.limits import LIMITS, Limits

if TYPE_CHECKING:
    from generators.findings import Rule
    from generators.source.document import Tree

# The lines before the document: directives, comments, blank ones. Possessive: millions of them are one step.
_PROLOGUE = re.compile(r"(?:%[^\n]*+(?:\n|\Z)|[ \t\r]*+(?:#[^\n]*+)?+\n)*+")
_DIRECTIVE = re.compile(r"^%[^\r\n]*", re.MULTILINE)
_WIDE = ((b"\xff\xfe", "UTF-16 or UTF-32"), (b"\xfe\xff", "UTF-16"))
_SYNTAX_HINTS = {
    "mapping values are not allowed in this context": "quote the value if it has a colon in it; check the indentation",
    "found character that cannot start any token": "indent with spaces; quote a value that starts with this character",
    "did not find expected key": "check the indentation and quotes of this line and the one before",
    "could not find expected ':'": "a key wants a colon and a space after it",
    "found unexpected end of stream": "close the quote",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave. The document is None when nothing usable could be read; there is a finding then."""

    document: Document | None
    findings: tuple[Finding, ...]
    text: str = ""
    """What was there to read where it gave no document: it may still name something."""


def read(path: str, data: bytes, limits: Limits = LIMITS) -> Reading:
    """The document in `data`, and everything that is wrong with it as YAML: OPS001 to OPS011, and OPS015.

    `path` is used for places only. Raises nothing. After a fault that leaves the rest readable, reading goes on: of a
    key that appears twice the first stays, a tag or anchor is passed over, an alias is None, an ambiguous scalar is the
    text as it is written, a forbidden character is U+FFFD. A syntax error or a limit ends it without a document.
    """
    if len(data) > limits.file_bytes:
        return _refused(Place(path), rules.LIMIT, f"more than {limits.file_bytes} bytes")
    if b"\0" in data[:2]:
        return _refused(Place(path), rules.NOT_UTF8, "the file is UTF-16 or UTF-32", "save the file as UTF-8")
    try:
        raw = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(path, data, error.start)
    text, hidden, more = clean(raw, limits.faults)
    faults = Faults(path, text, limits.faults)
    for fault in hidden:
        faults.add(rules.FORBIDDEN_CHARACTER, *fault)
    faults.add_unseen(more)
    text = _without_directives(text, faults)
    assembly = Assembly(text, faults, limits)
    try:
        whole = assembly.run()
    except yaml.YAMLError as error:
        whole = False
        _report_syntax(error, text, faults)
    tree = assembly.top[0] if whole else None
    if isinstance(tree, dict):
        return Reading(Document(path, tree, assembly.marks, data if text == raw else text.encode()), faults.findings())
    if whole:
        _report_top(tree, assembly.marks[0], assembly.marks[1], faults)
    return Reading(None, faults.findings(), text)


def _refused(place: Place, rule: Rule, message: str, hint: str = "", text: str = "") -> Reading:
    return Reading(None, (Finding(place, rule, message, hint),), text)


def _not_utf8(path: str, data: bytes, offset: int) -> Reading:
    before, _, _ = clean(data[:offset].decode(), 0)
    after, _, _ = clean(data[offset : offset + 400].decode(errors="replace"), 0)
    name = next((name for mark, name in _WIDE if data.startswith(mark)), "")
    message = f"the file is {name}" if name else f"byte 0x{data[offset]:02X} is not UTF-8"
    place = place_in(before + after, path, len(before), 0)
    return _refused(place, rules.NOT_UTF8, message, "save the file as UTF-8", data.decode(errors="replace"))


def _without_directives(text: str, faults: Faults) -> str:
    """The text with its leading directives made comments, each reported: nothing moves and reading can go on.

    They never reach the parser, which compares each `%TAG` with all before it.
    """
    prologue = _PROLOGUE.match(text)
    if prologue is None or "%" not in prologue[0]:
        return text
    listed = list(islice(_DIRECTIVE.finditer(prologue[0]), faults.most))
    for directive in listed:
        faults.add(rules.ONE_DOCUMENT, *directive.span(), "a directive", "delete the line")
    comments, count = re.subn("^%", "#", prologue[0], flags=re.MULTILINE)
    faults.add_unseen(count - len(listed))
    return comments + text[prologue.end() :]


def _report_top(tree: Tree, start: int, end: int, faults: Faults) -> None:
    if tree is None and start == end:
        faults.add(rules.ONE_DOCUMENT, 0, 0, "the file is empty")
    else:
        faults.stop(rules.NOT_A_MAPPING, start, start + 1 if isinstance(tree, list) else end, "no mapping at the top")


def _report_syntax(error: yaml.YAMLError, text: str, faults: Faults) -> None:
    if not isinstance(error, yaml.MarkedYAMLError):
        faults.stop(rules.SYNTAX, 0, 0, "not YAML")
        return
    message = problem = error.problem or "not YAML"
    offset = error.problem_mark.index if error.problem_mark else 0
    if error.context_mark and not text[offset:].strip():
        # What is still open at the end of the file is a fault of the place where it was opened.
        offset = error.context_mark.index
    elif error.context_mark:
        message = f"{problem}, {error.context} that starts at line {faults.line(error.context_mark.index)}"
    faults.stop(rules.SYNTAX, offset, offset + 1, message, _SYNTAX_HINTS.get(problem, ""))
