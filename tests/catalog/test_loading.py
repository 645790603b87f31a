from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from generators.site import check
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.findings import Finding

KEEPER = "ops_model/organization/roles/keeper.yaml"
KEEPERS = "ops_model/organization/teams/keepers.yaml"
WATCH = "ops_model/oncall/rotations/lamp-watch.yaml"
LEVEL = "ops_model/support/service_levels/lamp-sev3.yaml"
COAST = "ops_model/oncall/holidays/coast.yaml"
LAMP_OUT = "runbooks/lamp/lamp-out.yaml"


def edit(root: Path, path: str, old: str, new: bytes | str) -> None:
    """Replaces one text of a file, or all of it when `old` is empty; makes the file when it is not there."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    wanted = new if isinstance(new, bytes) else new.encode()
    if not old:
        file.write_bytes(wanted)
        return
    before = file.read_bytes()
    assert before.count(old.encode()) == 1, f"{path} has {old!r} not once"
    file.write_bytes(before.replace(old.encode(), wanted))


def found(root: Path) -> list[Finding]:
    """Every finding of one run."""
    return list(check(root, AT).findings)


def summary(root: Path) -> set[tuple[str, str]]:
    """Code and path of every finding."""
    return {(finding.rule.code, finding.place.path) for finding in found(root)}


class Fault(NamedTuple):
    """A mistake in one file of the miniature, and the code that it must be reported with."""

    code: str
    path: str
    old: str
    new: bytes | str


UNSUPPORTED = "ops_model/launch/unsupported"
STORM = "title: Storm\nsurface: lamp\nhappens: No light.\ninstead: Use the horn.\n"
FAULTS = (
    Fault("OPS001", COAST, "New", b"N\xe9w"),
    Fault("OPS002", "ops_model/launch/gates/first-night.yaml", "May the", "May\u200b the"),
    Fault("OPS003", KEEPERS, "[keeper-seat-1, keeper-seat-2]", "[keeper-seat-1, keeper-seat-2"),
    Fault("OPS004", "ops_model/organization/people/keeper-seat-2.yaml", "zone:", "title: Again\nzone:"),
    Fault("OPS005", "ops_model/operating/connectors/oil_feed.yaml", "tables: 3", "tables: !!int 3"),
    Fault("OPS006", "ops_model/operating/cadences/evening-round.yaml", "agenda: [", "agenda: &all ["),
    Fault("OPS007", f"{UNSUPPORTED}/fog.yaml", "Use the horn.\n", "Use the horn.\n---\ntitle: Ice\n"),
    Fault("OPS008", f"{UNSUPPORTED}/ice.yaml", "", "- Ice\n"),
    Fault("OPS010", WATCH, '"09:00"', "09:00"),
    Fault("OPS012", f"{UNSUPPORTED}/storm.yml", "", STORM),
    Fault("OPS101", "ops_model/onboarding/new-keeper.yaml", "leaves_with:", "zone: UTC\nleaves_with:"),
    Fault("OPS102", "ops_model/stability/defect_classes/soot.yaml", "caught_by: A look at noon\n", ""),
    Fault("OPS103", "ops_model/telemetry/objectives/lamp-lit.yaml", '"0.995"', "0.995"),
    Fault("OPS104", "ops_model/support/severities/sev3.yaml", "rank: 3", "rank: 7"),
    Fault("OPS105", "ops_model/support/service_levels/lamp-sev3.yaml", "4 hours", "9 days"),
    Fault("OPS106", "ops_model/launch/unsuported/storm.yaml", "", STORM),
    Fault("OPS107", f"{UNSUPPORTED}/Heavy_Storm.yaml", "", STORM),
    Fault("OPS201", "ops_model/launch/deferrals/second-colour-later.yaml", "owner: keeper", "owner: keper"),
    Fault("OPS206", "ops_model/operating/decisions/trim-the-wick.yaml", "path: ops_model", "path: opps_model"),
    Fault("OPS301", LAMP_OUT, "entry: look", "entry: lok"),
    Fault("OPS315", LAMP_OUT, "@validate", "@valdate"),
    Fault("OPS403", "ops_model/oncall/escalation_policies/lamp-escalation.yaml", "minutes: 10", "minutes: 40"),
    Fault("OPS510", "ops_model/support/messages/resolved-users.yaml", "{lamp} is resolved", "{lamb} is resolved"),
    Fault("OPS621", "ops_model/launch/risks/lamp-goes-out.yaml", "no_way_back: A lamp that is out is lit again\n", ""),
    Fault("OPS701", "ops_model/stability/defects/soot-on-the-east-pane.yaml", "state: open", "state: fixed"),
    Fault("OPS803", "packs/oil_feed/pack.yaml", "state: available", "state: degraded"),
    Fault("OPS905", "ops_model/telemetry/events/lamp-check.yaml", "never:", "{again}never:"),
)
AGAIN = "  - name: lit\n    form: boolean\n    required: true\n    meaning: Again\n"


def test_faults_of_many_kinds_are_all_reported_in_one_run(miniature: Path) -> None:
    """An author mends everything in one go: no fault hides another, and none is made up."""
    for fault in FAULTS:
        new = fault.new.replace("{again}", AGAIN) if isinstance(fault.new, str) else fault.new
        edit(miniature, fault.path, fault.old, new)
    assert len({fault.code for fault in FAULTS}) >= 20
    assert summary(miniature) == {(fault.code, fault.path) for fault in FAULTS}


@pytest.mark.parametrize(
    "spoiled",
    [b"\xff", b"title: [", b"- a list\n", b"", b"title: One\n---\ntitle: Two\n", b"title: 7\n"],
    ids=["not-utf-8", "no-yaml", "no-mapping", "empty", "two-documents", "no-role"],
)
def test_broken_file_does_not_hide_what_is_wrong_in_others(miniature: Path, spoiled: bytes) -> None:
    """However bad one file is, the same is said about the others as without it."""
    edit(miniature, LAMP_OUT, "@validate", "@valdate")
    edit(miniature, KEEPERS, "surfaces: [lamp]", "surfaces: [lmap]")
    edit(miniature, COAST, "days:", "dais:")
    others = {("OPS315", LAMP_OUT), ("OPS201", KEEPERS), ("OPS101", COAST), ("OPS102", COAST)}
    assert summary(miniature) == others
    edit(miniature, KEEPER, "", spoiled)
    said = summary(miniature)
    assert {(code, path) for code, path in said if path != KEEPER} == others
    assert {path for _, path in said} >= {KEEPER}


@pytest.mark.parametrize("path", [KEEPER, LAMP_OUT, WATCH, "ops_model/organization/surfaces/lamp.yaml"])
@pytest.mark.parametrize("spoiled", ["", "\ufeff", "title: [", "title: 7\n"], ids=["empty", "mark", "no-yaml", "shape"])
def test_reference_to_a_malformed_file_is_not_called_unknown(miniature: Path, path: str, spoiled: str) -> None:
    """The file is there: that it cannot be used is said once, at the file, not wherever it is named."""
    edit(miniature, path, "", spoiled)
    said = found(miniature)
    assert [finding for finding in said if finding.rule.code == "OPS201"] == []
    assert {finding.place.path for finding in said} >= {path}


def test_reference_to_a_refused_link_is_not_called_unknown(miniature: Path) -> None:
    """A file that may not be read is there all the same."""
    (miniature / KEEPER).rename(miniature / "keeper.yaml")
    (miniature / KEEPER).symlink_to(miniature / "keeper.yaml")
    assert summary(miniature) == {("OPS012", KEEPER)}


def test_reference_to_a_file_that_is_gone_is_called_unknown(miniature: Path) -> None:
    """What is not there is unknown, at every place that names it."""
    (miniature / COAST).unlink()
    assert summary(miniature) == {("OPS201", WATCH), ("OPS201", LEVEL)}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (WATCH, "Europe/London", "PST"),
        ("ops_model/launch/scope/light-every-night.yaml", "tier: launch-critical", "tier: over"),
    ],
    ids=["in-a-field", "in-a-list"],
)
def test_entity_that_only_a_broken_file_mentions_is_not_called_unused(
    miniature: Path, path: str, old: str, new: str
) -> None:
    """Mending one file must not begin with deleting another that it needs, nor with planning what is planned."""
    edit(miniature, path, old, new)
    assert summary(miniature) == {("OPS104", path)}


def test_entity_that_the_broken_file_does_not_mention_is_called_unused(miniature: Path) -> None:
    """One broken file does not silence what can be known without it."""
    edit(miniature, WATCH, "zone: Europe/London\nholidays: coast", "zone: PST")
    edit(miniature, LEVEL, "  holidays: coast\n", "")
    assert summary(miniature) == {("OPS104", WATCH), ("OPS202", COAST)}


def test_every_fault_of_one_file_is_reported(miniature: Path) -> None:
    """Faults of bytes, shape and fields in one file are listed together, each at its own line."""
    text = "title: Keeper\npurpse: Keeps it.\nresponsibilities: [yes, \u200b]\nholders: &all keeper-seat-1\n"
    edit(miniature, KEEPER, "", text)
    said = {(finding.rule.code, finding.place.line) for finding in found(miniature) if finding.place.path == KEEPER}
    assert said == {("OPS101", 2), ("OPS102", 1), ("OPS002", 3), ("OPS010", 3), ("OPS006", 4)}
