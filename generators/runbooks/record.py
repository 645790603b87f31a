"""From a walk that is over to its record, and to the YAML that stands in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from generators.model.launch import Given, Lesson, Rehearsal, Walked
from generators.model.refs import PersonRef, RoleRef, RunbookRef
from generators.runbooks.seals import sealed
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.runbooks.walk import Visit, Walk

LONGEST_TITLE, LONGEST_NOTE = 140, 500
"""Characters that the model takes."""
WIDTH = 100


def rehearsal_of(walk: Walk) -> Rehearsal:
    """The record of a walk that is over. Raises ValueError for one that goes on.

    Several notes on a step become one, shortened where they do not fit; the journal has them in full.
    """
    if not walk.over:
        message = "the walk is not over"
        raise ValueError(message)
    held = walk.begun.date()
    suffix = f", walked on {held}"
    title = _shortened(walk.runbook.title, LONGEST_TITLE - len(suffix)) + suffix
    return Rehearsal(
        title=title,
        runbook=RunbookRef(walk.identity),
        held=held,
        people=tuple(map(PersonRef, walk.people)),
        setting=walk.setting,
        given=tuple(Given(name=name, value=value) for name, value in sorted(walk.given.items())),
        independent=walk.independent,
        walked=tuple(_walked(walk.identity, visit) for visit in walk.walked),
        lessons=tuple(
            Lesson(what=each.what, step=f"{walk.identity}/{each.step}", owner=RoleRef(each.owner), due=each.due)
            for each in walk.findings
        ),
    )


def _walked(runbook: str, visit: Visit) -> Walked:
    return Walked(
        step=f"{runbook}/{visit.step}",
        digest=visit.digest,
        seconds=(visit.ms + 500) // 1000,
        went=visit.went,
        when=visit.when,
        note=_shortened("; ".join(visit.notes), LONGEST_NOTE) or None,
    )


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def name_of(walk: Walk, number: int = 1) -> str:
    """The id of the record: the day, the runbook, and a number from the second one on; at most 80 characters."""
    suffix = f"-{number}" if number > 1 else ""
    day = walk.begun.date().isoformat()
    return f"{day}-{walk.identity[: 80 - len(day) - 1 - len(suffix)].rstrip('-_')}{suffix}"


def text_of(rehearsal: Rehearsal) -> str:
    """The record as YAML that the repository's reader takes as it is meant."""
    record = sealed(Rehearsal.kind, rehearsal.model_dump(mode="json", exclude_defaults=True))
    record["held"] = rehearsal.held
    for written, lesson in zip(cast("list[dict[str, object]]", record["lessons"]), rehearsal.lessons, strict=True):
        written["due"] = lesson.due
    return yaml_text(record, width=WIDTH)
