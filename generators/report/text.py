"""Findings for a person at a terminal: place, what is wrong, the line with a caret, and the remedy once a rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

from generators.findings import Severity
from generators.findings.families import family_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.findings import AcceptedFinding, Finding, Rule

FOLDED = 3
"""Findings of one rule with the same message that are printed in full; the rest are counted."""


def text(findings: Sequence[Finding]) -> str:
    """The findings as text, duplicates folded, remedies at the end. Empty when there are none."""
    return "".join(f"{line}\n" for line in _folded(findings))


def _folded(findings: Sequence[Finding]) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = (finding.rule.code, finding.message)
        seen[key] += 1
        if seen[key] <= FOLDED:
            yield from _in_full(finding)
    for (code, message), count in seen.items():
        if count > FOLDED:
            yield f"{code} and {count - FOLDED} more: {message}"
    if findings:
        yield from _remedies(findings)


def _in_full(finding: Finding) -> Iterator[str]:
    place, rule = finding.place, finding.rule
    where = f"{printable(place.path)}:{place.line}:{place.column}"
    yield f"{rule.code} {rule.severity}  {where}  {printable(finding.message)}"
    if place.excerpt:
        number = str(place.line)
        start, column = _window(place.excerpt, place.column - place.shift)
        caret = "^" * max(1, _cells(start[column - 1 : column - 1 + place.width]))
        hint = f" {printable(finding.hint)}" if finding.hint else ""
        yield f"  {number} | {printable(start)}"
        yield f"  {' ' * len(number)} | {' ' * _cells(start[: column - 1])}{caret}{hint}"
    elif finding.hint:
        yield f"    {printable(finding.hint)}"


def _window(line: str, column: int, width: int = 110) -> tuple[str, int]:
    """A part of a long line around a column, and the column in that part."""
    column = max(1, min(column, len(line) + 1))
    if len(line) <= width:
        return line, column
    start = max(0, min(column - 1 - width // 2, len(line) - width))
    return line[start : start + width], column - start


def _cells(text: str) -> int:
    """Cells of a terminal that printed text fills: two for a wide character, none for a mark above another."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in {"W", "F"} else 1 for char in printable(text))


def printable(text: str) -> str:
    """Text that can do nothing to a terminal: control and other invisible characters become `?`."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _remedies(findings: Sequence[Finding]) -> Iterator[str]:
    rules = {finding.rule for finding in findings}
    yield ""
    for rule in sorted(rules, key=lambda rule: rule.number):
        yield f"{rule.code}: {rule.remedy}"
    yield ""
    yield summary(findings)


def summary(findings: Sequence[Finding]) -> str:
    """`3 errors, 1 warning, 2 notes`."""
    counts = Counter(finding.rule.severity for finding in findings)
    return (
        ", ".join(f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}" for level in Severity if counts[level])
        or "no findings"
    )


def accepted_text(accepted: Sequence[AcceptedFinding]) -> str:
    """How many findings each baseline accepts, and until when. Empty where none does."""
    counts = Counter((one.baseline, one.until) for one in accepted)
    return "".join(
        f"{count} accepted until {until} by the baseline {baseline}\n"
        for (baseline, until), count in sorted(counts.items())
    )


def explain(rule: Rule) -> str:
    """A rule in full, without its examples."""
    family = family_of(rule)
    head = f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.summary}\n\n"
    return f"{head}Why: {rule.why}\nRemedy: {rule.remedy}\nFamily: {family.title}, {family.codes}\n"
