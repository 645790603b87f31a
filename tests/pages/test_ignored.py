from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, ClassVar

from generators import site
from generators.model.base import Entity, Folder
from generators.views.layout import page_of
from tests.clock import AT
from tests.conftest import MINIATURE, TESTS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_git_ignores_every_page_that_is_generated(tmp_path: Path) -> None:
    """What a build writes is never committed by accident: each chapter has one folder, and it is ignored."""
    pages = [f"docs/{path}" for path in site.prepare(MINIATURE, "internal", AT).pages]
    shutil.copy(TESTS.parent / ".gitignore", tmp_path)  # an archive of this repository is no checkout
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)  # noqa: S603, S607 - wherever it is installed
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],  # noqa: S607 - as above
        cwd=tmp_path, input="\n".join(pages), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert sorted(set(pages) - set(asked.stdout.splitlines())) == []


def test_the_only_kind_of_a_chapter_is_on_its_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without pages of its own, all that a new chapter generates lies in its folder."""

    class Song(Entity):
        """Something that is sung."""

        kind: ClassVar[str] = "song"
        plural: ClassVar[str] = "songs"
        chapter: ClassVar[str] = "music"
        folder: ClassVar[Folder] = Folder("ops_model/music/{id}.yaml")

    monkeypatch.setattr("generators.views.layout.KINDS", (Song,))
    assert page_of(Song) == "music/index"
