"""Packs of a project held against what a catalog publishes under the same version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.published.installed import Found
    from generators.published.manifest import Index, Release

Standing = Literal["same", "other", "unpublished", "not compared"]
"""Of the list of files in a pack beside the one in the catalog: the same; another one; the catalog has no such version
for this runtime and warehouse; there was no catalog to compare with."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A pack in a project, and how it stands beside the catalog."""

    pack: Found
    standing: Standing
    withdrawn: str = ""
    """The sentence of its withdrawal; empty where its version may be installed."""

    @property
    def holds(self) -> bool:
        """Whether nothing differs and nothing is withdrawn, as far as was compared."""
        return not self.pack.differences and not self.withdrawn and self.standing in {"same", "not compared"}


def verified(found: Iterable[Found], index: Index | None) -> tuple[Verified, ...]:
    """Each pack of a project beside an index, if there is one."""
    return tuple(Verified(pack, _standing(pack, index), _withdrawn(pack, index)) for pack in found)


def _withdrawn(pack: Found, index: Index | None) -> str:
    off = index.withdrawal(pack.manifest.pack, pack.manifest.version) if index else None
    return off.sentence if off else ""


def _standing(pack: Found, index: Index | None) -> Standing:
    if index is None:
        return "not compared"
    said = pack.manifest
    if pack.record is not None and pack.record.origin == "repository":
        return "not compared"
    release = next((one for one in index.of(said.pack) if one.version == said.version), None)
    contents = _contents(release, said.runtime.id, said.warehouse) if release else None
    if contents is None:
        return "unpublished"
    return "same" if contents == pack.contents else "other"


def _contents(release: Release, runtime: str, warehouse: str) -> str | None:
    found = (one for one in release.archives if (one.runtime, one.warehouse) == (runtime, warehouse))
    return next((one.contents for one in found), None)
