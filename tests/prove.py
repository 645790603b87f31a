"""`python -m tests.prove`: binds the evidence of the miniature and of each case to its pack as it is, and seals it.

To be run after a change of what a pack's digest is made of. An evidence of noughts alone is wrong on purpose and stays.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import yaml

from generators.model.pack import PackEvidence
from generators.packs.reading.seal import SEAL, seal_of
from generators.site import check
from tests.clock import AT
from tests.conftest import MINIATURE, TESTS

CASES, GROUND = TESTS / "cases", TESTS / "cases" / "ground"
DIGEST = re.compile(r"(?<=digest: \")[0-9a-f]{64}(?=\")")
ON_PURPOSE = "0" * 64


def prove(layer: Path, root: Path) -> int:
    """Bind the evidence in `layer`, which lies over the other files of `root`. Returns how many files changed."""
    changed = 0
    for folder in check(root, AT).packs.values():
        path = layer / PackEvidence.folder.pattern.replace("{id}", folder.id)
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        bound = DIGEST.sub(lambda found: found[0] if found[0] == ON_PURPOSE else folder.digest, text)  # noqa: B023 - at once
        bound = sealed(bound)
        if bound != text:
            path.write_text(bound, encoding="utf-8")
            changed += 1
    return changed


def sealed(text: str) -> str:
    """The evidence with the seal that fits it, at its end."""
    tree = yaml.safe_load(text) if text else {}
    if tree.get(SEAL) == ON_PURPOSE or not tree:
        return text
    lines = [line for line in text.splitlines() if not line.startswith(f"{SEAL}:")]
    return "\n".join([*lines, f'{SEAL}: "{seal_of(tree)}"', ""])


def main() -> None:
    """The miniature, then every side of every case."""
    changed = prove(MINIATURE, MINIATURE)
    for evidence in sorted(CASES.glob("*/*/packs/*/evidence.yaml")):
        layer = evidence.parents[2]
        with tempfile.TemporaryDirectory() as name:
            root = Path(name) / "repository"
            for below in (MINIATURE, GROUND, layer):
                shutil.copytree(below, root, dirs_exist_ok=True, symlinks=True)
            changed += prove(layer, root)
    print(f"{changed} files changed")  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
