"""Defects of software that others maintain: what their tracker says, what was tried here, a report ready to be sent."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from generators.model.base import Part
from generators.model.text import REPEATS, Command, Day, FileText, Line, Prose, Release, RepoPath, Url


class CaseFile(Part):
    """A file of a case."""

    path: RepoPath
    """Below the folder in which the commands run."""
    text: FileText


class CaseStep(Part):
    """A command of a case, and what it does."""

    run: Command
    exit: Annotated[int, Field(ge=0, le=255)] | None = None
    """Absent: it does not return."""
    writes: RepoPath | None = None
    """The file to look at. Absent: what it prints."""
    shows: Annotated[tuple[Line, ...], REPEATS] = ()
    """Pieces of what it prints or writes, in this order, with one space for each white space."""
    hides: tuple[Line, ...] = ()
    """What is not in there."""

    @property
    def text(self) -> str:
        """The command and what it does, in Markdown."""
        return _step_text(self)


class UpstreamCase(Part):
    """The smallest project that shows a defect, or shows that it is fixed."""

    files: Annotated[tuple[CaseFile, ...], Field(min_length=1)]
    steps: Annotated[tuple[CaseStep, ...], Field(min_length=1)]


class Trial(Part):
    """What was seen when a defect was tried here on a release."""

    release: Release
    day: Day
    result: Literal["fixed", "partly-fixed", "present", "removed"]
    """Removed: what had the defect is no longer there."""
    seen: Line


class UpstreamReport(Part):
    """What a report to the maintainers says besides the case."""

    expected: Prose
    actual: Prose


class Upstream(Part):
    """A defect of software that others maintain: what its tracker says, and what was tried here."""

    issue: Annotated[int, Field(ge=1)] | None = None
    """Its number in the tracker. Absent: not looked up, or not reported."""
    url: Url | None = None
    seen_in: tuple[Release, ...] = ()
    """Releases in which it was reported, the first and the last where there are several."""
    fixed_in: Release | None = None
    """The release that fixes it, by the maintainers' own changelog."""
    trials: tuple[Trial, ...] = ()
    """Oldest first."""
    case: UpstreamCase | None = None
    """Shows what the last trial saw."""
    report: UpstreamReport | None = None
    """For a defect that nobody has reported yet."""

    @model_validator(mode="after")
    def _report_has_a_case(self) -> Self:
        if self.report is not None and (self.case is None or not self.trials):
            raise PydanticCustomError("report", "a report needs a case and the trial that it is about")
        return self


def report_text(title: str, upstream: Upstream) -> str:
    """A report in Markdown, as trackers read it: title, version, steps with files and commands, expected, actual.

    Empty where there is no report to send.
    """
    if upstream.report is None or upstream.case is None:
        return ""
    files = "\n\n".join(f"`{file.path}`:\n\n```yaml\n{file.text.rstrip()}\n```" for file in upstream.case.files)
    steps = "\n".join(f"- {step.text}" for step in upstream.case.steps)
    return "\n\n".join(
        (
            title,
            f"### Version\n\n{upstream.trials[-1].release}",
            f"### Steps to reproduce\n\nIn an empty folder, create:\n\n{files}\n\nRun:\n\n{steps}",
            f"### Expected\n\n{upstream.report.expected.strip()}",
            f"### Actual\n\n{upstream.report.actual.strip()}",
        )
    )


def _step_text(step: CaseStep) -> str:
    ending = "does not return" if step.exit is None else f"exit code {step.exit}"
    where = f" in `{step.writes}`" if step.writes else ""
    shown = [", ".join(f"`{piece}`" for piece in step.shows)] if step.shows else []
    hidden = ["no " + ", no ".join(f"`{piece}`" for piece in step.hides)] if step.hides else []
    seen = f"; seen{where}: " + "; ".join(shown + hidden) if shown or hidden else ""
    return f"`{step.run}`: {ending}{seen}"
