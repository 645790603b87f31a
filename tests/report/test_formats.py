from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.findings import Finding, Place, Rule, Severity
from generators.report import FORMATS, report

RULE = Rule("OPS201", "unknown-reference", Severity.ERROR, "Summary.", "Why.", "Remedy.")
ANY = st.text(max_size=40)


def finding(message: str, path: str = "a.yaml", hint: str = "") -> Finding:
    """A finding at some place."""
    return Finding(Place(path, 3, 5, "x", 2), RULE, message, hint)


def test_annotation_is_escaped_as_the_forge_documents_it() -> None:
    """Per cent and line ends in text; colon and comma in properties as well: no second command, no other property."""
    line = report([finding("50%\r\n::error::x,y:z", "a,b:c%\n.yaml", "h\n")], "github")
    assert line == ("::error file=a%2Cb%3Ac%25%0A.yaml,line=3,col=5,title=OPS201::50%25%0D%0A::error::x,y:z (h%0A)\n")


@given(ANY, ANY, ANY)
def test_annotation_is_one_line_with_the_same_words(message: str, path: str, hint: str) -> None:
    """Whatever is said: one command, from which the forge reads just that."""
    line = report([finding(message, path, hint)], "github")
    assert line.count("\n") == 1
    assert "\r" not in line
    head, _, said = line.removesuffix("\n").removeprefix("::error ").partition("::")
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        said = said.replace(code, char)
    assert said == message + (f" ({hint})" if hint else "")
    properties = dict(part.split("=", 1) for part in head.split(","))
    assert properties.keys() == {"file", "line", "col", "title"}
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        properties["file"] = properties["file"].replace(code, char)
    assert properties["file"] == path


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")])
def test_severity_of_an_annotation(severity: str, command: str) -> None:
    """The forge's own three words."""
    rule = Rule("OPS1", "x", Severity(severity), "s", "w", "r")
    assert report([Finding(Place("a"), rule, "m")], "github").startswith(f"::{command} ")


@given(ANY, st.text(st.characters(exclude_categories=["Cs"]), max_size=40), ANY)
def test_json_and_sarif_say_the_same_words(message: str, path: str, hint: str) -> None:
    """Valid ASCII JSON that gives back what was said, lone surrogates too."""
    one = [finding(message, path, hint)]
    for form in ("json", "sarif"):
        assert report(one, form).isascii()
        assert report(one, form).endswith("}\n")
    (record,) = json.loads(report(one, "json"))["findings"]
    assert (record["message"], record["path"], record["hint"]) == (message, path, hint)
    assert (record["line"], record["column"], record["severity"]) == (3, 5, "error")
    (result,) = json.loads(report(one, "sarif"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == path
    assert place["artifactLocation"]["uri"].isascii()
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endColumn": 7}
    assert result["message"]["text"].startswith(message)


def test_rule_is_described_once_however_often_it_is_broken() -> None:
    """SARIF lists the rules that were broken, in the order of their codes."""
    other = Rule("OPS101", "unknown-field", Severity.WARNING, "s", "w", "r")
    run = json.loads(report([finding("a"), finding("b"), Finding(Place("a"), other, "c")], "sarif"))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["OPS101", "OPS201"]
    assert {"name", "shortDescription", "fullDescription", "help"} <= run["tool"]["driver"]["rules"][0].keys()


@pytest.mark.parametrize("form", FORMATS)
def test_no_findings(form: str) -> None:
    """Every format has a way to say so."""
    assert (report([], form) == "") == (form in {"text", "github"})
