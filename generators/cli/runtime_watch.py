"""`dfops runtime watch`: what another version of the runtime would change for readers, before they meet it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.catalog import load
from generators.checks import Facts
from generators.cli.engines import progress
from generators.cli.lookup import require_valid
from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment, repository, writing
from generators.cli.runtimes import runtimes_of
from generators.cli.watched import Untried, Versions, snapshot_of
from generators.model import KINDS
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.output import write_if_changed
from generators.packs.reading.folder import read_packs
from generators.report.watch import watch_json, watch_text
from generators.runtime.difference import code_changes
from generators.runtime.port import Missing
from generators.site import installed_at
from generators.source import LIMITS, Repository
from generators.source.consoles import consoles, pages
from generators.watch.readers import Lines, LostCodes
from generators.watch.reports import Asked, Found, report_of, report_of_none

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime
    from generators.runtime.port import RuntimePort
    from generators.runtime.registry import Releases
    from generators.watch.reports import FoundBoard

VERSION = "[NAME==]VERSION"
VersionOption = Annotated[
    str | None,
    typer.Option("--version", metavar=VERSION, help="The version to try.", show_default="the newest release"),
]
PreOption = Annotated[bool, typer.Option("--pre", help="Try the newest pre-release as well.")]
BaseOption = Annotated[
    str | None,
    typer.Option("--base", metavar=VERSION, help="The version beside it.", show_default="the newest one proven"),
]
PacksOption = Annotated[
    bool, typer.Option("--packs/--no-packs", help="Whether all packs are drawn with both, which takes minutes.")
]
FileOption = Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write the JSON to a file as well.")]
RecordOption = Annotated[bool, typer.Option("--record", help="Keep the report below ops_model/operating/runtimes/.")]


def watch(
    version: VersionOption = None,
    pre: PreOption = False,
    base: BaseOption = None,
    packs: PacksOption = True,
    record: RecordOption = False,
    root: RootOption = Path(),
    at: AtOption = None,
    report: FileOption = None,
    form: FormatOption = "text",
) -> None:
    """Say which lines, codes and boards the newest version of the runtime would change, before users meet it.

    NAME is the package that a runtime of the model is installed as. Each version gets an environment of its own below
    build/runtimes/. Exit 1 when something changes for readers; 2 when a version cannot be installed, or the registry
    does not answer.
    """
    world = _world(repository(root), moment(at))
    before = world.versions.chosen(base)
    newest = _newest(world.versions, world.versions.chosen(version) if version else before, required=version is None)
    wanted = [world.versions.chosen(version)] if version else [*_newer(world.versions, before, newest, pre=pre)]
    reports = []
    for after in wanted:
        asked = Asked(before, after, world.at, newest)
        found, text = _report(world, asked, packs=packs)
        reports.append(found)
        if record:
            _keep(world.root, asked.id, text)
    _say(reports, _sentence(before, newest), report, form)
    if any(each.not_installed for each in reports):
        raise typer.Exit(2)
    raise typer.Exit(1 if any(each.changes_for_readers for each in reports) else 0)


def _newest(versions: Versions, known: KnownRuntime, *, required: bool) -> Releases | None:
    """What the registry has. Raises Unusable where it does not answer and is required to."""
    try:
        return versions.newest(known)
    except Unusable as error:
        if required:
            raise
        sys.stderr.write(f"{error}\n")
        return None


def _newer(versions: Versions, before: KnownRuntime, newest: Releases | None, *, pre: bool) -> list[KnownRuntime]:
    names = newest.newer_than(before.version, pre=pre) if newest else ()
    return [versions.version_of(before, name) for name in names]


def _sentence(before: KnownRuntime, newest: Releases | None) -> str:
    """What is newest, for a run that finds nothing to try."""
    if newest is None or newest.release is None:
        return f"the registry has no release of {before.runtime.distribution}"
    later = f", its newest pre-release {newest.pre_release}" if newest.pre_release else ""
    return f"{before.runtime.title}: its newest release is {newest.release}{later}; {before.version} is compared with"


def _say(reports: list[RuntimeReport], newest: str, file: Path | None, form: str) -> None:
    if file is not None:
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_if_changed(file, watch_json(reports, newest))
    sys.stdout.write(watch_json(reports, newest) if form == "json" else watch_text(reports, newest))


def _keep(root: Path, name: str, text: str) -> None:
    path = RuntimeReport.folder.pattern.format(id=name)
    with writing(Path(path)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(root / path, text)
    sys.stderr.write(f"{path}\n")


# ── one comparison ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _World:
    """What versions are held against: the model, its packs, what is known of runtimes, and the moment."""

    root: Path
    catalog: Catalog
    facts: Facts
    packs: Mapping[str, PackFolder]
    versions: Versions
    at: datetime


def _world(root: Path, at: datetime) -> _World:
    source = Repository(root, LIMITS)
    catalog, findings = load(source, KINDS)
    require_valid(findings, Runtime.folder.pattern.partition("{")[0])
    packs = read_packs(catalog, source)
    exists = lambda path: (root / path).exists()  # noqa: E731 - one of the facts
    facts = Facts(installed_at(root, catalog), at, exists, tuple(consoles(root)), packs)
    return _World(root, catalog, facts, packs, Versions(root, runtimes_of(catalog, root), at.date()), at)


def _report(world: _World, asked: Asked, *, packs: bool) -> tuple[RuntimeReport, str]:
    """The report of a comparison, and its file."""
    try:
        with ExitStack() as stack:
            ports = (stack.enter_context(asked.before.port()), stack.enter_context(asked.after.port()))
            found = _found(world, asked, ports, packs=packs)
    except Untried as error:
        return report_of_none(asked, str(error))
    return report_of(asked, found, world.catalog)


def _found(world: _World, asked: Asked, ports: tuple[RuntimePort, RuntimePort], *, packs: bool) -> Found:
    """What a comparison comes to. Raises Untried."""
    installed = world.versions.install(asked.after)
    try:
        kept = asked.before.snapshot
    except ValueError as error:
        raise Unusable(str(error)) from error
    if packs or kept is None or not kept.is_whole:
        world.versions.install(asked.before)
    before, after = snapshot_of(asked.before, ports[0]), snapshot_of(asked.after, ports[1])
    gone = tuple(code.code for code in code_changes(before.codes, after.codes).gone)
    lost = LostCodes(asked.after.name, gone, tuple(after.codes))
    places = (
        *Lines(world.catalog, world.facts, asked.before.id, before).refused_by(after),
        *lost.places(world.catalog, pages(world.root)),
    )
    if not packs:
        return Found(before, after, places, installed=installed)
    boards = _boards(world, asked, ports)
    counts = {name: len(pack.boards) for name, pack in world.packs.items()}
    return Found(before, after, places, counts, boards, _engines(ports), installed)


def _boards(world: _World, asked: Asked, ports: tuple[RuntimePort, RuntimePort]) -> tuple[FoundBoard, ...]:
    """Every board that changes. A board is drawn with both versions, on the same rows, without caches."""
    from generators.packs.proof.shown import Shower, shown_boards  # noqa: PLC0415 - engines and parsers
    from generators.watch.boards import board_changes  # noqa: PLC0415 - as above

    sides = zip((asked.before, asked.after), ports, strict=True)
    showers = tuple(Shower(side.name, side.runtime, port) for side, port in sides)
    found: list[FoundBoard] = []
    with progress(len(world.packs)) as step:
        for name, pack in world.packs.items():
            step(name)
            found += ((name, *change) for change in board_changes(pack, shown_boards(pack, showers)))
    return tuple(found)


def _engines(ports: tuple[RuntimePort, RuntimePort]) -> tuple[str, str]:
    versions = [port.version() for port in ports]
    ours, theirs = ("" if isinstance(version, Missing) else f"DuckDB {version.engine}" for version in versions)
    return ours, theirs
