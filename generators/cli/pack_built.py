"""A pack of this repository, built as it would be published: what its maintainers install and look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.cli.lookup import require_valid, selected
from generators.cli.options import Unusable, repository
from generators.cli.pack_withdrawn import withdrawal_of
from generators.cli.runtimes import runtimes_of
from generators.findings import nearest
from generators.packs.reading.changelog import changelog_of
from generators.packs.reading.collection import packs_at
from generators.packs.reading.grammars import GRAMMARS
from generators.published.catalog import Contents, opened

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder
    from generators.published.manifest import RuntimeNeeded
    from generators.runtime.known import KnownRuntime


@dataclass(frozen=True, slots=True)
class Built:
    """A pack as it stands in the repository."""

    pack: PackFolder
    root: Path
    known: tuple[KnownRuntime, ...]

    @classmethod
    def open(cls, root: Path, name: str) -> Built:
        """The pack of that name. Raises Unusable."""
        top = repository(root)
        packs = packs_at(top)
        require_valid(packs.findings)
        pack = selected(packs, [name])[0]
        if off := withdrawal_of(packs.catalog, pack.pack.entity):
            raise Unusable(f"pack {pack.id} is withdrawn: {off}")
        return cls(pack, top, runtimes_of(packs.catalog, top))

    @property
    def runtimes(self) -> tuple[RuntimeNeeded, ...]:
        """Those of the model."""
        from generators.packs.delivery.package import needed  # noqa: PLC0415 - a parser, needed only here

        return tuple(needed(known.id, known.runtime) for known in self.known)

    @property
    def warehouses(self) -> tuple[str, ...]:
        """Those of the pack."""
        return tuple(support.name for support in self.pack.pack.entity.warehouses)

    def contents(self, runtime: str, warehouse: str) -> Contents:
        """The files of an archive that was not packed. Raises Unusable."""
        if warehouse not in self.warehouses:
            hint = nearest(warehouse, self.warehouses) or f"it has: {', '.join(self.warehouses)}"
            raise Unusable(f"pack {self.pack.id} does not support {warehouse!r}; {hint}")
        known = next(one for one in self.known if one.id == runtime)
        if known.runtime.grammar not in GRAMMARS:
            raise Unusable(f"packs cannot be written in the grammar '{known.runtime.grammar}' of {known.runtime.title}")
        from generators.packs.delivery.boards import Undeliverable, forms  # noqa: PLC0415 - a parser, needed only here
        from generators.packs.delivery.package import Words, members, package_of  # noqa: PLC0415 - as above

        changelog = changelog_of(self.root, self.pack.id)
        version = self.pack.pack.entity.version
        released = changelog.day(version)
        words = Words(released, "", changelog.text, changelog.entry(version), ())
        try:
            written = forms(self.pack, warehouse, package_of(self.pack.id))
            return opened(members(written, runtime, known.runtime, words), self.pack.id)
        except Undeliverable as error:
            raise Unusable(str(error)) from error


def runtimes_named(root: Path) -> tuple[RuntimeNeeded, ...]:
    """The runtimes of a repository, the current one first. Raises Unusable."""
    from generators.packs.delivery.package import needed  # noqa: PLC0415 - a parser, needed only here

    top = repository(root)
    packs = packs_at(top)
    return tuple(needed(known.id, known.runtime) for known in runtimes_of(packs.catalog, top))
