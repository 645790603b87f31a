from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from generators.catalog import load
from generators.catalog.entries import catalog_of
from generators.checks import Facts
from generators.installed import Installed
from generators.model import KINDS
from generators.model.runtime import Runtime
from generators.site import installed_at
from generators.source import Repository
from generators.source.consoles import consoles, pages
from generators.watch.readers import JUDGING, Lines, LostCodes
from tests.changes import change
from tests.clock import AT
from tests.runtimes import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.catalog import Catalog
    from generators.runtime.known import KnownRuntime
    from generators.runtime.snapshots import Snapshot

Spot = tuple[str, int, int]
"""Path, line, column."""


class Use(NamedTuple):
    """A command line of a runtime: where it stands, and its words behind the program."""

    spot: Spot
    program: str
    words: tuple[str, ...]


class _Listing(Installed):
    """Objects to every line of a runtime, with the line itself: so the checks say where each one stands."""

    @cached_property
    def grammars(self) -> Mapping[str, Any]:
        """One for each program of a runtime."""
        return {runtime.runtime.program: _Reader(runtime.runtime.program) for runtime in self.runtimes}


class _Reader:
    def __init__(self, program: str) -> None:
        self.program = program

    def problem(self, words: Sequence[str]) -> str:
        """The line as JSON."""
        return json.dumps([self.program, *words])


class World(NamedTuple):
    """A repository as the watch sees it."""

    catalog: Catalog
    facts: Facts

    @property
    def runtimes(self) -> tuple[KnownRuntime, ...]:
        """Those of its model."""
        return self.facts.installed.runtimes

    def uses(self) -> list[Use]:
        """Every command line of a runtime in the model and on pages."""
        listing = _Listing(self.facts.installed.own, self.facts.installed.makefile, self.runtimes)
        found = (each for check in JUDGING for each in check(self.catalog, replace(self.facts, installed=listing)))
        uses = []
        for finding in found:
            program, *words = json.loads(finding.message)
            place = finding.place
            uses.append(Use((place.path, place.line, place.column), program, tuple(words)))
        return uses

    def lines(self, runtime: KnownRuntime, before: Snapshot) -> Lines:
        """Those of a runtime, as one of its versions accepts them."""
        return Lines(self.catalog, self.facts, runtime.id, before)

    def within(self, paths: set[str]) -> World:
        """Only these files of the model, and only these pages: the others are not read again and again."""
        consoles = tuple(console for console in self.facts.consoles if console.path in paths)
        entries = [entry for entry in self.catalog.everything() if entry.path in paths or entry.kind == Runtime.kind]
        return World(catalog_of(entries), replace(self.facts, consoles=consoles))


def world_at(root: Path) -> World:
    """A repository, read."""
    catalog, _ = load(Repository(root), KINDS)
    return World(catalog, Facts(installed_at(root, catalog), AT, lambda _: True, tuple(consoles(root))))


@pytest.fixture(scope="module")
def real() -> World:
    """The model and pages of this repository."""
    return world_at(ROOT)


def options_of(snapshot: Snapshot, words: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The options in a line, each with the command that it is one of: in front of `--`, and not a value."""
    node, rest = snapshot.commands, list(words)
    path: tuple[str, ...] = ()
    while rest:
        word = rest.pop(0)
        if word == "--":
            return
        if word in node.get("commands", {}):
            node, path = node["commands"][word], (*path, word)
        for parameter in node.get("parameters", ()):
            if word.partition("=")[0] in parameter.get("options", ()):
                yield path, word.partition("=")[0]
                if not parameter.get("flag") and "=" not in word and rest:
                    rest.pop(0)


def without(snapshot: Snapshot, path: tuple[str, ...], option: str) -> tuple[Snapshot, set[str]]:
    """A snapshot in which a command lacks an option, and all the ways in which that could be typed."""
    tree: Any = copy.deepcopy(snapshot.commands)
    node = tree
    for word in path:
        node = node["commands"][word]
    gone = next(each for each in node["parameters"] if option in each.get("options", ()))
    node["parameters"].remove(gone)
    return replace(snapshot, commands=tree), {*gone["options"], *gone.get("opposite", ())}


@pytest.mark.long
def test_any_option_that_a_page_uses_is_removed(real: World) -> None:
    """Planted in the command tree, for each option: found at exactly the lines that use it, and named there."""
    tried = 0
    uses = real.uses()
    world = real.within({use.spot[0] for use in uses})
    for runtime in real.runtimes:
        snapshot = runtime.snapshot
        assert snapshot is not None
        lines = world.lines(runtime, snapshot)
        own = [
            (use.spot, list(options_of(snapshot, use.words))) for use in uses if use.program == runtime.runtime.program
        ]
        for path, option in sorted({used for _, options in own for used in options}):
            planted, spellings = without(snapshot, path, option)
            found = [each for each in lines.refused_by(planted) if each.place.path != runtime.entry.path]
            hit = {spot for spot, options in own if any(at == path and name in spellings for at, name in options)}
            assert {(each.place.path, each.place.line, each.place.column) for each in found} == hit, (path, option)
            assert all("has no option" in each.message for each in found)
            tried += 1
    assert tried > 5


def test_lines_are_of_the_version_they_are_written_for(real: World) -> None:
    """A version that changes nothing finds nothing."""
    for runtime in real.runtimes:
        snapshot = runtime.snapshot
        assert snapshot is not None
        assert real.lines(runtime, snapshot).refused_by(snapshot) == ()


# ── in the miniature ────────────────────────────────────────────────────────────────────────────────────────────────
RUNBOOK = "runbooks/lamp/lamp-out.yaml"


@pytest.fixture
def written(miniature: Path) -> World:
    """The miniature with a command of several lines."""
    path = miniature / RUNBOOK
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("command:"))
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    block = ["command: |", "dct validate --strict", "cat x; dct render charts/index.yml \\", "  --format svg"]
    lines = [line[: len(indent) - 2] + block[0], *(indent + each for each in block[1:])]
    path.write_text(text.replace(line, "\n".join(lines), 1), encoding="utf-8")
    return world_at(miniature)


def test_line_inside_a_block(written: World) -> None:
    """The line of a command of several lines is named, not the beginning of the block."""
    (runtime,) = written.runtimes
    snapshot = runtime.snapshot
    assert snapshot is not None
    text = Path(written.facts.installed.runtimes[0].root / RUNBOOK).read_text(encoding="utf-8").splitlines()
    for option, words in (("--strict", "dct validate --strict"), ("--format", "cat x; dct render charts/index.yml \\")):
        path = ("validate",) if option == "--strict" else ("render",)
        planted, _ = without(snapshot, path, option)
        found = written.lines(runtime, snapshot).refused_by(planted)
        places = [each.place for each in found if each.place.path == RUNBOOK]
        (here,) = [place for place in places if text[place.line - 1].strip() == words]
        assert text[here.line - 1][here.column - 1 :] == words


def test_line_that_was_wrong_before(written: World) -> None:
    """It is no news, for whatever reason it is refused now."""
    (runtime,) = written.runtimes
    snapshot = runtime.snapshot
    assert snapshot is not None
    before, _ = without(snapshot, ("render",), "--format")
    after = replace(before, commands={key: value for key, value in before.commands.items() if key != "commands"})
    found = written.lines(runtime, before).refused_by(after)
    text = (runtime.root / RUNBOOK).read_text(encoding="utf-8").splitlines()
    assert {text[each.place.line - 1].strip() for each in found if each.place.path == RUNBOOK} == {
        "dct validate --strict",
        "@validate {lamp}",
    }


def test_action_is_named_in_its_runtime(written: World) -> None:
    """The line of an action is wrong at its own place as well: that is where it is corrected."""
    (runtime,) = written.runtimes
    snapshot = runtime.snapshot
    assert snapshot is not None
    planted, _ = without(snapshot, ("validate",), "--strict")
    found = written.lines(runtime, snapshot).refused_by(planted)
    here = [each.place for each in found if each.place.path == runtime.entry.path]
    assert here
    assert all("--strict" in place.excerpt for place in here)


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_code_that_is_gone(miniature: Path) -> None:
    """Found wherever it is named: in a list, in the middle of a sentence that YAML folds, on a page; and only whole."""
    change(miniature / "ops_model/support/symptoms/no-light.yaml", diagnostics=["ERR-WICK", "ERR-WICK-WET", "ERR-OIL"])
    step = miniature / RUNBOOK
    text = step.read_text(encoding="utf-8")
    step.write_text(text.replace("summary: ", "summary: >-\n  Read the log\n  for ERR-WICK and ERR-WICK-WET.\n  ", 1))
    (miniature / "docs").mkdir(exist_ok=True)
    (miniature / "docs/index.md").write_text("# Lamps\n\nA message says `ERR-WICK`, or XERR-WICK.\n", encoding="utf-8")
    catalog, findings = load(Repository(miniature), KINDS)
    assert findings == ()
    lost = LostCodes("Lamp 2.0", ("ERR-WICK",), ("ERR-WICKS",))
    found = lost.places(catalog, pages(miniature))
    shown = [(each.place.path, each.place.excerpt[each.place.column - 1 :][: each.place.width]) for each in found]
    assert shown == [
        ("docs/index.md", "ERR-WICK"),
        ("ops_model/support/symptoms/no-light.yaml", "ERR-WICK"),
        (RUNBOOK, "ERR-WICK"),
    ]
    assert {(each.message, each.hint) for each in found} == {
        ("Lamp 2.0 has no code 'ERR-WICK'", "did you mean 'ERR-WICKS'?")
    }
    assert "for ERR-WICK" in found[2].place.excerpt
    assert LostCodes("Lamp 2.0", (), ()).places(catalog, pages(miniature)) == ()


def test_records_stay_true(miniature: Path) -> None:
    """What a version had is history: its snapshot and its changes may name a code that the next one lacks."""
    runtime = next(iter((miniature / "ops_model/operating/runtimes").glob("*.yaml")))
    runtime.write_text(
        runtime.read_text(encoding="utf-8").replace("summary: >-\n", "summary: >-\n  ERR-WICK was new.\n")
    )
    catalog, _ = load(Repository(miniature), KINDS)
    assert LostCodes("Lamp 2.0", ("ERR-WICK",), ()).places(catalog, ()) == ()
