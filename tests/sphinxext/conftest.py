"""A tiny repository with the real conf.py and a stand-in for the layers below."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.sphinxext import pages
from generators.sphinxext.build import BuildResult, build
from generators.views.connectors import ConnectorIndex
from tests.clock import EPOCH

if TYPE_CHECKING:
    from bs4 import Tag

    from generators.findings import Finding

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Target:
    """The shape of generators.site.Target."""

    docname: str
    anchor: str
    title: str


@dataclass
class Site:
    """The shape of generators.site.Site, open to change between two builds."""

    pages: dict[str, str] = field(default_factory=dict)
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    connectors: ConnectorIndex = field(default_factory=lambda: ConnectorIndex((), ()))
    notes: tuple[str, ...] = ()
    shifts: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)


def toctree(*docnames: str) -> str:
    """A section's list of pages."""
    return "\n```{toctree}\n" + "\n".join(docnames) + "\n```\n"


def write_pages(folder: Path, texts: dict[str, str]) -> None:
    """Write what changed, and forget what an earlier call wrote and this one does not."""
    listing = folder / ".written"
    before = listing.read_text(encoding="utf-8").split("\n") if listing.is_file() else []
    for name in {name for name in before if name} - texts.keys():
        (folder / name).unlink()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    listing.write_text("\n".join(texts), encoding="utf-8")


def only(soup: Tag, selector: str) -> Tag:
    """The one element a selector finds."""
    (found,) = soup.select(selector)
    return found


class Repository:
    """A root with both sites; `site[audience]` is what the layers below will say."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = {"internal": Site(), "public": Site()}
        (root / "docs" / "public").mkdir(parents=True)
        (root / "docs" / "_static").mkdir()
        (root / "docs" / "_static" / "ops.css").write_text("", encoding="utf-8")
        shutil.copy(REPOSITORY / "conf.py", root / "conf.py")

    def out(self, audience: str = "internal") -> Path:
        """Where that site is built."""
        return self.root / "out" / audience

    def build(self, audience: str = "internal", *, jobs: int = 1) -> BuildResult:
        """One build, memory kept between calls."""
        return build(self.root, audience, self.out(audience), jobs=jobs)

    def html(self, docname: str, audience: str = "internal") -> str:
        """A written page."""
        return (self.out(audience) / f"{docname}.html").read_text(encoding="utf-8")

    def written(self, audience: str = "internal") -> dict[str, int]:
        """The time of every written page, to see which were written again."""
        out = self.out(audience)
        return {
            path.relative_to(out).with_suffix("").as_posix(): path.stat().st_mtime_ns for path in out.rglob("*.html")
        }


def runbooks() -> Site:
    """Two pages: a runbook with one step, and a page that refers to both; the start lists them."""
    return Site(
        pages={
            "index.md": "# Start\n" + toctree("guide", "runbooks/roll-back"),
            "guide.md": "# Guide\n\nSee {ops:runbook}`roll-back` and {ops:step}`this step <roll-back/confirm>`.\n",
            "runbooks/roll-back.md": (
                "# Roll back\n\n```{ops:entity} runbook roll-back\n```\n\n"
                "```{ops:entity} step roll-back/confirm\n```\n\n## Confirm\n\nLook.\n"
            ),
        },
        targets={
            ("runbook", "roll-back"): Target("runbooks/roll-back", "", "Roll a pack back"),
            ("step", "roll-back/confirm"): Target("runbooks/roll-back", "step-roll-back-confirm", "Confirm it"),
        },
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty repository whose sites a test fills."""
    made = Repository(tmp_path / "repository")

    def prepare(root: Path, audience: str, at: datetime, catalog: Path | None, results: Path | None) -> Site:
        assert at == datetime.fromtimestamp(int(EPOCH), UTC)
        assert (root, catalog, results) == (made.root.resolve(), None, None)
        return made.site[audience]

    # Two kinds the targets never name: their roles must exist all the same.
    layers = pages.Pipeline(prepare, write_pages, ("runbook", "alert", "release-train"))  # type: ignore[arg-type]
    monkeypatch.setattr(pages, "pipeline", lambda: layers)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return made
