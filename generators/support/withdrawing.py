"""The message that goes out when a pack is withdrawn, filled in as far as a withdrawal knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.support import Message

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.model.pack import Pack, Withdrawal

STATE, AUDIENCE = "withdrawn", "users"


def announcement(catalog: Catalog, withdrawal: Withdrawal, pack: Pack, at: datetime) -> str:
    """Subject and body for users; empty where the model has no such message. `at` is aware."""
    said = (entry.entity for entry in catalog.entries_of(Message))
    message = next((one for one in said if (one.state, one.audience) == (STATE, AUDIENCE)), None)
    if message is None:
        return ""
    instead = withdrawal.instead
    way_out = f"Use version {instead}." if instead else "Set the pack aside until a new version comes."
    next_update = at + timedelta(minutes=message.next_update.minutes or 0)
    known = {
        "connector": pack.title,
        "version": withdrawal.version or f"{pack.version} (and every other version)",
        "impact": withdrawal.reason.rstrip("."),
        "workaround": way_out,
        "next_update_utc": f"{next_update:%Y-%m-%d %H:%M} UTC",
    }
    text = f"{message.subject}\n\n{message.body}\n"
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text
