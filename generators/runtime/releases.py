"""Which release of a runtime reports which code: of every snapshot there is, in the order of the releases.

Releases that packs are not proven on count as well: what lies between two others says when a code came or went, and a
pre-release what is coming. Nothing of this is written by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from generators.runtime import snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from generators.model.runtime import RuntimeVersion
    from generators.runtime.known import KnownRuntime
    from generators.runtime.snapshots import Code, Snapshot

_PRE_RELEASE = re.compile(r"(?:a|b|rc|dev)[0-9]+$")
_BEFORE = {"dev": -4, "a": -3, "b": -2, "rc": -1, "post": 1}
"""What a word in a version sorts before or after: 0.10.1.dev3, 0.10.1rc1, 0.10.1, 0.10.1.post1."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a runtime that was written down."""

    title: str
    """What people call the runtime."""
    snapshot: Snapshot
    proven: RuntimeVersion | None = None
    """What the model says of it, where packs are proven on it."""
    is_current: bool = False
    """Whether packs are written for its runtime."""

    @property
    def name(self) -> str:
        """As people name it: the runtime and the version."""
        return f"{self.title} {self.snapshot.version}"

    @property
    def is_pre_release(self) -> bool:
        """Whether it is no release yet."""
        return _PRE_RELEASE.search(self.snapshot.version) is not None

    def is_supported(self, day: date) -> bool:
        """Whether packs are proven on it on a day."""
        return self.proven is not None and (self.proven.until is None or day <= self.proven.until)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Which releases report a code; pre-releases are none of them."""

    releases: tuple[tuple[str, bool], ...]
    """Each by name, oldest first, and whether it has the code."""
    coming: str
    """The newest pre-release, where it differs from the newest release; empty elsewhere."""

    @property
    def reported_by(self) -> tuple[str, ...]:
        """Those that have it."""
        return tuple(name for name, has in self.releases if has)

    @property
    def lacked_by(self) -> tuple[str, ...]:
        """Those that do not."""
        return tuple(name for name, has in self.releases if not has)

    @property
    def since(self) -> str:
        """The first that has it, where an older one lacks it; empty where none is known to."""
        return _first_behind_a_gap(self.releases)

    @property
    def until(self) -> str:
        """The last that has it, where a newer one lacks it; empty while the newest has it."""
        return _first_behind_a_gap(self.releases[::-1])


def _first_behind_a_gap(releases: Sequence[tuple[str, bool]]) -> str:
    having = [name for name, has in releases if has]
    return having[0] if having and not releases[0][1] else ""


@dataclass(frozen=True)
class Releases:
    """Every release that was written down, oldest first: those of older runtimes before the current one's."""

    all: tuple[Release, ...] = ()

    @cached_property
    def released(self) -> tuple[Release, ...]:
        """Without pre-releases."""
        return tuple(release for release in self.all if not release.is_pre_release)

    @cached_property
    def current(self) -> Release | None:
        """The newest that packs are proven on, of the current runtime; None where its snapshot cannot be read."""
        proven = [release for release in self.all if release.proven and release.is_current]
        return proven[-1] if proven else None

    @cached_property
    def coming(self) -> Release | None:
        """The newest of all, where it is a pre-release."""
        return self.all[-1] if self.all and self.all[-1].is_pre_release else None

    def supported(self, day: date) -> tuple[Release, ...]:
        """Those that packs are proven on, on a day."""
        return tuple(release for release in self.all if release.is_supported(day))

    def code(self, name: str) -> Code | None:
        """What the newest release that has a code says of it; None where none has it."""
        having = (release.snapshot.codes.get(name) for release in reversed(self.released))
        return next((code for code in having if code), None)

    def lifetime(self, name: str) -> Lifetime:
        """Who reports a code; a code that nobody has gives empty texts."""
        having = tuple((release.name, name in release.snapshot.codes) for release in self.released)
        return Lifetime(having, self.coming.name if self.coming and self._changes(name, self.coming) else "")

    def _changes(self, name: str, coming: Release) -> bool:
        """Whether the newest release and what is coming differ about a code."""
        newest = self.released[-1].snapshot.codes if self.released else {}
        return (name in newest) != (name in coming.snapshot.codes)


def releases(runtimes: Iterable[KnownRuntime]) -> Releases:
    """What was written down of runtimes, the current one first; unreadable snapshots are left out."""
    oldest_first = reversed(list(runtimes))
    return Releases(tuple(release for runtime in oldest_first for release in _of(runtime)))


def _of(runtime: KnownRuntime) -> Iterator[Release]:
    entity = runtime.runtime
    proven: Mapping[str, RuntimeVersion] = {version.version: version for version in entity.versions}
    for version in sorted(snapshots.versions(runtime.root, entity.distribution), key=order):
        try:
            snapshot = snapshots.load(runtime.root, entity.distribution, version)
        except snapshots.UnreadableSnapshot:
            continue
        if snapshot:
            yield Release(entity.title, snapshot, proven.get(version), runtime.is_current)


def order(version: str) -> tuple[tuple[int, ...], tuple[int, int]]:
    """What versions sort by: numbers as numbers, pre-releases before their release, post-releases behind it."""
    numbers, word, count = _parts(version)
    return numbers, (_BEFORE.get(word, 0), count)


def _parts(version: str) -> tuple[tuple[int, ...], str, int]:
    found = re.fullmatch(r"(?P<numbers>[0-9]+(?:\.[0-9]+)*)(?:\.?(?P<word>[a-z]+)(?P<count>[0-9]+))?", version)
    if found is None:
        return (), "", 0
    numbers = tuple(int(number) for number in found["numbers"].split("."))
    return numbers, found["word"] or "", int(found["count"] or 0)
