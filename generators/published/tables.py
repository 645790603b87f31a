"""How boards of an archive name a table, `{{ source('stripe_boards', 'charge') }}`, and what stands there in a project.

dbt resolves the call from its variables. A project without dbt gets the table's name instead, as its warehouse spells
it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.published.names import is_template, name_trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.published.manifest import PackManifest

CALL = re.compile(r"\{\{ source\('(?P<package>[a-z0-9_]+)', '(?P<table>[^'{}\n]+)'\) \}\}")
ANY_CALL = re.compile(r"\{\{-?\s*source\s*\(")
"""A call in any spelling: a project without dbt has no answer to it."""
_BACKTICKS = frozenset({"bigquery", "databricks", "mysql", "spark"})
RAISING = frozenset({"snowflake"})
"""Warehouses that store a name without quotes in capitals."""
BIGQUERY = "bigquery"
_NEVER_IN_BIGQUERY = ("`", "\\")


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
    warehouse, own = manifest.warehouse, place.schema == manifest.schema_name
    schema = place.schema if own else identifier(place.schema, warehouse)
    return [schema] if place.database is None else [identifier(place.database, warehouse), schema]


def identifier(name: str, warehouse: str) -> str:
    """A name in SQL, in quotes: whatever word it is, it is no keyword there. Raises UnusableName.

    One in small letters is what people type for the name that the warehouse stores without quotes.
    """
    if sentence := unusable(name):
        raise UnusableName(sentence)
    if warehouse == BIGQUERY and any(mark in name for mark in _NEVER_IN_BIGQUERY):
        raise UnusableName("holds a backtick or a backslash, which BigQuery allows in no name")
    return quotation(name.upper() if warehouse in RAISING and name.islower() else name, warehouse)


def unusable(name: str) -> str:
    """Why no board can name a schema or database so; "" when one can."""
    if trouble := name_trouble(name):
        return trouble
    if not name.isprintable():
        return "holds a character that cannot be seen"
    return "holds {{, {% or {#, which boards evaluate" if is_template(name) else ""


def quotation(name: str, warehouse: str) -> str:
    """A name in the quotes of a warehouse."""
    mark = "`" if warehouse in _BACKTICKS else '"'
    return f"{mark}{name.replace(mark, 2 * mark)}{mark}"
