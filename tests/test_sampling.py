from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import Sample

IDS = [f"tests/packs/test_packs.py::test_every_query[{number}]" for number in range(2000)]
ROOT = Path(__file__).parents[1]


def chosen(text: str) -> list[str]:
    """The tests of a sample."""
    sample = Sample.of(text)
    return [one for one in IDS if sample.holds(one)]


def test_same_seed_chooses_the_same_tests_and_another_seed_others() -> None:
    """Whoever has the commit can run what failed; over many commits every test has its turn."""
    assert chosen("4f2a/10") == chosen("4f2a/10")
    assert set(chosen("4f2a/10")) != set(chosen("4f2b/10"))
    assert {one for commit in range(100) for one in chosen(f"{commit}/10")} == set(IDS)


@pytest.mark.parametrize(
    ("share", "least", "most"), [("0", 0, 0), ("10", 150, 250), ("2.5", 25, 75), ("100", 2000, 2000)]
)
def test_share_is_per_cent(share: str, least: int, most: int) -> None:
    """About so many."""
    assert least <= len(chosen(f"2026-11-21/{share}")) <= most


@pytest.mark.parametrize("text", ["", "10", "/10", "a/", "a/b", "a/101", "a/-1", "a/1/2", "a b/1"])
def test_anything_else_is_refused(text: str) -> None:
    """With the form that it has."""
    with pytest.raises(pytest.UsageError, match="SEED/N"):
        Sample.of(text)


def test_only_long_tests_are_left_out(tmp_path: Path) -> None:
    """The others run whatever the sample, and those of minutes never; the seed is printed."""
    (tmp_path / "conftest.py").write_text("from tests.sampling import *\n", encoding="utf-8")
    (tmp_path / "test_two.py").write_text(
        "import pytest\n@pytest.mark.long\n@pytest.mark.parametrize('n', range(50))\ndef test_long(n): pass\n"
        "def test_short(): pass\n@pytest.mark.long\n@pytest.mark.minutes\ndef test_minutes(): pass\n",
        encoding="utf-8",
    )
    options = ["-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    command = [sys.executable, "-m", "pytest", *options, "-m", "not bench and not slow", "--sample", "4f2a/40"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(  # noqa: S603 - pytest on what stands above
        [*command, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    kept = [number for number in range(50) if Sample("4f2a", 40).holds(f"test_two.py::test_long[{number}]")]
    assert "sample: 40 % of the long tests; the same again: --sample 4f2a/40" in ran.stdout
    assert f"{len(kept) + 1} passed, {51 - len(kept)} deselected" in ran.stdout, ran.stdout + ran.stderr
