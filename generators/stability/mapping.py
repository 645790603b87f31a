"""What the words of an issue tracker mean here: a reviewed YAML file that an import is read with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from generators.catalog.references import references
from generators.catalog.shape import WRONG_VALUE, shape
from generators.findings import Finding, Severity, nearest
from generators.model.base import Part
from generators.model.pack import Warehouse  # noqa: TC001 - pydantic reads annotations at run time
from generators.model.refs import ConnectorRef, DefectClassRef, DefectRef, SeverityRef  # noqa: TC001
from generators.model.text import Line  # noqa: TC001
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.catalog.references import Route
    from generators.model.base import Ref
    from generators.source import Document

LARGEST: Final = 1 << 20
"""Bytes of a mapping."""


class Meaning(Part):
    """What a label says of the report that has it."""

    connector: ConnectorRef | None = None
    severity: SeverityRef | None = None
    defect_class: DefectClassRef | None = None
    warehouse: Warehouse | None = None
    ignored: bool = False
    """Whether it says that this is no report of a defect: a question, a feature."""


class Columns(Part):
    """The columns of a CSV file, by their names in its first line. Of JSON the field names are known."""

    reference: Line = "URL"
    """Where the report is: an address, or the id of a ticket. Required in each row."""
    day: Line = "Created"
    """When it was met: a day, or a moment. Required in each row."""
    title: Line = "Title"
    body: Line | None = None
    labels: Line = "Labels"
    connector: Line | None = None
    """A column with ids of connectors, beside or instead of labels. The next four likewise."""
    warehouse: Line | None = None
    severity: Line | None = None
    defect_class: Line | None = None
    defect: Line | None = None
    installs: Line | None = None
    """Distinct installations that were affected on that day."""


class Mapping(Part):
    """Which reports a file holds, what their labels mean, and which defects they were found to be."""

    source: Literal["bug", "support", "release"] = "bug"
    labels: dict[Line, Meaning] = Field(default_factory=dict)
    columns: Columns = Columns()
    label_separator: Annotated[str, Field(min_length=1, max_length=3)] = ","
    """What stands between the labels of one cell."""
    assigned: dict[Line, DefectRef] = Field(default_factory=dict)
    """Defect by reference, where somebody has compared both: the reviewed end of a proposal."""


def read_mapping(path: str, data: bytes, catalog: Catalog) -> tuple[Mapping | None, tuple[Finding, ...]]:
    """The mapping in a file, or None and what is wrong with it: as YAML, as a mapping, and against the catalog."""
    reading = read(path, data)
    if reading.document is None:
        return None, reading.findings
    mapping, problems = shape(reading.document, Mapping)
    findings = (*reading.findings, *problems)
    if mapping is not None:
        findings += tuple(_unknown(reading.document, mapping, catalog))
    if any(finding.rule.severity is Severity.ERROR for finding in findings):
        return None, findings
    return mapping, findings


def _unknown(document: Document, mapping: Mapping, catalog: Catalog) -> Iterator[Finding]:
    for route, ref in _references(mapping):
        if not catalog.knows(ref):
            hint = nearest(ref, catalog.names_of(ref.kind))
            yield Finding(document.at(*route), WRONG_VALUE, f"unknown {ref.kind} '{ref}'", hint)


def _references(mapping: Mapping) -> Iterator[tuple[Route, Ref]]:
    for label, meaning in mapping.labels.items():
        for route, ref in references(meaning):
            yield ("labels", label, *route), ref
    for reference, defect in mapping.assigned.items():
        yield ("assigned", reference), defect
