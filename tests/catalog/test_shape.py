from __future__ import annotations

import pytest

from generators.catalog.shape import shape
from generators.model.pack import PackSchema, Regression
from generators.source import read

REGRESSION = """\
title: A case
connector: lamps
why: It happened.
changes: [{what: table-removed, table: storm}]
expect: {verdict: ok, kpis: {lit: VALUE}}
"""
SCHEMA = """\
title: Lamps
connector: lamps
schema_name: lamps
source: a test
freshness: {warn_after: 1 hour, error_after: 2 hours}
tables:
  lamp: {columns: {NAME: KIND}}
"""


@pytest.mark.parametrize("value", ["sane", "[1]", "{a: 1}", "null-ish", "true"])
def test_a_value_that_fits_no_kind_is_one_finding_at_its_place(value: str) -> None:
    """A field that may be a word or a number says both, once, and never falls over what was tried."""
    document = read("f.yaml", REGRESSION.replace("VALUE", value).encode()).document
    assert document is not None
    entity, findings = shape(document, Regression)
    assert entity is None
    (finding,) = findings
    assert (finding.place.line, finding.place.column) == (5, 35)
    assert finding.message.startswith("'lit' fits none of what it may be: must be one of 'same' or 'changed'")


@pytest.mark.parametrize(
    ("name", "kind", "column"), [("Bad-Name", "string", 20), ("id", "varchar", 24), ("id", "3", 24)]
)
def test_keys_and_values_of_a_mapping_are_judged_at_their_place(name: str, kind: str, column: int) -> None:
    """A table's column has a name and a type that an author can get wrong."""
    document = read("f.yaml", SCHEMA.replace("NAME", name).replace("KIND", kind).encode()).document
    assert document is not None
    entity, findings = shape(document, PackSchema)
    assert entity is None
    assert {finding.place.line for finding in findings} == {7}
    assert {finding.place.column for finding in findings} <= {20, column}
