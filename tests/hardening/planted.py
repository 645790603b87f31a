"""F14: twenty faults in one tree, of as many kinds as there are steps from bytes to rules, reported in one run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from generators.site import check
from tests.clock import AT
from tests.conftest import MINIATURE
from tests.hardening.figure import Effort, Reached

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "ops_model"
PLANTED: tuple[tuple[str, str, str, str], ...] = (
    (f"{MODEL}/organization/people/keeper-seat-2.yaml", "Keeper seat 2", "Keeper seat \u20282", "OPS002"),
    (f"{MODEL}/launch/scope/second-colour.yaml", "title:", "title: [", "OPS003"),
    (f"{MODEL}/support/severities/sev3.yaml", "rank: 3", "rank: 3\nrank: 4", "OPS004"),
    (f"{MODEL}/launch/unsupported/fog.yaml", "happens: ", "happens: !!str ", "OPS005"),
    (f"{MODEL}/stability/defect_classes/soot.yaml", "title: ", "title: &soot ", "OPS006"),
    (f"{MODEL}/operating/cadences/evening-round.yaml", 'time: "17:00"', "time: 17:00", "OPS010"),
    (f"{MODEL}/launch/risks/lamp-goes-out.yaml", "detection: The alert", "detection: The alert #1", "OPS015"),
    (f"{MODEL}/oncall/holidays/coast.yaml", "title:", "tittle:", "OPS101"),
    (f"{MODEL}/telemetry/objectives/lamp-lit.yaml", "window_days: 30\n", "", "OPS102"),
    (f"{MODEL}/operating/connectors/oil_feed.yaml", "demand: 5", "demand: many", "OPS103"),
    (f"{MODEL}/stability/defects/soot-on-the-east-pane.yaml", "state: open", "state: unknown", "OPS104"),
    (f"{MODEL}/telemetry/alerts/lamp-dark.yaml", "objective:", "condition: x\nobjective:", "OPS105"),
    (f"{MODEL}/support/routes/no-light.yaml", "owner: keeper", "owner: keepr", "OPS201"),
    (f"{MODEL}/operating/decisions/trim-the-wick.yaml", "path: ops_model", "path: nowhere", "OPS206"),
    ("runbooks/lamp/lamp-out.yaml", "go: fill", "go: drown", "OPS301"),
    ("runbooks/lamp/lamp-out.yaml", "@validate", "@validaet", "OPS315"),
    (f"{MODEL}/support/messages/resolved-users.yaml", "body:", "body: |\n  {nothing}\nextra:", "OPS101"),
    ("packs/oil_feed/fixtures.yaml", "seed: 7", "seed: seven", "OPS103"),
    ("packs/oil_feed/pack.yaml", "query: stock", "query: stocks", "OPS807"),
    ("docs/guides/page.md", "", "# Page\n\n```{raw} html\n<b>\n```\n", "OPS014"),
)  # fmt: skip
"""File, text that is there, text in its place, the rule that must answer. An empty text stands for a new file."""


def plant(root: Path) -> None:
    """Put each fault into a copy of the miniature."""
    shutil.copytree(MINIATURE, root, symlinks=True)
    for path, old, new, code in PLANTED:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8") if old else ""
        assert old in text, f"{code}: {path} no longer says {old!r}"
        file.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")


def measure(effort: Effort) -> Reached:
    """Each is found by its rule in its file, whatever the others hide."""
    root = effort.folder / "planted"
    plant(root)
    findings = {(finding.place.path, finding.rule.code) for finding in check(root, AT).findings}
    missing = [f"{code} in {path}" for path, _, _, code in PLANTED if (path, code) not in findings]
    return Reached(len(PLANTED), tuple(missing), f"{len({code for *_, code in PLANTED})} rules, one run")
