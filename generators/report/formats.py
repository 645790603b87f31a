"""Findings for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import quote

from generators.findings import Severity
from generators.report.document import document
from generators.report.text import accepted_text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generators.findings import AcceptedFinding, Finding, Rule

Format = Literal["text", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = get_args(Format)
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def report(findings: Sequence[Finding], form: str, accepted: Sequence[AcceptedFinding] = ()) -> str:
    """The findings in one of FORMATS, each ending with a newline unless empty.

    Those that a baseline accepts are records in JSON, counts in text, and nowhere else.
    """
    if form == "json":
        return as_json(findings, accepted)
    return PRINTERS[form](findings) + (accepted_text(accepted) if form == "text" else "")


def as_json(findings: Sequence[Finding], accepted: Sequence[AcceptedFinding] = ()) -> str:
    """One object: `schema_version`, counts, the findings in order, and those that a baseline accepts."""
    counts = {str(level): sum(finding.rule.severity is level for finding in findings) for level in Severity}
    held = [{**_record(one.finding), "baseline": one.baseline, "until": one.until.isoformat()} for one in accepted]
    return document(counts=counts, findings=[_record(finding) for finding in findings], accepted=held)


def _record(finding: Finding) -> Mapping[str, Any]:
    return {
        "code": finding.rule.code,
        "severity": str(finding.rule.severity),
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
    }


GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(findings: Sequence[Finding]) -> str:
    """Workflow commands that annotate a pull request; data is escaped as GitHub documents it."""
    return "".join(_annotation(finding) for finding in findings)


def _annotation(finding: Finding) -> str:
    place = finding.place
    message = finding.message + (f" ({finding.hint})" if finding.hint else "")
    at = f"file={_property(place.path)},line={place.line},col={place.column},title={finding.rule.code}"
    return f"::{GITHUB[finding.rule.severity]} {at}::{_data(message)}\n"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def as_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, one run."""
    rules = sorted({finding.rule for finding in findings}, key=lambda rule: rule.number)
    driver = {"name": "dfops", "rules": [_sarif_rule(rule) for rule in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(f) for f in findings]}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _sarif_rule(rule: Rule) -> Mapping[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
    }


def _result(finding: Finding) -> Mapping[str, Any]:
    place = finding.place
    region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width}
    location = {"artifactLocation": {"uri": quote(place.path)}, "region": region}
    message = finding.message + (f" ({finding.hint})" if finding.hint else "")
    return {
        "ruleId": finding.rule.code,
        "level": str(finding.rule.severity),
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
    }


PRINTERS: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    "text": text,
    "github": as_github,
    "sarif": as_sarif,
}
