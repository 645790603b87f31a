"""A sitting that signals interrupt, in this process: at every wait for keys, and at every line of the program."""

from __future__ import annotations

import itertools
import os
import select
import signal
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from generators.cli import rehearse_input, rehearse_sitting
from generators.cli.rehearse_files import JournalFile
from generators.cli.rehearse_input import ENDING, REPEATED, lines
from generators.cli.rehearse_sitting import Sitting
from generators.runbooks import Walk
from generators.runbooks.journal import read_journal
from generators.runtime.spelling import Spellings
from tests.runbooks.material import IDENTITY, ROLES, RUNBOOK, begun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

ANSWERS = (
    "At dusk",
    "east",
    "n a draught",
    "f the stairs are dark",
    "",
    "2027-01-31",
    "2",
    "whale",
    "1",
    "b",
    "1",
    "1",
    "1",
)
"""A whole walk: setting, parameters, a note, a lesson, a wrong way taken back, and on to the end."""
SHORT = ("At dusk", "east", "1", "1")
OURS = {Path(module.__file__ or "").name for module in (rehearse_input, rehearse_sitting)}


def typed(answers: tuple[str, ...]) -> str:
    """Each answer with its Enter."""
    return "".join(f"{line}\n" for line in answers)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, and nothing waits for a disk."""
    monkeypatch.setattr(rehearse_sitting, "monotonic", lambda: 0.0)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@contextmanager
def keys(pressed: str, *, terminal: bool = False, more: bool = True) -> Iterator[None]:
    """Standard input with these keys pressed, a terminal or a pipe; unless there are more to come, it ends there."""
    ours, theirs = os.openpty() if terminal else os.pipe()[::-1]
    os.write(ours, pressed.encode())
    if not more:
        os.close(ours)
    before = sys.stdin
    sys.stdin = TextIOWrapper(os.fdopen(theirs, "rb"))
    try:
        yield
    finally:
        sys.stdin.close()
        sys.stdin = before
        if more:
            os.close(ours)


class Journal:
    """A journal in a folder of the test, and sittings that go on with it."""

    def __init__(self, path: Path) -> None:
        self.file = JournalFile(path)
        self.begin()

    def begin(self) -> None:
        """Forget what was walked."""
        self.file.path.unlink(missing_ok=True)
        self.file.add(begun())

    def sit(self) -> Walk:
        """A sitting until the walk is over. Raises typer.Exit when it is paused."""
        walk = Walk.of(IDENTITY, RUNBOOK, self.file.read().answers)
        sitting = Sitting(walk, self.file, ROLES, "dfops rehearse", spellings=Spellings())
        sitting.run()
        return sitting.walk

    @property
    def entered(self) -> list[dict[str, Any]]:
        """The answers, without pauses and moments."""
        answers = read_journal(self.file.path.read_bytes()).answers
        return [answer.model_dump(exclude={"at"}) for answer in answers if answer.kind not in {"begun", "paused"}]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty one."""
    return Journal(tmp_path / "journal.jsonl")


def whole(journal: Journal, answers: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a sitting that nothing interrupts writes down, one for each line."""
    with keys(typed(answers), more=False):
        assert journal.sit().over == "ended"
    entered = journal.entered
    assert len(entered) == len(answers)
    journal.begin()
    return entered


def instead_of_waiting(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the sitting would wait for keys, a signal comes."""
    wait = select.select

    def waits(reading: list[int], writing: list[int], odd: list[int]) -> object:
        if not any(wait(reading, writing, odd, 0)):
            signal.raise_signal(number)
        return wait(reading, writing, odd)

    monkeypatch.setattr(select, "select", waits)


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("number", ENDING)
def test_signal_after_each_key_loses_nothing_that_was_entered(
    journal: Journal, number: signal.Signals, *, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sitting for each key of a session, interrupted right after it; the next goes on behind the last Enter."""
    expected, pressed = whole(journal, ANSWERS), typed(ANSWERS)
    instead_of_waiting(number, monkeypatch)
    behind = 0
    for cut in range(1, len(pressed)):
        with keys(pressed[behind:cut], terminal=terminal), pytest.raises(typer.Exit) as left:
            journal.sit()
        assert left.value.exit_code == 128 + number
        behind = pressed[:cut].rfind("\n") + 1
        assert len(journal.entered) == pressed[:cut].count("\n")
    with keys(pressed[behind:], more=False):
        assert journal.sit().over == "ended"
    assert journal.entered == expected


class Interruption:
    """Raises a signal at one line of the program, counted over the modules that read lines and answer them."""

    def __init__(self, number: signal.Signals, at: int) -> None:
        self._number = number
        self._left = at

    @property
    def came(self) -> bool:
        """Whether so many lines were run."""
        return self._left <= 0

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._call)

    def __exit__(self, *_error: object) -> None:
        sys.settrace(self._before)

    def _call(self, frame: FrameType, _event: str, _value: object) -> Callable[..., Any] | None:
        return self._line if Path(frame.f_code.co_filename).name in OURS else None

    def _line(self, _frame: FrameType, event: str, _value: object) -> Callable[..., Any]:
        if event == "line":
            self._left -= 1
            if self._left == 0:
                signal.raise_signal(self._number)
        return self._line


@pytest.fixture
def outside(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """The signals that come outside a sitting, where the process has a handler of its own."""
    came: list[int] = []
    number = request.node.callspec.params["number"]
    before = signal.signal(number, lambda *_: came.append(-1))
    yield came
    signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_signal_at_any_line_of_the_program_is_noticed(
    journal: Journal, number: signal.Signals, outside: list[int]
) -> None:
    """Never lost: the sitting ends by it, with each answer written once; the next one comes to the same journal."""
    expected = whole(journal, SHORT)
    for at in itertools.count(1):
        journal.begin()
        outside.clear()
        ended: list[int] = []
        interruption = Interruption(number, at)
        with keys(typed(SHORT), more=False):
            try:
                with interruption:
                    journal.sit()
            except typer.Exit as left:
                ended.append(left.exit_code)
        if not interruption.came:
            break
        assert {128 + number}.issuperset(ended), f"line {at}"
        assert ended or outside, f"line {at}: lost"
        entered = journal.entered
        assert entered == expected[: len(entered)], f"line {at}"
        with keys(typed(SHORT[len(entered) :]), more=False):
            assert journal.sit().over == "ended"
        assert journal.entered == expected, f"line {at}"
    assert at > 10 * len(SHORT)


@pytest.mark.parametrize("number", REPEATED)
def test_second_signal_does_what_the_first_would_have_done_without_a_sitting(
    number: signal.Signals, outside: list[int]
) -> None:
    """A process that hangs in something other than a wait for keys can be ended; afterwards all is as it was."""
    with keys("At dusk\n"), lines() as held:
        signal.raise_signal(number)
        assert outside == []
        signal.raise_signal(number)
        assert outside == [-1]
        assert held.next() == number
    signal.raise_signal(number)
    assert outside == [-1, -1]


@pytest.mark.parametrize("number", [signal.SIGHUP])
def test_terminal_that_is_closed_may_say_so_twice(number: signal.Signals, outside: list[int]) -> None:
    """As the system does: once to the session, once to what runs in the foreground."""
    with keys("At dusk\n"), lines() as held:
        signal.raise_signal(number)
        signal.raise_signal(number)
        assert held.next() == number
        assert held.signal() is None
    assert outside == []


def test_signal_that_was_ignored_stays_ignored_but_at_a_terminal() -> None:
    """A job in the background ignores Ctrl-C meant for others; keys of a terminal are meant for whoever asks."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with keys("At dusk\n"), lines() as held:
            signal.raise_signal(signal.SIGINT)
            assert held.next() == b"At dusk\n"
        with keys("At dusk\n", terminal=True), lines() as held:
            signal.raise_signal(signal.SIGINT)
            assert held.next() == signal.SIGINT
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_closed_standard_input_is_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with an empty file."""
    monkeypatch.setattr(sys, "stdin", None)
    with lines() as held:
        assert held.next() == b""


def test_line_in_several_pieces_is_one_line() -> None:
    """However the system hands the bytes over."""
    with keys("At dusk\neast\nhalf", more=False), lines() as held:
        assert [held.next() for _ in range(4)] == [b"At dusk\n", b"east\n", b"half", b""]
