"""The installed Dataface: its version, its command, its diagnostic codes.

The only module that imports `dataface`, and only inside the functions that need it: the codes take about half a second
to import, the command about one more. Nothing raises; what cannot be looked up is a `Missing`.
"""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from importlib import metadata, util
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typer._click.core import Command

T = TypeVar("T")

# Where the text of a code has a stop before its first sentence ends, Dataface gives that code a summary of its own.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be looked up: its name, why, and what would mend it."""

    name: str
    reason: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.name} could not be looked up: {self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or warning that Dataface can report: `ERR-…` or `WARN-…`, and one sentence on when it does."""

    code: str
    summary: str


ABSENT = Missing("dataface", "it is not installed", "install the extra named 'packs'")


def version() -> str | Missing:
    """The installed version, read from its metadata without importing it."""
    try:
        return metadata.version("dataface")
    except metadata.PackageNotFoundError:
        return ABSENT


def diagnostic_codes() -> tuple[Diagnostic, ...] | Missing:
    """Every diagnostic code of the installed version, sorted by code."""
    return _imported(_codes)


def command() -> Command | Missing:
    """The root of `dft`, hidden commands included."""
    return _imported(_root)


def idle_groups() -> Mapping[tuple[str, ...], str]:
    """Groups of `dft` that parse without a subcommand and then exit 1, by the words that lead to them, and why."""
    if util.find_spec("dataface_super_schema"):
        return {}
    return {("inspect",): "profiling tables needs a package that is not public"}


def _codes() -> tuple[Diagnostic, ...]:
    # The package registers its codes while it is imported; its `registry` module alone holds none.
    from dataface.core.diagnostics import REGISTRY  # noqa: PLC0415 -- half a second, paid by those who ask

    return tuple(Diagnostic(code.code, code.summary or _first_sentence(code.doc)) for code in REGISTRY.all())


def _root() -> Command:
    from dataface.cli.main import app  # noqa: PLC0415 -- over a second, paid by those who ask
    from typer.main import get_command  # noqa: PLC0415 -- typer is loaded by then

    return get_command(app)


def _imported(look_up: Callable[[], T]) -> T | Missing:
    log = logging.getLogger()
    level, handlers = log.level, list(log.handlers)
    try:
        with warnings.catch_warnings():  # what it warns about itself is not for our users to mend
            warnings.simplefilter("ignore")
            return look_up()
    except ModuleNotFoundError as error:
        if error.name == "dataface":
            return ABSENT
        return _broken(error)
    except Exception as error:  # noqa: BLE001 -- a foreign package may fail in any way while it is imported
        return _broken(error)
    finally:  # the module of the command configures logging when it is imported; that is for its own process
        log.setLevel(level)
        log.handlers[:] = handlers


def _broken(error: Exception) -> Missing:
    first = (str(error).splitlines() or [""])[0]
    return Missing(
        "dataface", f"importing it fails with {type(error).__name__}: {first}", "reinstall the extra named 'packs'"
    )


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]
