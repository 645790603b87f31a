"""`dfops launch record --run`: what gates and scope items name is run, and how it went is written down."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from generators.cli.lookup import entry_of, name_of
from generators.cli.options import Unusable, clock, repository, writing
from generators.cli.partial import name_unread, partial_catalog
from generators.cli.revision import commit_of
from generators.launch.junit import Counts, counts_of
from generators.launch.named import ids_of, named_runs
from generators.model.launch import Gate, Run
from generators.output import write_if_changed
from generators.processes import NO_PROGRAM, TOO_LATE, Ended, run_to_end
from generators.report import printable
from generators.runbooks.seals import sealed
from generators.site.launching import digest_of_tests
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.launch.named import Named

RunOption = Annotated[
    bool, typer.Option("--run", help="Run the commands and tests that gates and scope items name, one at a time.")
]
GateOption = Annotated[
    str | None, typer.Option("--gate", metavar="GATE", help="Only what this gate names, and the items in its scope.")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="COMMAND|TEST", help="Only this one, as it is named; may be given again."),
]
TimeoutOption = Annotated[int, typer.Option("--timeout", metavar="S", min=1, help="Seconds that each may take.")]
MARKS = "not bench and not slow"
"""Long tests belong to a proof; those that measure speed or need engines of their own have targets of their own."""
LONGEST_TITLE = 140
RUNS = Run.folder.pattern.rsplit("/", 1)[0]


class _Outcome(NamedTuple):
    """How a command or the tests of a file ended."""

    code: int
    last_words: str
    counts: Counts | None = None


def record_runs(root: Path, gate: str | None, only: list[str] | None, timeout: int) -> None:
    """Run what a gate names, or what all name, or only some of it, and record how it went.

    Raises Unusable for names that the model does not have, and exits 1 where a run failed.
    """
    top = repository(root)
    catalog = partial_catalog(top)
    name_unread(catalog)
    chosen = _chosen(catalog, gate, only or [])
    for one in chosen:
        sys.stdout.write(f"{'test' if one.is_test else 'command'}  {printable(one.asked)}  ({', '.join(one.by)})\n")
    commit = commit_of(top, RUNS)
    sys.stdout.write(f"{len(chosen)} to run, on {commit or 'files that no commit has'}\n\n")
    ids = ids_of(catalog, named_runs(catalog))
    passed = [_recorded(top, one, ids[one.asked], commit, timeout) for one in chosen]
    if not all(passed):
        raise typer.Exit(1)


def _chosen(catalog: Catalog, gate: str | None, only: list[str]) -> list[Named]:
    """What is to be run. Raises Unusable for names that the model does not have, and where there is nothing."""
    named = named_runs(catalog, entry_of(catalog, Gate, gate).id if gate is not None else None)
    if not named:
        raise Unusable(f"{printable(gate or 'the model')} names no command and no file of tests to run")
    titles = {one.asked: one.asked for one in named}
    wanted = {name_of("command or test", name, titles) for name in only}
    return [one for one in named if not wanted or one.asked in wanted]


def _recorded(top: Path, one: Named, identity: str, commit: str | None, timeout: int) -> bool:
    """Run it, write its record and say how it went; whether it passed."""
    sys.stdout.write(f"{printable(one.asked)} …\n")
    sys.stdout.flush()
    ran, began = clock(), time.monotonic()  # noqa: TID251 - the edge asks
    digest = digest_of_tests(top, one.asked) if one.is_test else None
    outcome = _tested(top, one.asked, timeout) if one.is_test else _ran(top, one.asked, timeout)
    seconds = round(time.monotonic() - began)  # noqa: TID251 - the edge asks
    fields: dict[str, object] = {
        "title": one.asked.splitlines()[0][:LONGEST_TITLE],
        "test" if one.is_test else "command": one.asked,
        "ran": f"{ran:%Y-%m-%dT%H:%M:%SZ}",
        "exit_code": outcome.code,
        "seconds": seconds,
        **(outcome.counts._asdict() if outcome.counts else {}),
        **({"digest": digest} if digest else {}),
        **({"commit": commit} if commit else {}),
    }
    path = top / RUNS / f"{identity}.yaml"
    with writing(path):
        if not path.parent.resolve().is_relative_to(top):
            raise Unusable(f"{RUNS} lies outside the repository: a folder on the way is a symbolic link")
        write_if_changed(path, yaml_text(sealed(Run.kind, fields)))
    passed = Run.model_validate({"title": identity, **fields, "ran": ran}).succeeded
    sys.stdout.write(f"  {_words(outcome, passed)} in {seconds} s: {RUNS}/{identity}.yaml\n")
    if not passed:
        sys.stdout.write("".join(f"  | {printable(line)}\n" for line in outcome.last_words.splitlines()[-5:]))
    return passed


def _words(outcome: _Outcome, passed: bool) -> str:
    verdict = "passed" if passed else "failed"
    if outcome.code == TOO_LATE:
        return "failed: stopped, it took too long"
    if outcome.counts is None:
        return f"{verdict}: exit code {outcome.code}"
    counts = outcome.counts
    return f"{verdict}: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"


def _ran(top: Path, command: str, timeout: int) -> _Outcome:
    """Each line of a command until one fails. No shell reads them: one that needs a shell fails."""
    ended = Ended(NO_PROGRAM, "there is no command in it")
    for line in command.splitlines():
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            return _Outcome(NO_PROGRAM, f"{line}: {error}")
        if words:
            ended = run_to_end(words, top, _environment(), timeout)
            if ended.code:
                break
    return _Outcome(*ended)


def _tested(top: Path, path: str, timeout: int) -> _Outcome:
    """The tests of a file, or of the files that a pattern names, with their counts."""
    files = [file.relative_to(top).as_posix() for file in sorted(top.glob(path))] or [path]
    with tempfile.TemporaryDirectory(prefix="dfops-tests-") as folder:
        report = Path(folder) / "junit.xml"
        words = [sys.executable, "-m", "pytest", *files, "-q", "-m", MARKS, f"--junit-xml={report}"]
        ended = run_to_end(words, top, _environment(), timeout)
        counts = counts_of(report.read_bytes()) if report.is_file() else None
    return _Outcome(*ended, counts)


def _environment() -> Mapping[str, str]:
    """Ours, with the commands that are installed beside this one found first."""
    inherited = dict(os.environ)  # noqa: TID251 - the edge asks
    return inherited | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), inherited.get("PATH", "")))}
