"""7xx, continued: what validates a fix exists and passes; what is accepted is so by someone, until a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.checks.references import MISSING_PATH
from generators.findings import Finding, Rule, Severity
from generators.model.stability import Defect
from generators.stability.validation import validated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

UNKNOWN_TEST = Rule(
    "OPS721",
    "validation-by-an-unknown-test",
    Severity.ERROR,
    "The test that validates a fix is in no file of this repository.",
    "It cannot fail, and the defect can come back unnoticed.",
    "Name it as pytest does: `tests/test_lamp.py::test_it_is_lit`, without brackets.",
)
REOPENED = Rule(
    "OPS722",
    "validation-failed",
    Severity.WARNING,
    "A defect is called fixed, and the test or regression that validates the fix failed.",
    "The defect is back. Pages show it as open until the validation passes.",
    "Fix it and run the tests again, or set the state to `open`.",
)
OPEN_ENDED = Rule(
    "OPS723",
    "accepted-without-terms",
    Severity.ERROR,
    "A defect is accepted without saying by whom, why and until when, for longer than six months, or says so and is "
    "not accepted.",
    "What is accepted for ever is forgotten, and users do not learn what it means for them.",
    "Write `accepted` with `by`, `why`, `until` and `users`; choose a day within six months.",
)
LAPSED = Rule(
    "OPS724",
    "acceptance-over",
    Severity.WARNING,
    "A defect was accepted until a day that is over.",
    "Nobody has decided that it may stay, and public pages say so.",
    "Fix it, or decide again and write the next day.",
)
RULES = (UNKNOWN_TEST, REOPENED, OPEN_ENDED, LAPSED)
LONGEST = timedelta(days=184)
"""Six months."""


def validations_exist(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The test that a validation names is defined in a file of the repository."""
    for entry in catalog.entries_of(Defect):
        test = entry.entity.validation.test if entry.entity.validation else None
        if test is None or facts.has_test(test):
            continue
        path = test.split("::")[0]
        place = entry.at("validation", "test")
        if facts.exists(path):
            yield Finding(place, UNKNOWN_TEST, f"'{path}' defines no '{test[len(path) + 2 :]}'")
        else:
            yield Finding(place, MISSING_PATH, f"nothing at '{path}'")


def validations_pass(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No validation of a fix failed in the tests of this build or in the evidence of its pack."""
    found = validated(catalog, facts.results)
    for entry in catalog.entries_of(Defect):
        runs = found.standings[entry.id].runs if entry.id in found.reopened else ()
        for run in (one for one in runs if one.verdict == "failed"):
            on = f" on {run.day}" if run.day else ""
            yield Finding(entry.at("state"), REOPENED, f"'{entry.id}' is called fixed; '{run.name}' failed{on}")


def acceptances_have_terms(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What is accepted is so by someone, until a day within six months; nothing else claims to be."""
    today = facts.at.date()
    for entry in catalog.entries_of(Defect):
        terms, is_accepted = entry.entity.accepted, entry.entity.state == "accepted"
        if is_accepted and terms is None:
            yield Finding(entry.at("state"), OPEN_ENDED, f"'{entry.id}' is accepted by nobody, until no day")
        elif terms and not is_accepted:
            yield Finding(entry.at("accepted"), OPEN_ENDED, f"'{entry.id}' is '{entry.entity.state}', not accepted")
        elif terms and terms.until > today + LONGEST:
            message = f"{terms.until} is {(terms.until - today).days} days ahead; {LONGEST.days} are the most"
            yield Finding(entry.at("accepted", "until"), OPEN_ENDED, message)
        elif terms and terms.until < today:
            message = f"'{terms.by}' accepted it until {terms.until}"
            yield Finding(entry.at("accepted", "until"), LAPSED, message)


CHECKS = (validations_exist, validations_pass, acceptances_have_terms)
