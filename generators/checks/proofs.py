"""What is said to prove something is a command that can fail for that reason."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from generators.checks.commands import line_of
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.launch import Criterion, Evidence, Gate, ScopeItem
from generators.model.operating import ReleaseTrain, TrainGate
from generators.model.pack import Pack
from generators.model.runtime import Runtime
from generators.model.stability import Defect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity

PROVES_NOTHING = Rule(
    "OPS618",
    "command-proves-nothing",
    Severity.ERROR,
    "A command that is named as a proof cannot fail for what it is to prove.",
    "It is green whatever happens: an approver would sign for nothing.",
    "Name a command that is red without the thing, such as `dfops check`, `dfops pack test PACK`, `make test` or "
    "`pytest PATH`, and keep its exit code.",
)
OTHER_PACK = Rule(
    "OPS709",
    "validation-of-another-pack",
    Severity.ERROR,
    "The command that validates the fix of a defect tests another pack, or one that does not exist.",
    "The defect can come back, and its validation stays green.",
    "Name the pack of the defect's connector.",
)
RULES = (PROVES_NOTHING, OTHER_PACK)


class Proving(NamedTuple):
    """What can prove something of a kind: everything else proves nothing."""

    words: Mapping[str, tuple[str, ...]]
    """First words of commands, by program; an empty one stands for all."""
    runtimes: tuple[str, ...]
    """First words of commands of the runtimes' programs."""
    actions: tuple[str, ...]
    """Actions that runtimes spell, without the `@`: `draw` stands for `draw_all` as well."""


OURS = "dfops"
ANY = ("",)
_TESTS = {"make": ("test", "test-all", "check"), "pytest": ANY}
_DRAWN, _DRAW = ("validate", "render"), ("validate", "draw", "errors", "check_templates")
VALIDATION = Proving(
    {OURS: ("check", "pack check", "pack test", "fleet check"), **_TESTS, "dbt": ("test", "build")},
    (*_DRAWN, "query", "serve"),
    (*_DRAW, "rows", "sql", "fits", "types"),
)
"""What keeps a fix fixed: a check or test that goes red when the defect comes back, or a query whose result does."""
CRITERION = Proving(
    {
        OURS: ("check", "pack check", "pack test", "fleet check", "catalog status", "runtime watch"),
        **_TESTS,
        "make": (*_TESTS["make"], "html", "lint", "bench", "hardening"),
    },
    _DRAWN,
    _DRAW,
)
"""What answers a criterion of a gate, a scope item or a gate of releases: its exit code says whether it holds."""
RELEASED = Proving({**CRITERION.words, OURS: (*CRITERION.words[OURS], "pack publish", "pack verify")}, _DRAWN, _DRAW)
"""What a gate of releases may name besides: steps that are refused where a release is not as it must be."""
ASKS_FOR_WORDS = frozenset({"--help", "-h", "--version", "--dry-run"})
"""Options that keep a command from doing anything."""
LOSES_ITS_EXIT_CODE = ("|| true", "|| :", "; true", "; :", "|| exit 0", "; exit 0")


def proofs_can_fail(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Evidence, criteria, gates of releases and validations name commands that can prove what they are named for."""
    programs = _programs(catalog)
    for proof in _proofs(catalog):
        objection = _objection(proof.command, proof.proving, programs)
        # What the installed command refuses has a finding of its own: OPS310, OPS610, OPS705.
        if objection and not any(facts.installed.problems(proof.command)):
            line, sentence = objection
            yield Finding(line_of(proof.entry, proof.route, proof.command, line), PROVES_NOTHING, sentence)


class _Proof(NamedTuple):
    """A command that is named as a proof, where it stands, and what could prove it."""

    entry: Entry[Entity]
    route: Route
    command: str
    proving: Proving


def _proofs(catalog: Catalog) -> Iterator[_Proof]:
    for gate in catalog.entries_of(Gate):
        yield from _commands(gate, "criteria", gate.entity.criteria, CRITERION)
    for item in catalog.entries_of(ScopeItem):
        yield from _commands(item, "evidence", item.entity.evidence, CRITERION)
    for train in catalog.entries_of(ReleaseTrain):
        yield from _commands(train, "gates", train.entity.gates, RELEASED)
    for defect in catalog.entries_of(Defect):
        if defect.entity.validation and defect.entity.validation.command:
            yield _Proof(defect, ("validation", "command"), defect.entity.validation.command, VALIDATION)


def _commands(
    entry: Entry[Entity], name: str, parts: tuple[Criterion | Evidence | TrainGate, ...], proving: Proving
) -> Iterator[_Proof]:
    for index, part in enumerate(parts):
        if part.command:
            yield _Proof(entry, (name, index, "command"), part.command, proving)


def _programs(catalog: Catalog) -> frozenset[str]:
    """The programs of the runtimes."""
    return frozenset(entry.entity.program for entry in catalog.entries_of(Runtime))


def _objection(command: str, proving: Proving, programs: frozenset[str]) -> tuple[int, str] | None:
    """The first line that loses its exit code; without one, the last line, where no line proves anything."""
    written = [(number, line.strip()) for number, line in enumerate(command.splitlines())]
    lines = [(number, line) for number, line in written if line and not line.startswith("#")]
    for number, line in lines:
        if line.endswith(LOSES_ITS_EXIT_CODE):
            return number, "what stands at the end keeps the command from failing"
    if not lines or any(_proves(line, proving, programs) for _, line in lines):
        return None
    number, line = lines[-1]
    return number, f"'{line[:60]}' cannot fail for what it is to prove"


def _proves(line: str, proving: Proving, programs: frozenset[str]) -> bool:
    words = _words(line)
    if not words or ASKS_FOR_WORDS & set(words):
        return False
    program, rest = words[0], " ".join(words[1:])
    if program.startswith("@"):
        return any(program[1:] == known or program[1:].startswith(f"{known}_") for known in proving.actions)
    allowed = proving.runtimes if program in programs else proving.words.get(program, ())
    return any(not known or rest == known or rest.startswith(f"{known} ") for known in allowed)


def _words(line: str) -> list[str]:
    """The words of a command, the program's folder, variables in front and `python -m` left out."""
    try:
        words = shlex.split(line)
    except ValueError:
        return []
    while words and "=" in words[0] and not words[0].startswith(("-", "@")):
        words = words[1:]
    if not words:
        return []
    words = [words[0].rpartition("/")[2], *words[1:]]
    is_module = words[0].startswith("python") and words[1:2] == ["-m"]
    return words[2:] if is_module else words


def validations_test_the_pack(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A validation by a pack's tests tests a pack that there is: that of the defect's connector, where it has one."""
    packs = {entry.id: str(entry.entity.connector) for entry in catalog.entries_of(Pack)}
    for proof in _proofs(catalog):
        if isinstance(proof.entry.entity, Defect):
            yield from _other_packs(proof, proof.entry.entity.connector, packs)


def _other_packs(proof: _Proof, connector: str | None, packs: Mapping[str, str]) -> Iterator[Finding]:
    wanted = [name for name, one in packs.items() if connector in {None, one}]
    for number, name in _packs_tested(proof.command):
        if wanted and name not in wanted:
            reason = f"the defect is of '{connector}'" if name in packs else f"there is no pack '{name}'"
            place = line_of(proof.entry, proof.route, proof.command, number)
            yield Finding(place, OTHER_PACK, reason, nearest(name, wanted))


def _packs_tested(command: str) -> Iterator[tuple[int, str]]:
    """The pack that each line names, with the number of the line."""
    for number, line in enumerate(command.splitlines()):
        words = _words(line)
        if words[:3] in ([OURS, "pack", "test"], [OURS, "pack", "check"]):
            yield from ((number, word) for word in words[3:4] if not word.startswith("-"))


CHECKS = (proofs_can_fail, validations_test_the_pack)
