"""5xx: every diagnostic code leads somewhere, and whoever meets one finds what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.checks.support import unreadable
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.runtime import Runtime
from generators.model.support import CodeGroup, Diagnostic, Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts
    from generators.findings import Place

UNKNOWN_CODE = Rule(
    "OPS504",
    "unknown-diagnostic",
    Severity.ERROR,
    "A symptom or a code group lists a diagnostic code that no supported runtime reports.",
    "Nobody will ever see that code; the one that was meant is not covered.",
    "Use the code in the hint. If newer versions no longer report it, say in its diagnostic what to look for `today`.",
)
UNCOVERED_CODE = Rule(
    "OPS505",
    "uncovered-diagnostic",
    Severity.ERROR,
    "A diagnostic code of a supported runtime belongs to no symptom and to no code group.",
    "A user who meets it finds nothing, and support has no route.",
    "Add the code to the symptom that it shows, or, where no pack causes it, to the code group with the reason.",
)
CODE_TWICE = Rule(
    "OPS506",
    "diagnostic-twice",
    Severity.ERROR,
    "Two symptoms list the same diagnostic code.",
    "The code would lead to two routes.",
    "Leave it with the symptom that users see first.",
)
BOTH_WAYS = Rule(
    "OPS516",
    "diagnostic-both-ways",
    Severity.ERROR,
    "A code group has a diagnostic code that a symptom, or another group, lists as well.",
    "It cannot be said both that packs cause the code and that they do not.",
    "Take it out of the group if users of packs can meet it, else out of the symptom.",
)
NO_MEANING = Rule(
    "OPS517",
    "diagnostic-without-meaning",
    Severity.ERROR,
    "A symptom lists a diagnostic code, and nothing says what the code means and what to do first.",
    "Whoever searches for the code finds no help page.",
    "Write its meaning: `dfops new diagnostic CODE`, with the code in lower case.",
)
STRAY_MEANING = Rule(
    "OPS518",
    "stray-diagnostic",
    Severity.ERROR,
    "A diagnostic explains a code that no symptom lists, or is not named after its code.",
    "Its help page could not say what happens after a report, or lies at an address that nobody guesses.",
    "Add the code to a symptom, delete the file, or name the file after the code in lower case.",
)
VANISHED_CODE = Rule(
    "OPS519",
    "vanished-diagnostic",
    Severity.ERROR,
    "What a diagnostic says of today does not fit what the current runtime reports.",
    "Whoever has an older version must learn what to look for now; whoever has the current one must not be sent on.",
    "Say what to look for in `today` if the current runtime no longer reports the code; remove it if it does.",
)
RULES = (UNKNOWN_CODE, UNCOVERED_CODE, CODE_TWICE, BOTH_WAYS, NO_MEANING, STRAY_MEANING, VANISHED_CODE)


def listed_codes_exist(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A supported runtime reports each code that is listed, unless its diagnostic says what to look for today."""
    reported = _reported(facts)
    if not reported or facts.installed.missing_snapshots:
        return
    vanished = {str(entry.entity.title) for entry in catalog.entries_of(Diagnostic) if entry.entity.today}
    for code, place in _listed(catalog):
        if code not in reported and code not in vanished:
            yield Finding(place, UNKNOWN_CODE, f"no supported runtime reports '{code}'", nearest(code, reported))


def codes_lead_to_symptoms(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each code of a supported runtime is listed by a symptom or declared by a group."""
    entries = list(catalog.entries_of(Symptom))
    if not entries or unreadable(catalog, Symptom) or unreadable(catalog, CodeGroup):
        return
    listed = {code for code, _ in _listed(catalog)}
    for code in sorted(_reported(facts) - listed):
        yield Finding(entries[0].at("diagnostics"), UNCOVERED_CODE, f"no symptom and no code group lists '{code}'")


def codes_are_listed_once(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No diagnostic code is listed by two symptoms, nor twice by one."""
    first: dict[str, str] = {}
    for entry in catalog.entries_of(Symptom):
        for index, code in enumerate(entry.entity.diagnostics):
            if code in first:
                message = f"'{code}' is listed by symptom '{first[code]}' already"
                yield Finding(entry.at("diagnostics", index), CODE_TWICE, message)
            first.setdefault(code, entry.id)


def groups_are_apart(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No code of a group is listed by a symptom, by another group, or twice."""
    first = {
        code: f"symptom '{entry.id}'" for entry in catalog.entries_of(Symptom) for code in entry.entity.diagnostics
    }
    for group in catalog.entries_of(CodeGroup):
        for index, code in enumerate(group.entity.codes):
            if code in first:
                yield Finding(group.at("codes", index), BOTH_WAYS, f"{first[code]} lists '{code}' already")
            first.setdefault(code, f"code group '{group.id}'")


def met_codes_have_a_meaning(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each code that a symptom lists has a diagnostic."""
    if unreadable(catalog, Diagnostic):
        return
    explained = {str(entry.entity.title) for entry in catalog.entries_of(Diagnostic)}
    for entry in catalog.entries_of(Symptom):
        for index, code in enumerate(entry.entity.diagnostics):
            if code not in explained:
                yield Finding(entry.at("diagnostics", index), NO_MEANING, f"nothing says what '{code}' means")


def diagnostics_explain_met_codes(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A symptom lists the code of each diagnostic, whose file is named after it."""
    listed = {code for entry in catalog.entries_of(Symptom) for code in entry.entity.diagnostics}
    for entry in catalog.entries_of(Diagnostic):
        code = str(entry.entity.title)
        if code.lower() != entry.id:
            yield Finding(entry.at("title"), STRAY_MEANING, f"the file is named '{entry.id}', not '{code.lower()}'")
        elif code not in listed and not unreadable(catalog, Symptom):
            yield Finding(entry.at("title"), STRAY_MEANING, f"no symptom lists '{code}'", nearest(code, listed))


def vanished_codes_lead_on(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A diagnostic says what to look for today exactly where the current runtime does not report the code."""
    current = facts.installed.releases.current
    if current is None or unreadable(catalog, Runtime):
        return
    older = _reported(facts) - set(current.snapshot.codes)
    for entry in catalog.entries_of(Diagnostic):
        if entry.entity.today and str(entry.entity.title) in current.snapshot.codes:
            yield Finding(entry.at("today", key=True), VANISHED_CODE, f"{current.name} reports it")
        elif not entry.entity.today and str(entry.entity.title) in older:
            yield Finding(
                entry.at("title"), VANISHED_CODE, f"{current.name} does not report it, and `today` is missing"
            )


def _reported(facts: Facts) -> set[str]:
    """The codes of every release that packs are proven on at the moment."""
    supported = facts.installed.releases.supported(facts.at.date())
    return {code for release in supported for code in release.snapshot.codes}


def _listed(catalog: Catalog) -> Iterator[tuple[str, Place]]:
    """Each code that a symptom or a group lists, with its place."""
    for symptom in catalog.entries_of(Symptom):
        for index, code in enumerate(symptom.entity.diagnostics):
            yield code, symptom.at("diagnostics", index)
    for group in catalog.entries_of(CodeGroup):
        for index, code in enumerate(group.entity.codes):
            yield code, group.at("codes", index)


CHECKS = (
    listed_codes_exist,
    codes_lead_to_symptoms,
    codes_are_listed_once,
    groups_are_apart,
    met_codes_have_a_meaning,
    diagnostics_explain_met_codes,
    vanished_codes_lead_on,
)
