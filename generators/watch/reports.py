"""A report of the watch: what was found, as the fields of a `runtime-report`, sealed, and as its file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.model.runtime_report import RuntimeReport
from generators.model.support import Symptom
from generators.packs.engines.engine import one_line
from generators.packs.reading.seal import SEAL, seal_of
from generators.runtime.difference import code_changes, command_changes
from generators.source.writing import Inline, InlineList, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.findings import Finding, Place
    from generators.model.runtime_report import Change
    from generators.packs.proof.shown import ShownBoard
    from generators.runtime.difference import CommandChange
    from generators.runtime.known import KnownRuntime
    from generators.runtime.registry import Releases
    from generators.runtime.snapshots import Code, Snapshot

FoundBoard = tuple[str, "Place", "ShownBoard", "tuple[Change, ...]"]
"""A board that changes: its pack, where, what a version found wrong with it, and in which ways it changes."""
HEAD = "Written by `dfops runtime watch --record`; what is changed here by hand is no record."
NO_FOLD = 1_000
LONGEST_TITLE, LONGEST_LINE = 140, 500


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison came to; what was not asked is empty."""

    before: Snapshot
    after: Snapshot
    places: Sequence[Finding] = ()
    packs: Mapping[str, int] = field(default_factory=dict)
    boards: Sequence[FoundBoard] = ()
    engines: tuple[str, str] | None = None
    installed: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, when, and what the registry had then, where it answered."""

    before: KnownRuntime
    after: KnownRuntime
    at: datetime
    newest: Releases | None

    @property
    def id(self) -> str:
        """The name of the file: both versions, the distribution once where it is the same."""
        ours, theirs = (f"{side.runtime.distribution}-{side.version}" for side in (self.before, self.after))
        if self.before.id == self.after.id:
            theirs = self.after.version
        return re.sub(r"[^a-z0-9]+", "-", f"{ours}-to-{theirs}".lower())

    @property
    def title(self) -> str:
        """Name and version before, and the version after."""
        theirs = self.after.version if self.before.id == self.after.id else self.after.name
        return one_line(f"{self.before.name} to {theirs}", LONGEST_TITLE)

    def fields(self) -> dict[str, object]:
        """What a report begins with."""
        newest = self.newest
        return _given(
            title=self.title,
            asked_at=self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            before=Inline(runtime=self.before.id, version=self.before.version),
            after=Inline(runtime=self.after.id, version=self.after.version),
            newest_release=newest and newest.release,
            newest_pre_release=newest and newest.pre_release,
        )


def report_of(asked: Asked, found: Found, catalog: Catalog) -> tuple[RuntimeReport, str]:
    """The report of a comparison, and its file."""
    codes = code_changes(found.before.codes, found.after.codes)
    changes = command_changes(found.before.commands, found.after.commands)
    met = _domains_met(catalog, found.before)
    fields = asked.fields() | _given(
        installed=found.installed and _line(found.installed),
        engines=found.engines and InlineList(map(_line, found.engines)),
        commands=[Inline(_command(asked, change)) for change in changes],
        codes=_given(
            gone=_names(codes.gone),
            new=_names(codes.new),
            new_for_users=_names(code for code in codes.new if code.domain in met),
            moved=_names(codes.moved),
        ),
        places=[Inline(_place(finding)) for finding in found.places],
        packs=found.packs,
        boards=[Inline(each) for each in _boards(found)],
    )
    return _sealed(fields)


def report_of_none(asked: Asked, reason: str) -> tuple[RuntimeReport, str]:
    """The report of a version that could not be installed, or does not answer, and its file."""
    return _sealed(asked.fields() | {"not_installed": _line(reason)})


def _sealed(fields: dict[str, object]) -> tuple[RuntimeReport, str]:
    sealed = fields | {SEAL: seal_of(fields)}
    report = RuntimeReport.model_validate_json(json.dumps(sealed), strict=True)
    return report, yaml_text(sealed, head=HEAD, width=NO_FOLD)


def _line(text: str) -> str:
    """What others say, as a line that a report may hold."""
    return one_line(text, LONGEST_LINE)


def _given(**fields: object) -> dict[str, object]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value}


def _command(asked: Asked, change: CommandChange) -> dict[str, object]:
    side = asked.before if change.what == "removed" else asked.after
    command = f"{side.runtime.program} {change.command}".strip()
    name, detail = change.name and _line(change.name), change.detail and _line(change.detail)
    return _given(command=_line(command), what=change.what, name=name, detail=detail)


def _names(codes: Iterable[Code]) -> InlineList:
    return InlineList(_line(code.code) for code in codes)


def _domains_met(catalog: Catalog, snapshot: Snapshot) -> frozenset[str]:
    """The domains of the codes that symptoms list: what users of packs meet is of one of them."""
    listed = {code for entry in catalog.entries_of(Symptom) for code in entry.entity.diagnostics}
    return frozenset(code.domain for name, code in snapshot.codes.items() if name in listed)


def _place(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {"path": place.path, "line": place.line, "column": place.column} | _given(
        rule=finding.rule.code,
        message=_line(finding.message),
        hint=finding.hint and _line(finding.hint),
    )


def _boards(found: Found) -> Iterator[dict[str, object]]:
    for pack, place, shown, what in found.boards:
        yield {
            "pack": pack,
            "board": shown.board,
            "path": place.path,
            "line": place.line,
            "column": place.column,
            "what": InlineList(what),
            "reason": _line(shown.reason),
        }
