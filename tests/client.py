"""What a user's computer has that installs published packs: the base of the distribution, and no extra of it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from generators.packs.reading.changelog import changelog_of
from tests.once import once
from tests.published.signing import sign
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
PACK = "stripe"
NEWEST = changelog_of(ROOT, PACK).releases[0]
"""The version of the pack that is published for tests, and its day."""
BASE = frozenset(
    {
        "annotated-doc",
        "annotated-types",
        "markdown-it-py",
        "mdurl",
        "packaging",
        "pydantic",
        "pydantic-core",
        "pygments",
        "pyyaml",
        "rich",
        "securesystemslib",
        "shellingham",
        "tuf",
        "typer",
        "typing-extensions",
        "typing-inspection",
        "urllib3",
    }
)
"""What an install of the distribution alone brings: another one is a decision, because users install it beside their
runtime."""
BLOCKER = """
import sys
ALLOWED = frozenset({allowed}) | sys.stdlib_module_names
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED and not name.startswith("_sysconfigdata_"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def normal(distribution: str) -> str:
    """The name of a distribution as all its spellings are compared."""
    return distribution.lower().replace("_", "-").replace(".", "-")


def modules_of(distributions: Iterable[str]) -> frozenset[str]:
    """What can be imported of distributions that are installed here, by first names."""
    files = [file for name in distributions for file in metadata.files(name) or ()]
    return frozenset(file.parts[0].partition(".")[0] for file in files if file.suffix in {".py", ".so"})


def with_only(distributions: Iterable[str], folder: Path) -> Path:
    """A folder whose presence on PYTHONPATH leaves the standard library, these distributions and the project."""
    folder.mkdir()
    allowed = sorted(modules_of(distributions) | {"generators", "sitecustomize", "usercustomize"})
    (folder / "sitecustomize.py").write_text(BLOCKER.format(allowed=allowed), encoding="utf-8")
    return folder


def run(path: Path | None, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command to its end, in an interpreter with this folder in front of its path."""
    before = [] if path is None else [str(path)]
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "generators.cli", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*before, str(ROOT)]), "COLUMNS": "200"},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )


def catalog(shared: Path) -> Path:
    """A catalog with the published version of one pack of this repository."""
    return once(shared / "catalog", _publish)


def _publish(into: Path) -> None:
    ran = run(None, "--root", ROOT, "pack", "publish", PACK, "--into", into, "--at", NEWEST.day)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sign(into)
