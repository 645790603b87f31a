"""The broken and the fixed example of each rule: the folders that the tests prove the rule with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parents[2] / "tests" / "cases"


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file of a rule's example."""

    path: str
    text: str


def examples(code: str, side: str, cases: Path = CASES) -> tuple[ExampleFile, ...]:
    """The files of one side, `broken` or `mended`, if there is such a case. What cannot be shown is an escape."""
    folder = cases / code / side
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return tuple(ExampleFile(path.relative_to(folder).as_posix(), _shown(path)) for path in files)


def _shown(path: Path) -> str:
    if path.is_symlink():
        return f"(a link to {path.readlink()})\n"
    text = path.read_bytes().decode("utf-8", errors="backslashreplace")
    return "".join(char if char in "\n\t" or char.isprintable() else f"\\u{ord(char):04x}" for char in text)
