"""F1: each hostile and each harmless file, read and checked in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from generators.site import check
from tests.clock import AT
from tests.hardening.figure import Effort, Reached
from tests.hardening.process import apart
from tests.source.test_harmless import DOCUMENTS, LOOKALIKES
from tests.source.test_hostile import AMBIGUOUS, FAULTS, LARGE, SPACED, as_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATH = "ops_model/organization/roles/file.yaml"
READING = {*(f"OPS{number:03d}" for number in range(1, 12)), "OPS015"}
"""Rules about the file itself; what an entity lacks is another matter."""
ONLY_LONG = ("spaces", "a block of blanks")
"""Large files in which nothing is wrong."""
MOST_SECONDS, MOST_MEGABYTES = 1.0, 200.0

Places = list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class File:
    """A file, and what must be found in it: None means something, wherever."""

    name: str
    data: bytes
    expected: Places | None


def files() -> Iterator[File]:
    """All of them."""
    for name, (data, places) in FAULTS.items():
        yield File(name, as_bytes(data), sorted(places))
    for text in (*AMBIGUOUS.split(), *SPACED):
        yield File(f"unquoted {text}", f"a: 1\nb: {text}\n".encode(), [("OPS010", 2, 4)])
        yield File(f"quoted {text}", f'a: 1\nb: "{text}"\n'.encode(), [])
    for name, data in LARGE.items():
        yield File(name, data, [] if name in ONLY_LONG else None)
    for name, (text, _) in DOCUMENTS.items():
        yield File(name, text.encode(), [])
    for text in LOOKALIKES.split():
        yield File(f"plain {text}", f"a: {text}\n".encode(), [])


def found(root: Path) -> Places:
    """What `dfops check` says of the file."""
    findings = check(root, AT).findings
    return sorted(
        (finding.rule.code, finding.place.line, finding.place.column)
        for finding in findings
        if finding.place.path == PATH and finding.rule.code in READING
    )


def measure(effort: Effort) -> Reached:
    """Code, line and column as expected, no traceback, less than a second and 200 MB each."""
    place = effort.folder / PATH
    place.parent.mkdir(parents=True)
    found(effort.folder)  # what is imported and cached once is no file's cost
    wrong: list[str] = []
    slowest = largest = 0.0
    tried = 0
    for file in files():
        place.write_bytes(file.data)
        ended = apart(partial(found, effort.folder))
        tried += 1
        slowest, largest = max(slowest, ended.seconds), max(largest, ended.megabytes)
        fits = bool(ended.value) if file.expected is None else ended.value == file.expected
        if ended.why or not fits:
            wrong.append(f"{file.name}: {ended.why or f'wanted {file.expected}, found {ended.value}'}")
        if ended.seconds >= MOST_SECONDS or ended.megabytes >= MOST_MEGABYTES:
            wrong.append(f"{file.name}: {ended.seconds:.2f} s, {ended.megabytes:.0f} MB")
    return Reached(tried, tuple(wrong), f"at most {slowest:.2f} s, {largest:.0f} MB each")
