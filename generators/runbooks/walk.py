"""A walk of a runbook: where it stands after every answer so far, and what is asked next. Pure: time is in the answers.

The same journal on the same runbook always gives the same walk, so a walk that was interrupted is its journal read
again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from generators.model.digest import digest
from generators.runbooks import journal
from generators.runbooks.placeholders import asked_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from generators.model.runbook import Runbook, Step
    from generators.runbooks.journal import Answer

Asked = Literal["setting", "parameter", "owner", "due", "step", "nothing"]
Over = Literal["", "ended", "given-up"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A step as it was walked once."""

    step: str
    digest: str = ""
    """Of the step as it stood; empty while the step is not answered."""
    ms: int = 0
    notes: tuple[str, ...] = ()
    went: str | None = None
    when: str | None = None
    """The condition that was answered; None where the way has none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the walk taught."""

    what: str
    step: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands."""

    identity: str
    runbook: Runbook
    begun: datetime
    people: tuple[str, ...]
    digests: Mapping[str, str]
    """Of all steps, as the walkers know them."""
    here: Visit
    independent: bool = False
    """Whether they say that nobody of them has written the runbook."""
    setting: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    visits: tuple[Visit, ...] = ()
    """Steps that were left, in order."""
    findings: tuple[Finding, ...] = ()
    pending: Literal["", "owner", "due"] = ""
    """What is still asked about the last finding."""
    skipped: frozenset[str] = frozenset()
    """Parameters left open at this step."""
    over: Over = ""

    @classmethod
    def of(cls, identity: str, runbook: Runbook, answers: Sequence[Answer]) -> Walk:
        """The walk that a journal tells.

        Raises ValueError for a journal that does not begin, begins another one, or leaves a step where it is not.
        """
        first = journal.begun(answers)
        if first.runbook != identity:
            message = f"the journal is of '{first.runbook}', not of '{identity}'"
            raise ValueError(message)
        walk = cls(identity, runbook, first.at, first.people, first.digests, Visit(runbook.entry))
        for answer in answers[1:]:
            if isinstance(answer, journal.Went | journal.Ended | journal.GaveUp) and not walk.over:
                walk._stands_at(answer.step, answer.digest)
            walk = walk.after(answer)
        return walk

    def _stands_at(self, step: str, digest: str) -> None:
        if step != self.here.step or self.digests.get(step, digest) != digest:
            message = f"the journal leaves '{step}' as it never stood, and the walk is at '{self.here.step}'"
            raise ValueError(message)

    @property
    def step(self) -> Step | None:
        """The step that the walk stands at; None when the runbook no longer has it."""
        return next((step for step in self.runbook.steps if step.id == self.here.step), None)

    @property
    def number(self) -> int:
        """The step's number on the page, from 1; 0 when the runbook no longer has it."""
        return next((n for n, step in enumerate(self.runbook.steps, 1) if step.id == self.here.step), 0)

    @property
    def walked(self) -> tuple[Visit, ...]:
        """The steps that were left, and the one at which a walk that is over stopped."""
        return (*self.visits, self.here) if self.over else self.visits

    @property
    def lost(self) -> tuple[str, ...]:
        """Steps that were walked and that the runbook no longer has: no record can name them."""
        names = {step.id for step in self.runbook.steps}
        used = (*(visit.step for visit in self.visits), self.here.step, *(finding.step for finding in self.findings))
        return tuple(name for name in dict.fromkeys(used) if name not in names)

    @property
    def changed(self) -> tuple[str, ...]:
        """Steps that are others now than the walkers know: changed, new, or gone."""
        now = digests_of(self.runbook)
        return tuple(name for name in {**now, **self.digests} if now.get(name) != self.digests.get(name))

    @property
    def open_parameter(self) -> str:
        """The first parameter that the step uses and that has no value; empty when there is none."""
        names = asked_for(self.step, self.runbook) if self.step else ()
        return next((name for name in names if name not in self.given and name not in self.skipped), "")

    @property
    def asks(self) -> Asked:
        """What is asked next."""
        if self.over:
            return "nothing"
        if not self.setting:
            return "setting"
        return self.pending or ("parameter" if self.open_parameter else "step")

    def after(self, answer: Answer) -> Walk:
        """The walk after one more answer. Once it is over, nothing moves it."""
        if self.over:
            return self
        here = replace(self.here, ms=self.here.ms + answer.ms)
        match answer:
            case journal.Noted():
                here = replace(here, notes=(*here.notes, answer.text))
            case journal.Went():
                left = replace(here, step=answer.step, digest=answer.digest, went=answer.go, when=answer.when)
                return replace(self, visits=(*self.visits, left), here=Visit(answer.go), skipped=frozenset())
            case journal.Ended():
                return replace(self, here=replace(here, digest=answer.digest), over="ended")
            case journal.GaveUp():
                notes = (*here.notes, f"Given up: {answer.why}")
                return replace(self, here=replace(here, digest=answer.digest, notes=notes), over="given-up")
            case journal.Back() if self.visits:
                return self._back(here)
        return _staying(replace(self, here=here), answer)

    def _back(self, wrong: Visit) -> Walk:
        """At the step before once more; the time and the notes of the step that was left by mistake go with it."""
        before = self.visits[-1]
        notes = (*before.notes, *wrong.notes)
        here = replace(before, ms=before.ms + wrong.ms, notes=notes, went=None, when=None, digest="")
        return replace(self, visits=self.visits[:-1], here=here, skipped=frozenset())


def _staying(walk: Walk, answer: Answer) -> Walk:
    """The walk after an answer that leads to no other step."""
    match answer:
        case journal.Setting():
            walk = replace(walk, setting=answer.text)
        case journal.Set():
            walk = replace(walk, given={**walk.given, answer.name: answer.value})
        case journal.Skipped():
            walk = replace(walk, skipped=walk.skipped | {answer.name})
        case journal.Joined():
            people = tuple(dict.fromkeys((*walk.people, answer.person)))
            walk = replace(walk, people=people, independent=False)  # the newcomer has not said so
        case journal.Independent():
            walk = replace(walk, independent=True)
        case journal.Changed():
            walk = replace(walk, digests=answer.digests)
        case journal.Found():
            finding = Finding(answer.text, walk.here.step, answer.owner, answer.due)
            walk = replace(walk, findings=(*walk.findings, finding), pending="owner")
        case journal.Owned() if walk.findings:
            finding = replace(walk.findings[-1], owner=answer.owner)
            walk = replace(walk, findings=(*walk.findings[:-1], finding), pending="due")
        case journal.Due() if walk.findings:
            finding = replace(walk.findings[-1], due=answer.due)
            walk = replace(walk, findings=(*walk.findings[:-1], finding), pending="")
    return walk


def digests_of(runbook: Runbook) -> dict[str, str]:
    """Step id to digest, of every step as it stands; the first of two steps with one id counts."""
    return {step.id: digest(step) for step in reversed(runbook.steps)}


def unwalkable(runbook: Runbook) -> str:
    """Why a runbook cannot be walked as it stands, as a clause; empty when it can."""
    names = {step.id for step in runbook.steps}
    if runbook.entry not in names:
        return f"it begins at '{runbook.entry}', which is none of its steps"
    for step in runbook.steps:
        for branch in step.next:
            if branch.go not in names:
                return f"step '{step.id}' leads to '{branch.go}', which is none of its steps"
        if bool(step.next) is bool(step.end):
            return f"step '{step.id}' {'both ends and goes on' if step.end else 'neither ends nor goes on'}"
    return ""
