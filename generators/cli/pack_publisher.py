"""What `dfops pack publish` does with each pack. Needs sqlglot and an engine: the command imports it when it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generators.catalog import INTERNAL, public_part
from generators.cli.options import Unusable, writing
from generators.cli.pack_withdrawn import withdrawal_of, withdrawals_of
from generators.cli.runtimes import runtimes_of
from generators.model.launch import UnsupportedCase
from generators.packs.delivery.boards import Undeliverable
from generators.packs.delivery.catalog_folder import add, write_index
from generators.packs.delivery.numbers import REFERENCE, Incomparable, moved
from generators.packs.delivery.publishing import Candidate, Unpublishable, made
from generators.packs.proof.recipes import FixtureError
from generators.packs.reading.changelog import changelog_of
from generators.published.catalog import Contents, PublishedPacks, releases_in
from generators.published.manifest import Index, Release, Unreadable
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.packs.delivery.publishing import Made
    from generators.packs.reading.collection import Packs
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime

KIBIBYTE = 1 << 10


class Publisher:
    """The packs of one run, one after the other; a refused one does not stop the rest."""

    def __init__(self, packs: Packs, root: Path, into: Path, today: date) -> None:
        self.packs, self.root, self.into, self.today = packs, root, into, today
        self.runtimes = runtimes_of(packs.catalog, root)
        self.licence = _licence(root)
        self.refused = self.published = 0
        try:
            self.before = releases_in(into)
        except Unreadable as error:
            raise Unusable(str(error)) from error

    def publish(self, pack: PackFolder) -> None:
        """One pack; what is wrong with it is printed, and so is that an internal one is left out."""
        if pack.pack.entity.audience == INTERNAL:
            sys.stdout.write(f"left out: {pack.id} is for the team alone (audience: internal)\n")
            return
        if off := withdrawal_of(self.packs.catalog, pack.pack.entity):
            self._refuse(f"{pack.id} is withdrawn: {off}")
            return
        before = [release for release in self.before if release.pack == pack.id]
        try:
            result = made(self._candidate(pack), before, self.today, self._moved(pack))
        except (Unpublishable, Undeliverable, Incomparable, Unreadable) as error:
            self._refuse(str(error))
        except FixtureError as error:
            self._refuse(error.text(pack.fixtures) if pack.fixtures else str(error))
        else:
            if result.state == "published":
                with writing(self.into):
                    add(self.into, result)
                self.published += 1
            sys.stdout.write(_line(result))

    def _refuse(self, sentence: str) -> None:
        self.refused += 1
        sys.stdout.write(f"not published: {printable(sentence)}\n")

    def finish(self) -> None:
        """Bring the index up to date."""
        with writing(self.into):
            write_index(self.into, withdrawals_of(public_part(self.packs.catalog)))
        if self.published:
            sys.stdout.write(f"Next: dfops catalog sign --keys DIR {printable(str(self.into))}\n")

    def _candidate(self, pack: PackFolder) -> Candidate:
        return Candidate(
            pack,
            changelog_of(self.root, pack.id),
            {known.id: known.runtime for known in self.runtimes},
            self.licence,
            tuple(_limitations(self.packs.catalog, pack)),
        )

    def _moved(self, pack: PackFolder) -> Callable[[Release], Sequence[str]]:
        """What compares the numbers of a published version with the present ones, should it be asked."""

        def compare(old: Release) -> Sequence[str]:
            current = self.runtimes[0]
            with current.port() as port:
                return moved(pack, _contents(self.into, old, current, REFERENCE), port)

        return compare


def _contents(into: Path, old: Release, runtime: KnownRuntime, warehouse: str) -> Contents:
    catalog = PublishedPacks(str(into), Index(releases=(old,)))
    return catalog.contents(old, catalog.archive(old, runtime.id, warehouse))


def _licence(root: Path) -> str:
    try:
        return (root / "LICENSE").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{root / 'LICENSE'} cannot be read: an archive carries its licence") from error


def _limitations(catalog: Catalog, pack: PackFolder) -> Sequence[str]:
    """What does not work for users of a pack, a line each."""
    cases = {
        entry.id: entry.entity
        for entry in catalog.entries_of(UnsupportedCase)
        if pack.pack.entity.connector in entry.entity.connectors or entry.id in pack.pack.entity.unsupported
    }
    return [" ".join(f"{case.title}: {case.happens} {case.instead}".split()) for case in cases.values()]


def _line(result: Made) -> str:
    release = result.release
    name = f"{release.pack} {release.version}"
    if result.state == "unchanged":
        return f"{name}: published already on {release.released}, unchanged\n"
    size = sum(archive.size for archive in release.archives)
    moved = f", other numbers in {len(release.numbers)} queries" if release.numbers else ""
    return f"{name}: {len(release.archives)} archives, {size // KIBIBYTE} KiB{moved}\n"
