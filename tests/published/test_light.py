from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"docutils", "duckdb", "icalendar", "jinja2", "lxml", "psycopg", "sphinx", "sqlglot"}
OURS = {"generators.catalog", "generators.model", "generators.packs", "generators.runtime"}
ASK = (
    "import importlib, json, sys; importlib.import_module(sys.argv[1]); "
    "print(json.dumps(sorted({'.'.join(name.split('.')[:2]) for name in sys.modules})))"
)
COMMANDS = [
    f"generators.cli.{name}"
    for name in ("pack", "pack_install", "pack_list", "pack_verify", "pack_eject", "pack_watch")
]
PACKAGE = sorted(f"generators.published.{path.stem}" for path in (ROOT / "generators/published").glob("[!_]*.py"))


@pytest.mark.parametrize("module", [*COMMANDS, *PACKAGE])
def test_a_client_of_packs_waits_for_nothing_heavy(module: str) -> None:
    """A parser, a database, a renderer and the model are imported neither by the commands of users nor for them."""
    ran = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", ASK, module], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    imported = set(json.loads(ran.stdout))
    assert not imported & OURS
    assert not {name.partition(".")[0] for name in imported} & HEAVY
    reads_signatures = module in {"generators.published.standing", "generators.published.trust"}
    assert any(name.startswith("tuf") for name in imported) == reads_signatures, (
        "a tenth of a second, for catalogs alone"
    )
