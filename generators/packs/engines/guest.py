"""A database and a role of our own on somebody's PostgreSQL, made for one check and removed after it.

The role logs in by a password of its own, in a session of its own: a query can put off a role that was only taken on in
the session of a superuser.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.engines.duck import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Guest:
    """A role, the database of the same name, and the role's password."""

    name: str
    password: str

    def make(self, admin: Connection) -> None:
        """Both of them; the role may make schemas in its database, and nothing else anywhere. Raises psycopg.Error."""
        for statement in self._statements():
            admin.execute(statement.encode())

    def _statements(self) -> Iterator[str]:
        name = quoted(self.name)
        # Texts in the order of their bytes, as DuckDB has it; the server's own order would differ by machine.
        yield f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
        yield f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"
        # Two sessions: one that broke off may not have ended yet when the next begins.
        yield (
            f"CREATE ROLE {name} LOGIN PASSWORD '{self.password}' CONNECTION LIMIT 2 "
            "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
        )
        yield f"GRANT CONNECT, CREATE ON DATABASE {name} TO {name}"

    def remove(self, admin: Connection) -> None:
        """Both of them, as far as they were made."""
        for statement in (
            f"DROP DATABASE IF EXISTS {quoted(self.name)} WITH (FORCE)",
            f"DROP ROLE IF EXISTS {quoted(self.name)}",
        ):
            with suppress(admin.Error):
                admin.execute(statement.encode())


def new_guest() -> Guest:
    """One that nobody else has: its name says which process made it."""
    return Guest(f"dfops_{os.getpid()}_{secrets.token_hex(4)}", secrets.token_hex(16))
