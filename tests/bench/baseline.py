"""The obvious way: libyaml's loader and the same models over the same files, no limits, no places, no rules.

`python -m tests.bench.baseline ROOT` prints how many entities it read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from generators.model import KINDS

if TYPE_CHECKING:
    from generators.model import Entity


def load(root: Path) -> list[Entity]:
    """Every entity below `root`. Not strict: the loader gives dates as objects and lists where tuples are meant."""
    found: list[Entity] = []
    for kind in KINDS:
        for path in root.glob(kind.folder.pattern.replace("{id}", "*").replace("{group}", "*")):
            tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            found.append(kind.model_validate(tree, strict=False))
    return found


if __name__ == "__main__":
    sys.stdout.write(f"{len(load(Path(sys.argv[1])))}\n")
