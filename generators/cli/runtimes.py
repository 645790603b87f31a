"""The runtimes that can be asked here: those of the model, where the environment says they are."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.findings.naming import hint_for
from generators.runtime.known import RUNTIMES, known_runtimes
from generators.runtime.port import Missing, RuntimePort, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.catalog import Catalog
    from generators.runtime.known import KnownRuntime


PYTHON = "DFOPS_RUNTIME_PYTHON"
"""The variable that names the Python of somebody's own runtime, in which the driver of their warehouse is."""


@dataclass(frozen=True, slots=True)
class Present:
    """A runtime that is open to questions, and its version with that of its engine; empty where it is not installed."""

    known: KnownRuntime
    port: RuntimePort
    version: str


def runtimes_of(catalog: Catalog, root: Path, names: Sequence[str] | None = None) -> tuple[KnownRuntime, ...]:
    """The runtimes of the model, or those that are named. Raises Unusable for a name that is none."""
    folder = os.environ.get(RUNTIMES)  # noqa: TID251 - the edge asks
    known = {runtime.id: runtime for runtime in known_runtimes(catalog, root, Path(folder) if folder else None)}
    for name in names or ():
        if name not in known:
            raise Unusable(f"no runtime is called '{name}'; {hint_for(name, known)}")
    return tuple(known[name] for name in names) if names else tuple(known.values())


@contextmanager
def runtimes_here(catalog: Catalog, root: Path, names: Sequence[str] | None = None) -> Iterator[dict[str, Present]]:
    """Runtimes by id, the current one first, ended afterwards.

    Without names the current one, whether it is installed or not, and each older one that is; one that is left out is
    named on standard error.
    """
    with ExitStack() as stack:
        here: dict[str, Present] = {}
        for known in runtimes_of(catalog, root, names):
            port = stack.enter_context(known.port())
            version = port.version()
            if isinstance(version, Version) and version.runtime != known.version:
                remedy = f"remove {known.environment.python.parents[1]}, then {known.environment.remedy}"
                raise Unusable(f"{known.name}: its environment holds version {version.runtime}; {remedy}")
            if isinstance(version, Missing):
                if names is None and not known.is_current:
                    sys.stderr.write(f"not proven on {version.sentence}\n")
                    continue
                here[known.id] = Present(known, port, "")
            else:
                here[known.id] = Present(known, port, f"{version.runtime}, duckdb {version.engine}")
        yield here


def port_for_users(known: KnownRuntime) -> RuntimePort:
    """A port to the environment that a user names, with the driver of their warehouse; else to the one made here."""
    python = os.environ.get(PYTHON)  # noqa: TID251 - the edge asks
    if not python:
        return known.port()
    remedy = f"set {PYTHON} to a Python that has {known.runtime.title}"
    return RuntimePort(replace(known.environment, name=known.runtime.title, python=Path(python), remedy=remedy))


def ports_of(here: Mapping[str, Present]) -> dict[str, RuntimePort]:
    """What a plan asks, by id."""
    return {name: present.port for name, present in here.items()}


def first_of(here: Mapping[str, Present]) -> dict[str, RuntimePort]:
    """The one that packs are written for."""
    return dict(list(ports_of(here).items())[:1])


def versions_of(here: Mapping[str, Present]) -> dict[str, str]:
    """The versions of those that are installed, by id."""
    return {name: present.version for name, present in here.items() if present.version}
