"""Changes to a copy of the miniature repository: read a file as a tree, write a tree so that every reader agrees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from generators.model import KINDS
from generators.packs.reading.seal import SEAL
from generators.runbooks.seals import sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.model import Entity


def files_of(root: Path, kind: type[Entity]) -> list[Path]:
    """The files of a kind, sorted."""
    return sorted(root.glob(kind.folder.pattern.replace("{group}", "*").replace("{id}", "*")))


def files(root: Path) -> Iterator[tuple[type[Entity], Path]]:
    """Every file of every kind."""
    for kind in KINDS:
        for path in files_of(root, kind):
            yield kind, path


def tree(path: Path) -> dict[str, Any]:
    """What a file says, as JSON would hold it."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return dict(json.loads(json.dumps(loaded, default=lambda day: day.isoformat().replace("+00:00", "Z"))))


def write(path: Path, fields: dict[str, Any]) -> None:
    """A file that says this: JSON is YAML in which every text is quoted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fields, ensure_ascii=False, indent=1), encoding="utf-8")


def change(path: Path, **fields: object) -> None:
    """A file with some of its fields changed or added; None takes one away."""
    said = tree(path) | fields
    write(path, {name: value for name, value in said.items() if value is not None})


def reseal(path: Path, kind: type[Entity]) -> None:
    """Seal a record as the command that writes it would."""
    fields = tree(path)
    fields.pop(SEAL, None)
    write(path, sealed(kind.kind, fields))
