from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from generators.model.upstream import CaseFile, CaseStep, Trial, Upstream, UpstreamCase, UpstreamReport, report_text

CASE = UpstreamCase(
    files=(CaseFile(path="pane.yml", text="title: A pane\n"),),
    steps=(
        CaseStep(run="glass look pane.yml", exit=1, shows=("veil", "frost"), hides=("clear",)),
        CaseStep(run="glass draw pane.yml", exit=0, writes="pane.svg", shows=("veil",)),
        CaseStep(run="glass watch pane.yml"),
    ),
)
TRIAL = Trial(release="glass 1.2.0", day=date(2026, 11, 20), result="present", seen="A veil.")
REPORT = UpstreamReport(expected="A clear pane.", actual="A veil.")
TEXT = """\
Glass that clouds

### Version

glass 1.2.0

### Steps to reproduce

In an empty folder, create:

`pane.yml`:

```yaml
title: A pane
```

Run:

- `glass look pane.yml`: exit code 1; seen: `veil`, `frost`; no `clear`
- `glass draw pane.yml`: exit code 0; seen in `pane.svg`: `veil`
- `glass watch pane.yml`: does not return

### Expected

A clear pane.

### Actual

A veil."""


def test_a_report_says_what_a_stranger_needs_to_repeat_the_case() -> None:
    """Title, version of the last trial, files and commands with what they do, expected, actual: as trackers read it."""
    text = report_text("Glass that clouds", Upstream(trials=(TRIAL,), case=CASE, report=REPORT))
    assert text == TEXT


def test_what_the_tracker_knows_already_has_no_report() -> None:
    """A case alone is no text to send."""
    assert report_text("Glass that clouds", Upstream(issue=7, trials=(TRIAL,), case=CASE)) == ""


@pytest.mark.parametrize("known", [{"trials": (TRIAL,)}, {"case": CASE}], ids=["no-case", "no-trial"])
def test_a_report_without_a_case_that_was_tried_is_refused(known: dict[str, object]) -> None:
    """Nobody can repeat it, or nobody here has."""
    with pytest.raises(ValidationError, match="needs a case and the trial"):
        Upstream.model_validate({**known, "report": REPORT})


@pytest.mark.parametrize("release", ["glass 1.2.0", "glass after 1.2.0", "glass-cut 0.10.1.dev3", "glass 1.12.0rc1"])
def test_a_release_is_a_package_and_a_version(release: str) -> None:
    """Pre-releases too, and what is only known to come later than a version."""
    assert Trial.model_validate({**TRIAL.model_dump(), "release": release}).release == release


@pytest.mark.parametrize("release", ["1.2.0", "glass", "Glass 1.2.0", "glass before 1.2.0", "glass 1.2.0 "])
def test_anything_else_is_no_release(release: str) -> None:
    """A number alone does not say of what."""
    with pytest.raises(ValidationError):
        Trial.model_validate({**TRIAL.model_dump(), "release": release})
