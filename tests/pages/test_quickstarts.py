"""The commands of a quickstart while nothing is published, as they stand on its page, to the drawn dashboard."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from generators.site import prepare
from tests.packs.kpis.board import ROOT, packs
from tests.runtimes import known

AT = datetime(2026, 1, 2, tzinfo=UTC)
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
TAB = re.compile(r"^~~~~\{tab-item\} (.+?)$(.*?)^~~~~$", re.DOTALL | re.MULTILINE)
ASIDE = re.compile(r"^~~~\{dropdown\}.*?^~~~$", re.DOTALL | re.MULTILINE)
PROVIDED = ("export DFOPS_ROOT=", "python3 -m venv ", ". .venv/bin/activate", "python -m pip install ", "dct serve")
"""Lines that the test stands in for: the environment it runs in, and the server that ends with Ctrl-C."""


@cache
def _pages() -> dict[str, str]:
    return dict(prepare(ROOT, "public", AT).pages)


def _commands(page: str) -> list[str]:
    """The blocks of the DuckDB tab and of no other, in the order of the page, less what is set aside."""
    kept = TAB.sub(lambda tab: tab[2] if tab[1].strip() == "DuckDB" else "", ASIDE.sub("", page))
    return BLOCK.findall(kept)


@pytest.mark.long
@pytest.mark.minutes
@pytest.mark.parametrize("pack", sorted(packs()))
def test_the_commands_lead_to_a_drawn_dashboard(pack: str, tmp_path: Path) -> None:
    """Pasted one block after the other: each ends with 0, and the first dashboard lies in renders/."""
    lines = "\n".join(_commands(_pages()[f"quickstarts/{pack}.md"])).splitlines()
    provided = [line for line in lines if line.startswith(PROVIDED)]
    assert {start for start in PROVIDED if any(line.startswith(start) for line in provided)} == set(PROVIDED)
    typed = "\n".join(line for line in lines if line not in provided and not line.startswith("rm -r"))
    script = f"set -eu\n{typed}\ndct render charts/{pack}/index.yml --format html --no-cache\n"
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{known()[0].environment.python.parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "DFOPS_ROOT": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "DO_NOT_TRACK": "1",
    }
    bash = ["/bin/bash", "-c", script]
    # The page's own commands are what is under test.
    ran = subprocess.run(bash, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout + ran.stderr
    drawn = (tmp_path / "renders" / "index.html").read_text(encoding="utf-8")
    assert "<svg" in drawn
    assert packs()[pack].boards[0].title.lower() in drawn.lower()
    assert f"{pack} {packs()[pack].pack.entity.version}: ok" in ran.stdout
    assert not list(tmp_path.glob(".dfops-*"))
