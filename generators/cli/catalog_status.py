"""`dfops catalog status`: who signs a catalog, until when, and what is not signed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generators.cli.catalog_terms import CatalogArgument, folder_of, terms_in
from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment
from generators.published.manifest import Unreadable
from generators.published.standing import Terms, standing
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from datetime import datetime

    from generators.published.standing import RoleStanding, Standing

SHOWN = 10
"""Files that are named; the rest are counted."""


def status(
    catalog: CatalogArgument,
    at: AtOption = None,
    form: FormatOption = "text",
    root: RootOption = Path(),
) -> None:
    """The roles of a catalog with their keys and days left, and the files that differ from what is signed.

    Exit 1 when a signature is due or has ended, or something is not signed; 2 when the metadata do not hold.
    """
    terms, now = terms_in(root), moment(at)
    try:
        found = standing(folder_of(catalog))
    except Unreadable as error:
        raise Unusable(printable(str(error))) from error
    due = [role.role for role in found.roles if terms.is_due(role.expires, now)]
    sys.stdout.write(_json(found, due, now) if form == "json" else "".join(_text(found, terms, now)))
    raise typer.Exit(1 if due or found.unsigned or found.foreign or found.clients else 0)


def _text(found: Standing, terms: Terms, now: datetime) -> list[str]:
    lines = [_line(role, terms, now) for role in found.roles]
    if found.unsigned:
        lines.append("Not what is signed; sign it with `dfops catalog sign`:\n")
        lines += [f"  {printable(one)}\n" for one in found.unsigned[:SHOWN]]
        more = len(found.unsigned) - SHOWN
        lines += [f"  and {more} more\n"] if more > 0 else []
    lines += [f"{printable(path)} belongs to no catalog: move it away\n" for path in found.foreign[:SHOWN]]
    lines += [
        f"{printable(path)} trusts no root of this catalog: build it anew with `make client`, publish and sign\n"
        for path in found.clients
    ]
    return lines


def _line(role: RoleStanding, terms: Terms, now: datetime) -> str:
    days = (role.expires - now).days
    left = f"{days} days left" if role.expires > now else "EXPIRED"
    due = ", due to be renewed" if terms.is_due(role.expires, now) and role.expires > now else ""
    keys = f"{role.threshold} of {', '.join(role.keys)}"
    return (
        printable(
            f"{role.role} {role.version}: valid until {role.expires:%Y-%m-%d %H:%M} UTC, {left}{due}; signs: {keys}"
        )
        + "\n"
    )


def _json(found: Standing, due: list[str], now: datetime) -> str:
    roles = [
        {
            "role": role.role,
            "version": role.version,
            "expires": role.expires.isoformat(),
            "days_left": (role.expires - now).days,
            "due": role.role in due,
            "keys": role.keys,
            "threshold": role.threshold,
        }
        for role in found.roles
    ]
    return document(
        roles=roles,
        valid_until=found.valid_until.isoformat(),
        changed=found.changed,
        missing=found.missing,
        added=found.added,
        foreign=found.foreign,
        clients=found.clients,
    )
