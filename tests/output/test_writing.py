from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from generators.output import renaming, writing
from generators.output.writing import (
    STAGED,
    append,
    clear_leftovers,
    create_file,
    create_folder,
    created,
    move_aside,
    taking_turns,
    write_if_changed,
)

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> set[str]:
    """What lies in a folder, staged or not."""
    return {path.name for path in folder.iterdir()}


def test_what_is_the_same_already_is_left_alone(tmp_path: Path) -> None:
    """Its time stays, so nothing is made again because of it."""
    file = tmp_path / "sub" / "a.txt"
    assert write_if_changed(file, "one")
    before = file.stat().st_mtime_ns
    assert not write_if_changed(file, "one")
    assert file.stat().st_mtime_ns == before
    assert write_if_changed(file, "two")
    assert (file.read_text(), names(file.parent)) == ("two", {"a.txt"})
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_that_is_there_is_replaced_by_something_new(tmp_path: Path, there: str) -> None:
    """A file, an empty folder, a link that leads nowhere: each stays as it is."""
    target = tmp_path / "a"
    if there == "file":
        target.write_text("mine", encoding="utf-8")
    elif there == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "nowhere")
    before = target.lstat()
    with pytest.raises(FileExistsError):
        create_file(target, "text")
    with pytest.raises(FileExistsError):
        create_folder(target, {"x": "text"})
    with pytest.raises(FileExistsError), created(target) as part:
        part.write_text("text", encoding="utf-8")
    assert (target.lstat().st_ino, names(tmp_path)) == (before.st_ino, {"a"})


def test_a_folder_comes_whole(tmp_path: Path) -> None:
    """With its folders below, readable by all."""
    create_folder(tmp_path / "new" / "pack", {"a.yaml": "1", "charts/b.yml": "2"})
    assert (tmp_path / "new/pack/charts/b.yml").read_text() == "2"
    assert (tmp_path / "new/pack").stat().st_mode & 0o777 == 0o755
    assert names(tmp_path / "new") == {"pack"}


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    """A path that is a file and a folder at once."""
    with pytest.raises(OSError, match="a"):
        create_folder(tmp_path / "pack", {"a": "1", "a/b": "2"})
    assert names(tmp_path) == set()


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """What was made so far goes."""

    def fail_in_the_middle() -> None:
        with created(tmp_path / "a") as part:
            part.write_text("half", encoding="utf-8")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail_in_the_middle()
    assert names(tmp_path) == set()


KILLED = """
import os, sys
from pathlib import Path
from generators.output import writing

calls = 0
def counting(real):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == int(sys.argv[2]):
            os._exit(9)
        return real(*arguments, **named)
    return call

for name in ("fsync", "open", "link", "mkdir", "write", "rmdir", "unlink"):
    setattr(os, name, counting(getattr(os, name)))
writing.rename_new = counting(writing.rename_new)
writing.create_folder(Path(sys.argv[1]) / sys.argv[3], {"a.yaml": "1", "charts/b.yml": "2"})
"""
WHOLE = {"a.yaml": "1", "charts/b.yml": "2"}


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder, and every folder without one, with its text."""
    below = {path for path in folder.rglob("*") if path.is_file() or not any(path.iterdir())}
    return {path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else "empty" for path in below}


def test_a_run_killed_at_every_call_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Once the next run has looked at the place: also one that is refused there, and with the folder on the way."""
    place = "new/pack"
    for call in range(1, 200):
        folder = tmp_path / str(call)
        folder.mkdir()
        done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(call), place], check=False)  # noqa: S603 - ours
        clear_leftovers(folder / place)
        assert files(folder) in ({}, {f"{place}/{path}": text for path, text in WHOLE.items()})
        create_folder(folder / "next", {"c": "3"})
        assert not [name for name in names(folder) if name.startswith(STAGED)]
        if done.returncode == 0:
            assert call > 5
            return
    pytest.fail("never ran through")


def test_lines_are_added_and_links_are_not_followed(tmp_path: Path) -> None:
    """A journal grows; whoever puts a link in its place does not get the lines."""
    journal = tmp_path / "j"
    append(journal, b"one\n", 0o600)
    append(journal, b"two\n", 0o600)
    assert (journal.read_bytes(), journal.stat().st_mode & 0o777) == (b"one\ntwo\n", 0o600)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        append(tmp_path / "link", b"x", 0o600)
    assert not (tmp_path / "elsewhere").exists()


def test_put_aside_under_a_name_that_is_free(tmp_path: Path) -> None:
    """Neither of the two is lost."""
    (tmp_path / "a").write_text("1", encoding="utf-8")
    (tmp_path / "b").write_text("2", encoding="utf-8")
    with pytest.raises(FileExistsError):
        move_aside(tmp_path / "a", tmp_path / "b")
    move_aside(tmp_path / "a", tmp_path / "c")
    assert names(tmp_path) == {"b", "c"}


def test_those_who_write_into_a_folder_take_turns(tmp_path: Path) -> None:
    """One holds the folder itself; what another stages is never taken for what a killed run left."""
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with taking_turns(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


def test_what_stands_where_a_file_is_staged_is_not_written_through(tmp_path: Path) -> None:
    """A link that somebody put there leads nowhere of ours."""
    (tmp_path / "theirs").write_text("theirs", encoding="utf-8")
    (tmp_path / "part").symlink_to(tmp_path / "theirs")
    with pytest.raises(FileExistsError):
        vars(writing)["_write"](tmp_path / "part", b"ours")
    assert (tmp_path / "theirs").read_text(encoding="utf-8") == "theirs"


def test_a_system_without_the_rename_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel cannot refuse, we do: also for a link that leads nowhere."""
    monkeypatch.setattr(renaming, "_renamed", lambda *_: False)
    (tmp_path / "new").mkdir()
    (tmp_path / "old").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        renaming.rename_new(tmp_path / "new", tmp_path / "old")
    renaming.rename_new(tmp_path / "new", tmp_path / "free")
    assert names(tmp_path) == {"free", "old"}


def test_what_is_added_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines, and once the name: a power cut after an answer takes none of it."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    journal = tmp_path / "j"
    append(journal, b"one\n", 0o600)
    append(journal, b"two\n", 0o600)
    assert synced == [journal.stat().st_ino, tmp_path.stat().st_ino, journal.stat().st_ino]


def test_everything_is_synced_before_it_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text first, then the name: a power cut leaves the old or the new."""
    order: list[str] = []
    really, rename = os.fsync, vars(writing)["rename_new"]

    def fsync(descriptor: int) -> None:
        order.append("sync")
        really(descriptor)

    def rename_new(old: Path, new: Path) -> None:
        order.append("rename")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(writing, "rename_new", rename_new)
    create_folder(tmp_path / "pack", {"a": "1", "b": "2"})
    assert order == ["sync", "sync", "rename", "sync"]
