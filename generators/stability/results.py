"""Results of tests, as a JUnit file says them: which test passed or failed, and on which day.

`pytest --junitxml=build/tests.xml` writes one. Only what ran counts: a test that was skipped says nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

from generators.published.manifest import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from junitparser import TestCase, TestSuite

FILE: Final = "build/tests.xml"
"""Below the root of the repository, where checks and builds look for results."""
MOST: Final = 8 << 20
"""Bytes of the file."""
LARGEST_TEST_FILE: Final = 1 << 20
Outcome = Literal["passed", "failed"]


@dataclass(frozen=True, slots=True)
class Results:
    """What ran, and how it went."""

    day: date | None = None
    """When the tests ran, as the file says; None where it does not."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """By name without parameters: `tests.test_lamp::test_it_is_lit`. One failure of several is a failure."""

    def of(self, node: str) -> Outcome | None:
        """How a test went that is named as pytest names it; None where it did not run."""
        return self.outcomes.get(junit_name(node))


NO_RESULTS: Final = Results()


def junit_name(node: str) -> str:
    """`tests/test_lamp.py::TestLit::test_it` as results have it: `tests.test_lamp.TestLit::test_it`."""
    path, *names = node.split("::")
    return "::".join((".".join((path.removesuffix(".py").replace("/", "."), *names[:-1])), names[-1]))


def results_at(root: Path, path: Path | None = None) -> Results:
    """The results in a file; without one named, those in `build/tests.xml`, where they are.

    Raises Unreadable for what is no JUnit file, is larger than 8 MiB or is named and not there; OSError.
    """
    found = path or root / FILE
    if not found.is_file():
        if path is None:
            return NO_RESULTS
        raise Unreadable(f"{path} is no file: name what `pytest --junitxml FILE` wrote")
    if found.stat().st_size > MOST:
        raise Unreadable(f"{found.name} is larger than {MOST >> 20} MiB: name what `pytest --junitxml FILE` wrote")
    return read_results(found.read_bytes(), found.name)


def read_results(data: bytes, name: str) -> Results:
    """The results in the bytes of a JUnit file. Raises Unreadable."""
    from junitparser import JUnitXml, JUnitXmlError, TestSuite  # noqa: PLC0415 - most checks have no results to read
    from lxml import etree  # noqa: PLC0415 - as above

    # No entity is expanded, no document type loaded, nothing fetched.
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root: JUnitXml | TestSuite = JUnitXml.fromroot(etree.fromstring(data, parser))
        return _results([root] if isinstance(root, TestSuite) else list(root))
    except (etree.XMLSyntaxError, JUnitXmlError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"{name} is no JUnit file: {error}") from error


def _results(suites: list[TestSuite]) -> Results:
    outcomes: dict[str, Outcome] = {}
    for case in chain.from_iterable(suites):
        name, outcome = f"{case.classname}::{str(case.name).split('[')[0]}", _outcome(case)
        if outcome and outcomes.get(name) != "failed":
            outcomes[name] = outcome
    return Results(min(filter(None, (_day(suite.timestamp) for suite in suites)), default=None), outcomes)


def _outcome(case: TestCase) -> Outcome | None:
    if case.is_error or case.is_failure:
        return "failed"
    return "passed" if case.is_passed else None


def _day(stamp: str | None) -> date | None:
    try:
        return datetime.fromisoformat(stamp or "").date()
    except ValueError:
        return None


def has_test(root: Path, node: str) -> bool:
    """Whether a file of the repository defines a test, named as pytest names it. Reads the file and runs nothing."""
    path, *names = node.split("::")
    found = (root / path).resolve()
    if not found.is_relative_to(root.resolve()) or not found.is_file() or found.stat().st_size > LARGEST_TEST_FILE:
        return False
    try:
        body: list[ast.stmt] = ast.parse(found.read_bytes()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for name in names:
        defined = [each for each in body if isinstance(each, _DEFINED) and each.name == name]
        if not defined:
            return False
        body = defined[-1].body
    return True


_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
