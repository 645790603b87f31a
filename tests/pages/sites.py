"""A miniature repository that Sphinx can build: the real conf.py, style and public start page, a small internal one."""

from __future__ import annotations

import shutil
from pathlib import Path

from generators.sphinxext.build import BuildResult, build
from generators.views.layout import CHAPTERS

REPOSITORY = Path(__file__).resolve().parents[2]

START = "# Start\n\n```{toctree}\n" + "\n".join(
    [*(f"{chapter.name}/index" for chapter in CHAPTERS), "rules/index", "model/index", "public/index", "```", ""]
)
"""The real start page links to entities that the miniature lacks."""


def furnish(root: Path) -> Path:
    """The root, with what a site needs besides entities."""
    shutil.copy(REPOSITORY / "conf.py", root)
    shutil.copytree(REPOSITORY / "docs" / "_static", root / "docs" / "_static")
    (root / "docs" / "public").mkdir()
    (root / "docs" / "index.md").write_text(START, encoding="utf-8")
    shutil.copy(REPOSITORY / "docs" / "public" / "index.md", root / "docs" / "public")
    return root


def built(root: Path, audience: str) -> tuple[Path, BuildResult]:
    """The folder of a finished site, and how the build went."""
    out = root / "out" / audience
    return out, build(root, audience, out)


def files(out: Path) -> dict[str, bytes]:
    """Every file of a site by its path."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
