"""Cases of the register against the releases that they are about."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.model import KINDS
from generators.model.stability import Defect
from generators.source import LIMITS, Repository

if TYPE_CHECKING:
    from generators.catalog import Catalog
    from generators.model.upstream import CaseStep

ROOT = Path(__file__).parents[2]
RUNTIMES = ROOT / "build/runtimes"
"""Where each release has an environment of its own."""
QUIET = {"DO_NOT_TRACK": "1", "DCT_NO_WORKSPACE_GUARD": "1", "COLUMNS": "400", "NO_COLOR": "1"}
WITH_CASE = sorted(
    path.stem
    for path in (ROOT / "ops_model/stability/defects").glob("*.yaml")
    if "\n  case:\n" in path.read_text(encoding="utf-8")
)
RETURNS_WITHIN, RUNS_ON = 120, 15
"""Seconds: a command that returns, and one that is said not to."""


def _seen(step: CaseStep, programs: Path, folder: Path) -> tuple[int | None, str]:
    """The exit code, absent for a command that was stopped, and the output with single spaces."""
    program, *arguments = shlex.split(step.run)
    command = [str(programs / program), *arguments]
    seconds = RUNS_ON if step.exit is None else RETURNS_WITHIN
    environment = {**os.environ, **QUIET}
    try:
        done = subprocess.run(  # noqa: S603 the commands of the register, in an environment of ours
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None, ""
    written = (folder / step.writes).read_text(encoding="utf-8") if step.writes else done.stdout + done.stderr
    return done.returncode, " ".join(written.split())


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The register with everything around it."""
    return load(Repository(ROOT, LIMITS), KINDS)[0]


@pytest.mark.long
@pytest.mark.parametrize("identity", WITH_CASE)
def test_a_case_of_the_register_does_what_the_last_trial_saw(identity: str, catalog: Catalog, tmp_path: Path) -> None:
    """Each step of a case ends and prints as written, on the release of the last trial."""
    entry = catalog.find(Defect, identity)
    known = entry.entity.upstream if entry else None
    assert known
    assert known.case
    release = known.trials[-1].release.replace(" ", "-")
    programs = RUNTIMES / release / "bin"
    if not programs.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"no environment with {release}: {programs.relative_to(ROOT)}")
    for file in known.case.files:
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text, encoding="utf-8")
    for step in known.case.steps:
        code, output = _seen(step, programs, tmp_path)
        assert code == step.exit, f"{step.run}\n{output[:2000]}"
        rest = output
        for piece in step.shows:
            before, found, rest = rest.partition(piece)
            assert found, f"{step.run}: no {piece!r} in\n{before[:2000]}"
        assert not [piece for piece in step.hides if piece in output], f"{step.run}\n{output[:2000]}"
