"""Anchors of entities on pages: what links, diagrams, alerts and the pages themselves agree on."""

from __future__ import annotations


def anchor_of(kind: str, identity: str) -> str:
    """The anchor of an entity or part: `step-roll-back-pack-confirm` for (step, roll-back-pack/confirm)."""
    return f"{kind}-{identity}".replace("/", "-")
