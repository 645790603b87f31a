"""The executed check of one pack on DuckDB, as a process: prints how many queries were proven."""

from __future__ import annotations

import sys
from pathlib import Path

from generators.packs.engines.duck import DuckEngine
from generators.packs.proof.check import Plan, check
from generators.packs.reading.collection import packs_at
from tests.runtimes import current

if __name__ == "__main__":
    pack = packs_at(Path(__file__).parents[2]).folders[sys.argv[1]]
    checked = check(pack, Plan(("duckdb",), {"duckdb": DuckEngine}, runtimes=current()))
    sys.stdout.write(f"{sum(result.verdict == 'ok' for result in checked.results)}\n")
