"""The internal site of 700 connectors and 50 runbooks, against plain Sphinx with alabaster over the same Markdown."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from tests.bench.measure import REPOSITORY, Cost, alternate, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDS = 2
COUNTS = ("100", "connector=700", "runbook=50", "risk=50")
HEADINGS = ("build", "pages", "CPU s", "peak MB")

# What this site's own roles and directives do, said in those that every Sphinx has.
SHOWN = re.compile(r"```\{ops:entity\} (\S+) (\S+)\n```")
REFERENCE = re.compile(r"\{ops:([a-z-]+)\}`(?:[^`<]*<)?([^`>]+)>?`")
FENCES = re.compile(r"\{ops:[a-z-]+\}")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Both full builds as medians, then this site again with nothing changed and with one value changed."""
    root, plain = folder / "site", folder / "plain"
    run("tests.bench.synthetic", root, *COUNTS)
    _furnish(root)
    first = run("tests.bench.sites", "ops", root)  # warms the disk, and writes the Markdown that the other one reads
    _plainly(root / "docs", plain)

    def again() -> Cost:
        for kept in ("build", "out"):
            shutil.rmtree(root / kept)
        return run("tests.bench.sites", "ops", root)

    def other() -> Cost:
        for kept in ("doctrees", "out"):
            shutil.rmtree(plain / kept, ignore_errors=True)
        return run("tests.bench.sites", "plain", plain)

    costs = alternate({"ours": again, "plain": other}, ROUNDS)
    ours, theirs = costs["ours"], costs["plain"]
    yield _row("ours, all of it", ours)
    yield _row("plain Sphinx, alabaster", theirs)
    ratio = ours.seconds / theirs.seconds, ours.megabytes / theirs.megabytes
    yield ("ratio", "", f"{ratio[0]:.2f}", f"{ratio[1]:.2f}")
    yield _row("ours, nothing changed", run("tests.bench.sites", "ops", root))
    _change(root)
    yield _row("ours, one value changed", run("tests.bench.sites", "ops", root))
    del first


def _row(name: str, cost: Cost) -> tuple[str, ...]:
    return name, cost.output.strip(), f"{cost.seconds:.1f}", f"{cost.megabytes:.0f}"


def _furnish(root: Path) -> None:
    """What a site needs besides the model: the configuration, and two pages that lead to everything."""
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
