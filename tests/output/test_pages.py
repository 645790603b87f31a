from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from generators.output import OccupiedError, UnsafePathError, manifest, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OLD = {"index.md": "old\n", "a/one.md": "one\n", "a/b/two.md": "two\n", "same.md": "same\n"}
NEW = {"index.md": "new\n", "a/one.md": "é\r\n", "c/three.md": "three\n", "same.md": "same\n"}


def texts(folder: Path) -> dict[str, str]:
    """Every file of a folder but the state's."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in folder.rglob("*")
        if path.is_file() and ".generated" not in path.parts
    }


def test_first_and_second_run(tmp_path: Path) -> None:
    """What changed is written, what is no longer wanted goes with its empty folders, all else keeps its very file."""
    folder = tmp_path / "docs"
    first = write_pages(folder, OLD)
    assert (first.changed, first.unchanged, first.removed) == (tuple(sorted(OLD)), (), ())
    inode = (folder / "same.md").stat().st_ino
    second = write_pages(folder, NEW)
    assert second.changed == ("a/one.md", "c/three.md", "index.md")
    assert (second.unchanged, second.removed, second.left) == (("same.md",), ("a/b/two.md",), ())
    assert texts(folder) == NEW
    assert not (folder / "a/b").exists()
    assert (folder / "same.md").stat().st_ino == inode


def test_nothing_changed(tmp_path: Path) -> None:
    """Nothing at all is written, the manifest neither: what reads the folder sees no new times."""
    write_pages(tmp_path, OLD)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write_pages(tmp_path, OLD).unchanged == tuple(sorted(OLD))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_page_that_is_being_read(tmp_path: Path) -> None:
    """Whoever opened it before goes on reading the old text, whole: a page is replaced, never rewritten."""
    write_pages(tmp_path, OLD)
    with (tmp_path / "index.md").open() as reader:
        write_pages(tmp_path, NEW)
        assert reader.read() == "old\n"


def test_a_folder_with_a_hand_written_file(tmp_path: Path) -> None:
    """It stays, and so does its folder."""
    write_pages(tmp_path, OLD)
    (tmp_path / "a/b/mine.md").write_text("mine")
    write_pages(tmp_path, {})
    assert texts(tmp_path) == {"a/b/mine.md": "mine"}


def test_a_hand_written_file_where_a_page_belongs(tmp_path: Path) -> None:
    """The run stops before it writes, and names every such place."""
    (tmp_path / "index.md").write_text("mine")
    (tmp_path / "a").write_text("mine")
    (tmp_path / "same.md").mkdir()
    with pytest.raises(OccupiedError) as caught:
        write_pages(tmp_path, OLD)
    assert caught.value.paths == ("a/b/two.md", "a/one.md", "index.md", "same.md")
    assert texts(tmp_path) == {"index.md": "mine", "a": "mine"}


def test_a_hand_written_file_with_the_wanted_text(tmp_path: Path) -> None:
    """It is adopted as it is."""
    (tmp_path / "index.md").write_text("old\n")
    assert write_pages(tmp_path, OLD).unchanged == ("index.md",)
    assert "index.md" in write_pages(tmp_path, NEW).changed


def test_a_page_that_someone_changed(tmp_path: Path) -> None:
    """It is theirs now: neither overwritten nor removed, as when a branch brings a hand-written file to that place."""
    write_pages(tmp_path, OLD)
    (tmp_path / "index.md").write_text("mine")
    with pytest.raises(OccupiedError):
        write_pages(tmp_path, NEW)
    assert texts(tmp_path) == {**OLD, "index.md": "mine"}
    written = write_pages(tmp_path, {})
    assert written.left == ("index.md",)
    assert texts(tmp_path) == {"index.md": "mine"}


def test_a_page_that_a_power_cut_emptied(tmp_path: Path) -> None:
    """There is nothing in it to lose: it is written again."""
    write_pages(tmp_path, OLD)
    (tmp_path / "index.md").write_bytes(b"")
    assert write_pages(tmp_path, OLD).changed == ("index.md",)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            ".",
            "..",
            "../x.md",
            "a/../../x.md",
            "a/../x.md",
            "/x.md",
            "//x.md",
            "a//x.md",
            "a/",
            "./x.md",
            "a/./x.md",
        ),
        *("..\\x.md", "a\\x.md", "C:x.md", "C:/x.md", "a\0.md", "a\n.md", "a\x7f.md", "\ud800.md"),
        *(".generated/x.md", ".generated/manifest.json", ".generated/lock", ".generated"),
    ],
)
def test_a_path_that_leaves_the_folder(tmp_path: Path, path: str) -> None:
    """It is refused, and no other page is written; so is one into the state folder."""
    folder = tmp_path / "docs"
    with pytest.raises(UnsafePathError):
        write_pages(folder, {"index.md": "a", path: "b"})
    assert texts(tmp_path) == {}


def test_a_page_below_another(tmp_path: Path) -> None:
    """It is refused: a page is a file, not a folder."""
    with pytest.raises(UnsafePathError):
        write_pages(tmp_path, {"a": "a", "a/b/c.md": "b"})
    assert texts(tmp_path) == {}


def test_symbolic_links(tmp_path: Path) -> None:
    """Nothing is written, overwritten or removed through one."""
    folder, outside = tmp_path / "docs", tmp_path / "outside"
    outside.mkdir()
    write_pages(folder, OLD)
    (folder / "a/one.md").rename(outside / "one.md")
    (folder / "a/b/two.md").unlink()
    (folder / "a/b").rmdir()
    (folder / "a").rmdir()
    (folder / "a").symlink_to(outside)
    with pytest.raises(UnsafePathError):
        write_pages(folder, OLD)
    assert write_pages(folder, {"index.md": "old\n"}).left == ("a/b/two.md", "a/one.md")
    assert texts(outside) == {"one.md": "one\n"}
    (folder / "link.md").symlink_to(outside / "one.md")
    with pytest.raises(OccupiedError):
        write_pages(folder, {"link.md": "x"})
    assert texts(outside) == {"one.md": "one\n"}


def test_a_pipe_where_a_page_belongs(tmp_path: Path) -> None:
    """The run does not wait for anyone to write into it."""
    os.mkfifo(tmp_path / "index.md")
    with pytest.raises(OccupiedError):
        write_pages(tmp_path, OLD)


@pytest.mark.parametrize(
    "planted",
    [
        *(b"", b"{", b"\xff", b"null", b"[]", b"{}", b'{"format": 1}', b'{"format": 1, "files": []}', b"[" * 100_000),
        *(b'{"format": 1, "files": {"index.md": "a"}}', b'{"format": 1, "files": {"index.md": [1]}}'),
        b'{"format": 2, "files": {"index.md": []}}',
    ],
)
def test_a_manifest_that_is_none(tmp_path: Path, planted: bytes) -> None:
    """It counts as empty: nothing is removed, equal files are adopted, others are in the way."""
    write_pages(tmp_path, OLD)
    (tmp_path / ".generated/manifest.json").write_bytes(planted)
    with pytest.raises(OccupiedError):
        write_pages(tmp_path, NEW)
    assert texts(tmp_path) == OLD
    assert write_pages(tmp_path, OLD).unchanged == tuple(sorted(OLD))
    assert write_pages(tmp_path, NEW).removed == ("a/b/two.md",)


@pytest.mark.parametrize(
    ("path", "told"),
    [("../secret", 0), ("{outside}", 0), ("a/../../secret", 0), ("link/secret", 1), (".generated/lock", 1)],
)
def test_a_manifest_that_names_other_peoples_files(tmp_path: Path, path: str, told: int) -> None:
    """They stay, even where it tells their digest; a path that no run can have written is not even told."""
    folder = tmp_path / "docs"
    write_pages(folder, OLD)
    (tmp_path / "secret").write_bytes(b"")
    (folder / "link").symlink_to(tmp_path)
    path = path.format(outside=tmp_path / "secret")
    (folder / ".generated/manifest.json").write_text(json.dumps({"format": 1, "files": {path: []}}))
    assert len(write_pages(folder, OLD).left) == told
    assert (tmp_path / "secret").exists()
    assert (folder / ".generated/lock").exists()


def test_a_state_folder_elsewhere(tmp_path: Path) -> None:
    """Nothing but pages is in the folder then."""
    write_pages(tmp_path / "docs", OLD, tmp_path / "build" / "state")
    assert {path.name for path in (tmp_path / "docs").iterdir()} == {"index.md", "a", "same.md"}


def test_a_state_folder_that_is_a_link(tmp_path: Path) -> None:
    """It is refused."""
    (tmp_path / ".generated").symlink_to("/tmp")  # noqa: S108 - never followed
    with pytest.raises(UnsafePathError):
        write_pages(tmp_path, OLD)


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Do `work` in a child that ends before its k-th call to the system; whether it was ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    seen = 0

    def ended(event: str, _: object) -> None:
        nonlocal seen
        if event.removeprefix("os.") in {"open", "remove", "rename", "mkdir", "rmdir", "truncate"}:
            seen += 1
            if seen == moment:
                os._exit(9)

    sys.addaudithook(ended)
    try:
        work()
    finally:
        os._exit(0)


@pytest.mark.long
def test_a_run_killed_at_every_moment(tmp_path: Path) -> None:
    """Each file is old or new, never half; the next run finishes, whatever pages it is asked for, without junk."""
    moment = 0
    alive = False
    while not alive:
        moment += 1
        for wanted in (NEW, OLD, {"index.md": "newest\n"}):
            folder = tmp_path / str(moment) / str(len(wanted["index.md"]))
            write_pages(folder, OLD)
            alive = not killed_at(moment, lambda folder=folder: write_pages(folder, NEW))  # type: ignore[misc]
            assert all(text in {OLD.get(path), NEW.get(path)} for path, text in texts(folder).items()), moment
            write_pages(folder, wanted)
            assert texts(folder) == wanted, moment
            write_pages(folder, {})
            assert {path.name for path in folder.rglob("*")} <= {".generated", "lock", "manifest.json"}, moment
    assert moment > 10


def test_two_runs_at_once(tmp_path: Path) -> None:
    """The second waits for the first: it neither fails nor mixes."""
    write_pages(tmp_path, OLD)
    lock = os.open(tmp_path / ".generated/lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    second = threading.Thread(target=write_pages, args=(tmp_path, NEW))
    second.start()
    second.join(0.3)
    assert second.is_alive()
    assert texts(tmp_path) == OLD
    os.close(lock)
    second.join(10)
    assert texts(tmp_path) == NEW


def test_many_runs_at_once(tmp_path: Path) -> None:
    """The outcome is what one of them wanted."""
    wishes: list[Mapping[str, str]] = [OLD, NEW] * 4
    children = []
    for wish in wishes:
        child = os.fork()
        if not child:
            try:
                for _ in range(5):
                    write_pages(tmp_path, wish)
            except BaseException:  # noqa: BLE001 - the child must not go on as a test run
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    assert texts(tmp_path) in (OLD, NEW)


def test_account_of_what_was_written_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made again after a power cut; without the account they would be somebody else's."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    write_pages(tmp_path / "docs", {"a.md": "text"})
    assert synced[-1] == (tmp_path / "docs" / manifest.FOLDER / "manifest.json").stat().st_ino
    assert (tmp_path / "docs/a.md").stat().st_ino not in synced


def test_state_folder_that_is_a_link(tmp_path: Path) -> None:
    """Nothing is locked or noted where it leads."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "theirs")
    with pytest.raises(UnsafePathError):
        write_pages(tmp_path / "docs", {"a.md": "text"}, tmp_path / "state")
    assert list((tmp_path / "theirs").iterdir()) == []
