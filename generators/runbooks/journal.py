"""The journal of a walk: one answer a line, as JSON, in the order in which people gave them. Nothing is ever taken out.

A line counts once its line feed is there: what was torn off while it was written is told apart from damage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from generators.model.base import Part
from generators.model.text import Day, Digest, Instant, Line, Name, Slug

if TYPE_CHECKING:
    from collections.abc import Sequence

Milliseconds = Annotated[int, Field(ge=0)]
Digests = dict[str, Digest]
"""Step id to the digest of the step as it stood."""


class Entered(Part):
    """Something that was entered, and when."""

    at: Instant
    ms: Milliseconds = 0
    """Time spent at the step since the answer before, in this sitting."""


class Begun(Entered):
    """The first line: who walks what, and the runbook as it stood."""

    kind: Literal["begun"] = "begun"
    runbook: Slug
    people: Annotated[tuple[Slug, ...], Field(min_length=1)]
    digests: Digests


class Joined(Entered):
    """Somebody walks along from here on."""

    kind: Literal["joined"] = "joined"
    person: Slug


class Independent(Entered):
    """Whoever walks says that nobody of them has written the runbook; holds until another person joins."""

    kind: Literal["independent"] = "independent"


class Set(Entered):
    """A parameter's value."""

    kind: Literal["set"] = "set"
    name: Name
    value: Line


class Skipped(Entered):
    """A parameter that is left open at this step."""

    kind: Literal["skipped"] = "skipped"
    name: Name


class Setting(Entered):
    """What is played, and on what."""

    kind: Literal["setting"] = "setting"
    text: Line


class Noted(Entered):
    """A note on the step."""

    kind: Literal["noted"] = "noted"
    text: Line


class Found(Entered):
    """Something that the walk taught, with the owner and day that hold unless others are named."""

    kind: Literal["found"] = "found"
    text: Line
    owner: Slug
    due: Day


class Owned(Entered):
    """Who sees to what was found last."""

    kind: Literal["owned"] = "owned"
    owner: Slug


class Due(Entered):
    """By when what was found last is done."""

    kind: Literal["due"] = "due"
    due: Day


class Went(Entered):
    """A way on from a step, and the step as it stood."""

    kind: Literal["went"] = "went"
    step: Slug
    digest: Digest
    go: Slug
    when: Line | None = None
    """The condition of that way; absent where it has none, and in journals of older versions."""


class Ended(Entered):
    """The walk came to an end at a step."""

    kind: Literal["ended"] = "ended"
    step: Slug
    digest: Digest


class GaveUp(Entered):
    """The walk stopped at a step for good, and why."""

    kind: Literal["gave-up"] = "gave-up"
    step: Slug
    digest: Digest
    why: Line


class Back(Entered):
    """The last way on was a mistake."""

    kind: Literal["back"] = "back"


class Paused(Entered):
    """The sitting ended before the walk did."""

    kind: Literal["paused"] = "paused"


class Changed(Entered):
    """The runbook changed during a pause, and the walk goes on all the same."""

    kind: Literal["changed"] = "changed"
    digests: Digests


Answer = (
    Begun | Joined | Independent | Set | Skipped | Setting | Noted | Found | Owned | Due
    | Went | Ended | GaveUp | Back | Paused | Changed
)  # fmt: skip
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Journal:
    """What could be read of a journal."""

    answers: tuple[Answer, ...]
    size: int
    """Bytes that the answers take up: what follows was torn off while it was written."""
    torn: bool
    damaged: int = 0
    """The first line from 1 that is no answer though it was written whole, or 0."""


def line_of(answer: Answer) -> bytes:
    """An answer as its line, with the line feed."""
    return answer.model_dump_json(exclude_none=True).encode() + b"\n"


def read_journal(data: bytes) -> Journal:
    """The answers of a journal. A last line that is cut short or unreadable is torn; any other is damage."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]  # what stands behind the last line feed
    lines = lines if lines[-1] else lines[:-1]
    answers: list[Answer] = []
    size = 0
    for number, line in enumerate(lines, 1):
        answer = _answer(line, first=number == 1)
        if answer is None:
            last = number == len(lines)
            return Journal(tuple(answers), size, torn=last, damaged=0 if last else number)
        answers.append(answer)
        size += len(line)
    return Journal(tuple(answers), size, torn=False)


def _answer(line: bytes, *, first: bool) -> Answer | None:
    """Only the first line begins a journal, and it does."""
    if not line.endswith(b"\n"):
        return None
    try:
        answer = _ANSWER.validate_json(line)
    except ValidationError:
        return None
    return answer if isinstance(answer, Begun) is first else None


def begun(answers: Sequence[Answer]) -> Begun:
    """The first answer. Raises ValueError for a journal without one."""
    if not answers or not isinstance(answers[0], Begun):
        message = "a journal begins with who walks what"
        raise ValueError(message)
    return answers[0]
