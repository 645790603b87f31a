"""What checks may know besides the catalog: what is installed, and which files exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.stability.results import NO_RESULTS, Results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.findings import Finding
    from generators.installed import Installed
    from generators.packs.reading.changelog import Release
    from generators.packs.reading.folder import PackFolder
    from generators.source.consoles import Console


@dataclass(frozen=True, slots=True)
class Facts:
    """The world outside the catalog, as values."""

    installed: Installed
    at: datetime
    """The moment of asking: duties are proven for the 52 weeks after it."""
    exists: Callable[[str], bool]
    """Whether a path relative to the root is there; `*` stands for any name."""
    consoles: tuple[Console, ...] = ()
    packs: Mapping[str, PackFolder] = field(default_factory=dict)
    """Every pack with its boards, by id."""
    released: Mapping[str, tuple[Release, ...]] = field(default_factory=dict)
    """The releases of each pack by its id, newest first, as its changelog has them."""
    results: Results = NO_RESULTS
    """How the tests of this repository went."""
    has_test: Callable[[str], bool] = lambda _: True
    """Whether a test is defined, named as pytest names it."""


if TYPE_CHECKING:
    Check = Callable[[Catalog, Facts], Iterator[Finding]]
