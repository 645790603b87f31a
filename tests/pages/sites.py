"""A miniature repository that Sphinx can build: the real conf.py, style and public start page, a small internal one.

Its sites are built once a session for all tests that only read them.
"""

from __future__ import annotations

import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.packs.pictures.cache import pictures
from generators.site import check
from generators.sphinxext.build import BuildResult, build
from generators.sphinxext.pages import AUDIENCES, PICTURES
from generators.views.layout import CHAPTERS
from tests.clock import AT, EPOCH
from tests.once import once
from tests.runtimes import known

if TYPE_CHECKING:
    from collections.abc import Callable

MINIATURE = Path(__file__).resolve().parents[1] / "site"
REPOSITORY = Path(__file__).resolve().parents[2]

START = "# Start\n\n```{toctree}\n" + "\n".join(
    [*(f"{chapter.name}/index" for chapter in CHAPTERS), "rules/index", "model/index", "public/index", "```", ""]
)
"""The real start page links to entities that the miniature lacks."""

OFFLINE = "runbooks/offline.html"
TYPES = {
    "internal": (
        "index.html",
        "runbooks/index.html",
        "runbooks/lamp-out.html",
        OFFLINE,
        "support/i-see-an-error.html",
        "support/messages.html",
        "oncall/index.html",
        "oncall/rotations/lamp-watch.html",
        "launch/rehearsal-coverage.html",
        "launch/index.html",
        "launch/gates/first-night.html",
        "launch/dossier.html",
        "packs/packs/oil_feed.html",
        "stability/defects/index.html",
        "rules/OPS201.html",
        "model/runbooks.html",
        "404.html",
    ),
    "public": (
        "index.html",
        "quickstarts/index.html",
        "quickstarts/oil_feed.html",
        "connectors/oil_feed.html",
        "help/no-light.html",
        "help/codes/ERR-INTERNAL.html",
        "help/codes/ERR-NO-DEFAULT-SOURCE.html",
        "help/codes/index.html",
        "promises.html",
        "unsupported.html",
        "404.html",
    ),
}
"""One page of each type."""


def furnish(root: Path) -> Path:
    """The root, with what a site needs besides entities."""
    shutil.copy(REPOSITORY / "conf.py", root)
    shutil.copytree(REPOSITORY / "docs" / "_static", root / "docs" / "_static")
    (root / "docs" / "public").mkdir()
    (root / "docs" / "index.md").write_text(START, encoding="utf-8")
    shutil.copy(REPOSITORY / "docs" / "public" / "index.md", root / "docs" / "public")
    shutil.copytree(REPOSITORY / "docs" / "public" / "guides", root / "docs" / "public" / "guides")
    return root


def built(root: Path, audience: str) -> tuple[Path, BuildResult]:
    """The folder of a finished site, and how the build went."""
    out = root / "out" / audience
    return out, build(root, audience, out)


def files(out: Path) -> dict[str, bytes]:
    """Every file of a site by its path."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@dataclass(frozen=True, slots=True)
class Finished:
    """A site that somebody else may read as well: nothing in it may be changed."""

    root: Path
    out: Path
    warnings: tuple[str, ...]


class Sites:
    """Finished sites of the miniature, and repositories to change that have been built."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared

    def of(self, audience: str, change: Callable[[Path], object] | None = None) -> Finished:
        """The site of the miniature, or of one that a function has changed, found again by its name."""
        place = self._shared / "-".join(["site", audience, *([change.__name__] if change else [])])

        def make(place: Path) -> None:
            root = self.furnished(place / "repository")
            if change:
                change(root)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
                _, result = built(root, audience)
            (place / "warnings").write_bytes(pickle.dumps(result.warnings))

        once(place, make)
        root = place / "repository"
        return Finished(root, root / "out" / audience, pickle.loads((place / "warnings").read_bytes()))  # noqa: S301

    def copy(self, audience: str, root: Path) -> Path:
        """A repository of one's own in which that site has been built: the next build reads what has changed."""
        shutil.copytree(self.of(audience).root, root, symlinks=True)
        memory = root / "build/doctrees" / audience / "environment.pickle"
        environment = pickle.loads(memory.read_bytes())  # noqa: S301 - our own
        folder = {name: path for path, name in AUDIENCES.items()}[audience]
        environment.srcdir = root.resolve() / folder  # else Sphinx would read everything again
        before = memory.stat()
        memory.write_bytes(pickle.dumps(environment))
        os.utime(memory, ns=(before.st_atime_ns, before.st_mtime_ns))
        return root

    def furnished(self, root: Path) -> Path:
        """The miniature with what a site needs; its pictures are drawn once."""
        if not root.exists():
            shutil.copytree(MINIATURE, root, symlinks=True)
        shutil.copytree(self.pictures, root / PICTURES)
        return furnish(root)

    @property
    def pictures(self) -> Path:
        """The pictures of the miniature's packs, by digest."""
        packs = check(MINIATURE, AT).packs
        return once(self._shared / "pictures", lambda place: pictures(packs, place, known()[0]))
