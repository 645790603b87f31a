"""The internal site of many connectors and 50 runbooks, against plain Sphinx with alabaster over the same Markdown.

Plain Sphinx takes six minutes for 700 connectors, so it is measured with fewer, and this site alone with all of them.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from tests.bench.measure import REPOSITORY, Cost, alternate, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPARED, ALL = 150, 700
"""Connectors of the site that both build, and of the one that only this project does."""
COUNTS = ("100", "runbook=50", "risk=50")
HEADINGS = ("build", "connectors", "pages read", "CPU s", "peak MB")

# What this site's own roles and directives do, said in those that every Sphinx has.
SHOWN = re.compile(r"```\{ops:entity\} (\S+) (\S+)\n```")
REFERENCE = re.compile(r"\{ops:([a-z-]+)\}`(?:[^`<]*<)?([^`>]+)>?`")
FENCES = re.compile(r"\{ops:[a-z-]+\}")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Both full builds, then this site with all connectors: in full, with nothing changed, with one value changed."""
    yield from _compared(folder / "compared", folder / "plain")
    root = folder / "all"
    _furnish(root, ALL)
    yield _row("ours, in full", ALL, run("tests.bench.sites", "ops", root))
    yield _row("  nothing changed", ALL, run("tests.bench.sites", "ops", root))
    _change(root)
    yield _row("  one value changed", ALL, run("tests.bench.sites", "ops", root))


def _compared(root: Path, plain: Path) -> Iterator[tuple[str, ...]]:
    _furnish(root, COMPARED)
    run("tests.bench.sites", "ops", root)  # writes the Markdown that the other one reads; warms the disk for both
    _plainly(root / "docs", plain)

    def again() -> Cost:
        for kept in ("build", "out"):
            shutil.rmtree(root / kept)
        return run("tests.bench.sites", "ops", root)

    costs = alternate({"ours": again, "plain": lambda: run("tests.bench.sites", "plain", plain)}, 1)
    ours, theirs = costs["ours"], costs["plain"]
    yield _row("ours, in full", COMPARED, ours)
    yield _row("plain Sphinx, alabaster", COMPARED, theirs)
    yield ("  ratio", "", "", f"{ours.seconds / theirs.seconds:.2f}", f"{ours.megabytes / theirs.megabytes:.2f}")


def _row(name: str, connectors: int, cost: Cost) -> tuple[str, ...]:
    return name, f"{connectors}", cost.output.strip(), f"{cost.seconds:.1f}", f"{cost.megabytes:.0f}"


def _furnish(root: Path, connectors: int) -> None:
    """The model, and what a site needs besides: the configuration, and two pages that lead to everything."""
    run("tests.bench.synthetic", root, *COUNTS, f"connector={connectors}")
    public = root / "docs" / "public"
    public.mkdir(parents=True)
    shutil.copy(REPOSITORY / "conf.py", root)
    shutil.copytree(REPOSITORY / "docs" / "_static", root / "docs" / "_static")
    inner, outer = "*/index", "*\n*/index"
    (root / "docs" / "index.md").write_text(
        f"# Synthetic\n\n```{{toctree}}\n:glob:\n\n{inner}\n```\n", encoding="utf-8"
    )
    (public / "index.md").write_text(f"# Public\n\n```{{toctree}}\n:glob:\n\n{outer}\n```\n", encoding="utf-8")


def _plainly(docs: Path, plain: Path) -> None:
    """The same pages for a Sphinx that does not know this project."""
    for page in docs.rglob("*.md"):
        text = SHOWN.sub(r"(\1-\2)=", page.read_text(encoding="utf-8"))
        text = FENCES.sub("", REFERENCE.sub(r"{ref}`\2 <\1-\2>`", text))
        copy = plain / page.relative_to(docs)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")


def _change(root: Path) -> None:
    """One connector says something else."""
    path = next((root / "ops_model" / "operating" / "connectors").glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("summary: ", "summary: Changed. ", 1), encoding="utf-8")
