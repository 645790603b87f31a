"""What a walk says on a terminal, as text: steps with their commands filled in, what may be answered, how it went."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.runbook import Runbook
from generators.report.document import document
from generators.runbooks.journal import Due, Noted
from generators.runbooks.placeholders import filled
from generators.runtime.spelling import older_lines
from generators.source.characters import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generators.catalog import Catalog
    from generators.model.runbook import Step
    from generators.runbooks.coverage import Coverage, Way
    from generators.runbooks.journal import Answer
    from generators.runbooks.walk import Walk
    from generators.runtime.spelling import Spellings

HELP = """\
  1, 2, …        take that way on; at an end, 1 says that it is reached
  Enter          how long this step has been open
  n TEXT         a note on this step
  f TEXT         something that the walk taught: it becomes a lesson with an owner and a day
  s NAME=VALUE   fill in a parameter, or change it
  b              back: the last way on was a mistake; the journal keeps both
  x WHY          give up for good: the record ends at this step
  q              pause; the same command goes on from here, as it does after Ctrl-C
"""
WIDTH = 88
"""Columns of text: longer lines are hard to read."""
SETTING = "What is played, and on what? Say which fault, which tables, and which parts are real.\n"


@dataclass(frozen=True, slots=True)
class Look:
    """How text is set: columns, ≥ 20, and whether the terminal knows bold and faint."""

    columns: int = WIDTH
    styled: bool = False

    def bold(self, text: str) -> str:
        """What the eye should find first."""
        return f"\x1b[1m{text}\x1b[0m" if self.styled else text

    def faint(self, text: str) -> str:
        """What is there if it is wanted."""
        return f"\x1b[2m{text}\x1b[0m" if self.styled else text

    def prose(self, text: str, indent: str = "") -> str:
        """Text in lines that fit, with their own line breaks kept; ends with a line feed."""
        width = max(20, min(self.columns, WIDTH))
        lines = (line.rstrip() for line in text.strip().split("\n"))
        set_ = (
            textwrap.fill(
                printable(line),
                width,
                initial_indent=indent,
                subsequent_indent=indent + " " * (len(line) - len(line.lstrip())),
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in lines
        )
        return "\n".join(set_) + "\n"


def step_text(walk: Walk, look: Look, spellings: Spellings) -> str:
    """The step that the walk stands at, with the values that are known, its commands as spelled, and the ways on."""
    step = walk.step
    if step is None:
        return f"The runbook no longer has step '{printable(walk.here.step)}'.\n"
    return "\n".join(_step_parts(walk, step, look, spellings))


def _step_parts(walk: Walk, step: Step, look: Look, spellings: Spellings) -> Iterator[str]:
    title = printable(filled(step.title, walk.given))
    yield ""
    yield look.bold(f"Step {walk.number}. {title}")
    owner = f"{step.owner}, " if step.owner else ""
    yield look.faint(f"{owner}time box {_minutes(step.minutes)}") + "\n"
    yield look.prose(filled(step.do, walk.given))
    if step.command:
        command = spellings.spell(step.command)
        yield _commands(filled(command, walk.given), look)
        for older in older_lines(command):
            yield look.faint(f"With {older.name}:")
            yield _commands(filled(older.text, walk.given), look)
    if step.expect:
        yield look.prose("Expect: " + filled(step.expect, walk.given))
    yield from _numbered_answers(walk, step, look)


def _commands(text: str, look: Look) -> str:
    lines = text.rstrip("\n").split("\n")
    return "".join(f"    {look.bold(printable(line.expandtabs(4)))}\n" if line else "\n" for line in lines)


def _numbered_answers(walk: Walk, step: Step, look: Look) -> Iterator[str]:
    """The ways on from a step, or its end, each under the number that takes it."""
    numbers = {each.id: number for number, each in reversed(list(enumerate(walk.runbook.steps, 1)))}
    titles = {each.id: each.title for each in walk.runbook.steps}
    for number, branch in enumerate(step.next, 1):
        when = filled(branch.when or "Done", walk.given)
        to = f"{numbers.get(branch.go, '?')}. {filled(titles.get(branch.go, branch.go), walk.given)}"
        yield look.prose(f"{when} → {to}", "     ").replace("    ", f"  {number} ", 1).rstrip("\n")
    if step.end:
        outcome = f"The end: {step.end.outcome.replace('-', ' ')}. {filled(step.end.say, walk.given)}"
        yield look.prose(outcome, "     ").replace("    ", "  1 ", 1).rstrip("\n")
    yield ""


def parameter_text(walk: Walk, look: Look) -> str:
    """What the parameter means that is asked for."""
    name = walk.open_parameter
    parameter = next(parameter for parameter in walk.runbook.parameters if parameter.name == name)
    return "\n" + look.prose(f"Step {walk.number} uses {{{name}}}: {parameter.meaning} For example {parameter.example}")


def prompt(walk: Walk) -> str:
    """What stands before the cursor."""
    match walk.asks:
        case "setting":
            return "setting: "
        case "parameter":
            return f"{walk.open_parameter} (Enter leaves it open): "
        case "owner":
            return f"  who sees to it (Enter: {walk.findings[-1].owner}): "
        case "due":
            return f"  by when (Enter: {walk.findings[-1].due}): "
        case _:
            return f"step {walk.number}> "


def time_text(walk: Walk, ms: int) -> str:
    """How long the step has been open, `ms` of it since the last answer, and what its time box leaves."""
    seconds = (walk.here.ms + ms) // 1000
    box = walk.step.minutes * 60 if walk.step else 0
    left = f"{clock(box - seconds)} left" if seconds <= box else f"over by {clock(seconds - box)}"
    return f"  {clock(seconds)} of {clock(box)}, {left}\n"


def clock(seconds: int) -> str:
    """Seconds, ≥ 0, as `3:07` or `1:02:07`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def kept_text(walk: Walk, answer: Answer) -> str:
    """That a note or a lesson is kept; empty for answers that show by themselves."""
    if isinstance(answer, Noted):
        return "  noted\n"
    if isinstance(answer, Due):
        return f"  a lesson for {walk.findings[-1].owner}, by {answer.due}\n"
    return ""


def steps_text(walk: Walk, names: Iterable[str]) -> str:
    """Steps by title, with their numbers where the runbook has them."""
    titles = {step.id: f"{number}. {step.title}" for number, step in enumerate(walk.runbook.steps, 1)}
    return "; ".join(printable(titles.get(name, f"{name} (gone)")) for name in names)


def result_text(walk: Walk, path: str, coverage: Coverage, look: Look) -> str:
    """What the walk came to: the record, its lessons, and what of the runbook is walked now."""
    seconds = sum(visit.ms for visit in walk.walked) // 1000
    steps, lessons = len(walk.walked), len(walk.findings)
    lines = [
        look.bold(printable(path)),
        f"  {_count(steps, 'step')} in {clock(seconds)}, {_count(lessons, 'lesson')}"
        + ("; given up before an end" if walk.over == "given-up" else ""),
        *(f"  lesson: {printable(lesson.what)} ({lesson.owner}, by {lesson.due})" for lesson in walk.findings),
        f"  {coverage.walked} of {_count(len(coverage.ways), 'way')} through {walk.identity} walked",
    ]
    return "\n".join(lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def list_text(coverages: Iterable[Coverage], paused: dict[str, list[str]]) -> str:
    """Runbooks with what is walked of them: a line each, those that were never walked first."""
    ordered = sorted(coverages, key=lambda covered: (covered.last is not None, covered.share, covered.runbook))
    width = max((len(covered.runbook) for covered in ordered), default=0)
    return "".join(
        f"{covered.runbook:{width}}  {covered.walked:>2} of {len(covered.ways):>2} ways  {_last(covered)}"
        + "".join(f"; paused by {person}" for person in paused.get(covered.runbook, ()))
        + "\n"
        for covered in ordered
    )


def _last(coverage: Coverage) -> str:
    if coverage.last is None:
        return "never walked"
    stale = f"; changed since: {', '.join(coverage.stale_steps)}" if coverage.stale_steps else ""
    return f"{coverage.last.day} by {', '.join(coverage.last.people)}{stale}"


def list_json(catalog: Catalog, coverages: Iterable[Coverage], paused: Mapping[str, Sequence[str]]) -> str:
    """The same for programs: every way of each runbook with who walked it last."""
    return document(runbooks=[_row(catalog, one, paused.get(one.runbook, ())) for one in coverages])


def _row(catalog: Catalog, coverage: Coverage, paused: Sequence[str]) -> dict[str, object]:
    entry, last = catalog.find(Runbook, coverage.runbook), coverage.last
    return {
        "runbook": coverage.runbook,
        "title": entry.entity.title if entry else "",
        "walked": coverage.walked,
        "share": round(coverage.share, 4),
        "stale": coverage.stale_steps,
        "last": {"rehearsal": last.rehearsal, "held": str(last.day), "people": last.people} if last else None,
        "paused": list(paused),
        "ways": [_branch(way) for way in coverage.ways],
    }


def _branch(way: Way) -> dict[str, object]:
    held = way.held
    last = {"rehearsal": held.rehearsal, "held": str(held.day), "people": held.people} if held else None
    return {"step": way.step, "go": way.go or None, "when": way.when or None, "state": way.state, "last": last}
