"""A first text for a new entity, derived from its class: every required field, references to what already exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from generators.catalog.loading import RESERVED
from generators.model.text import SLUG_LENGTH
from generators.scaffold.vacant import vacant
from generators.schemas import schema, values_by_name
from generators.source.portable import unportable
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.model import Entity

PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
CHANGE_ME = "change-me"
WIDTH = 100
SAMPLES = {"date": date(2027, 1, 4), "date-time": "2027-01-04T09:00:00Z"}


def refusal(kind: type[Entity], identity: str) -> str:
    """Why a new entity of a kind cannot be called so; empty where it can. With a group: `group/id`."""
    parts = identity.split("/")
    if len(parts) != 1 + kind.folder.pattern.count("{group}"):
        return (
            "it needs GROUP/ID, such as packs/my-runbook"
            if len(parts) == 1
            else "it needs letters a to z, digits, - and _"
        )
    for part in parts:
        if part in RESERVED:
            return f"'{part}' is the page that lists them"
        if reason := unportable(part):
            return reason
        if not is_id(part):
            return f"it needs letters a to z, digits, - and _, at most {SLUG_LENGTH}"
    return ""


def destination(kind: type[Entity], identity: str) -> str:
    """The path of a new entity below the root, where its id is not refused."""
    group, _, name = identity.rpartition("/")
    return kind.folder.pattern.replace("{group}", group).replace("{id}", name)


def is_id(part: str) -> bool:
    """Whether something may be called so: the shape of ids, and no page that lists entities."""
    return bool(PART.fullmatch(part)) and part not in RESERVED and len(part) <= SLUG_LENGTH


def scaffold(kind: type[Entity], identity: str, catalog: Catalog, values: Mapping[str, object] | None = None) -> str:
    """YAML that its class accepts. References name an entity of the same id, else the first one, else `change-me`.

    `values` stand in fields that are known already; what it is about is the first thing that is vacant.
    """
    description = schema(kind)
    fields = _Writer(description.get("$defs", {}), identity, catalog).part(description)
    known = vacant(kind, catalog) | {name: value for name, value in (values or {}).items() if name in fields}
    fields = {name: (fields | known)[name] for name in kind.model_fields if name in fields or name in known}
    return yaml_text(fields, head=" ".join((kind.__doc__ or "").split()), width=WIDTH)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Values for a schema: examples where it has them, names that exist where it wants one."""

    named: Mapping[str, Any]
    identity: str
    catalog: Catalog

    def part(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Required and wanted fields of an object, in the order they are declared."""
        sample = schema.get("x-sample", {})
        wanted = {*schema.get("required", ()), *schema.get("x-wanted", ()), *sample}
        fields = schema["properties"].items()
        return {name: sample.get(name) or self.value(field) for name, field in fields if name in wanted}

    def value(self, field: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one line a form
        """A value that the field accepts."""
        if "$ref" in field:
            return self.part(self.named[field["$ref"].rsplit("/", 1)[-1]])
        if "anyOf" in field:
            return self.value(field["anyOf"][0])
        if "x-kind" in field:
            names = self.catalog.names_of(field["x-kind"])
            unknown = "/".join([CHANGE_ME] * (1 + field["pattern"].count("/")))
            return self.identity if self.identity in names else min(names, default=unknown)
        if "enum" in field:
            return field["enum"][0]
        if field.get("type") == "array":
            return [self.value(field["items"])]
        if (values := values_by_name(field)) is not None:
            return {self.value(field.get("propertyNames", {"examples": [CHANGE_ME]})): self.value(values)}
        if "examples" in field:
            return field["examples"][0]
        if field.get("type") == "object":
            named = field.get("patternProperties") or {"": field["additionalProperties"]}
            return {"id": self.value(next(iter(named.values())))}
        return (
            SAMPLES.get(field.get("format", ""))
            or {"integer": field.get("minimum", 1), "boolean": False}[field["type"]]
        )
