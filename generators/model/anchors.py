"""Anchors of entities on pages: what links, diagrams, alerts and the pages themselves agree on."""

from __future__ import annotations

from hashlib import sha256


def anchor_of(kind: str, identity: str) -> str:
    """The anchor of an entity or part: `step-roll-back-pack-confirm` for (step, roll-back-pack/confirm)."""
    return f"{kind}-{identity}".replace("/", "-")


def public_anchor(kind: str, identity: str) -> str:
    """An anchor on public pages for something whose id is internal: as stable as the id, and does not tell it."""
    return f"{kind}-{sha256(f'{kind}/{identity}'.encode()).hexdigest()[:10]}"
