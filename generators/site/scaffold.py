"""A first text for a new entity, derived from its class: every required field, references to what already exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from generators.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.model import Entity

PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
CHANGE_ME = "change-me"


def destination(kind: type[Entity], identity: str) -> str | None:
    """The path of a new entity below the root; None when the id has the wrong shape. With a group: `group/id`."""
    parts = identity.split("/")
    pattern = kind.folder.pattern
    if len(parts) != 1 + pattern.count("{group}") or not all(PART.fullmatch(part) for part in parts):
        return None
    return pattern.replace("{group}", parts[0]).replace("{id}", parts[-1])


def scaffold(kind: type[Entity], catalog: Catalog) -> str:
    """YAML that its class accepts. References name the first entity of their kind, or `change-me`."""
    description = schema(kind)
    value = _object(description, description.get("$defs", {}), catalog)
    head = f"# {' '.join((kind.__doc__ or '').split())}\n"
    return head + yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)


def _object(part: Mapping[str, Any], named: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    wanted = {*part.get("required", ()), *part.get("x-sample", {})}
    return {
        name: part.get("x-sample", {}).get(name) or _value(field, named, catalog)
        for name, field in part["properties"].items()
        if name in wanted
    }


def _value(field: Mapping[str, Any], named: Mapping[str, Any], catalog: Catalog) -> Any:  # noqa: PLR0911 - one line a form
    if "$ref" in field:
        return _object(named[field["$ref"].rsplit("/", 1)[-1]], named, catalog)
    if "anyOf" in field:
        return _value(field["anyOf"][0], named, catalog)
    if "x-kind" in field:
        return next(iter(sorted(catalog.names_of(field["x-kind"]))), CHANGE_ME)
    if "enum" in field:
        return field["enum"][0]
    if field.get("type") == "array":
        return [_value(field["items"], named, catalog)]
    if "examples" in field:
        return field["examples"][0]
    return {"string": "Change me.", "integer": field.get("minimum", 1), "boolean": False}[field["type"]]
