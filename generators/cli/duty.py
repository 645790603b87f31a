"""What the commands about duties share: the catalog, its entries by name, and a group with a default command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from typer.core import TyperGroup

from generators.catalog import load
from generators.cli.options import Unusable
from generators.findings import Severity, nearest
from generators.model import KINDS, Entity
from generators.report import printable
from generators.source import LIMITS, Repository

if TYPE_CHECKING:
    from typer._click.core import Context

    from generators.catalog import Catalog, Entry

E = TypeVar("E", bound=Entity)


class WithDefault(TyperGroup):
    """A group that takes its default command where the first word names none: `dfops oncall packs-primary`."""

    default_command: ClassVar[str] = "show"

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Put the default command in front, except for help."""
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)


def catalog_at(root: Path) -> Catalog:
    """The catalog of a repository. Raises Unusable where a file has the wrong shape: a duty could be missing."""
    catalog, findings = load(Repository(root, LIMITS), KINDS)
    wrong = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
    if wrong:
        first = wrong[0]
        raise Unusable(
            f"{first.place.path}:{first.place.line}:{first.place.column}: {first.message}; "
            f"`dfops check` lists {len(wrong)} such finding{'s' if len(wrong) > 1 else ''}, mend them first"
        )
    return catalog


def entry_of(catalog: Catalog, kind: type[E], name: str) -> Entry[E]:
    """The entity under a name. Raises Unusable with the nearest name, or all there are."""
    found = catalog.find(kind, name)
    if found is not None:
        return found
    names = catalog.names_of(kind.kind)
    hint = nearest(name, names) or f"there are: {', '.join(sorted(names)) or 'none'}"
    raise Unusable(f"there is no {kind.kind} {printable(name)}; {hint}")
