"""One side of the fleet figures, as a process: `sets` judges snapshots by footprints, `slow` asks `check` for each.

`judging.py make DIR N M` writes N schemas of a pack and M installations; `sets DIR N` and `slow DIR N` judge N of them,
`count DIR M` counts the M installations alone. Both sides print the processor seconds that they took, beside what they
import, and a digest of what they found.
"""

from __future__ import annotations

import gc
import hashlib
import sys
from itertools import islice
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from generators.cli import COLLECTION
from generators.fleet.gathering import bytes_of, fleet_at
from generators.fleet.running import Snapshots, judge_files
from generators.packs.engines.parquet import counted
from generators.packs.proof.check import WAREHOUSES, Plan, check
from generators.packs.proof.footprint import footprint_of
from generators.packs.reading.collection import packs_at
from generators.packs.reading.snapshots import Snapshot
from generators.published.snapshots import snapshot_in
from tests.fleet import synthetic

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

ROOT = Path(__file__).parents[2]
PACK = "stripe"


def pack() -> PackFolder:
    """The pack whose fleet it is: one of middling size."""
    return packs_at(ROOT).folders[PACK]


def make(folder: Path, schemas: int, installations: list[int]) -> None:
    """Snapshots, and a table for each number of installations."""
    planted = synthetic.write(folder, synthetic.schemas(pack(), schemas, WAREHOUSES))
    for number in installations:
        synthetic.install(folder / f"{number}.parquet", planted, number)


def sets(folder: Path, count: int) -> set[tuple[object, ...]]:
    """Verdicts by the fleet's own way, from the bytes of each file."""
    own, found = pack(), set[tuple[object, ...]]()
    fleet = fleet_at(folder, PACK)
    for warehouse in WAREHOUSES:
        chosen = [(d, one.file) for d, one in sorted(fleet.schemas.items())[:count] if one.warehouse == warehouse]
        files = tuple((digest, file, None) for digest, file in chosen)
        for rows in judge_files(Snapshots(footprint_of(own, warehouse), files)).values():
            found |= {(row.digest, row.board, row.query, row.verdict) for row in rows}
    return found


def slow(folder: Path, count: int) -> set[tuple[object, ...]]:
    """Verdicts as `dfops pack check --schema` finds them."""
    own, found = pack(), set[tuple[object, ...]]()
    for digest, sent in islice(sorted(fleet_at(folder, PACK).schemas.items()), count):
        snapshot = Snapshot(own.schema_name, snapshot_in(bytes_of(sent.file), str(sent.file)).tables)
        for result in check(own, Plan((sent.warehouse,), None, snapshot)).results:
            if result.verdict != "ok":
                found.add((digest, result.board, result.query, result.verdict))
    return found


def main(side: str, folder: Path, *numbers: str) -> str:
    """What a side prints: seconds of the processor, then what it found, to compare."""
    given = list(map(int, numbers))
    if side == "make":
        make(folder, given[0], given[1:])
        return "0"
    begun = process_time()
    if side == "count":
        return f"{len(counted(folder / f'{given[0]}.parquet', PACK))}"
    found = sets(folder, given[0]) if side == "sets" else slow(folder, given[0])
    digest = hashlib.sha256("\n".join(sorted(map(str, found))).encode()).hexdigest()
    return f"{process_time() - begun:.3f} {digest} {len(found)}"


if __name__ == "__main__":
    gc.set_threshold(*COLLECTION)
    which, path, *rest = sys.argv[1:]
    sys.stdout.write(f"{main(which, Path(path), *rest)}\n")
