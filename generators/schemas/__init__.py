"""JSON Schemas of every kind, for editors and other tools. Derived: the models are the source."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from generators.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model import Entity

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "ops_model/schemas"


def schema(kind: type[Entity]) -> dict[str, Any]:
    """The JSON Schema of a kind, draft 2020-12."""
    made = kind.model_json_schema()
    return {"$schema": DIALECT, "title": kind.kind, **{key: value for key, value in made.items() if key != "title"}}


def values_by_name(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the values of a mapping with free keys look like; None for everything else."""
    by_pattern = list(described.get("patternProperties", {}).values())
    values = by_pattern[0] if by_pattern else described.get("additionalProperties")
    return values if isinstance(values, dict) else None


@lru_cache(maxsize=1)
def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Kind to JSON Schema, for every kind."""
    return {kind.kind: schema(kind) for kind in KINDS}


def schema_files() -> dict[str, str]:
    """The files to commit, by path below the root: a schema a kind, and which folder uses which, for editors."""
    files = {f"{FOLDER}/{name}.json": _text(value) for name, value in schemas().items()}
    files[".vscode/settings.json"] = _text({"yaml.schemas": bindings()})
    return files


def bindings() -> dict[str, str]:
    """Schema file to the glob of the files it describes."""
    return {f"./{FOLDER}/{kind.kind}.json": _glob(kind.folder.pattern) for kind in KINDS}


def _glob(pattern: str) -> str:
    return pattern.replace("{id}", "*").replace("{group}", "*")


def _text(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
