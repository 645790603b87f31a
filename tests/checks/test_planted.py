"""Contradictions between facts, planted one by one in this repository: each is found by its rule at its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.catalog import Catalog, load
from generators.catalog.entries import catalog_of
from generators.checks import (
    belonging,
    clocks,
    doubles,
    launch,
    names,
    order,
    proofs,
    regressions,
    stability,
    times,
)
from generators.checks.facts import Facts
from generators.findings import Severity
from generators.model import KINDS
from generators.site import installed_at
from generators.source import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.findings import Finding

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
"""A day on which everything that this repository records has happened."""
FAMILIES = (order, belonging, proofs, doubles, times, clocks, names, regressions, launch, stability)
MODEL = "ops_model"
LEVELS = f"{MODEL}/support/service_levels"
SEVERITIES = f"{MODEL}/support/severities"
ALERTS = f"{MODEL}/telemetry/alerts"
OBJECTIVES = f"{MODEL}/telemetry/objectives"
POLICIES = f"{MODEL}/oncall/escalation_policies"
ROTATIONS = f"{MODEL}/oncall/rotations"
CADENCES = f"{MODEL}/operating/cadences"
TRAINS = f"{MODEL}/operating/release_trains"
DEFECTS = f"{MODEL}/stability/defects"
MET = f"{DEFECTS}/migrate-refuses-flow-style.yaml"
"""Met on 30 November 2026."""
GATES = f"{MODEL}/launch/gates"
REHEARSAL = f"{MODEL}/launch/rehearsals/2026-11-30-roll-back-pack.yaml"
CONNECTORS = f"{MODEL}/operating/connectors"
SET = "{by: data-analysis-evangelist-ai-training, day: "
FROZEN = "2026-12-21\n    last: 2027-01-03"
ACTIVE_ROWS = f"{DEFECTS}/fivetran-log-active-rows-differ.yaml"
YEN = "packs/stripe/regressions/stripe-yen-not-divided.yaml"
STRIPE = f"{DEFECTS}/stripe-cents-converted-twice.yaml"
PLANTED: tuple[tuple[str, str, str, str], ...] = (
    # order
    (f"{LEVELS}/connector-packs-sev1.yaml", 'acknowledge: "15 minutes"', 'acknowledge: "45 minutes"', "OPS520"),
    (f"{LEVELS}/connector-packs-sev1.yaml", 'mitigate: "2 hours"', 'mitigate: "20 hours"', "OPS520"),
    (f"{LEVELS}/inspect-profiler-sev2.yaml", 'resolve: "3 days"', 'resolve: "12 days"', "OPS520"),
    (f"{LEVELS}/inspect-profiler-sev3.yaml", 'acknowledge: "4 hours"', 'acknowledge: "20 minutes"', "OPS520"),
    (f"{LEVELS}/inspect-profiler-wrong-semantic-type.yaml", 'resolve: "15 days"', 'resolve: "2 days"', "OPS520"),
    (f"{LEVELS}/connector-packs-sev2.yaml", 'mitigate: "4 hours"', 'mitigate: "3 hours"', "OPS522"),
    (f"{LEVELS}/inspect-profiler-sev4.yaml", 'resolve: "60 days"', 'resolve: "90 days"', "OPS522"),
    (f"{SEVERITIES}/sev1.yaml", "pages: true", "pages: false", "OPS521"),
    (f"{SEVERITIES}/sev4.yaml", "pages: false", "pages: true", "OPS521"),
    ("packs/stripe/schema.yaml", "warn_after: 72 hours", "warn_after: 720 hours", "OPS841"),
    ("packs/jira/schema.yaml", "warn_after: 72 hours", "warn_after: 96 hours", "OPS841"),
    (f"{OBJECTIVES}/pack-render-success.yaml", 'target: "0.995"', 'target: "0.095"', "OPS910"),
    (f"{OBJECTIVES}/pack-render-success.yaml", "minimum_events: 20", "minimum_events: 20000", "OPS910"),
    (f"{OBJECTIVES}/profile-page-success.yaml", "window_days: 30", "window_days: 1", "OPS910"),
    (f"{ALERTS}/pack-render-failures-burning.yaml", "severity: sev2", "severity: sev4", "OPS911"),
    (f"{ALERTS}/pack-render-failures-slow.yaml", "severity: sev3", "severity: sev1", "OPS911"),
    (f"{MODEL}/support/routes/packs-query-is-slow.yaml", "severity: sev3", "severity: sev4", "OPS523"),
    (f"{MODEL}/support/routes/profiler-question-about-use.yaml", "severity: sev4", "severity: sev1", "OPS523"),
    # belonging
    (f"{POLICIES}/packs-escalation.yaml", "rotation: packs-primary", "rotation: profiler-primary", "OPS423"),
    (f"{POLICIES}/packs-escalation.yaml", "role: packs-on-call", "role: profiler-on-call", "OPS423"),
    (f"{MODEL}/organization/surfaces/connector-packs.yaml", "packs-escalation", "profiler-escalation", "OPS423"),
    (f"{ROTATIONS}/packs-primary.yaml", "- packs-seat-1", "- profiler-seat-1", "OPS424"),
    (f"{TRAINS}/packs-train.yaml", "cadence: packs-release", "cadence: profiler-release", "OPS221"),
    (f"{TRAINS}/packs-train.yaml", "rollback: roll-back-pack", "rollback: release-gate-failed", "OPS221"),
    (f"{MODEL}/support/routes/packs-query-is-slow.yaml", "pack-fails-to-compile", "profile-page-errors", "OPS221"),
    (f"{OBJECTIVES}/profile-page-success.yaml", "event: profile-page-result", "event: pack-render-result", "OPS221"),
    (f"{CADENCES}/packs-shift-handover.yaml", "hand-over-packs-shift", "hand-over-profiler-shift", "OPS221"),
    (f"{CADENCES}/packs-shift-handover.yaml", "hands_over: packs-primary", "hands_over: profiler-primary", "OPS221"),
    (f"{CADENCES}/packs-shift-handover.yaml", 'time: "16:00"', 'time: "06:00"', "OPS214"),
    (f"{CADENCES}/packs-shift-handover.yaml", "BYDAY=WE", "BYDAY=TH", "OPS214"),
    (f"{CADENCES}/profiler-shift-handover.yaml", "zone: America/Los_Angeles", "zone: Asia/Tokyo", "OPS214"),
    (STRIPE, "owner: pack-maintainer", "owner: sr-engineer-architect", "OPS222"),
    (f"{MODEL}/organization/roles/pack-maintainer.yaml", "- packs-seat-2", "- profiler-seat-2", "OPS223"),
    (f"{DEFECTS}/stripe-time-zone-breaks-query.yaml", "warehouses:\n  - ", "warehouses:\n  - sqlite\n  - ", "OPS708"),
    (
        "packs/stripe/regressions/stripe-yen-not-divided.yaml",
        "stripe-cents-converted-twice",
        "jira-field-values-drop-out",
        "OPS842",
    ),
    # coverage in time
    (f"{TRAINS}/packs-train.yaml", FROZEN, "2026-11-30\n    last: 2027-06-03", "OPS215"),
    (f"{TRAINS}/packs-train.yaml", "last: 2027-01-03", "last: 2029-01-03", "OPS228"),
    (f"{TRAINS}/packs-train.yaml", "last: 2027-01-03", "last: 2027-10-03", "OPS228"),
    (
        f"{TRAINS}/packs-train.yaml",
        "first: 2026-12-21\n    last: 2027-01-03",
        "first: 2024-12-21\n    last: 2025-01-03",
        "OPS227",
    ),
    (f"{MODEL}/operating/cycles/2026-11-21-first-rehearsals.yaml", "held: 2026-11-21", "held: 2027-11-21", "OPS225"),
    (f"{OBJECTIVES}/data-fresh.yaml", "day: 2026-11-21", "day: 2027-11-21", "OPS225"),
    (f"{CONNECTORS}/stripe.yaml", f"tables_declared: {SET}2026", f"tables_declared: {SET}2027", "OPS225"),
    (f"{CONNECTORS}/stripe.yaml", f"  declared: {SET}2026", f"  declared: {SET}2027", "OPS225"),
    (REHEARSAL, "held: 2026-11-30", "held: 1996-11-30", "OPS224"),
    (MET, "acceptance:", "fixed_on: 2026-11-29\nacceptance:", "OPS219"),
    (MET, "acceptance:", "fixed_on: 2027-11-29\nacceptance:", "OPS225"),
    (f"{MODEL}/launch/deferrals/shopify-rest-later.yaml", "review: 2027-02-15", "review: 2026-02-15", "OPS226"),
    (f"{MODEL}/launch/deferrals/shopify-rest-later.yaml", "review: 2027-02-15", "review: 2029-02-15", "OPS228"),
    (f"{ROTATIONS}/packs-primary.yaml", "starts: 2026-11-18", "starts: 2062-11-18", "OPS224"),
    ("packs/stripe/pack.yaml", "version: 0.1.0", "version: 0.1.0\nevidence_limit: 900 days", "OPS228"),
    (REHEARSAL, "due: 2026-12-14", "due: 2026-10-14", "OPS219"),
    (f"{MODEL}/launch/scope/packs-install.yaml", "risks:", "deferral: shopify-rest-later\nrisks:", "OPS619"),
    (f"{GATES}/packs-quality.yaml", "- packs-install\n", "- packs-shopify-rest\n", "OPS619"),
    # proofs
    (f"{GATES}/packs-quality.yaml", "command: make test", "command: make help", "OPS618"),
    (f"{GATES}/packs-quality.yaml", "command: make test", "command: 'true'", "OPS618"),
    (f"{GATES}/packs-quality.yaml", "command: make test", "command: dfops pack check --help", "OPS618"),
    (f"{GATES}/go-no-go.yaml", "command: make test", "command: make test || true", "OPS618"),
    (f"{TRAINS}/packs-train.yaml", "command: dfops check", "command: dfops --version", "OPS618"),
    (STRIPE, "command: dfops pack test stripe", "command: dfops pack list", "OPS618"),
    (STRIPE, "command: dfops pack test stripe", "command: dfops pack test jira", "OPS709"),
    # doubles
    (f"{MODEL}/organization/teams/packs-team.yaml", "- packs-seat-3", "- packs-seat-3\n  - packs-seat-2", "OPS229"),
    (f"{GATES}/packs-quality.yaml", "- packs-install\n", "- packs-install\n  - packs-fit-check\n", "OPS229"),
    (f"{MODEL}/organization/roles/pack-maintainer.yaml", "- packs-seat-3", "- packs-seat-2", "OPS229"),
    (f"{MODEL}/oncall/holidays/england-and-wales.yaml", "day: 2026-12-28", "day: 2026-12-25", "OPS229"),
    ("packs/stripe/pack.yaml", "{name: postgres, ", "{name: duckdb, ", "OPS229"),
    # names, first days and addresses
    (REHEARSAL, "held: 2026-11-30", "held: 2026-11-29", "OPS233"),
    (f"{CADENCES}/packs-release.yaml", "starts: 2026-12-03", "starts: 2026-12-04", "OPS234"),
    (f"{DEFECTS}/upstream-11-warehouse-check-of-a-found-dbt-project.yaml", "issue: 11", "issue: 12", "OPS720"),
    # clocks
    (f"{LEVELS}/connector-packs-sev3.yaml", 'start: "09:00"', 'start: "10:00"', "OPS525"),
    (f"{LEVELS}/inspect-profiler-sev4.yaml", "zone: UTC", "zone: Asia/Tomsk", "OPS525"),
    (f"{LEVELS}/inspect-profiler-sev4.yaml", "- friday", "- saturday", "OPS525"),
    # regressions
    (YEN, "table: subscription_item", "table: subcription_item", "OPS845"),
    (YEN, "quantity: 1", "quantty: 1", "OPS845"),
    (ACTIVE_ROWS, "fivetran-log-free-rows", YEN.rpartition("/")[2].removesuffix(".yaml"), "OPS844"),
    (ACTIVE_ROWS, "fivetran-log-free-rows", "fivetran-log-times-without-zone", "OPS844"),
    # vocabularies
    (f"{DEFECTS}/snowflake-number-shown-as-categories.yaml", "- snowflake", "- snowflak", "OPS104"),
    (f"{MODEL}/launch/unsupported/column-pages-on-bigquery.yaml", "- bigquery", "- big-query", "OPS104"),
)
"""File, text that is there, text in its place, the rule that must answer at the first line that differs."""


@pytest.fixture(scope="module")
def whole() -> Catalog:
    """This repository, read once."""
    catalog, findings = load(Repository(ROOT), KINDS)
    assert findings == ()
    return catalog


@pytest.fixture(scope="module")
def facts(whole: Catalog) -> Facts:
    """What is installed, asked once."""
    return Facts(installed_at(ROOT, whole), AT, lambda _: True)


def asked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the rules of consistency find."""
    for family in FAMILIES:
        for check in family.CHECKS:
            yield from check(catalog, facts)


def test_this_repository_contradicts_itself_nowhere(whole: Catalog, facts: Facts) -> None:
    """What is planted below is found because of the plant."""
    assert [finding for finding in asked(whole, facts) if finding.rule.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code"), PLANTED, ids=[f"{code}-{new[:30]}" for *_, new, code in PLANTED]
)
def test_a_contradiction_is_found_at_its_line(  # noqa: PLR0913, PLR0917 - a plant is four texts
    whole: Catalog, facts: Facts, tmp_path: Path, path: str, old: str, new: str, code: str
) -> None:
    """A fact that another one contradicts is named where it stands."""
    text = (ROOT / path).read_text(encoding="utf-8")
    assert old in text, f"{path} no longer says {old!r}"
    changed = text.replace(old, new, 1)
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(changed, encoding="utf-8")
    alone, findings = load(Repository(tmp_path), KINDS)
    others = [entry for entry in whole.everything() if entry.path != path]
    planted = catalog_of([*others, *alone.everything()], alone.broken)
    found = {
        (finding.rule.code, finding.place.path, finding.place.line) for finding in (*findings, *asked(planted, facts))
    }
    lines = [
        number for number, (a, b) in enumerate(zip(text.splitlines(), changed.splitlines(), strict=False), 1) if a != b
    ]
    assert any((code, path, line) in found for line in lines[:3]), sorted(found)
