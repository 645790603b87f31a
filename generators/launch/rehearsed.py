"""What rehearsals prove: walks of a whole runbook, and of single steps, as they stand now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.launch import Rehearsal
from generators.runbooks.walk import digests_of

if TYPE_CHECKING:
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Proof
    from generators.model.runbook import Runbook


def complete_walks(catalog: Catalog, runbook: Entry[Runbook]) -> tuple[Entry[Rehearsal], ...]:
    """Rehearsals from the entry to an end in which every step was as it stands now, oldest first."""
    digests = digests_of(runbook.entity)
    walks = []
    for entry in catalog.entries_of(Rehearsal):
        walked = entry.entity.walked
        names = [one.step.rsplit("/", 1)[-1] for one in walked]
        is_of_it = entry.entity.runbook == runbook.id and names[0] == runbook.entity.entry
        ends = walked[-1].went is None
        as_it_stands = all(digests.get(name) == one.digest for name, one in zip(names, walked, strict=True))
        if is_of_it and ends and as_it_stands:
            walks.append(entry)
    return tuple(sorted(walks, key=lambda entry: (entry.entity.held, entry.id)))


def walked_digests(facts: LaunchFacts, proof: Proof) -> dict[tuple[str, str], date]:
    """By runbook and digest of a step: the last day on which it was walked, of rehearsals that the proof accepts."""
    walked: dict[tuple[str, str], date] = {}
    for entry in facts.catalog.entries_of(Rehearsal):
        rehearsal = entry.entity
        limit = timedelta(days=proof.within_days) if proof.within_days else None
        if (proof.independent and not rehearsal.independent) or (limit and facts.today - rehearsal.held > limit):
            continue
        for one in rehearsal.walked:
            key = (str(rehearsal.runbook), one.digest)
            walked[key] = max(rehearsal.held, walked.get(key, rehearsal.held))
    return walked
