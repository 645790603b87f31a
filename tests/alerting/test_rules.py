from __future__ import annotations

import re
from typing import TYPE_CHECKING

import promql_parser
import pytest
import yaml

from generators.alerting.rules import COUNTER
from generators.exports.alerts import RULES, TESTS
from generators.measures.exposition import exposition
from generators.model.anchors import anchor_of
from generators.model.organization import Surface
from generators.model.telemetry import Alert
from tests.alerting.repositories import ROOTS, SITE, exported, exported_from, run
from tests.changes import change, tree, write
from tests.exports.rosters import catalog_at
from tests.parts import needs_prometheus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

ALERT = "ops_model/telemetry/alerts/lamp-dark.yaml"
OBJECTIVE = "ops_model/telemetry/objectives/lamp-lit.yaml"
EVENT = "ops_model/telemetry/events/lamp-check.yaml"


def rules(folder: Path) -> list[dict[str, Any]]:
    """The rules that were written."""
    groups = yaml.safe_load((folder / RULES).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(params=ROOTS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The exports of the miniature, and those of this repository."""
    exported_from(ROOTS[request.param], tmp_path)
    return tmp_path


def test_every_expression_is_promql(folder: Path) -> None:
    """Also where Prometheus is not installed: the parser is a package."""
    for rule in rules(folder):
        promql_parser.parse(rule["expr"])
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        promql_parser.parse("sum by (increase(x[5m])")


@pytest.mark.parametrize("name", ROOTS)
def test_every_alert_on_an_objective_is_a_rule(tmp_path: Path, name: str) -> None:
    """Under its id, with what routes it and with the address of the very step that answers it."""
    exported_from(ROOTS[name], tmp_path)
    catalog = catalog_at(ROOTS[name])
    written = {rule["alert"]: rule for rule in rules(tmp_path) if "alert" in rule}
    expected = {entry.id: entry.entity for entry in catalog.entries_of(Alert) if entry.entity.objective}
    assert written.keys() == expected.keys()
    for alert, rule in zip(expected.values(), (written[one] for one in expected), strict=True):
        surface = catalog.find(Surface, alert.surface)
        assert surface is not None
        owner = str(surface.entity.owner)
        assert rule["labels"] == {"severity": alert.severity, "surface": alert.surface, "owner": owner}
        link = rule["annotations"]["runbook_url"]
        assert link.startswith(f"{SITE}runbooks/{alert.runbook}.html?severity={alert.severity}")
        assert link.endswith(f"#{anchor_of('step', alert.step)}")


@needs_prometheus
def test_promtool_accepts_rules_and_their_tests(folder: Path) -> None:
    """Without a duplicate, and each alert fires and keeps silent as its tests say."""
    checked = run(folder, "promtool", "check", "rules", "--lint-fatal", RULES)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tested = run(folder, "promtool", "test", "rules", TESTS)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_rules_ask_for_the_counter_that_the_store_exposes() -> None:
    """One name, written in two packages that do not import each other."""
    text = exposition({("lit", "oil"): (1, 2)}, None).decode()
    assert f'{COUNTER}{{connector="oil",objective="lit",result="bad"}} 2' in text


BREAKS = {
    "a threshold that is higher": (r"> 0\.072", "> 0.0721"),
    "a threshold that is lower": (r"> 0\.03", "> 0.0299"),
    "another short window": (r"ratio_increase5m\{", "ratio_increase1h{"),
    "another long window": (r"\[1h\]", "[2h]"),
    "more events than the minimum": (r">= 20", ">= 21"),
    "fewer events than the minimum": (r">= 20", ">= 19"),
    "good events that count as bad": (r'result="bad"', 'result=~"bad|good"'),
    "another severity": (r"severity: sev1", "severity: sev2"),
    "another link": (r"#step-lamp-out-look", "#step-lamp-out"),
    "one pair of windows only": (r"(?s)\n *or\n *\(.*?\n *\)", ""),
}


@needs_prometheus
@pytest.mark.parametrize("broken", BREAKS)
def test_tests_that_are_exported_find_a_broken_rule(tmp_path: Path, broken: str) -> None:
    """Each threshold, window and count of a rule is held by some exported test."""
    exported_from(ROOTS["miniature"], tmp_path)
    pattern, instead = BREAKS[broken]
    text, count = re.subn(pattern, instead, (tmp_path / RULES).read_text(encoding="utf-8"))
    assert count
    (tmp_path / RULES).write_text(text, encoding="utf-8")
    assert run(tmp_path, "promtool", "check", "rules", RULES).returncode == 0
    assert run(tmp_path, "promtool", "test", "rules", TESTS).returncode == 1


HOSTILE = (
    """It's "dark" {{ $value }} {{{ .Labels }}} \\ \\n `x` ${x} %s # : - é 灯 🔥 {{""",
    "{",
    "}} {{/* }} {{- if }}",
    "yes",
    "1e3",
    "a: b # c",
)


@needs_prometheus
@pytest.mark.parametrize("text", HOSTILE)
def test_texts_stay_text(miniature: Path, tmp_path: Path, text: str) -> None:
    """What opens a template, ends a quotation or reads as a number is what the pager shows."""
    change(miniature / ALERT, title=text)
    change(miniature / OBJECTIVE, meaning=text)
    exported_from(miniature, tmp_path)
    (rule,) = [rule for rule in rules(tmp_path) if "alert" in rule]
    assert len(rule["annotations"]) == 3
    tested = run(tmp_path, "promtool", "test", "rules", TESTS)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    tests = yaml.safe_load((tmp_path / TESTS).read_text(encoding="utf-8"))["tests"]
    (fired, *_) = [test["alert_rule_test"][0]["exp_alerts"] for test in tests]
    assert fired[0]["exp_annotations"]["summary"] == text


def remarks(root: Path, into: Path, site: str = SITE) -> Iterator[str]:
    """What the export says beside its files."""
    yield from exported(catalog_at(root), into, site)[0].remarks


def test_alerts_that_cannot_fire_are_named(miniature: Path, tmp_path: Path) -> None:
    """Without a producer, without a condition that can be evaluated, without budget to burn."""
    assert list(remarks(miniature, tmp_path)) == ["lamp-dark: declared, not live: nothing records its events yet."]
    change(miniature / EVENT, producers=[{"command": "dfops check", "when": "Always."}])
    assert list(remarks(miniature, tmp_path)) == []
    assert [one.split(":")[0] for one in remarks(miniature, tmp_path, "")] == ["rules.yaml"]
    change(miniature / OBJECTIVE, target="0.9")
    (impossible,) = remarks(miniature, tmp_path)
    assert "an error ratio of 1.44, and none is above 1" in impossible
    assert sum("alert" in rule for rule in rules(tmp_path)) == 1
    change(miniature / OBJECTIVE, target="0.5")
    assert len(list(remarks(miniature, tmp_path))) == 2
    assert rules(tmp_path) == []


def test_alert_with_a_condition_is_no_rule(miniature: Path, tmp_path: Path) -> None:
    """With a query the store answers it; without one it is declared and not live."""
    said = tree(miniature / ALERT)
    del said["objective"], said["burn"]
    write(miniature / ALERT, said | {"condition": "It is dark."})
    (remark,) = remarks(miniature, tmp_path)
    assert remark == "lamp-dark: declared, not live: neither an objective nor a query says when it fires."
    looks = {"event": "lamp-check", "minutes_ago": [1]}
    examples = [{"title": "x", "fires": fires, "events": [looks]} for fires in (True, False)]
    write(miniature / ALERT, said | {"condition": "It is dark.", "query": "SELECT 1", "examples": examples})
    change(miniature / EVENT, producers=[{"command": "dfops check", "when": "Always."}])
    (remark,) = remarks(miniature, tmp_path)
    assert "`dfops telemetry evaluate`" in remark
    assert rules(tmp_path) == []
