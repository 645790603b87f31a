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
    quoted = table in manifest.quoted
    last = quotation(own, manifest.warehouse) if quoted else own
    names = [place.schema] if place.database is None else [place.database, place.schema]
    return ".".join([*(identifier(name, manifest.warehouse) for name in names), last])


def identifier(name: str, warehouse: str) -> str:
    """A name in SQL: without quotes where that means the same, in quotes as it is spelled elsewhere.

    Raises UnusableName.
    """
    require_usable(name)
    plain = name.lower() if warehouse in _UPPER and name.isupper() else name
    return plain if _PLAIN.match(plain) else quotation(name, warehouse)


def quotation(name: str, warehouse: str) -> str:
    """A name in the quotes of a warehouse."""
    if warehouse == "bigquery":
        escaped = name.replace("\\", "\\\\").replace("`", "\\`")
        return f"`{escaped}`"
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
