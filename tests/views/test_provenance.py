from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

import pytest

from generators.launch.readiness import GateState, Readiness
from generators.launch.signatures import Signature, State
from generators.model import Entity
from generators.model.launch import Gate, SignOff
from generators.model.pack import RegressionEvidence
from generators.model.runbook import Runbook
from generators.packs.reading.changelog import releases
from generators.runbooks.walk import digests_of
from generators.site import check
from generators.status.packs import pack_statuses
from generators.views.proofs import proofs
from generators.views.provenance import (
    Proven,
    Source,
    executed_on,
    in_words,
    of_releases,
    pack_proofs,
    release_dates,
    shortened,
)
from tests.changes import change, tree
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog, Entry
    from generators.status.packs import PackStatus

E = TypeVar("E", bound=Entity)
SHUT = Readiness({}, {})
PACK = ("pack", "oil_feed")


def status(root: Path) -> PackStatus:
    """The one pack of the miniature."""
    checked = check(root, AT)
    return pack_statuses(checked.catalog, checked.packs, {"oil_feed": releases(root, "oil_feed")}, AT)["oil_feed"]


def _found(catalog: Catalog, kind: type[E], name: str) -> Entry[E]:
    entry = catalog.find(kind, name)
    assert entry
    return entry


def test_evidence_of_another_version_proves_nothing(miniature: Path) -> None:
    """What was checked was another pack."""
    assert pack_proofs([status(miniature)])[PACK].day == date(2026, 11, 2)
    change(miniature / "packs/oil_feed/pack.yaml", version="1.0.1")
    assert PACK not in pack_proofs([status(miniature)])


def test_warehouse_counts_with_its_weakest_proof_and_only_where_every_board_works(miniature: Path) -> None:
    """One board that fails on DuckDB takes its proof away; the other warehouse keeps its own."""
    evidence = miniature / "packs/oil_feed/evidence.yaml"
    boards = tree(evidence)["boards"]
    first = next(cell for cell in boards if cell["warehouse"] == "duckdb")
    change(evidence, boards=[cell | ({"verdict": "broken", "reason": "x"} if cell is first else {}) for cell in boards])
    found = status(miniature).evidence
    assert found
    assert executed_on(found.entity) == "static on Snowflake"


def test_runbook_is_proven_by_a_rehearsal_of_steps_as_they_stand(miniature: Path) -> None:
    """A rehearsal of steps that have changed since proves nothing, nor does one that is still to come."""
    by_day = miniature / "ops_model/launch/rehearsals/lamp-out-by-day.yaml"
    catalog = check(miniature, AT).catalog
    runbook, record = ("runbook", "lamp-out"), ("rehearsal", "lamp-out-by-day")
    way = {"step": "lamp-out/look", "seconds": 60, "went": "light"}
    change(by_day, walked=[way | {"digest": "sha256:" + "0" * 64}])
    assert not {runbook, record} & proofs(check(miniature, AT).catalog, {}, SHUT, AT).keys()
    now = digests_of(_found(catalog, Runbook, "lamp-out").entity)
    change(by_day, walked=[way | {"digest": now["look"]}])
    catalog = check(miniature, AT).catalog
    found = proofs(catalog, {}, SHUT, AT)
    assert found[runbook] == Proven(date(2026, 10, 20), "rehearsed, 1 of 4 ways as they stand", "runbook lamp-out")
    assert found[record].how == "rehearsed"
    assert runbook not in proofs(catalog, {}, SHUT, datetime(2026, 10, 19, tzinfo=UTC))


def test_regression_is_proven_by_the_evidence_in_which_it_passed(miniature: Path) -> None:
    """As long as that evidence is of the pack as it is."""
    one = status(miniature)
    assert one.evidence
    tests = RegressionEvidence(digest="0" * 64, passed=("oil-thick",))
    entity = one.evidence.entity.model_copy(update={"tests": tests})
    passed = replace(one, evidence=replace(one.evidence, entity=entity))
    catalog = check(miniature, AT).catalog
    assert proofs(catalog, {"oil_feed": passed}, SHUT, AT)["regression", "oil-thick"].how == "executed on DuckDB"
    assert ("regression", "oil-thick") not in proofs(catalog, {"oil_feed": replace(passed, counts=False)}, SHUT, AT)


@pytest.mark.parametrize(("state", "how"), [("valid", "signed"), ("stale", ""), ("expired", "")])
def test_sign_off_proves_its_gate_where_it_counts(miniature: Path, state: State, how: str) -> None:
    """A gate that changed since is not the one that was signed, and after the last day nothing is."""
    catalog = check(miniature, AT).catalog
    (entry,) = catalog.entries_of(SignOff)
    gate = _found(catalog, Gate, entry.entity.gate)
    signed = GateState(gate, (), (), {}, "", (Signature(entry, state),))
    found = proofs(catalog, {}, Readiness({gate.id: signed}, {}), AT)
    for key in (entry.key, gate.key):
        assert (found[key].how, found[key].day) == (how, entry.entity.signed) if how else key not in found


def test_release_date_is_declared_unless_the_signed_catalog_has_it(miniature: Path) -> None:
    """Of each version that the changelog names, with the same day."""
    one = status(miniature)
    assert release_dates(one) == ("release dates",)
    signed = frozenset((release.version, release.day) for release in one.releases)
    assert release_dates(replace(one, signed=signed)) == ()
    assert release_dates(replace(one, signed=frozenset(list(signed)[1:]))) == ("release dates",)


def test_published_versions_are_proven_by_the_signed_catalog() -> None:
    """The newest day; without a version nothing is."""
    days = [date(2026, 11, 1), date(2026, 11, 20)]
    assert of_releases(days).proven == Proven(date(2026, 11, 20), "in the signed catalog")
    assert of_releases([]).proven is None


def test_many_kinds_are_counted_together() -> None:
    """A line, not a list."""
    sources = [Source(f"kind {number}", number) for number in range(1, 6)]
    assert shortened(sources)[-1] == Source("other facts", 9)
    assert shortened(sources[:3]) == tuple(sources[:3])


@pytest.mark.parametrize(("names", "words"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_names_in_words(names: list[str], words: str) -> None:
    """As people list them."""
    assert in_words(names) == words
