"""Readiness, digests and the state of every sign-off of a launch, at three sizes, with everything in memory.

Beside it: the canonical JSON of the same facts, of each gate as it is and of each record, hashed; nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from generators.catalog import catalog_of
from generators.launch.facts import LaunchFacts
from generators.launch.readiness import readiness
from generators.launch.records import sign_off
from generators.launch.signatures import newest_first
from generators.model.launch import SignOff
from generators.runbooks.seals import sealed
from tests.bench.measure import run
from tests.clock import AT
from tests.launch.worlds import entry_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.catalog import Catalog, Entry
    from generators.launch.readiness import Readiness
    from generators.model import Entity

SIZES = (500, 1_500, 5_000)
"""Scope items. There is a gate for a hundred of them, and ten sign-offs a gate: five by each of two people."""
ITEMS, RECORDS = 100, 5
HEADINGS = ("items", "gates", "sign-offs", "facts", "ms", "bare ms", "ratio", "growth")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One line a size, each in a process of its own. `growth`: ms per item against the first line."""
    del folder
    first = 0.0
    for size in SIZES:
        gates, signed, facts, ours, bare = map(float, run("tests.bench.launching", str(size)).output.split())
        first = first or ours / size
        yield (
            f"{size}", f"{gates:.0f}", f"{signed:.0f}", f"{facts:.0f}", f"{1000 * ours:.0f}", f"{1000 * bare:.0f}",
            f"{ours / bare:.1f}", f"{ours / size / first:.2f}",
        )  # fmt: skip


def _entry(path: str, **fields: Any) -> Entry[Entity]:
    entry = entry_at(f"ops_model/{path}.yaml", json.dumps(fields))
    assert entry is not None, path
    return entry


def launch(size: int) -> Catalog:
    """So many items at gates of a hundred, each gate signed by two people, each five times."""
    people = ("seat-1", "seat-2")
    entries = [_entry(f"organization/people/{name}", title=name, zone="UTC", handle=name) for name in people]
    said = {"title": "Keeper", "purpose": "Keeps it.", "responsibilities": ["Keeps"], "holders": [*people]}
    entries.append(_entry("organization/roles/keeper", **said))
    shown = [{"what": f"Line {n} is so", "condition": "no-findings", "rules": [f"OPS{n}07"]} for n in (2, 4)]
    for number in range(size):
        item = {"surface": "lamp", "tier": "launch-critical", "owner": "keeper", "accept": ["One", "Another"]}
        entries.append(
            _entry(f"launch/scope/item-{number}", title=f"Item {number}", why="It is so.", evidence=shown, **item)
        )
    for number in range(size // ITEMS):
        scope = [f"item-{item}" for item in range(number * ITEMS, (number + 1) * ITEMS)]
        criteria = [{"id": "held", "statement": "Keepers are people", "condition": "roles-filled"},
                    {"id": "settled", "statement": "All is settled", "condition": "scope-settled"}]  # fmt: skip
        gate = {"purpose": "May it?", "approvers": ["keeper"], "quorum": 1}
        entries.append(
            _entry(f"launch/gates/gate-{number}", title=f"Gate {number}", scope=scope, criteria=criteria, **gate)
        )
    return catalog_of([*entries, *_signed(catalog_of(entries), people)])


def _signed(catalog: Catalog, people: tuple[str, ...]) -> Iterator[Entry[Entity]]:
    for name, gate in readiness(LaunchFacts(catalog, AT)).gates.items():
        for person in people:
            earlier: Entry[SignOff] | None = None
            for day in range(RECORDS):
                record = sign_off(gate, person, "keeper", (AT.date() - timedelta(days=RECORDS - day), 90), earlier)
                # JSON is YAML: writing and reading it is not what is measured.
                fields = sealed(record.kind, record.model_dump(mode="json", exclude_defaults=True))
                made = _entry(f"launch/sign_offs/{name}-{person}-{day}", **fields)
                yield made
                earlier = newest_first([made])[0]  # type: ignore[list-item]


def _bare(catalog: Catalog, ready: Readiness) -> int:
    """Hash what each gate and each record binds; the number of facts."""
    subjects = [gate.subject for gate in ready.gates.values()]
    subjects += [entry.entity.subject for entry in catalog.entries_of(SignOff)]
    for subject in subjects:
        hashlib.sha256(json.dumps(dict(subject), sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return sum(map(len, subjects))


def main(size: int) -> None:
    """Prints gates, sign-offs, facts, our seconds and those of the bare hashes: processor time, best of three."""
    catalog = launch(size)
    ours, bare, facts = [], [], 0
    for _ in range(3):
        began = time.process_time()
        ready = readiness(LaunchFacts(catalog, AT))
        middle = time.process_time()
        facts = _bare(catalog, ready)
        ours.append(middle - began)
        bare.append(time.process_time() - middle)
        assert all(gate.is_open for gate in ready.gates.values())
    signed = len(list(catalog.entries_of(SignOff)))
    sys.stdout.write(f"{len(ready.gates)} {signed} {facts} {min(ours):.4f} {min(bare):.4f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
