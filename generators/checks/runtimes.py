"""8xx, continued: packs are proven on the runtimes that are supported, and what is known of these was written down."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.findings.naming import hint_for
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.packs.reading.grammars import GRAMMARS
from generators.packs.reading.seal import SEAL, is_whole
from generators.runtime.port import adapters
from generators.runtime.releases import order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

BROKEN_SEAL = Rule(
    "OPS830",
    "evidence-changed-by-hand",
    Severity.ERROR,
    "A fact of a pack's evidence was changed after it was recorded, or the evidence has no seal.",
    "Users read it as something that a check found.",
    "Record it anew: `dfops pack check PACK --record`. Do not edit evidence.yaml.",
)
UNPROVEN_RUNTIME = Rule(
    "OPS831",
    "runtime-without-proof",
    Severity.WARNING,
    "A pack is not proven on a version of a runtime that is supported today.",
    "A proof on one runtime is none on another: users of that one would meet what nobody tried.",
    "Run `make runtimes`, then `dfops pack check PACK --record`; or end the support with `until`.",
)
NOT_ONE_CURRENT = Rule(
    "OPS832",
    "not-one-current-runtime",
    Severity.ERROR,
    "There is no runtime, or more than one, that packs are written for.",
    "Pages would show the commands of none, or of two.",
    "Give exactly one runtime the status current.",
)
NO_SNAPSHOT = Rule(
    "OPS833",
    "runtime-without-snapshot",
    Severity.ERROR,
    "The commands and codes of a runtime's newest version were not written down.",
    "Command lines on pages would pass unseen, and its codes would lead nowhere.",
    "Run `make runtimes`, then `dfops runtime snapshot`.",
)
UNKNOWN_GRAMMAR = Rule(
    "OPS834",
    "unknown-grammar",
    Severity.ERROR,
    "The grammar or the adapter of a runtime does not exist.",
    "Packs cannot be installed for the runtime, or no question that is put to it is answered.",
    "Use the name in the hint. A new grammar is added in `generators/packs/reading/`, a new adapter in "
    "`generators/workers/`.",
)
UNLISTED_CHANGE = Rule(
    "OPS835",
    "change-in-unlisted-version",
    Severity.ERROR,
    "Changes for users are described for a version that neither the runtime lists nor a report tried.",
    "Users read of changes in a version that nobody here has run.",
    "Correct the version under `changes`, or record it first: `dfops runtime watch --version VERSION --record`.",
)
MISORDERED_VERSIONS = Rule(
    "OPS836",
    "misordered-versions",
    Severity.ERROR,
    "The versions of a runtime are not in order, or one is listed twice.",
    "The last one counts as the newest: commands on pages and proofs of packs would be those of an older version.",
    "Order `versions` from the oldest to the newest.",
)
RULES = (
    BROKEN_SEAL,
    UNPROVEN_RUNTIME,
    NOT_ONE_CURRENT,
    NO_SNAPSHOT,
    UNKNOWN_GRAMMAR,
    UNLISTED_CHANGE,
    MISORDERED_VERSIONS,
)


def evidence_is_whole(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The seal of each evidence fits its facts."""
    for folder in facts.packs.values():
        evidence = folder.evidence
        if evidence is None or is_whole(evidence):
            continue
        if evidence.entity.seal or evidence.entity.digest == folder.digest:  # else it is of no pack that there is
            place = evidence.at(SEAL) if evidence.entity.seal else evidence.at("checked_at", key=True)
            yield Finding(place, BROKEN_SEAL, f"what is recorded of '{folder.id}' is not what was found")


def packs_are_proven_on_each_runtime(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The evidence of each pack names the newest version of every runtime whose support has begun and not ended."""
    today = facts.at.date()
    supported = [entry for entry in catalog.entries_of(Runtime) if _is_supported(entry, today)]
    for folder in facts.packs.values():
        evidence = folder.evidence
        if evidence is None or evidence.entity.digest != folder.digest:
            continue  # that it proves nothing of the pack as it is now is said elsewhere
        for entry in supported:
            proven = evidence.entity.runtimes.get(entry.id, "").split(",")[0]
            if proven != entry.entity.newest.version:
                name = f"{entry.entity.title} {entry.entity.newest.version}"
                message = f"'{folder.id}' is not proven on {name}{f', but on {proven}' if proven else ''}"
                yield Finding(evidence.at("checked_at", key=True), UNPROVEN_RUNTIME, message)


def _is_supported(entry: Entry[Runtime], today: date) -> bool:
    release = entry.entity.newest
    return release.since <= today and (release.until is None or today <= release.until)


def one_runtime_is_current(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Where there are packs, exactly one runtime is the one that they are written for."""
    entries = list(catalog.entries_of(Runtime))
    current = [entry for entry in entries if entry.entity.status == "current"]
    for entry in current[1:]:
        yield Finding(entry.at("status"), NOT_ONE_CURRENT, f"'{current[0].id}' is current as well")
    if entries and not current:
        yield Finding(entries[0].at("status"), NOT_ONE_CURRENT, "no runtime is current")


def runtimes_have_snapshots(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the newest version of each runtime has can be read, once packs are proven on it."""
    missing = {problem.runtime: problem.reason for problem in facts.installed.missing_snapshots}
    for entry in catalog.entries_of(Runtime):
        if entry.id in missing and entry.entity.newest.since <= facts.at.date():
            last = len(entry.entity.versions) - 1
            yield Finding(entry.at("versions", last, "version"), NO_SNAPSHOT, missing[entry.id])


def grammars_and_adapters_exist(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What a runtime is read with and spoken to by is here."""
    for entry in catalog.entries_of(Runtime):
        for field, name, known in (
            ("grammar", entry.entity.grammar, GRAMMARS),
            ("adapter", entry.entity.adapter, adapters()),
        ):
            if name not in known:
                message = f"there is no {field} '{name}'"
                yield Finding(entry.at(field), UNKNOWN_GRAMMAR, message, hint_for(name, known))


def changes_are_of_listed_versions(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What changed for users came with a version that packs are proven on, or that a report tried."""
    reported = defaultdict[str, set[str]](set)
    for report in catalog.entries_of(RuntimeReport):
        for compared in (report.entity.before, report.entity.after):
            reported[compared.runtime].add(compared.version)
    for entry in catalog.entries_of(Runtime):
        listed = {release.version for release in entry.entity.versions} | reported[entry.id]
        for index, change in enumerate(entry.entity.changes):
            if change.version not in listed:
                message = f"neither '{entry.id}' nor a report on it names {change.version}"
                place = entry.at("changes", index, "version")
                yield Finding(place, UNLISTED_CHANGE, message, nearest(change.version, listed))


def versions_are_in_order(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each version of a runtime is newer than the one before it."""
    for entry in catalog.entries_of(Runtime):
        for index, (before, after) in enumerate(pairwise(entry.entity.versions), start=1):
            if order(after.version) <= order(before.version):
                message = f"{after.version} is not newer than {before.version}"
                yield Finding(entry.at("versions", index, "version"), MISORDERED_VERSIONS, message)


CHECKS = (
    evidence_is_whole,
    packs_are_proven_on_each_runtime,
    one_runtime_is_current,
    runtimes_have_snapshots,
    grammars_and_adapters_exist,
    changes_are_of_listed_versions,
    versions_are_in_order,
)
