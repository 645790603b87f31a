"""Names that a checkout on Windows or macOS cannot hold are refused for files and folders of every sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.model import KINDS
from generators.site import check
from generators.source import LIMITS, Repository
from generators.source.handwritten import page_findings
from generators.source.portable import unportable, unportable_names
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.model import Entity

DEVICES = ["con", "PRN", "Aux", "nul", "com1", "COM9", "lpt1", "com\xb9", "conout$"]


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("ending", ["", ".yaml", ".tar.gz", " .md", "."])
def test_device_by_any_ending(name: str, ending: str) -> None:
    """In any capitals, with any suffix."""
    assert unportable(name + ending)


@pytest.mark.parametrize("name", ["a.", "a ", "a:b", "a?", 'a"', "a|b", "a<b>", "a*"])
def test_name_that_windows_changes_or_refuses(name: str) -> None:
    """What it would drop, and signs of its own."""
    assert unportable(name)


@pytest.mark.parametrize("name", ["console", "auxiliary.yaml", "com10", "nul-values", "con_x", ".con", "a.con"])
def test_name_that_every_system_holds(name: str) -> None:
    """A word that begins like a device is none."""
    assert unportable(name) == ""


def test_names_that_are_one_for_others() -> None:
    """Capitals, and accents that are stored in two ways."""
    names = ["Read.md", "read.md", "stra\xdfe", "STRASSE", "\xe9", "e\u0301", "other"]
    assert [name for name, _ in unportable_names(names)] == ["read.md", "stra\xdfe", "\xe9"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_id_of_every_kind(tmp_path: Path, kind: type[Entity]) -> None:
    """As a file, as a pack's folder, as the group of a runbook."""
    for number, names in enumerate(({"id": "con", "group": "x"}, {"id": "x", "group": "nul"})):
        if number and "{group}" not in kind.folder.pattern:
            continue
        root = tmp_path / str(number)
        path = root / kind.folder.pattern.format(**names)
        path.parent.mkdir(parents=True)
        path.touch()
        refused = [part for part in (*reversed(path.parents), path) if part.stem in {"con", "nul"}]
        found = [finding.place.path for finding in check(root, AT).findings if finding.rule.code == "OPS017"]
        assert found == [part.relative_to(root).as_posix() for part in refused]


def test_files_beside_the_entities(tmp_path: Path) -> None:
    """A pack's folder holds files of other formats, and docs/ pages and pictures."""
    for path in ("packs/oil/charts/lpt1.yml", "packs/oil/LOG.md", "packs/oil/log.md", "docs/nul.md", "docs/img/a.png."):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("# T\n")
    listed = Repository(tmp_path, LIMITS).yaml_files(["packs"])
    assert listed.paths == ("packs/oil/charts/lpt1.yml",)
    found = [finding.place.path for finding in (*listed.findings, *page_findings(tmp_path))]
    # The last one is no kind of file that docs/ may hold, either.
    assert list(dict.fromkeys(found)) == [
        "packs/oil/charts/lpt1.yml",
        "packs/oil/log.md",
        "docs/nul.md",
        "docs/img/a.png.",
    ]
