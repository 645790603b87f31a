from __future__ import annotations

import errno
from random import Random
from typing import TYPE_CHECKING

import pytest

from generators.output.paths import UnsafePathError
from generators.output.transaction import apply, recover
from tests.faults import REFUSALS, Recording, killed, refused, tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults import Moment

STATE = ".state/transaction"
COMMIT = ("packs.lock", b"second\n")
CHANGES = {
    "charts/a/kept.yml": b"kept\n",
    "charts/a/changed.yml": b"changed, second\n",
    "charts/a/gone.yml": None,
    "charts/old/only.yml": None,
    "charts/new/deep/first.yml": b"first\n",
    "charts/new/second.yml": b"",
}
OLD = {
    "charts/a/kept.yml": b"kept\n",
    "charts/a/changed.yml": b"changed, first\n",
    "charts/a/gone.yml": b"gone\n",
    "charts/old/only.yml": b"only\n",
    "charts/mine.yml": b"mine\n",
    "packs.lock": b"first\n",
}


def project(top: Path) -> Path:
    """A folder with the old state."""
    for path, data in OLD.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    return top


@pytest.fixture
def states(ram: Path) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
    """Everything below the folder before and after."""
    top = project(ram / "states")
    before = tree(top)
    apply(top, STATE, CHANGES, COMMIT)
    return before, tree(top)


def test_all_changes_are_made_and_nothing_else_is_left(states: tuple[dict[str, bytes | None], ...]) -> None:
    """Folders that nothing is left in go, those that are needed come."""
    before, after = states
    assert after == {
        "charts": None,
        "charts/a": None,
        "charts/a/changed.yml": b"changed, second\n",
        "charts/a/kept.yml": b"kept\n",
        "charts/mine.yml": b"mine\n",
        "charts/new": None,
        "charts/new/deep": None,
        "charts/new/deep/first.yml": b"first\n",
        "charts/new/second.yml": b"",
        "packs.lock": b"second\n",
    }
    assert before != after


@pytest.mark.parametrize(
    "moment", [pytest.param("before", marks=pytest.mark.long), pytest.param("after", marks=pytest.mark.long), "torn"]
)
def test_a_run_that_is_killed_anywhere_leaves_the_old_state_or_the_new(
    ram: Path, states: tuple[dict[str, bytes | None], ...], moment: Moment
) -> None:
    """The next run finishes or undoes, and leaves nothing of its own."""
    found = set()
    number = 0
    while True:
        top = project(ram / f"{number}")
        was_killed = killed(lambda top=top: apply(top, STATE, CHANGES, COMMIT), number, moment)  # type: ignore[misc]
        recover(top, STATE)
        assert tree(top) in states, number
        found.add(states.index(tree(top)))
        if not was_killed:
            break
        number += 1
    assert number > 40
    assert found == {0, 1}


@pytest.mark.long
def test_a_recovery_that_is_killed_is_taken_up_by_the_next(
    ram: Path, states: tuple[dict[str, bytes | None], ...]
) -> None:
    """However often."""
    for first in range(20, 60, 3):
        number = 0
        while True:
            top = project(ram / f"{first}-{number}")
            killed(lambda top=top: apply(top, STATE, CHANGES, COMMIT), first, "after")  # type: ignore[misc]
            was_killed = killed(lambda top=top: recover(top, STATE), number, "after")  # type: ignore[misc]
            recover(top, STATE)
            assert tree(top) in states, (first, number)
            if not was_killed:
                break
            number += 1


@pytest.mark.parametrize("number", REFUSALS)
def test_what_the_system_refuses_changes_nothing(
    ram: Path, states: tuple[dict[str, bytes | None], ...], number: int
) -> None:
    """A full disk, a broken one, a folder that may not be written."""
    at = 0
    while True:
        top = project(ram / f"{at}")
        was_refused = refused(lambda top=top: apply(top, STATE, CHANGES, COMMIT), at, number)  # type: ignore[misc]
        seen = {path: data for path, data in tree(top).items() if not path.startswith(".state")}
        assert seen in states, at
        recover(top, STATE)
        assert tree(top) in states, at
        if not was_refused:
            break
        at += 1
    assert at > 40


def images(ram: Path, states: tuple[dict[str, bytes | None], ...], rounds: int, without: str = "") -> int:
    """How many of the states that a disk may hold after a power cut are neither the old one nor the new."""
    top = project(ram / "recorded")
    with Recording(top, without) as recording:  # type: ignore[arg-type]
        apply(top, STATE, CHANGES, COMMIT)
    chance, bad = Random(7), 0  # noqa: S311 - the same images every time
    for count in range(len(recording.calls) + 1):
        for number in range(rounds):
            into = ram / f"image-{count}-{number}"
            into.mkdir()
            recording.image(count, chance, into)
            try:
                recover(into, STATE)
            except (OSError, ValueError):
                bad += 1
                continue
            bad += tree(into) not in states
    return bad


def test_a_power_cut_leaves_the_old_state_or_the_new(ram: Path, states: tuple[dict[str, bytes | None], ...]) -> None:
    """In 1,500 images of what was and was not on the disk."""
    assert images(ram, states, 20) == 0


@pytest.mark.parametrize("without", ["files", "folders"])
def test_without_a_sync_a_power_cut_is_seen(
    ram: Path, states: tuple[dict[str, bytes | None], ...], without: str
) -> None:
    """The test before this one can fail."""
    assert images(ram, states, 10, without) > 0


def test_what_somebody_changed_meanwhile_stays(ram: Path) -> None:
    """Between a run that was killed and the next one."""
    top = project(ram)
    number = next(n for n in range(100) if _is_changed(top, n))
    assert number
    (top / "charts/a/changed.yml").write_bytes(b"mine now\n")
    assert recover(top, STATE) == "undone"
    assert (top / "charts/a/changed.yml").read_bytes() == b"mine now\n"
    assert (top / "charts/a/gone.yml").read_bytes() == b"gone\n"


def _is_changed(top: Path, number: int) -> bool:
    """Kill a run at a call; whether it had replaced the changed file and removed the other by then."""
    recover(top, STATE)
    killed(lambda: apply(top, STATE, CHANGES, COMMIT), number, "after")
    return not (top / "charts/a/gone.yml").exists() and (top / "packs.lock").read_bytes() == b"first\n"


def test_a_path_that_leads_elsewhere_is_refused(ram: Path) -> None:
    """By its dots or by a link on the way."""
    top = project(ram / "project")
    (top / "charts/link").symlink_to(ram)
    for path in ("../out.yml", "charts/link/out.yml", "/out.yml"):
        with pytest.raises(UnsafePathError):
            apply(top, STATE, {path: b"out"}, COMMIT)
    assert not (ram / "out.yml").exists()


def test_a_journal_of_another_program_is_not_obeyed(ram: Path) -> None:
    """Nor one that names places outside."""
    for text in (
        "{",
        "[]",
        '{"format": 9, "steps": [["a", null, "b"]], "made": []}',
        '{"format": 1, "steps": [["../a", null, null]], "made": []}',
    ):
        top = project(ram / str(len(text)))
        (top / STATE).mkdir(parents=True)
        (top / STATE / "journal.json").write_text(text)
        with pytest.raises(ValueError, match="journal"):
            recover(top, STATE)


def test_a_folder_that_may_not_be_written_is_named(ram: Path) -> None:
    """The error is the system's."""
    top = project(ram)

    def run() -> None:
        with pytest.raises(OSError, match="Permission") as caught:
            apply(top, STATE, CHANGES, COMMIT)
        assert caught.value.errno == errno.EACCES
        raise caught.value

    assert refused(run, 0, errno.EACCES)
