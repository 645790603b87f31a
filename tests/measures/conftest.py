"""Stores of events, made from lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.catalog.loading import load
from generators.exports.contracts import contracts_of
from generators.measures.ingest import Ingested, ingest
from generators.measures.layout import Layout
from generators.measures.store import opened
from generators.model import KINDS
from generators.source import LIMITS
from generators.source.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generators.catalog import Catalog
    from generators.telemetry.contract import Contracts

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 30, 13, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """This repository's model."""
    return load(Repository(ROOT, LIMITS), KINDS)[0]


@pytest.fixture(scope="session")
def contracts(catalog: Catalog) -> Contracts:
    """Its event contracts."""
    return contracts_of(catalog)


@pytest.fixture
def taken(tmp_path: Path, contracts: Contracts) -> Callable[..., Ingested]:
    """Take lines into the store of a test, events.duckdb."""

    def take(lines: Iterable[bytes], name: str = "lines.jsonl", at: datetime = AT) -> Ingested:
        file = tmp_path / name
        file.write_bytes(b"".join(lines))
        with opened(tmp_path / "events.duckdb", Layout.of(contracts)) as store:
            return ingest(store, [file], at)

    return take
