"""The condition that packs are proven: on the evidence of `dfops pack check --record`, and on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.launch.facts import Shown
from generators.launch.gathered import Gathered, is_old, some
from generators.model.refs import PackRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.launch.facts import Answer, LaunchFacts
    from generators.model.launch import Proof
    from generators.model.pack import Pack, PackEvidence
    from generators.status.packs import PackStatus

UNPROVEN = frozenset({"broken", "unproven"})
"""Verdicts on a board that speak against its pack."""


def packs_proven(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each pack has evidence of the pack as it is, and all that was found on what it claims is right."""
    found = Gathered()
    names = tuple(map(str, proof.packs)) or facts.public_packs
    for name in names:
        pack = facts.packs.get(name)
        if pack is None:
            found.lacks(f"{name}: there is no such pack")
        else:
            found.content.update(_bound(name, pack))
            _ask(found, facts, pack, proof.within_days)
    proven = f"{len(found.shown)} of {len(names)} packs are proven"
    return found.answer("Run `dfops pack check --record`, and fix what it finds.", "There is no pack.", proven)


def _ask(found: Gathered, facts: LaunchFacts, pack: PackStatus, limit: int | None) -> None:
    title, owner = pack.pack.entity.title, pack.pack.entity.owner
    if pack.evidence is None:
        found.lacks(f"{title}: nothing was recorded", owner)
        return
    proof = pack.evidence.entity
    reasons = list(_reasons(pack, proof))
    for reason in reasons:
        found.lacks(f"{title}: {reason}", owner)
    day = proof.checked_at.date()
    if not reasons and is_old(day, limit, facts):
        found.lacks(f"{title}: last checked on {day}, more than {limit} days before", owner, lapsed=True)
    elif not reasons:
        found.shown.append(_shown(pack.pack.entity, pack.pack.id, proof))


def _reasons(pack: PackStatus, proof: PackEvidence) -> Iterator[str]:
    """Why a pack is not proven by its evidence, whatever its age."""
    if not pack.counts:
        yield "it changed since it was checked"
        return
    claimed = {support.name for support in pack.pack.entity.warehouses}
    faults: dict[str, list[str]] = {
        "never checked for": sorted(claimed - {board.warehouse for board in proof.boards}),
        "not proven:": [f"{one.board} on {one.warehouse}" for one in proof.boards if one.verdict in UNPROVEN],
        "not drawn as it should be:": [f"{one.board} with {one.runtime}" for one in proof.shown if not one.holds],
        "regressions fail:": list(proof.tests.failed) if proof.tests else [],
    }
    for words, names in faults.items():
        if names:
            yield f"{words} {some(names)}"


def _bound(name: str, pack: PackStatus) -> Iterator[tuple[str, str]]:
    """What a signature binds of a pack: its version, its files, and how each warehouse is proven."""
    yield f"packs.{name}.version", pack.pack.entity.version
    if pack.folder:
        yield f"packs.{name}.digest", pack.folder.digest
    boards = pack.evidence.entity.boards if pack.evidence else ()
    for support in pack.pack.entity.warehouses:
        proofs = sorted({board.proof for board in boards if board.warehouse == support.name})
        yield f"packs.{name}.warehouses.{support.name}", ", ".join(proofs) or "none"


def _shown(pack: Pack, name: str, evidence: PackEvidence) -> Shown:
    executed = sorted({board.warehouse for board in evidence.boards if board.proof == "executed"})
    others = sorted({board.warehouse for board in evidence.boards} - set(executed))
    what = f"{pack.title} {pack.version}: executed on {', '.join(executed) or 'no warehouse'}"
    if others:
        what += f"; checked without running on {', '.join(others)}"
    return Shown(what, "executed", evidence.checked_at.date(), PackRef(name))
