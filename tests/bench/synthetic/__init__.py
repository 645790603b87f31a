"""A repository of any size that breaks no rule: made up, the same for the same counts, and plainly synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from generators.catalog import load
from generators.model import KINDS
from generators.model.launch import Attestation, LaunchRecord, Rehearsal, Run, SignOff
from generators.model.pack import Pack, PackEvidence, PackFixtures, PackSchema, Regression
from generators.model.runbook import Runbook
from generators.model.runtime import Runtime
from generators.model.support import Diagnostic
from generators.packs.reading.folder import read_packs
from generators.packs.reading.seal import SEAL, seal_of
from generators.runbooks.seals import sealed
from generators.runbooks.walk import digests_of
from generators.source import LIMITS, Repository
from generators.source.plain import resolve
from tests.bench.synthetic import launch, packs, people, support
from tests.bench.synthetic.world import World, counts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SEALED = frozenset({SignOff, Attestation, Run, LaunchRecord})
"""What commands write whole; rehearsals are sealed once their runbooks are there."""
MAKERS = {**people.MAKERS, **support.MAKERS, **launch.MAKERS, **packs.MAKERS}

__all__ = ["MAKERS", "counts_of", "files", "write"]


class _Dumper(yaml.CSafeDumper):
    """Plain where every reader agrees, quoted elsewhere, several lines as a block: as people write it."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Never an anchor."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if resolve(text) == (text, "") else '"')


_Dumper.add_representer(str, _text)


def files(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Path below the root and YAML text of every entity, then of every board."""
    world = World(counts)
    for kind in KINDS:
        for number in range(counts.get(kind.kind, 0)):
            in_a_pack = kind.folder.pattern.startswith("packs/{id}/")
            name = world.name("connector" if in_a_pack else kind.kind, number)
            if kind is Diagnostic:
                name = world.diagnostics[number].lower()
            group = packs.pack_of(world, number) if kind is Regression else world.surface(number)
            path = kind.folder.pattern.replace("{id}", name).replace("{group}", group)
            fields = MAKERS[kind.kind](world, number)
            if kind in SEALED:
                fields = sealed(kind.kind, fields)
            yield path, yaml.dump(fields, Dumper=_Dumper, sort_keys=False, width=110)
    for number in range(counts["pack"]):
        board = yaml.dump(packs.board(), Dumper=_Dumper, sort_keys=False, width=110)
        yield f"packs/{world.name('connector', number)}/charts/index.yml", board


def write(root: Path, counts: Mapping[str, int]) -> int:
    """Write the repository below `root`, a new folder. Returns how many bytes it has."""
    size = 0
    for path, text in files(counts):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_bytes(text.encode())
    _prove(root)
    _walk(root)
    return size


def _prove(root: Path) -> None:
    """Bind each evidence to its pack, now that all its files are there."""
    repository = Repository(root, LIMITS.for_files(10**6))
    catalog, _ = load(repository, (Pack, PackSchema, PackFixtures, PackEvidence, Runtime))
    for folder in read_packs(catalog, repository).values():
        if folder.evidence:
            file = root / folder.evidence.path
            bound = file.read_text(encoding="utf-8").replace(packs.UNBOUND, folder.digest)
            seal = seal_of(yaml.safe_load(bound))
            file.write_text(f"{bound}{SEAL}: {seal!r}\n".replace("'", '"'), encoding="utf-8")


def _walk(root: Path) -> None:
    """Bind each rehearsal to the steps that it walked, now that all runbooks are there."""
    catalog, _ = load(Repository(root, LIMITS.for_files(10**6)), (Runbook, Rehearsal))
    for entry in catalog.entries_of(Rehearsal):
        runbook = catalog.find(Runbook, entry.entity.runbook)
        text = (root / entry.path).read_text(encoding="utf-8")
        for name, digest in (digests_of(runbook.entity) if runbook else {}).items():
            text = text.replace(launch.unbound(name), digest)
        seal = sealed(entry.kind, yaml.safe_load(text))[SEAL]
        text = f'{text}{SEAL}: "{seal}"\n'
        (root / entry.path).write_text(text, encoding="utf-8")
