"""The miniature repository, fresh for each test that changes it, its sites, and how property tests draw."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.clock import EPOCH
from tests.once import changed, shared_by_all
from tests.sampling import pytest_addoption, pytest_collection_modifyitems, pytest_report_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.pages.sites import Sites

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_report_header"]

os.environ.setdefault("DFOPS_RUNTIMES", str(Path(__file__).parents[1] / "build/runtimes"))
os.environ["DO_NOT_TRACK"] = "1"  # before anything is started: dbt, git, node, a browser

TESTS = Path(__file__).parent
MINIATURE = TESTS / "site"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the fixture makes a folder of its own there

# `fixed` draws the same every time, here and in CI. `random` draws others: `pytest --hypothesis-profile=random`, where
# `--hypothesis-seed=N` repeats a run. How long drawing or an example takes says how busy the machine is, nothing else.
settings.register_profile(
    "fixed", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", settings.get_profile("fixed"), derandomize=False, database=None)
settings.load_profile("fixed")


@pytest.fixture(scope="session", autouse=True)
def _publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands trust the publisher of the tests' catalogs, and remember nothing in the home of whoever runs them."""
    from tests.published.signing import Publisher  # noqa: PLC0415 - once a process

    top = tmp_path_factory.mktemp("trust")
    (top / "root.json").write_bytes(Publisher().root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DFOPS_TRUST", str(top / "root.json"))
        patched.setenv("DFOPS_HOME", str(top / "home"))
        yield


@pytest.fixture
def ram(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in memory, where the system has one: a thousand syncs take no time there."""
    if not SHARED_MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=SHARED_MEMORY, prefix="dfops-test-") as folder:
        yield Path(folder)


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    """A copy of the miniature repository that a test may break."""
    root = tmp_path / "repository"
    shutil.copytree(MINIATURE, root, symlinks=True)
    return root


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that all processes of this session share: what `tests.once.once` puts there is only read."""
    folder = shared_by_all(tmp_path_factory)
    yield folder
    assert changed(folder) == []


@pytest.fixture(scope="session")
def sites(shared: Path) -> Sites:
    """The miniature's finished sites."""
    from tests.pages.sites import Sites  # noqa: PLC0415 - most tests need no Sphinx

    return Sites(shared)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    from tests.browser import chromium  # noqa: PLC0415 - most tests need none

    with chromium() as started:
        yield started


@pytest.fixture
def furnished(miniature: Path, sites: Sites, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The miniature with what a site needs."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return sites.furnished(miniature)
