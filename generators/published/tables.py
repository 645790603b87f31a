"""How boards of an archive name a table, `{{ source('stripe_boards', 'charge') }}`, and what stands there in a project.

dbt resolves the call from its variables. A project without dbt gets the table's name instead, as its warehouse spells
it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.published.manifest import PackManifest

CALL = re.compile(r"\{\{ source\('(?P<package>[a-z0-9_]+)', '(?P<table>[^'{}\n]+)'\) \}\}")
ANY_CALL = re.compile(r"\{\{-?\s*source\s*\(")
"""A call in any spelling: a project without dbt has no answer to it."""
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_BACKTICKS = frozenset({"bigquery", "databricks", "mysql", "spark"})
_UPPER = frozenset({"snowflake"})
"""Warehouses that store a name without quotes in capitals."""
BIGQUERY = "bigquery"
_NEVER_IN_BIGQUERY = ("`", "\\")
LONGEST_NAME = 255
"""Characters; the longest name that a warehouse allows."""


class UnusableName(ValueError):  # noqa: N818 - what a user typed, not a fault of the program
    """A name that no warehouse takes for one of a schema or database: one sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody's tables lie: the names of schema and database as their warehouse stores them."""

    schema: str
    database: str | None = None


def call(package: str, table: str) -> str:
    """A table of an archive."""
    return f"{{{{ source('{package}', '{table}') }}}}"


def exchanged(sql: str, spell: Callable[[str], str]) -> str:
    """SQL with another text for each table's call."""
    return CALL.sub(lambda found: spell(found["table"]), sql)


def spelled(manifest: PackManifest, table: str, place: Place) -> str:
    """A table's full name as the archive's warehouse reads it. Raises UnusableName."""
    own = manifest.tables.get(table, table)
    last = quotation(own, manifest.warehouse) if table in manifest.quoted else own
    return ".".join([*_above(manifest, place), last])


def _above(manifest: PackManifest, place: Place) -> list[str]:
    """Database and schema. The connector's own schema is written as the boards were proven with it."""
    warehouse = manifest.warehouse
    own = place.schema == manifest.schema_name and _PLAIN.match(place.schema)
    schema = place.schema if own else identifier(place.schema, warehouse)
    return [schema] if place.database is None else [identifier(place.database, warehouse), schema]


def identifier(name: str, warehouse: str) -> str:
    """A name in SQL, in quotes: whatever word it is, it is no keyword there. Raises UnusableName.

    A plain name in small letters is what people type for the name that the warehouse stores without quotes.
    """
    require_usable(name)
    if warehouse == BIGQUERY and any(mark in name for mark in _NEVER_IN_BIGQUERY):
        raise UnusableName("holds a backtick or a backslash, which BigQuery allows in no name")
    return quotation(name.upper() if warehouse in _UPPER and _PLAIN.match(name) else name, warehouse)


def quotation(name: str, warehouse: str) -> str:
    """A name in the quotes of a warehouse."""
    mark = "`" if warehouse in _BACKTICKS else '"'
    return f"{mark}{name.replace(mark, 2 * mark)}{mark}"


def require_usable(name: str) -> None:
    """Raises UnusableName for what no warehouse allows, and for what a template would evaluate."""
    if not name.strip():
        raise UnusableName("is empty")
    if len(name) > LONGEST_NAME:
        raise UnusableName(f"is longer than {LONGEST_NAME} characters")
    if not name.isprintable():
        raise UnusableName("holds a character that cannot be seen")
    if any(mark in name for mark in ("{{", "{%", "{#")):
        raise UnusableName("holds {{, {% or {#, which boards evaluate")
