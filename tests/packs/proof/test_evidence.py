"""What `--record` writes can be read again, whatever a warehouse, a pack or an engine says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generators.catalog import shape
from generators.findings import Place
from generators.model.pack import PackEvidence
from generators.packs.engines.engine import Fault
from generators.packs.proof.check import WAREHOUSES, CheckedPack
from generators.packs.proof.evidence import Found, Versions, evidence_of
from generators.packs.proof.regressions import Miss, Ran
from generators.packs.proof.results import Result
from generators.packs.reading.seal import seal_of
from generators.source import read
from tests.packs.small import lamps

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ANY = st.text(st.characters(exclude_categories=()), max_size=700)
"""Surrogates, controls, marks of direction and lengths that a line cannot have."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> PackFolder:
    """A small pack."""
    return lamps(tmp_path_factory.mktemp("lamps"))


@settings(max_examples=60)
@example(message="a\nb", version="15", title="Lamps")
@example(message="\u202e\u200b\x00\x85\u2028\ufeff\ud800", version="", title="L" * 140)
@example(message="x" * 5000, version="\n", title="Lamps")
@example(message='"}: {- [&a *a !!x # %', version="'", title="Lamps")
@given(message=ANY, version=ANY, title=st.text("abc \u00e9\u4e2d", min_size=1, max_size=140).filter(str.strip))
def test_what_is_recorded_is_accepted(pack: PackFolder, message: str, version: str, title: str) -> None:
    """By the reader and by the model; the reason is the message on one line."""
    entity = pack.pack.entity.model_copy(update={"title": title.strip()})
    titled = replace(pack, pack=replace(pack.pack, entity=entity))
    ok = Result(pack.id, "1.2.0", "index", "total", "duckdb", "executed", "ok", runtime="dbt-charts")
    failed = replace(ok, warehouse="postgres", verdict="broken", message=message)
    engines = dict.fromkeys(WAREHOUSES, version)
    checked = CheckedPack((ok, failed), {"index": ("lamp",)}, engines, {})
    tests = (Ran("all-text", message, (Miss(Place("x"), message),)), Ran("only-keys", message, ()))
    reading = read(
        "packs/lamps/evidence.yaml",
        evidence_of(titled, Found(checked, tests, Versions(engines, {"dbt-charts": version})), AT).encode(),
    )
    assert reading.findings == ()
    assert reading.document
    evidence, problems = shape.shape(reading.document, PackEvidence)
    assert list(problems) == []
    assert isinstance(evidence, PackEvidence)
    reason = evidence.boards[1].reason
    assert reason
    assert reason.isprintable()
    assert evidence.seal == seal_of(reading.document.tree)


@given(ANY)
def test_a_fault_is_one_bounded_line(message: str) -> None:
    """Of whatever an engine says."""
    said = Fault("refused", message).message
    assert said.isprintable()
    assert said == said.strip()
    assert 0 < len(said) <= 300
