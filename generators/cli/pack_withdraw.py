"""`dfops pack withdraw`: the kill switch of a pack or of one of its versions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from generators.catalog import load
from generators.cli.lookup import require_valid, selected
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.cli.pack_withdrawn import withdrawals_of
from generators.findings import nearest
from generators.findings.naming import hint_for
from generators.model import KINDS
from generators.model.organization import Role
from generators.model.pack import Withdrawal
from generators.output import clear_leftovers, write_if_changed
from generators.output.paths import content, located
from generators.packs.delivery.catalog_folder import write_index
from generators.packs.reading.changelog import changelog_of
from generators.packs.reading.collection import packs_at
from generators.published.manifest import INDEX, Unreadable, Withdrawn
from generators.report.text import printable
from generators.source import LIMITS, Repository
from generators.source.writing import Quoted, yaml_text
from generators.support.withdrawing import announcement

if TYPE_CHECKING:
    from datetime import date

    from generators.catalog import Catalog
    from generators.packs.reading.folder import PackFolder

WhatArgument = Annotated[
    str, typer.Argument(metavar="PACK[@VERSION]", help="The pack, or one of its versions: stripe, stripe@1.2.0.")
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="What is wrong, in one sentence that users read.")
]
InsteadOption = Annotated[
    str | None, typer.Option("--instead", metavar="VERSION", help="The version that users go to.")
]
IntoOption = Annotated[
    Path | None, typer.Option("--into", metavar="CATALOG", help="The folder of the catalog, to be changed at once.")
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="ROLE", help="The role that decided.", show_default="the pack's owner")
]
UndoOption = Annotated[bool, typer.Option("--undo", help="Take a withdrawal back.")]


def withdraw(
    what: WhatArgument,
    reason: ReasonOption = None,
    instead: InsteadOption = None,
    by: ByOption = None,
    into: IntoOption = None,
    undo: UndoOption = False,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Keep everybody from installing a version, or a pack, from now on, and say why.

    Writes the withdrawal into the model, where it changes the status of the pack, its pages and the feeds; with --into
    the catalog too: its index says so, and the archives leave the addresses that dbt asks. Prints the message for
    users. Installed copies stay as they are. Sign the catalog and publish the site afterwards.
    """
    top = repository(root)
    if into is not None and not (into / INDEX).is_file():
        raise Unusable(f"--into: {into} is no catalog, it has no {INDEX}")
    packs = packs_at(top)
    if not undo:
        require_valid(packs.findings)
    name, _, version = what.partition("@")
    pack = selected(packs, [name])[0]
    files = _Files(top, pack, version or None)
    if undo:
        files.undo()
    else:
        _require_sound(files, reason, instead)
        files.write(str(reason), instead, _role(packs.catalog, by, pack), moment(at).date())
    sys.stdout.write("".join(f"{printable(line)}\n" for line in files.said))
    catalog, _ = load(Repository(top, LIMITS), KINDS)
    if into is not None:
        _apply(catalog, into)
    written = catalog.find(Withdrawal, Path(files.path).stem)
    if written is not None:
        message = announcement(catalog, written.entity, pack.pack.entity, moment(at))
        sys.stdout.write(f"\nTo users:\n\n{printable_block(message)}\n")
    sys.stdout.write(_next(into))


def _role(catalog: Catalog, name: str | None, pack: PackFolder) -> str:
    """The role that decided. Raises Unusable for one that there is not."""
    known = [entry.id for entry in catalog.entries_of(Role)]
    if name is not None and name not in known:
        raise Unusable(f"--by: no role is called {printable(name)!r}; {hint_for(name, known)}")
    return name or str(pack.pack.entity.owner)


def _require_sound(files: _Files, reason: str | None, instead: str | None) -> None:
    """Raises Unusable for a withdrawal without a reason, of nothing, or that leads nowhere."""
    if not reason or not reason.strip() or "\n" in reason:
        raise Unusable("say in one sentence what is wrong, as users will read it: --reason TEXT")
    versions = [release.version for release in changelog_of(files.root, files.pack.id).releases]
    for option, version in (("", files.version), ("--instead: ", instead)):
        if version is not None:
            _require_release(f"{option}{files.pack.id}", version, versions)
    if instead is not None and instead == files.version:
        raise Unusable(f"--instead: {instead} is the version that is withdrawn")


def _require_release(what: str, version: str, versions: list[str]) -> None:
    """Raises Unusable for a version that its changelog does not have."""
    if version not in versions:
        hint = nearest(version, versions) or f"its changelog has: {', '.join(versions[:5]) or 'none'}"
        raise Unusable(f"{what} has no release {printable(version)!r}; {hint}")


QUOTED = frozenset({"version", "withdrawn_on", "instead"})
"""Fields that plain YAML would read as something else."""


class _Files:
    """The file of a withdrawal in the repository."""

    def __init__(self, root: Path, pack: PackFolder, version: str | None) -> None:
        self.root, self.pack, self.version = root, pack, version
        name = pack.id.replace("_", "-") + (f"-{version.replace('.', '-')}" if version else "")
        self.path = Withdrawal.folder.pattern.format(id=name.lower())
        self.said: list[str] = []

    @property
    def what(self) -> str:
        return f"{self.pack.id} {self.version}" if self.version else self.pack.id

    def write(self, reason: str, instead: str | None, by: str, day: date) -> None:
        """The withdrawal. The same once more is no fault, another one is refused. Raises Unusable."""
        entity = self.pack.pack.entity
        fields = {
            "title": f"{entity.title} {self.version or 'pack'}",
            "connector": str(entity.connector),
            "version": self.version,
            "withdrawn_on": day.isoformat(),
            "decided_by": by,
            "reason": reason.strip(),
            "instead": instead,
        }
        given = {key: value for key, value in fields.items() if value is not None}
        try:
            Withdrawal.model_validate_json(json.dumps(given), strict=True)
            Withdrawn.model_validate({**given, "pack": self.pack.id})  # what catalogs take
        except ValidationError as error:
            raise Unusable(f"--reason: {error.errors(include_url=False)[0]['msg']}") from error
        quoted = {key: Quoted(value) if key in QUOTED else value for key, value in given.items()}
        text = yaml_text(quoted).encode()
        with writing(self.root / self.path):
            clear_leftovers(self.root / self.path)
            before = content(located(self.root, self.path))
            if before not in {None, text}:
                raise Unusable(f"{self.what} is withdrawn already: {self.path}; `--undo` takes it back")
            write_if_changed(self.root / self.path, text.decode())
        self.said.append(f"{self.path}: {self.what} is withdrawn")

    def undo(self) -> None:
        """Takes it back. Raises Unusable."""
        with writing(self.root / self.path):
            if content(located(self.root, self.path)) is None:
                raise Unusable(f"{self.what} is not withdrawn: there is no {self.path}")
            (self.root / self.path).unlink()
        self.said.append(f"{self.path}: removed, {self.what} may be installed again")


def printable_block(text: str) -> str:
    """A text of several lines, set in."""
    return "".join(f"    {printable(line)}\n" if line else "\n" for line in text.splitlines())


def _apply(catalog: Catalog, into: Path) -> None:
    """Bring a catalog in line with the model. Raises Unusable."""
    with writing(into):
        try:
            moved = write_index(into, withdrawals_of(catalog))
        except Unreadable as error:
            raise Unusable(str(error)) from error
    said = f"the archives of {', '.join(moved)} were moved" if moved else "no archives had to be moved"
    sys.stdout.write(f"{printable(str(into))}: the index is written, {said}\n")


def _next(into: Path | None) -> str:
    catalog = printable(str(into)) if into else "CATALOG"
    publish = "" if into else f"  dfops pack publish --into {catalog}\n"
    sign = f"  dfops catalog sign --keys KEYS {catalog}\n"
    return f"Next:\n  dfops check\n{publish}{sign}  dfops build --catalog {catalog}\n"
