from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from generators.catalog import load
from generators.model import KINDS
from generators.model.telemetry import Event
from generators.render import render
from generators.runtime.spelling import Spellings
from generators.source import Repository
from generators.telemetry.contract import Form
from generators.telemetry.contracts import own_contracts
from generators.views.telemetry import FORMS, LISTS, telemetry_page
from tests.changes import change
from tests.conftest import TESTS

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 30, tzinfo=UTC)


def test_the_page_has_every_field_that_is_sent() -> None:
    """Of each contract that users' machines record, by the very file that the client checks with; of no other one."""
    catalog, _ = load(Repository(TESTS.parent), KINDS)
    page = telemetry_page(catalog, Spellings.of(catalog, AT))
    public = [contract for contract in own_contracts() if contract.is_public]
    assert public
    assert {section.title: [field.name for field in section.fields] for section in page.contracts} == {
        contract.title: [field.name for field in contract.fields] for contract in public
    }
    text = render("public/telemetry.md.jinja", page)
    for contract in own_contracts():
        assert (f"## {contract.title}\n" in text) == contract.is_public
    for section in page.contracts:
        assert section.never
        for field in section.fields:
            assert f"`` {field.name} ``" in text or f"`{field.name}`" in text
    assert "2> diagnostics.txt" in text


def test_each_form_has_an_example() -> None:
    """And each closed list of the model."""
    assert set(FORMS) == set(get_args(Form))
    assert set(LISTS) == {"pack", "connector", "runtime", "warehouse"}


def test_what_the_team_records_is_not_on_it(miniature: Path) -> None:
    """Nor a job's lines where no runtime can draw all boards for machines."""
    path = miniature / "ops_model/telemetry/events/lamp-check.yaml"
    catalog, _ = load(Repository(miniature), KINDS)
    assert [entry.id for entry in catalog.entries_of(Event)] == ["lamp-check"]
    page = telemetry_page(catalog, Spellings())
    assert ([section.title for section in page.contracts], page.draw) == (["Lamp check"], "")
    assert "diagnostics.txt" not in render("public/telemetry.md.jinja", page)
    change(path, recorded_by="team")
    catalog, _ = load(Repository(miniature), KINDS)
    assert telemetry_page(catalog, Spellings()).contracts == ()
