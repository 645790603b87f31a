"""`dfops runtime`: the runtimes that packs are proven on, their environments, and snapshots of what they have."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar

import typer

from generators.catalog import load
from generators.cli.lookup import require_valid
from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment, repository, writing
from generators.cli.runtimes import runtimes_of
from generators.cli.tree import CommandGroup, Entry, group
from generators.model import KINDS
from generators.model.runtime import Runtime
from generators.output import write_if_changed
from generators.report.runtimes import RuntimeRow, runtimes_json, runtimes_text
from generators.runtime import environments, snapshots
from generators.runtime.port import Environment, Missing, RuntimePort
from generators.source import LIMITS, Repository

if TYPE_CHECKING:
    from generators.runtime.known import KnownRuntime


T = TypeVar("T")
INSTALLERS = 2
"""At once."""


class Runtimes(CommandGroup):
    """Each a function of this module."""

    entries: ClassVar = {
        "list": Entry("runtime:listed", "Which versions packs are proven on, until when, and what is installed here."),
        "install": Entry("runtime:install", "Make the environments of runtimes below build/runtimes/."),
        "snapshot": Entry("runtime:snapshot", "Write down the commands and codes of runtimes, from the runtimes."),
        "watch": Entry(
            "runtime_watch:watch",
            "Say which lines, codes and boards the newest version of the runtime would change, before users meet it.",
        ),
    }


app = group(Runtimes, "The runtimes that packs are proven on: list, install, snapshot, watch.")

NamesArgument = Annotated[list[str] | None, typer.Argument(help="Runtimes by id; all of them when left out.")]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar="V", help="A release that packs are not proven on; needs --python.")
]
PythonOption = Annotated[
    Path | None, typer.Option("--python", metavar="P", help="The Python of an environment that has that release.")
]
CurrentOption = Annotated[bool, typer.Option("--current", help="Only the one that packs are written for.")]


def listed(root: RootOption = Path(), at: AtOption = None, form: FormatOption = "text") -> None:
    """Which runtimes and versions packs are proven on, until when, and whether each is installed here."""
    now = moment(at)
    rows = [_row(runtime) for runtime in _known(root, None)]
    sys.stdout.write(runtimes_json(rows) if form == "json" else runtimes_text(rows, now))


def _row(runtime: KnownRuntime) -> RuntimeRow:
    with runtime.port() as port:
        version = port.version()
    release = runtime.release
    installed = "" if isinstance(version, Missing) else version.runtime
    return RuntimeRow(
        id=runtime.id,
        title=runtime.runtime.title,
        version=release.version,
        status=runtime.runtime.status,
        since=release.since,
        until=release.until,
        installed=installed,
        remedy=runtime.environment.remedy,
    )


def install(names: NamesArgument = None, root: RootOption = Path(), current: CurrentOption = False) -> None:
    """Make the environments of runtimes below build/runtimes/, from the lists of packages that the repository keeps."""
    wanted = [(runtime, _requirements(runtime)) for runtime in _known(root, names) if runtime.is_current or not current]
    missing = [(runtime, text) for runtime, text in wanted if not environments.is_made(_folder(runtime), text)]
    for runtime, _ in missing:
        sys.stderr.write(f"Installing {runtime.name} into {_folder(runtime)}\n")
    # An installer waits for downloads and the disk most of the time: two at once take little longer than one.
    with ThreadPoolExecutor(INSTALLERS) as pool:
        faults = list(pool.map(_made, missing))
    if found := "; ".join(fault for fault in faults if fault):
        raise Unusable(found)


def _requirements(runtime: KnownRuntime) -> str:
    lock = environments.lock_of(runtime.root, runtime.runtime.distribution, runtime.version)
    try:
        return lock.read_text(encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{lock}: the list of packages cannot be read: {error.strerror}") from error


def _folder(runtime: KnownRuntime) -> Path:
    return runtime.environment.python.parents[1]


def _made(wanted: tuple[KnownRuntime, str]) -> str:
    """Make one environment; a sentence where that fails, so that the others are made all the same."""
    runtime, requirements = wanted
    try:
        environments.make(_folder(runtime), requirements, sys.executable, os.environ)  # noqa: TID251 - the edge asks
    except environments.NotInstallable as error:
        return f"{runtime.name} cannot be installed: {error}"
    return ""


def snapshot(
    names: NamesArgument = None,
    root: RootOption = Path(),
    version: VersionOption = None,
    python: PythonOption = None,
) -> None:
    """Write down the commands and diagnostic codes of each runtime, from the runtime itself.

    With --version and --python: only the codes of another release, so that pages say when a code came or goes.
    """
    runtimes = _known(root, names)
    if version or python:
        _write(runtimes[0].root, _other(runtimes, version, python))
        return
    for runtime in runtimes:
        with runtime.port() as port:
            commands, codes = _had(port.commands()), _had(port.codes())
        _write(runtime.root, snapshots.taken(runtime.runtime.distribution, runtime.version, commands, codes))


def _other(runtimes: tuple[KnownRuntime, ...], version: str | None, python: Path | None) -> snapshots.Snapshot:
    """The codes of a release that packs are not proven on, by name and level."""
    if not version or not python or len(runtimes) != 1:
        raise Unusable("name one runtime, the release with --version, and the Python that has it with --python")
    entity = runtimes[0].runtime
    environment = Environment(f"{entity.title} {version}", python, entity.adapter, "name the Python that has it")
    with RuntimePort(environment) as port:
        found, codes = _had(port.version()).runtime, _had(port.codes())
    if found != version:
        raise Unusable(f"{python} has {entity.title} {found}, not {version}")
    names = ({"code": code["code"], "level": code["level"]} for code in codes)
    return snapshots.taken(entity.distribution, version, {}, names)


def _had(answer: T | Missing) -> T:
    """What a runtime said. Raises Unusable where it could not be asked."""
    if isinstance(answer, Missing):
        raise Unusable(answer.sentence)
    return answer


def _write(root: Path, taken: snapshots.Snapshot) -> None:
    path = snapshots.path_of(taken.distribution, taken.version)
    with writing(Path(path)):
        changed = write_if_changed(root / path, taken.text)
    sys.stdout.write(f"{path}: {len(taken.codes)} codes, {'written' if changed else 'unchanged'}\n")


def _known(root: Path, names: list[str] | None) -> tuple[KnownRuntime, ...]:
    """The runtimes that are asked for. Raises Unusable for a name that is none."""
    top = repository(root)
    catalog, findings = load(Repository(top, LIMITS), KINDS)
    require_valid(findings, Runtime.folder.pattern.partition("{")[0])
    return runtimes_of(catalog, top, names)
