"""Versions of runtimes that are tried here: looked up, installed into environments of their own, and asked."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.findings.naming import hint_for
from generators.model.runtime import RuntimeVersion
from generators.runtime import environments, registry, snapshots
from generators.runtime.known import current_of
from generators.runtime.port import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from generators.runtime.known import KnownRuntime
    from generators.runtime.port import RuntimePort
    from generators.runtime.registry import Releases
    from generators.runtime.snapshots import Snapshot


class Untried(Exception):  # noqa: N818 - what a registry, a machine or a version refuses, not a fault of the program
    """A version that cannot be installed here, or does not answer: one sentence."""


@dataclass(frozen=True)
class Versions:
    """The runtimes of the model, and every version of them that the registry has."""

    root: Path
    runtimes: Sequence[KnownRuntime]
    today: date

    @cached_property
    def current(self) -> KnownRuntime:
        """The newest proven version of the runtime that packs are written for. Raises Unusable."""
        current = current_of(self.runtimes)
        if current is None:
            raise Unusable("no runtime of the model is the current one; set `status: current` for one")
        return current

    def chosen(self, text: str | None) -> KnownRuntime:
        """`VERSION` of the current runtime, or `DISTRIBUTION==VERSION`; without one the current. Raises Unusable."""
        if text is None:
            return self.current
        distribution, _, version = text.rpartition("==")
        known = {runtime.runtime.distribution: runtime for runtime in self.runtimes}
        if distribution and distribution not in known:
            hint = hint_for(distribution, known)
            raise Unusable(f"no runtime of the model is the distribution '{distribution}'; {hint}")
        return self.version_of(known[distribution] if distribution else self.current, version)

    def version_of(self, known: KnownRuntime, version: str) -> KnownRuntime:
        """Another version of a runtime. Raises Unusable for what is no version."""
        if version == known.version:
            return known
        try:
            release = RuntimeVersion(version=version, since=self.today, why="It is tried")
        except ValueError:
            raise Unusable(
                f"'{version}' is no version; write it as the registry does, such as {known.version}"
            ) from None
        return replace(known, release=release)

    # ── the registry ────────────────────────────────────────────────────────────────────────────────────────────────
    def newest(self, known: KnownRuntime) -> Releases:
        """What the registry has of a runtime. Raises Unusable where it does not answer."""
        folder, environment = known.environments, os.environ  # noqa: TID251 - the edge asks
        try:
            return registry.ask(known.runtime.distribution, folder, sys.executable, environment)
        except registry.NotListed as error:
            name = known.runtime.distribution
            raise Unusable(f"the registry does not say which versions of {name} there are: {error}") from error

    # ── environments ────────────────────────────────────────────────────────────────────────────────────────────────
    def install(self, known: KnownRuntime) -> str:
        """Make the environment of a version where it is not there; with which packages, in words. Raises Untried."""
        folder = known.environment.python.parents[1]
        environment = os.environ  # noqa: TID251 - the edge asks
        own = self._lock(known)
        try:
            if own:
                if not environments.is_made(folder, own):
                    self._say(known, folder)
                    environments.make(folder, own, sys.executable, environment)
                return ""
            beside = next(each for each in self.runtimes if each.id == known.id)
            wanted = registry.Wanted(known.runtime.distribution, known.version, self._lock(beside))
            self._say(known, folder)
            return registry.words_of(registry.install(wanted, folder, sys.executable, environment), beside.name)
        except environments.NotInstallable as error:
            raise Untried(f"{known.name} cannot be installed: {error}") from error

    def _lock(self, known: KnownRuntime) -> str:
        """The list of packages that the repository keeps for a version; empty where there is none."""
        try:
            return environments.lock_of(self.root, known.runtime.distribution, known.version).read_text(
                encoding="utf-8"
            )
        except OSError:
            return ""

    @staticmethod
    def _say(known: KnownRuntime, folder: Path) -> None:
        sys.stderr.write(f"{known.name}: {folder}\n")


def snapshot_of(known: KnownRuntime, port: RuntimePort) -> Snapshot:
    """What a version has: as the repository keeps it, else from the version itself. Raises Untried."""
    try:
        kept = known.snapshot
    except snapshots.UnreadableSnapshot as error:
        raise Unusable(str(error)) from error
    if kept is not None and kept.is_whole:
        return kept
    commands, codes = port.commands(), port.codes()
    for missing in (commands, codes):
        if isinstance(missing, Missing):
            raise Untried(f"{missing.name}: {missing.reason}")
    assert not isinstance(commands, Missing)  # noqa: S101 - raised above
    assert not isinstance(codes, Missing)  # noqa: S101 - as above
    return snapshots.taken(known.runtime.distribution, known.version, commands, codes)
