"""The runtimes of a model as the code asks them: by version, with their environments and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from generators.model.runtime import Runtime
from generators.runtime import snapshots
from generators.runtime.port import Environment, RuntimePort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generators.catalog import Catalog, Entry
    from generators.model.runtime import RuntimeVersion
    from generators.runtime.snapshots import Snapshot

RUNTIMES = "DFOPS_RUNTIMES"
"""The variable that names another folder of environments."""
ENVIRONMENTS = "build/runtimes"
"""Where `make runtimes` makes an environment for each version, below the root."""


@dataclass(frozen=True)
class KnownRuntime:
    """One version of a runtime that the model names."""

    entry: Entry[Runtime]
    release: RuntimeVersion
    root: Path
    environments: Path
    """The folder with an environment for each version."""

    @property
    def runtime(self) -> Runtime:
        """What the model says of it."""
        return self.entry.entity

    @property
    def id(self) -> str:
        """The entity's id: one version of each runtime is proven at a time, its newest."""
        return self.entry.id

    @property
    def version(self) -> str:
        """As its registry spells it."""
        return self.release.version

    @property
    def name(self) -> str:
        """What people call it, with its version."""
        return f"{self.runtime.title} {self.version}"

    @property
    def is_current(self) -> bool:
        """Whether packs are written for it."""
        return self.runtime.status == "current"

    @cached_property
    def environment(self) -> Environment:
        """Where it is installed, or would be."""
        python = python_of(self.environments, self.runtime.distribution, self.version)
        target = "install" if self.is_current else "runtimes"
        return Environment(self.name, python, self.runtime.adapter, f"run `make {target}`")

    def port(self) -> RuntimePort:
        """A new port to it; nothing is started yet."""
        return RuntimePort(self.environment)

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """What was written down of this version. Raises UnreadableSnapshot."""
        return snapshots.load(self.root, self.runtime.distribution, self.version)


def python_of(environments: Path, distribution: str, version: str) -> Path:
    """The interpreter of the environment of a version."""
    return environments / f"{distribution}-{version}" / "bin/python"


def known_runtimes(catalog: Catalog, root: Path, environments: Path | None = None) -> tuple[KnownRuntime, ...]:
    """The newest version of every runtime of the model, the current one first. Environments lie below the root."""
    folder = environments or root / ENVIRONMENTS
    entries = sorted(catalog.entries_of(Runtime), key=lambda entry: (entry.entity.status != "current", entry.id))
    return tuple(KnownRuntime(entry, entry.entity.newest, root, folder) for entry in entries)


def current_of(runtimes: Sequence[KnownRuntime]) -> KnownRuntime | None:
    """The one that packs are written for."""
    return next((runtime for runtime in runtimes if runtime.is_current), None)
