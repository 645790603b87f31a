from __future__ import annotations

import fcntl
import io
import itertools
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.cli import rehearse_sitting
from generators.runbooks.journal import read_journal
from generators.site import check
from tests.changes import change
from tests.cli.terminal import Terminal
from tests.clock import AT, EPOCH

if TYPE_CHECKING:
    from tests.cli.command import Dfops, Ran

WALK = ("rehearse", "lamp-out", "--as", "keeper-seat-1")
ANSWERS = (
    "Noon, no fog",
    "east",
    "n the stairs are steep",
    "f there was no light",
    "",
    "2027-01-31",
    "2",
    "b",
    "2",
    "1",
    "1",
)
"""A whole walk: setting, parameter, a note, a lesson, a wrong way taken back, and on to the end."""
RECORD = "ops_model/launch/rehearsals/2026-11-21-lamp-out.yaml"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.setattr(rehearse_sitting, "monotonic", lambda: 0.0)


class Enter:
    """The walk with bytes on standard input."""

    def __init__(self, dfops: Dfops, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._dfops = dfops
        self.root = root
        self._monkeypatch = monkeypatch

    def __call__(self, typed: bytes | tuple[str, ...], *more: str, walk: tuple[str, ...] = WALK) -> Ran:
        """The command with what is typed, lines or bytes, and more options."""
        data = typed if isinstance(typed, bytes) else "".join(f"{line}\n" for line in typed).encode()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        return self._dfops(*walk, "--root", self.root, *more)

    @property
    def journal(self) -> Path:
        """Where the unfinished walk is."""
        return self.root / "build/rehearsals/lamp-out--keeper-seat-1.jsonl"

    @property
    def record(self) -> str:
        """The record that the walk wrote."""
        return (self.root / RECORD).read_text(encoding="utf-8")

    def forget(self) -> None:
        """As if nobody had walked."""
        (self.root / RECORD).unlink(missing_ok=True)
        self.journal.unlink(missing_ok=True)


@pytest.fixture
def enter(dfops: Dfops, miniature: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Runs the walk in the miniature with bytes on standard input."""
    return Enter(dfops, miniature, monkeypatch)


def test_whole_walk_writes_a_record_that_the_check_accepts(enter: Enter) -> None:
    """What people enter is in the repository at the end, and no rule complains about it."""
    ran = enter(ANSWERS)
    assert (ran.code, ran.err) == (0, "")
    assert RECORD in ran.out
    assert "there was no light (keeper, by 2027-01-31)" in ran.out
    assert "note: the stairs are steep" in enter.record
    assert check(enter.root, AT).findings == ()
    assert not enter.journal.exists()
    assert len(list((enter.root / "build/rehearsals/done").iterdir())) == 1


def test_commands_are_shown_filled_in(enter: Enter) -> None:
    """What is pasted needs no typing; nothing is coloured where nobody sees it."""
    ran = enter(ANSWERS)
    assert "    dct validate charts/east --strict\n" in ran.out
    assert "\x1b" not in ran.out


def test_second_walk_of_a_day_gets_a_number(enter: Enter) -> None:
    """No record is ever overwritten."""
    enter(ANSWERS)
    before = enter.record
    ran = enter(("Noon, again", *ANSWERS[1:]))
    assert RECORD.replace(".yaml", "-2.yaml") in ran.out
    assert enter.record == before


def test_values_and_people_may_be_given_at_once(enter: Enter) -> None:
    """Nothing that was given is asked for."""
    ran = enter(("1", "1"), "--with", "keeper-seat-2", "--set", "lamp=west", "--setting", "At dusk", walk=WALK)
    assert ran.code == 0
    assert "people:\n  - keeper-seat-1\n  - keeper-seat-2\n" in enter.record
    assert "value: west" in enter.record


def test_a_walk_by_people_who_did_not_write_the_runbook(enter: Enter) -> None:
    """The record says so; whoever joins later has not said it."""
    given = ("--set", "lamp=west", "--setting", "At dusk")
    assert enter(("1", "1"), "--independent", *given).code == 0
    assert "independent: true\n" in enter.record
    assert check(enter.root, AT).findings == ()
    enter.forget()
    enter(("1",), "--independent", *given)
    assert enter(("1",), "--with", "keeper-seat-2").code == 0
    assert "independent" not in enter.record


def test_end_of_input_pauses_and_the_same_command_goes_on(enter: Enter) -> None:
    """It says where it stands, and how to go on."""
    ran = enter(ANSWERS[:7])
    assert ran.code == 0
    assert f"To go on: dfops rehearse lamp-out --as keeper-seat-1 --root {enter.root}" in ran.out
    assert not (enter.root / RECORD).exists()
    ran = enter(ANSWERS[7:])
    assert "Going on with the walk of 2026-11-21 at step 2" in ran.out
    assert RECORD in ran.out


def test_unfinished_walk_of_the_first_step_is_gone_on_with_silently(enter: Enter) -> None:
    """Nothing has happened yet that one would have to be told."""
    enter(ANSWERS[:1])
    assert "Going on" not in enter(ANSWERS[1:]).out


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(cuts=st.lists(st.integers(0, sum(len(line) + 1 for line in ANSWERS)), min_size=1, max_size=3))
def test_walk_cut_after_any_byte_and_resumed_gives_the_same_record(enter: Enter, cuts: list[int]) -> None:
    """Interrupted anywhere, as often as you like: the record is that of the walk that was not."""
    enter.forget()
    enter(ANSWERS)
    whole = enter.record
    enter.forget()
    typed = "".join(f"{line}\n" for line in ANSWERS).encode()
    done = 0
    for cut in sorted(cuts):
        enter(typed[done:cut])
        done += typed[done:cut].rfind(b"\n") + 1
    if done < len(typed):
        enter(typed[done:])
    assert enter.record == whole


def test_line_without_enter_is_not_taken(enter: Enter) -> None:
    """Half a line is no answer."""
    ran = enter(b"Noon\neast\nn half a no")
    assert "not ended by Enter" in ran.out
    assert b"half" not in enter.journal.read_bytes()


def test_torn_last_line_is_left_out_with_a_sentence(enter: Enter) -> None:
    """A machine that died while it wrote costs one line."""
    enter(ANSWERS[:3])
    with enter.journal.open("ab") as file:
        file.write(b'{"at":"2026-11-21T12:00:00Z","kind":"no')
    ran = enter(ANSWERS[3:6])
    assert "The last line of the journal was torn off" in ran.out
    assert "torn" not in enter(ANSWERS[6:]).out
    assert "there was no light" in enter.record
    assert "the stairs are steep" in enter.record


def test_damaged_journal_is_said_and_kept(enter: Enter) -> None:
    """Nothing is thrown away; --restart begins anew beside it."""
    enter(ANSWERS[:3])
    data = enter.journal.read_bytes()
    damaged = data.replace(b'"kind":"setting"', b'"kind":"sitting"')
    enter.journal.write_bytes(damaged)
    assert "line 2 is damaged; --restart" in enter(ANSWERS).sentence
    ran = enter(ANSWERS, "--restart")
    assert RECORD in ran.out
    assert damaged in [path.read_bytes() for path in (enter.root / "build/rehearsals/done").iterdir()]


def test_killed_between_record_and_journal_writes_no_second_record(enter: Enter) -> None:
    """The walk is over, its record is there: the next run finds both."""
    enter(ANSWERS[:-1])
    paused = enter.journal.read_bytes()
    enter(ANSWERS[-1:])
    whole = next((enter.root / "build/rehearsals/done").iterdir())
    enter.journal.write_bytes(whole.read_bytes())
    assert paused in whole.read_bytes()
    ran = enter(())
    assert RECORD in ran.out
    assert [path.name for path in (enter.root / RECORD).parent.glob("2026*")] == [Path(RECORD).name]


def test_changed_runbook_is_told_and_the_walk_goes_on(enter: Enter) -> None:
    """What was walked stays bound to the step as it stood: a note says that it is stale."""
    enter(ANSWERS[:7])
    runbook = enter.root / "runbooks/lamp/lamp-out.yaml"
    runbook.write_text(runbook.read_text(encoding="utf-8").replace("Go up.", "Go up slowly."), encoding="utf-8")
    ran = enter(("what", "", "1", "1"))
    assert "The runbook changed since: 1. Look at the lamp." in ran.out
    assert RECORD in ran.out
    assert [found.rule.code for found in check(enter.root, AT).findings] == ["OPS612"]


def test_step_that_is_gone_leaves_only_a_new_beginning(enter: Enter) -> None:
    """No record can name a step that is not there."""
    enter(ANSWERS[:7])
    runbook = enter.root / "runbooks/lamp/lamp-out.yaml"
    runbook.write_text(runbook.read_text(encoding="utf-8").replace("fill", "top-up"), encoding="utf-8")
    assert "no longer has fill" in enter(()).sentence
    assert RECORD in enter((*ANSWERS[:2], "1", "1"), "--restart").out


@pytest.mark.parametrize(
    ("walk", "sentence"),
    [
        (("rehearse", "lamp-uot", "--as", "keeper-seat-1"), "there is no runbook 'lamp-uot'; did you mean 'lamp-out'?"),
        (("rehearse", "x"), "who walks? dfops rehearse x --as PERSON; there are: keeper-seat-1, keeper-seat-2"),
        (("rehearse", "lamp-out", "--as", "keeper"), "there is no person 'keeper'; "),
        ((*WALK, "--with", "keeper-seat-9"), "there is no person 'keeper-seat-9'; did you mean 'keeper-seat-"),
        ((*WALK, "--set", "lamp=$(reboot)"), "--set: the value of lamp is pasted into a shell"),
        ((*WALK, "--set", "lampe=east"), "--set: the runbook has no parameter 'lampe'; did you mean 'lamp'?"),
        ((*WALK, "--setting", " "), "--setting: the text is no line of text"),
    ],
)
def test_what_cannot_start_is_said_in_a_sentence(enter: Enter, walk: tuple[str, ...], sentence: str) -> None:
    """With the nearest name where there is one, exit 2, and nothing written."""
    ran = enter((), walk=walk)
    assert ran.code == 2
    assert ran.sentence.startswith(sentence)
    assert not enter.journal.exists()


def test_person_who_left_walks_nothing(enter: Enter) -> None:
    """On the first day away already."""
    change(enter.root / "ops_model/organization/people/keeper-seat-1.yaml", left="2026-11-21")
    assert enter(ANSWERS).sentence == "keeper-seat-1 left on 2026-11-21; there are: keeper-seat-2"
    change(enter.root / "ops_model/organization/people/keeper-seat-1.yaml", left="2026-11-22")
    assert enter(ANSWERS).code == 0


def test_runbook_that_leads_nowhere_is_refused(enter: Enter) -> None:
    """The walk would come to a step that is not there."""
    runbook = enter.root / "runbooks/lamp/lamp-out.yaml"
    runbook.write_text(runbook.read_text(encoding="utf-8").replace("go: fill", "go: top-up"), encoding="utf-8")
    assert "cannot be walked: step 'look' leads to 'top-up'" in enter(ANSWERS).sentence
    runbook.write_text("title: 3\n", encoding="utf-8")
    assert (
        enter(ANSWERS).sentence
        == "runbook lamp-out cannot be read: runbooks/lamp/lamp-out.yaml:1:8: 'title' needs text"
    )


def test_second_terminal_is_refused(enter: Enter) -> None:
    """Two people's answers in one journal would be nobody's walk."""
    enter(ANSWERS[:2])
    with enter.journal.with_suffix(".lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "in another terminal" in enter(ANSWERS).sentence
    assert enter(ANSWERS[2:]).code == 0


def test_journal_is_the_walkers_own(enter: Enter) -> None:
    """Who did what at which second is not for everybody on the machine."""
    enter(ANSWERS[:2])
    assert stat.S_IMODE(enter.journal.stat().st_mode) == 0o600
    assert stat.S_IMODE(enter.journal.parent.stat().st_mode) == 0o700


def test_symbolic_links_lead_nowhere(enter: Enter, tmp_path: Path) -> None:
    """Neither the journal nor the record is written outside the repository."""
    away = tmp_path / "away"
    away.mkdir()
    (enter.root / "build").symlink_to(away)
    assert "outside the repository" in enter(ANSWERS).sentence


def test_list_shows_what_was_walked(enter: Enter, dfops: Dfops) -> None:
    """Ways, the last day and who; and who is in the middle of one."""
    empty = dfops("rehearse", "--root", enter.root)
    assert "lamp-out   0 of  4 ways  2026-10-20 by keeper-seat-1, keeper-seat-2" in empty.out
    enter(ANSWERS)
    enter(ANSWERS[:2])
    told = json.loads(dfops("rehearse", "--list", "--format", "json", "--root", enter.root).out)
    assert told["schema_version"] == 1
    (row,) = told["runbooks"]
    assert (row["walked"], row["share"], row["paused"]) == (3, 0.75, ["keeper-seat-1"])
    assert row["last"]["rehearsal"] == "2026-11-21-lamp-out"
    assert [way["state"] for way in row["ways"]] == ["never", "walked", "walked", "walked"]


def test_repository_without_runbooks_says_how_to_begin(tmp_path: Path, dfops: Dfops) -> None:
    """The first hour of a new repository."""
    (tmp_path / "ops_model").mkdir()
    assert dfops("rehearse", "--root", tmp_path).out == "There is no runbook; dfops new runbook GROUP/ID writes one.\n"


def test_time_runs_from_the_moment_at_which_the_step_is_shown(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a parameter's value is not the step's time."""
    ticks = itertools.count()
    monkeypatch.setattr(rehearse_sitting, "monotonic", lambda: float(next(ticks)))
    ran = enter(("Noon", "?", "?", "?", "east", "1", "", "1"))
    assert "  0:01 of 5:00, 4:59 left\n" in ran.out
    assert enter.record.count("seconds: 1\n") == 1
    assert enter.record.count("seconds: 2\n") == 1


# ── real processes at a real terminal: a few; tests/cli/test_rehearse_input.py interrupts at every key in this one
SHORT = ("At dusk", "e", "n u", "f d", "", "", "1", "1")


def without_seconds(record: str) -> str:
    """A record without the seconds, which differ."""
    return "\n".join(line for line in record.split("\n") if "seconds:" not in line)


def finished(enter: Enter, answers: tuple[str, ...]) -> str:
    """Enter these answers to the end, and give the record without the seconds."""
    assert enter(answers).code == 0
    return without_seconds(enter.record)


@pytest.fixture
def expected(enter: Enter) -> str:
    """The record of a walk that nothing interrupts."""
    record = finished(enter, SHORT)
    enter.forget()
    return record


def command(root: Path) -> list[str]:
    """The walk as a process."""
    return [sys.executable, "-m", "generators.cli", *WALK, "--root", str(root)]


def environment() -> dict[str, str]:
    """The clock of the days stands still."""
    return os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "TERM": "xterm"}


def entered(root: Path) -> int:
    """How many answers the journal holds: pauses and the first line are none."""
    journal = root / "build/rehearsals/lamp-out--keeper-seat-1.jsonl"
    answers = read_journal(journal.read_bytes()).answers if journal.exists() else ()
    return sum(answer.kind not in {"begun", "paused"} for answer in answers)


def test_ctrl_c_loses_nothing_that_was_entered(enter: Enter, expected: str) -> None:
    """In the middle of a line, at the question for a parameter, right after Enter, at the last question."""
    keys = "".join(f"{line}\n" for line in SHORT)
    cuts = [keys.index("usk"), keys.index("e\n"), keys.index("n u\n") + 4, len(keys) - 1]
    behind = 0
    for cut in cuts:
        with Terminal(command(enter.root), environment()) as terminal:
            terminal.asked()
            terminal.type(keys[behind:cut])
            terminal.press("\x03")
            assert terminal.end() == 130
            assert b"Paused; every answer is kept" in terminal.seen
        behind = keys[:cut].rfind("\n") + 1
        assert entered(enter.root) == keys[:cut].count("\n")
    assert finished(enter, SHORT[-1:]) == expected


def test_ctrl_c_pauses_where_whoever_started_it_ignores_it(enter: Enter) -> None:
    """A script that was put into the background and has a terminal all the same."""
    with Terminal(command(enter.root), environment(), sigint_ignored=True) as terminal:
        terminal.asked()
        terminal.press("\x03")
        assert terminal.end() == 130


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)])
def test_end_by_a_signal_keeps_every_answer(enter: Enter, expected: str, number: signal.Signals, code: int) -> None:
    """Asked to end, cut off, or killed between two answers."""
    with Terminal(command(enter.root), environment()) as terminal:
        terminal.asked()
        terminal.type("".join(f"{line}\n" for line in SHORT[:3]))
        terminal.process.send_signal(number)
        assert terminal.end() == code
    assert entered(enter.root) == 3
    assert finished(enter, SHORT[3:]) == expected


def test_answers_from_a_pipe_in_a_process_of_its_own(enter: Enter, expected: str) -> None:
    """As from a terminal."""
    typed = "".join(f"{line}\n" for line in SHORT).encode()
    ran = subprocess.run(command(enter.root), input=typed, capture_output=True, env=environment(), check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
    assert without_seconds(enter.record) == expected


def test_closed_window_keeps_every_answer(enter: Enter, expected: str) -> None:
    """The connection is gone between two answers."""
    with Terminal(command(enter.root), environment()) as terminal:
        terminal.asked()
        terminal.type("At dusk\n")
        terminal.close()
        assert terminal.end() in {0, 1, 120, 129}
    assert entered(enter.root) == 1
    assert finished(enter, SHORT[1:]) == expected


def test_ctrl_d_pauses(enter: Enter) -> None:
    """The end of input by hand is a pause by choice."""
    with Terminal(command(enter.root), environment()) as terminal:
        terminal.asked()
        terminal.press("\x04")
        assert terminal.end() == 0
        assert b"Paused; every answer is kept" in terminal.seen


def test_second_terminal_is_told_where_the_walk_is(enter: Enter) -> None:
    """While the first is open; it is not disturbed."""
    with Terminal(command(enter.root), environment()) as terminal:
        terminal.asked()
        assert "keeper-seat-1 walks lamp-out in another terminal" in enter(ANSWERS).sentence
        terminal.type("At dusk\n")
        terminal.press("q\n")
        assert terminal.end() == 0


def test_terminal_shows_commands_in_bold_unless_no_colour_is_wanted(enter: Enter) -> None:
    """The command is what the eye should find."""
    for more, bold in ({}, True), ({"NO_COLOR": "1"}, False):
        with Terminal(command(enter.root), environment() | more) as terminal:
            terminal.asked()
            if bold:
                terminal.type("At dusk\neast\n")
            terminal.asked("step 1> ")
            terminal.press("q\n")
            assert terminal.end() == 0
            assert (b"\x1b[1m    dct" in terminal.seen or b"\x1b[1mdct validate charts/east" in terminal.seen) is bold
