"""Probes as files of a repository, with what they are after."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.changes import tree, write
from tests.hardening.probes import code, elements, files
from tests.hardening.probes.probe import Place, Probe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PAGES = "docs/public/guides"
RUNBOOK = "runbooks/lamp/lamp-out.yaml"
ENDINGS = (".txt", ".csv", ".css", ".png", ".py", ".svg", ".yaml", ".md")


def probes() -> tuple[Probe, ...]:
    """All, numbered from 1."""
    listed = (*code.PROBES, *files.PROBES, *elements.PROBES)
    return tuple(replace(probe, number=number) for number, probe in enumerate(listed, 1))


def token(probe: Probe) -> str:
    """What stands in the secret files of a probe, and nowhere else."""
    return f"zq{probe.number:04d}zq"


def mark(probe: Probe) -> str:
    """The name of its element or attribute."""
    return f"zqmark{probe.number:04d}"


@dataclass(frozen=True, slots=True)
class Ground:
    """A repository for probes, the folder of secret files outside of it, the folder in which code shows that it ran."""

    root: Path
    secrets: Path
    ran: Path

    def lay(self, wanted: Iterable[Probe]) -> dict[str, Probe]:
        """Write each probe; every path that was written, or a folder of it, to its probe."""
        self.ran.mkdir(parents=True, exist_ok=True)
        laid: dict[str, Probe] = {}
        for probe in wanted:
            for folder in (self.secrets, self.root / "private", self.root / "docs/internal"):
                folder.mkdir(parents=True, exist_ok=True)
                for ending in ENDINGS:
                    if folder.name == "internal" and ending != ".png":
                        continue  # no file of another kind may lie there
                    (folder / f"{probe.number}{ending}").write_text(f"{token(probe)}\n", encoding="utf-8")
            for path, text in self._files(probe, self._filled(probe)):
                file = self.root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
                laid[path] = probe
                if path.endswith(".po"):
                    laid[compiled(file).relative_to(self.root).as_posix()] = probe
            if probe.place in {Place.QUERY, Place.CHANGELOG}:
                laid[f"packs/{_pack(probe)}"] = probe
        return laid

    def _filled(self, probe: Probe) -> str:
        """The text with what its words in @ stand for."""
        name = str(probe.number)
        ways = {
            "SECRET": self.secrets / name,
            "ROOT": self.root / "private" / name,
            "INTERNAL": self.root / "docs/internal" / name,
        }
        on_page = probe.place in {Place.PAGE, Place.WHOLE_PAGE}
        text = probe.text
        for word, path in ways.items():
            way = os.path.relpath(path, self.root / PAGES) if on_page else str(path)
            text = text.replace(f"@{word}@", way)
        text = text.replace("@ABSOLUTE@", str(self.secrets / name)).replace("@RAN@", str(self.ran / name))
        return text.replace("@N@", name).replace("@MARK@", mark(probe))

    def _files(self, probe: Probe, text: str) -> list[tuple[str, str]]:
        """What to write, by path."""
        page = f"{PAGES}/probe{probe.number}.md"
        first, _, rest = text.partition("\n")
        content, _, words = rest.partition("\n=\n")
        simple = {
            Place.PAGE: [(page, f"# Probe {probe.number}\n\n{text}\n")],
            Place.WHOLE_PAGE: [(page, text)],
            Place.YAML: [(_entity(probe), text)],
            Place.FILE: [(first, rest)],
            Place.PAIR: [(first, content), (page, f"# Probe {probe.number}\n\n{words}\n")],
        }
        if probe.place in simple:
            return simple[probe.place]
        if probe.place is Place.FIELD:
            said = {"surface": "lamp", "connectors": ["oil_feed"], "happens": text, "instead": text}
            return [(_entity(probe), json.dumps({"title": f"{probe.number} {text}", **said}))]
        if probe.place is Place.RUNBOOK:
            said = _runbook(tree(self.root / RUNBOOK), probe.number, text)
            return [(f"runbooks/lamp/probe-{probe.number}.yaml", json.dumps(said))]
        return self._pack(probe, text)

    def _pack(self, probe: Probe, text: str) -> list[tuple[str, str]]:
        """A pack as the miniature's, under another name, and its connector."""
        name = _pack(probe)
        connector = self.root / "ops_model/operating/connectors/oil_feed.yaml"
        write(connector.with_name(f"{name}.yaml"), {**tree(connector), "title": name, "schema_name": name})
        shutil.copytree(self.root / "packs/oil_feed", self.root / "packs" / name)
        for path in sorted((self.root / "packs" / name).rglob("*.yaml")):
            path.write_text(path.read_text(encoding="utf-8").replace("oil_feed", name), encoding="utf-8")
        if probe.place is Place.CHANGELOG:
            return [(f"packs/{name}/CHANGELOG.md", text)]
        board = f"packs/{name}/charts/index.yml"
        said = tree(self.root / board)
        said["queries"]["stock"]["sql"] = text
        return [(board, json.dumps(said))]


def _entity(probe: Probe) -> str:
    return f"ops_model/launch/unsupported/probe-{probe.number}.yaml"


def _pack(probe: Probe) -> str:
    return f"probe_{probe.number}"


def _runbook(said: dict[str, Any], number: int, text: str) -> dict[str, Any]:
    """A runbook of other words."""
    steps = [
        {**step, "title": text, "do": text, "command": text, "expect": text, "answers": []} for step in said["steps"]
    ]
    for step in steps:
        for way in step.get("next", ()):
            way["when"] = text
        if "end" in step:
            step["end"]["say"] = text
    return {**said, "title": f"{number} {text}", "summary": text, "use_when": [text], "steps": steps}


def compiled(file: Path) -> Path:
    """The file of the translations as Sphinx reads them."""
    made = file.with_suffix(".mo")
    with file.open("rb") as words, made.open("wb") as stream:
        write_mo(stream, read_po(words))
    return made
