"""`dfops`: exit 0 fine, 1 findings, 2 usage or input that cannot be read.

The only place that knows the clock and the environment.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path

import typer

from generators.cli import build, check, export, new, oncall, pack, pack_files, page, rehearse, route
from generators.cli.options import Unusable
from generators.output import OccupiedError, UnsafePathError
from generators.report import printable

app = typer.Typer(
    name="dfops",
    help="Check, explain, build and extend the operating model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(check.check)
app.command("explain")(check.explain)
app.command("build")(build.build)
app.command("serve")(build.serve)
app.command("new")(new.new)
pack.app.command("test")(pack_files.run_regressions)
pack.app.command("sample")(pack_files.sample)
pack.app.command("install")(pack_files.install)
app.add_typer(pack.app, name="pack")
app.add_typer(export.app, name="export")
app.add_typer(oncall.app, name="oncall")
app.command("page")(page.page)
app.command("route")(route.route)
app.command("rehearse")(rehearse.rehearse)

COLLECT_AFTER = 200_000
"""Objects made before the collector looks: a run makes many that all live to its end."""


def main() -> None:
    """The console script. What cannot be done is said in one sentence on standard error, with exit code 2."""
    gc.set_threshold(COLLECT_AFTER, 20, 100)
    _open_streams()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except (Unusable, UnsafePathError, OccupiedError) as error:
        sys.stderr.write(f"dfops: {printable(str(error))}\n")
        sys.exit(2)
    except BrokenPipeError:  # whoever reads has seen enough
        _close_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None:  # not about a stream: a fault of ours
            raise
        sys.stderr.write(f"dfops: nothing more can be written: {error.strerror}\n")
        _close_output()
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _open_streams() -> None:
    """Both streams can be written to: one that the caller closed leads nowhere, a letter that one lacks is a number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _close_output() -> None:
    """Nothing is left for Python to write at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
