from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.checks.stability import FIXED_UPSTREAM_UNPROVEN, UNKNOWN_TRIAL
from generators.site import check
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

DEFECT = "ops_model/stability/defects/soot-on-the-east-pane.yaml"


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (["fixed"], []),
        (["present", "removed"], []),
        (["present"], ["present"]),
        (["fixed", "partly-fixed"], ["partly-fixed"]),
    ],
    ids=["fixed", "gone", "still-there", "back-again"],
)
def test_the_last_trial_decides_whether_a_defect_is_fixed_upstream(
    miniature: Path, results: list[str], found: list[str]
) -> None:
    """What the changelog says does not count against what was seen here; the finding is at the trial."""
    trials = [{"release": "oil 1.2.0", "day": "2026-11-20", "result": result, "seen": "A look"} for result in results]
    change(miniature / DEFECT, state="fixed-upstream", upstream={"fixed_in": "oil 1.2.0", "trials": trials})
    findings = [finding for finding in check(miniature, AT).findings if finding.rule is FIXED_UPSTREAM_UNPROVEN]
    assert [finding.place.excerpt.strip() for finding in findings] == [f'"result": "{result}",' for result in found]


@pytest.mark.parametrize(
    ("release", "hint"),
    [
        ("dbt-charts 0.10.0", None),
        ("dbt-charts 0.10.1.dev3", None),
        ("glass 7.0.0", None),
        ("dbt-charts 0.10.2", "did you mean 'dbt-charts 0.10.0'?"),
        ("dbt-charts after 0.10.0", "did you mean 'dbt-charts 0.10.0'?"),
    ],
    ids=["proven", "compared", "other-software", "unknown", "not-one-release"],
)
def test_a_trial_on_a_runtime_names_one_of_its_releases(miniature: Path, release: str, hint: str | None) -> None:
    """One that packs are proven on, or that a report is about. What other software has released is not known here."""
    trial = {"release": release, "day": "2026-11-20", "result": "present", "seen": "A look"}
    change(miniature / DEFECT, upstream={"trials": [trial]})
    findings = [finding for finding in check(miniature, AT).findings if finding.rule is UNKNOWN_TRIAL]
    assert [finding.hint for finding in findings] == ([] if hint is None else [hint])
