"""The measurements themselves: quick ones as they are, the others on little, and that none of them is blind."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.source import handwritten
from generators.sphinxext import restrictions
from tests.hardening import fuzzing, planted, probing
from tests.hardening.__main__ import main
from tests.hardening.figure import Effort, Reached
from tests.hardening.figures import FIGURES
from tests.hardening.fuzzing import Fuzz, examine
from tests.hardening.probes.laying import probes
from tests.hardening.probes.probe import Effect
from tests.hardening.process import apart
from tests.hardening.removing import REPOSITORY, removals

if TYPE_CHECKING:
    from collections.abc import Callable

GUIDE = REPOSITORY / "docs/guides/hardening.md"
LIMIT = 1


def effort(folder: Path, minutes: float = LIMIT) -> Effort:
    """A measurement in a test."""
    (folder / "work").mkdir()
    return Effort(minutes, 1, folder / "work", folder / "kept")


def test_twenty_faults_are_reported_in_one_run(tmp_path: Path) -> None:
    """Whatever the others hide (F14)."""
    reached = planted.measure(effort(tmp_path))
    assert (reached.tried, reached.wrong) == (20, ())


@pytest.mark.long
def test_a_minute_of_mutated_files(tmp_path: Path) -> None:
    """No crash, no hang, no error without a place (F2); the guide has the count of ten minutes."""
    reached = fuzzing.measure(effort(tmp_path))
    assert reached.wrong == ()
    assert reached.tried > 1000


def fuzz(folder: Path, asked: Callable[[bytes, int], object], seconds: float = 0.7) -> Reached:
    """A short run of something else."""
    return Fuzz(time.monotonic() + seconds, 1, asked, folder, hang=0.6).run()


@pytest.mark.long
def test_a_reader_that_crashes_hangs_or_raises_is_seen(tmp_path: Path) -> None:
    """The run goes on with other inputs; the one that did it is tried again, and kept."""

    def crashes(data: bytes, kind: int) -> None:
        examine(data, kind)
        if b"[" in data:
            faulthandler.disable()  # pytest's, which would say so
            os.kill(os.getpid(), signal.SIGSEGV)

    crashed = fuzz(tmp_path / "a", crashes)
    assert crashed.tried > len(crashed.wrong) > 1
    assert all("killed by SIGSEGV; again: ended by SIGSEGV" in line for line in crashed.wrong)
    assert all(b"[" in Path(line.partition(":")[0]).read_bytes() for line in crashed.wrong)
    (hanging, *_) = fuzz(tmp_path / "b", lambda data, _: time.sleep(60) if b"[" in data else None).wrong
    assert "no answer in" in hanging
    (raising, *_) = fuzz(tmp_path / "c", lambda data, _: int(data)).wrong
    assert "ValueError" in raising


def test_work_apart_is_measured() -> None:
    """What it gives or why it gives nothing, and its own memory."""
    assert apart(lambda: 7).value == 7
    assert apart(lambda: 1 / 0).why == "ZeroDivisionError: division by zero"
    assert apart(lambda: os.kill(os.getpid(), signal.SIGKILL)).why == "ended by SIGKILL"
    assert apart(lambda: time.sleep(9), 0.2).why == "no answer in 0 s"
    little, much = apart(lambda: 1), apart(lambda: len(bytearray(64 << 20)))
    assert 60 < much.megabytes - little.megabytes < 80


def test_probes_are_many_of_each_effect() -> None:
    """At least 81, and none twice."""
    listed = probes()
    assert len({(probe.place, probe.text) for probe in listed}) == len(listed)
    for effect in Effect:
        assert sum(probe.effect is effect for probe in listed) >= 27


@pytest.mark.long
def test_probes_are_not_blind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without either wall some of each effect succeed, and are seen."""
    monkeypatch.setattr(restrictions, "closed_front_matter", lambda _: 0)
    monkeypatch.setattr(handwritten, "closed_front_matter", lambda _: 0)
    monkeypatch.setattr(restrictions, "may_lie_there", lambda *_: True)
    monkeypatch.setattr(restrictions, "RUNNING", ())
    wanted = [probe for probe in probes() if "---x" in probe.text or probe.text.startswith("docs/")]
    found, _, ended = probing.tried(effort(tmp_path), wanted, "open", first_wall=False)
    assert ended == []
    for effect in Effect:
        assert any(f", {effect}:" in line for line in found), effect


def test_what_is_removed_is_still_there() -> None:
    """Each text of the table is in its file, and each test that it names exists (F16)."""
    for removal in removals():
        assert removal.old in (REPOSITORY / removal.path).read_text(encoding="utf-8"), removal.what
        assert removal.old != removal.new
        assert removal.tests
        assert all((REPOSITORY / name).exists() for name in removal.tests), removal.what


def test_guide_has_each_figure_with_its_command() -> None:
    """Whoever reads a figure can measure it."""
    text = GUIDE.read_text(encoding="utf-8")
    for figure in FIGURES:
        assert f"| {figure.name} |" in text
        assert f"`make hardening FIGURES={figure.name}" in text


@pytest.mark.parametrize("words", [["F5"], ["F1", "x"], ["--minutes", "0"], ["--minutes", "many"]])
def test_what_cannot_be_measured(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and a sentence that says what there is."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert ("F1, F2, F3" in said) or "--minutes" in said


def test_one_figure(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of the table, what there is to say, and the verdict; names in small letters are names."""
    assert main(["f14"]) == 0
    said = capsys.readouterr().out
    assert "F14    faults in one tree, one run" in said
    assert said.endswith("All reached.\n")
    assert main(["--list"]) == 0
    assert "F16  limits" in capsys.readouterr().out


def test_a_missed_figure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, and what went wrong."""
    monkeypatch.setattr(planted, "PLANTED", planted.PLANTED[:3])
    monkeypatch.setattr(planted, "check", lambda *_: type("Nothing", (), {"findings": ()}))
    assert main(["F14"]) == 1
    said = capsys.readouterr().out
    assert "WRONG OPS002 in ops_model/organization/people/keeper-seat-2.yaml" in said
    assert said.endswith("Missed: 1 of 1.\n")
