"""What a version of a runtime has, as it was written down: its commands and its diagnostic codes.

A snapshot is one JSON file a version, written by `dfops runtime snapshot` from the runtime itself and kept in git:
pages and checks need no runtime, and what changes between two versions is a difference between two files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SCHEMA_VERSION = 1
FOLDER = "ops_model/operating/runtimes/snapshots"


class UnreadableSnapshot(ValueError):  # noqa: N818 - a file that somebody wrote, not a fault of the program
    """A snapshot that is none: its path, and one sentence."""


@dataclass(frozen=True, slots=True)
class Code:
    """A diagnostic that a runtime can report: `ERR-…` or `WARN-…`, and what its registry says of it."""

    code: str
    level: str
    domain: str = ""
    summary: str = ""
    doc: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a runtime: its command tree, and its codes by name, sorted."""

    distribution: str
    version: str
    commands: Mapping[str, Any]
    codes: Mapping[str, Code]

    @property
    def is_whole(self) -> bool:
        """Whether the command tree was taken too; of versions out of the support window only the codes are kept."""
        return bool(self.commands.get("commands"))

    @property
    def text(self) -> str:
        """As the file has it: one line a code, and one a command, so that a difference reads line by line."""
        head = {"schema_version": SCHEMA_VERSION, "distribution": self.distribution, "version": self.version}
        lines = [f'"{key}": {json.dumps(value)},' for key, value in head.items()]
        codes = [json.dumps(_plain(code), ensure_ascii=False) for code in self.codes.values()]
        commands = [f"{json.dumps(path)}: {json.dumps(facts)}" for path, facts in _flat(self.commands)]
        body = [*lines, '"commands": {', ",\n".join(commands), "},", '"codes": [', ",\n".join(codes), "]"]
        return "\n".join(["{", *body, "}"]) + "\n"


def path_of(distribution: str, version: str) -> str:
    """Where the snapshot of a version lies, relative to the root."""
    return f"{FOLDER}/{distribution}-{version}.json"


def versions(root: Path, distribution: str) -> tuple[str, ...]:
    """The versions of which there is a snapshot, in no particular order."""
    start = f"{distribution}-"
    found = (root / FOLDER).glob(f"{start}[0-9]*.json")
    return tuple(path.name.removeprefix(start).removesuffix(".json") for path in found)


def taken(distribution: str, version: str, commands: Mapping[str, Any], codes: Iterable[Mapping[str, str]]) -> Snapshot:
    """A snapshot of what a runtime said."""
    known = {code["code"]: Code(**code) for code in codes}
    return Snapshot(distribution, version, commands, dict(sorted(known.items())))


def load(root: Path, distribution: str, version: str) -> Snapshot | None:
    """The snapshot of a version; None where there is none. Raises UnreadableSnapshot."""
    path = path_of(distribution, version)
    try:
        text = (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSnapshot(f"{path}: it cannot be read: {error}") from error
    try:
        kept = json.loads(text)
        return taken(kept["distribution"], kept["version"], _nested(kept["commands"]), kept["codes"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableSnapshot(f"{path}: it is no snapshot: {type(error).__name__}: {error}") from error


def _plain(code: Code) -> dict[str, str]:
    return {key: value for key in Code.__slots__ if (value := getattr(code, key))}


def _flat(commands: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Each command with the words that lead to it, groups before what is below them."""
    own = {key: value for key, value in commands.items() if key != "commands"}
    yield above, own | ({"group": True} if "commands" in commands else {})
    for name, below in commands.get("commands", {}).items():
        yield from _flat(below, f"{above} {name}".strip())


def _nested(flat: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, facts in flat.items():
        node = tree
        for word in path.split():
            node = node["commands"].setdefault(word, {})
        node |= {key: value for key, value in facts.items() if key != "group"}
        if facts.get("group"):
            node.setdefault("commands", {})
    return tree
