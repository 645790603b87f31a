"""`dfops`: exit 0 fine, 1 findings, 2 usage or input that cannot be read.

The only place that knows the clock and the environment. A command is a line of COMMANDS and a module.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.extras import DISTRIBUTION, remedy
from generators.cli.options import ROOT_HELP, USER_ENVIRONMENT, Unusable
from generators.cli.tree import SETTINGS, CommandGroup, Entry
from generators.findings import IncompleteKindError
from generators.output.paths import OccupiedError, UnsafePathError
from generators.report.text import printable

COMMANDS = {
    "check": Entry("check:check", "Ask every rule."),
    "explain": Entry(
        "check:explain", "Say what a rule means, why it is there and how to fix it, with a broken and a fixed example."
    ),
    "diff": Entry("diff:diff", "Say what a change to the model changes for its readers."),
    "build": Entry("build:build", "Check everything, then build the site."),
    "serve": Entry("build:serve", "Show the site on this machine and build it again whenever a file changes."),
    "new": Entry("new:new", "Write a new entity with every field it needs, then say what is still missing."),
    "pack": Entry(
        "pack:app", "The dashboard packs: list, check, install, upgrade, rollback, verify, publish and more."
    ),
    "fleet": Entry("fleet:app", "What users have, and what a release of a pack means for them: check."),
    "catalog": Entry("catalog:app", "The signatures of a catalog: init, sign, rotate, status."),
    "runtime": Entry("runtime:app", "The runtimes that packs are proven on: list, install, snapshot."),
    "launch": Entry("launch:app", "Gates of the launch: status, sign, verify, waive, attest, record, dossier."),
    "telemetry": Entry(
        "telemetry:app",
        "Events of packs: consent, what is sent, and what teams make of it: on, off, record, show, ship.",
    ),
    "stability": Entry(
        "stability:app",
        "Defects: what recurs, what it costs users, what comes next: import, report, plan, close, incident, summary.",
    ),
    "export": Entry("export:app", "Write what other tools read."),
    "oncall": Entry("oncall:app", "Say who is on call: dfops oncall [ROTATION] [--at T] [--weeks N]."),
    "page": Entry("page:page", "Try a page without sending it."),
    "route": Entry("route:route", "Say who answers a report by when, with which runbook, and what to tell the user."),
    "rehearse": Entry("rehearse:rehearse", "Walk a runbook before it is needed, and record it."),
}


class Commands(CommandGroup):
    """All of them."""

    entries = COMMANDS


app = typer.Typer(
    name="dfops",
    cls=Commands,
    help="Check, explain, build and extend the operating model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)

QUIET = {"DO_NOT_TRACK": "1"}
"""Tools of others that we import or start report nothing about us: consoledonottrack.com, which dbt and others ask."""
COLLECTION = (200_000, 20, 100)
"""When Python's collector looks, in objects made and in rounds: a run makes many that all live to its end."""


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"dfops {metadata.version(DISTRIBUTION)}\n")
        raise typer.Exit


@app.callback()
def dfops(
    root: Annotated[Path | None, typer.Option("--root", help=ROOT_HELP, show_default="here")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Check, explain, build and extend the operating model."""
    del root, version  # each command asks for the root itself: options.RootOption


def main() -> None:
    """The console script. What cannot be done is said in one sentence on standard error, with exit code 2."""
    _set_up()
    _open_streams()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except (Unusable, UnsafePathError, OccupiedError, IncompleteKindError) as error:
        _give_up(str(error))
    except ModuleNotFoundError as error:
        _give_up(remedy(error))
    except BrokenPipeError:  # whoever reads has seen enough
        _end_output(0)
    except OSError as error:
        if error.filename is not None:  # not about a stream: a fault of ours
            raise
        sys.stderr.write(f"dfops: nothing more can be written: {error.strerror}\n")
        _end_output(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _set_up() -> None:
    """The process as commands expect it: what the user's environment said is kept beside what we say to others."""
    gc.set_threshold(*COLLECTION)
    USER_ENVIRONMENT.clear()
    USER_ENVIRONMENT.update(os.environ)  # noqa: TID251 - what the user said, before we say it to others ourselves
    os.environ.update(QUIET)  # noqa: TID251 - the edge says it, and every process that is started inherits it


def _give_up(sentence: str) -> None:
    sys.stderr.write(f"dfops: {printable(sentence)}\n")
    sys.exit(2)


def _open_streams() -> None:
    """Both streams can be written to: one that the caller closed leads nowhere, a letter that one lacks is a number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end_output(code: int) -> None:
    """Exit with nothing left for Python to write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
