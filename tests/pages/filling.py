"""The miniature with every optional field filled in, and with other words in any field: a walk along the schemas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import TypeAdapter

from generators.model.pack import PackEvidence
from generators.model.text import Command, Identifier, Line, Name, Prose, RepoPath, Slug, Title, Url, Zone
from generators.schemas import schema, values_by_name
from generators.site import check
from tests.changes import change, files, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.model import Entity

NAMED = {
    "title": Title,
    "line": Line,
    "prose": Prose,
    "command": Command,
    "slug": Slug,
    "name": Name,
    "identifier": Identifier,
    "url": Url,
    "path": RepoPath,
    "zone": Zone,
}
DESCRIBED = ("description", "default", "title")
"""What a field's schema has besides its form."""
FREE = frozenset({"title", "line", "prose", "command"})
"""Forms in which an author may write anything."""

EITHER = ({"rotation", "role"}, {"condition", "objective"}, {"command", "test"})
"""Fields of which an entity has only one."""
ONE_WAY = {"condition", "command", "test", "rules"}
"""Fields of what is proven in exactly one way: a field more would ask something else."""
SAMPLES = {"date": "2027-01-04", "date-time": "2027-01-04T09:00:00Z"}


def _key(described: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in described.items() if name not in DESCRIBED}, sort_keys=True)


FORMS = {_key(TypeAdapter(form).json_schema()): name for name, form in NAMED.items()}


@dataclass(frozen=True)
class Spot:
    """A value in a file: the entity's kind and id, the fields on the way, and what form the value has."""

    kind: str
    id: str
    route: tuple[str, ...]
    form: str
    """A name in NAMED, `ref KIND`, `date`, `date-time`, or empty for what has no words."""

    @property
    def is_free(self) -> bool:
        """Whether an author may write anything here."""
        return self.form in FREE


class Say(Protocol):
    """What stands at a spot instead of its value."""

    def __call__(self, spot: Spot, value: Any, /) -> Any:
        """The value to write."""


def form_of(described: Mapping[str, Any]) -> str:
    """The form of a value, by its schema."""
    if "x-kind" in described:
        return f"ref {described['x-kind']}"
    return FORMS.get(_key(described), str(described.get("format", "")))


@dataclass(frozen=True)
class _Walk:
    kind: str
    id: str
    named: Mapping[str, Any]
    catalog: Catalog
    say: Say
    complete: bool

    def value(self, described: Mapping[str, Any], value: Any, route: tuple[str, ...]) -> Any:
        """The value with other words, at every depth."""
        described = self.plain(described)
        if "properties" in described:
            return self.part(described, value, route)
        if described.get("type") == "array":
            return [self.value(described["items"], item, route) for item in value]
        if (named := values_by_name(described)) is not None:
            return {key: self.value(named, item, (*route, key)) for key, item in value.items()}
        return self.say(Spot(self.kind, self.id, route, form_of(described)), value)

    def part(self, described: Mapping[str, Any], value: Mapping[str, Any], route: tuple[str, ...]) -> dict[str, Any]:
        """A mapping with other words, and with what was left out."""
        made = {}
        for name, field in described["properties"].items():
            if name in value:
                made[name] = self.value(field, value[name], (*route, name))
            elif (
                self.complete
                and not described["properties"].keys() >= ONE_WAY
                and not any({name, *value} >= pair for pair in EITHER)
            ):
                new = self.new(field, described, name)
                if new not in (None, [None], {}):  # a form of which there is no example
                    made[name] = self.value(field, new, (*route, name))
        return made

    def plain(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference or an optional field stands for."""
        while "$ref" in described or "anyOf" in described:
            described = described["anyOf"][0] if "anyOf" in described else self.named[described["$ref"].split("/")[-1]]
        return described

    def new(self, field: Mapping[str, Any], within: Mapping[str, Any], name: str) -> Any:  # noqa: PLR0911 - a form a line
        """Some value that a field accepts."""
        if name in within.get("x-sample", {}):
            return within["x-sample"][name]
        field = self.plain(field)
        if "properties" in field:
            return {n: self.new(f, field, n) for n, f in field["properties"].items() if n in field.get("required", ())}
        if field.get("type") == "array":
            return [self.new(field["items"], field, name)]
        if "x-kind" in field:
            return min(self.catalog.names_of(field["x-kind"]))
        if "enum" in field:
            return field["enum"][0]
        if values_by_name(field) is not None:
            return {}
        sample = field.get("examples", [SAMPLES.get(field.get("format", ""))])[0]
        return {"integer": field.get("minimum", 1), "boolean": True}.get(field["type"], sample)


def _same(_spot: Spot, value: Any, /) -> Any:
    return value


LEFT_OUT = frozenset({"pack-fixtures", "regression"})
"""Kinds that are not completed: a field more would mean another thing, not more of the same."""


def fill(root: Path, say: Say = _same, *, complete: bool = True) -> None:
    """Writes every file anew, with what `say` puts at each spot; `complete` adds every optional field first.

    The evidence of a pack is of the pack as it then is.
    """
    catalog = check(root, AT).catalog
    for kind, path in list(files(root)):
        described = schema(kind)
        identity = identity_of(kind, path)
        walk = _Walk(
            kind.kind, identity, described.get("$defs", {}), catalog, say, complete and kind.kind not in LEFT_OUT
        )
        write(path, walk.part(described, tree(path), ()))
    prove(root)


def identity_of(kind: type[Entity], path: Path) -> str:
    """The id of the entity in a file: the file's name, or its folder's where the kind says so."""
    return path.parent.name if kind.folder.pattern.count("/{id}/") else path.stem


def prove(root: Path) -> None:
    """Bind the evidence of each pack to the pack as it is."""
    for folder in check(root, AT).packs.values():
        path = root / PackEvidence.folder.pattern.replace("{id}", folder.id)
        if path.is_file():
            change(path, digest=folder.digest, version=folder.pack.entity.version)
