"""CODEOWNERS for the forge: who is asked to review which file, from the owners in the model.

The last line that matches wins, so lines go from general to special. A role is written as its own handle, such as
a team, or as the handles of its holders; a role without any is said in a comment, for the forge refuses a line with a
handle that it does not know. An e-mail address stands as it is, every other handle behind an @.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.exports.table import Made
from generators.model.organization import Person, Role, Team
from generators.model.pack import Pack
from generators.model.refs import RoleRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.exports.table import Sources
    from generators.model import Entity

PATH = ".github/CODEOWNERS"
MARK = "# Written by `dfops export codeowners`"
HEAD = f"""{MARK} from the owners in the model: change them there.
# The last line that matches a file wins.
"""
Roles = tuple[str, ...]
"""Those who own something together, by id. Empty: nobody does."""


@dataclass(slots=True)
class _Folder:
    """What lies in a folder: files, or folders that are owned as one, with their owners; and further folders."""

    owned: dict[str, Roles] = field(default_factory=dict)
    folders: dict[str, _Folder] = field(default_factory=dict)

    def of_one(self) -> Roles:
        """The owners of everything in here where they are the same; none otherwise."""
        owners = {*self.owned.values(), *(folder.of_one() for folder in self.folders.values())}
        return owners.pop() if len(owners) == 1 else ()


def owners(catalog: Catalog) -> str:
    """The file, with a line for each file or, where one role owns all of it, for each folder."""
    top = _Folder()
    for path, roles in _owned(catalog):
        *folders, name = path.removesuffix("/").split("/")
        at = top
        for folder in folders:
            at = at.folders.setdefault(folder, _Folder())
        at.owned[f"{name}/" if path.endswith("/") else name] = roles
    patterns = sorted(_patterns(top, "/"), key=lambda line: (line[0].rstrip("/").count("/"), line[0]))
    return HEAD + "".join(f"{_line(catalog, pattern, roles)}\n" for pattern, roles in patterns)


def _owned(catalog: Catalog) -> Iterator[tuple[str, Roles]]:
    """Every file of an entity and its owners, and every pack as its folder. What nobody owns is there as well."""
    packs = {entry.path.rpartition("/")[0] + "/": entry.entity.owner for entry in catalog.entries_of(Pack)}
    for folder, owner in packs.items():
        yield folder, (str(owner),)
    for entry in catalog.everything():
        if not any(entry.path.startswith(folder) for folder in packs):
            yield entry.path, _roles(entry)


def _roles(entry: Entry[Entity]) -> Roles:
    """The owner of an entity; for a team, the roles that it holds."""
    if isinstance(entry.entity, Team):
        return tuple(str(role) for role in entry.entity.roles)
    owner = getattr(entry.entity, "owner", None)
    return (str(owner),) if isinstance(owner, RoleRef) else ()


def _patterns(folder: _Folder, path: str) -> Iterator[tuple[str, Roles]]:
    """Each file or folder that has a line of its own, and its owners."""
    roles = folder.of_one()
    if roles and path != "/":
        yield path, roles
        return
    yield from ((f"{path}{name}", roles) for name, roles in folder.owned.items() if roles)
    for name, inner in folder.folders.items():
        yield from _patterns(inner, f"{path}{name}/")


def _line(catalog: Catalog, pattern: str, roles: Roles) -> str:
    handles = _handles(catalog, roles)
    if handles:
        return f"{pattern} {' '.join(handle if '@' in handle else f'@{handle}' for handle in handles)}"
    have = "have" if len(roles) > 1 else "has"
    return f"# {pattern} {' '.join(roles)} {have} no handle on the forge yet"


def _handles(catalog: Catalog, roles: Roles) -> Mapping[str, None]:
    """The handles of the roles, or else of those who hold them, each once, in the order in which they are named."""
    found = (role.entity for name in roles if (role := catalog.find(Role, name)))
    return dict.fromkeys(handle for role in found for handle in _handles_of(catalog, role))


def _handles_of(catalog: Catalog, role: Role) -> Iterator[str]:
    if role.handle:
        yield role.handle
        return
    people = (catalog.find(Person, holder) for holder in role.holders)
    yield from (person.entity.handle for person in people if person and person.entity.handle)


def make_export(sources: Sources) -> Made:
    """The file."""
    return Made({PATH: owners(sources.catalog)})
