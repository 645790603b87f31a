"""One build of one site in this process, for the command line: counts and warnings, never a traceback."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from docutils.utils import SystemMessage
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from generators.sphinxext.pages import AUDIENCES

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.environment import BuildEnvironment

# Sphinx colours warnings even where no terminal will show them.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build went: pages read and written, warnings (`path:line: WARNING: text [type]`), and whether it counts."""

    ok: bool
    read: int
    written: int
    warnings: tuple[str, ...]


class _Count:
    """Pages read and written; both events are sent by the main process, whatever the number of jobs."""

    def __init__(self) -> None:
        self.read = 0
        self.written = 0

    def reading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        del app, env
        self.read += len(docnames)

    def resolved(self, app: Sphinx, doctree: object, docname: str) -> None:
        del app, doctree, docname
        self.written += 1


def build(  # noqa: PLR0913 - each is a choice of the command line
    root: Path,
    audience: str,
    out: Path,
    *,
    catalog: Path | None = None,
    results: Path | None = None,
    fail_on_warning: bool = True,
    jobs: int = 1,
    quiet: bool = True,
) -> BuildResult:
    """Build the "internal" or "public" site below `root` into `out`.

    `catalog` holds the published packs, `results` is a file that says which tests passed.
    What Sphinx remembers between builds lies in `root`/build, never in `out`. With `fail_on_warning` any warning makes
    the result not ok; the pages are written all the same. Raises KeyError for an unknown audience, nothing else that
    an author can cause.
    """
    folder = {name: path for path, name in AUDIENCES.items()}[audience]
    memory = root / "build" / "doctrees" / audience
    unfinished = memory.with_name(f"{audience}.unfinished")
    if unfinished.exists() or not (memory / "environment.pickle").is_file():
        _forget(out, memory)
    warnings, count = io.StringIO(), _Count()
    fault = ""
    try:
        memory.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        with patch_docutils(root), docutils_namespace():
            app = Sphinx(
                root / folder, root, out, memory, "html", status=None if quiet else _stdout(), warning=warnings,
                parallel=jobs, confoverrides=_settings(ops_catalog=catalog, ops_results=results),
            )  # fmt: skip
            app.connect("env-before-read-docs", count.reading)
            app.connect("doctree-resolved", count.resolved)
            app.build()
    except (SphinxError, SystemMessage, OSError, ValueError, RecursionError, MemoryError) as error:
        fault = f"{type(error).__name__}: {error}"
    messages = (*_messages(warnings.getvalue()), *([fault] if fault else []))
    if not messages:
        unfinished.unlink(missing_ok=True)
    return BuildResult(not fault and not (fail_on_warning and messages), count.read, count.written, messages)


def _settings(**paths: Path | None) -> dict[str, str]:
    """What is said on the command line goes before what conf.py says."""
    return {name: str(path.resolve()) for name, path in paths.items() if path}


def _forget(out: Path, memory: Path) -> None:
    """Begin anew: after a build that was killed, that had warnings (Sphinx says them once) or whose memory is lost."""
    for folder in (out, memory):
        shutil.rmtree(folder, ignore_errors=True)


def _stdout() -> TextIO:
    import sys  # noqa: PLC0415 - the stream of the moment, which a caller may have replaced

    return sys.stdout


def _messages(text: str) -> tuple[str, ...]:
    return tuple(line for line in COLOUR.sub("", text).splitlines() if line.strip())
