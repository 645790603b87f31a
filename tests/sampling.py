"""`pytest --sample SEED/N`: of the tests marked `long`, a sample that whoever knows the seed can run again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

HELP = (
    "of the tests marked 'long', run N per cent, chosen by SEED (any word, such as a commit) and the test's id: "
    "the same seed chooses the same tests. Needs -m 'not bench and not slow', which lets long tests run at all"
)
FORM = re.compile(r"(?P<seed>[^/\s]+)/(?P<share>\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Sample:
    """A seed, and per cent of the tests: 0 to 100."""

    seed: str
    share: float

    @classmethod
    def of(cls, text: str) -> Sample:
        """What the option says. Raises pytest.UsageError for anything but SEED/N."""
        found = FORM.fullmatch(text)
        if found is None or float(found["share"]) > 100:
            raise pytest.UsageError(f"--sample {text}: it is SEED/N, where N is per cent, 0 to 100")
        return cls(found["seed"], float(found["share"]))

    def holds(self, test: str) -> bool:
        """Whether a test is in the sample."""
        digest = sha256(f"{self.seed}\n{test}".encode()).digest()
        return int.from_bytes(digest[:8], "big") * 100 < self.share * 2**64


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--sample", metavar="SEED/N", help=HELP)


def pytest_report_header(config: pytest.Config) -> Iterable[str]:
    """The seed, so that the run can be repeated."""
    if text := config.getoption("sample"):
        sample = Sample.of(text)
        yield f"sample: {sample.share:g} % of the long tests; the same again: --sample {text}"


def _is_taken(item: pytest.Item, sample: Sample) -> bool:
    """Whether a long test is in the sample; one that takes minutes never is."""
    return sample.holds(item.nodeid) and item.get_closest_marker("minutes") is None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the long tests that are not in the sample."""
    text = config.getoption("sample")
    if not text:
        return
    sample = Sample.of(text)
    left = [item for item in items if item.get_closest_marker("long") and not _is_taken(item, sample)]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]
