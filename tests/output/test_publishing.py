from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.output import UnsafePathError, publish, publishing

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = {"index.html": "old", "a/one.html": "one"}
NEW = {"index.html": "new", "b/two.html": "two"}


def filled(folder: Path, texts: dict[str, str]) -> Path:
    """A folder with these files."""
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def texts(folder: Path) -> dict[str, str]:
    """The files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def no_exchange(*_: object) -> bool:
    """As on a system or a file system without it."""
    return False


@pytest.fixture(params=["exchange", "two renames"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, on a system with and without the exchange."""
    if request.param != "exchange":
        monkeypatch.setattr(publishing, "exchange", no_exchange)
    (tmp_path / "www").mkdir()
    return tmp_path / "www"


def test_the_first_and_the_next_publication(place: Path, tmp_path: Path) -> None:
    """The target holds exactly what was staged; nothing else is left beside it, and what was staged stays."""
    for number, wanted in enumerate((OLD, NEW)):
        staged = filled(tmp_path / str(number), wanted)
        publish(staged, place / "site")
        assert texts(place / "site") == wanted == texts(staged)
        assert [path.name for path in place.iterdir()] == ["site"]


def test_a_copy_that_fails(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one stays, complete, and nothing is left beside it."""
    filled(place / "site", OLD)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(shutil, "copy2", full)
    monkeypatch.setattr(shutil.copytree, "__defaults__", (False, None, full, False, False))
    with pytest.raises(OSError, match="full"):
        publish(filled(tmp_path / "new", NEW), place / "site")
    assert texts(place / "site") == OLD
    assert [path.name for path in place.iterdir()] == ["site"]


def test_a_rename_that_fails(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one comes back, whichever rename it was."""
    filled(place / "site", OLD)
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith("new"):
            raise OSError(errno.EACCES, "refused")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    monkeypatch.setattr(publishing, "exchange", no_exchange)
    with pytest.raises(OSError, match="refused"):
        publish(filled(tmp_path / "new", NEW), place / "site")
    assert texts(place / "site") == OLD
    assert [path.name for path in place.iterdir()] == ["site"]


def test_contents_are_on_the_disk_before_the_name(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the rename leaves no site of empty files."""
    seen: list[dict[str, str]] = []
    monkeypatch.setattr(os, "sync", lambda: seen.append(texts(place / "site")))
    filled(place / "site", OLD)
    publish(filled(tmp_path / "new", NEW), place / "site")
    assert seen == [OLD]


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Do `work` in a child that ends before its k-th call to the system; whether it was ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    seen = 0

    def ended(event: str, _: object) -> None:
        nonlocal seen
        if event.removeprefix("os.") in {"open", "remove", "rename", "mkdir", "rmdir", "scandir"} or "dlsym" in event:
            seen += 1
            if seen == moment:
                os._exit(9)

    sys.addaudithook(ended)
    try:
        work()
    finally:
        os._exit(0)


def test_a_run_killed_at_every_moment(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target is the old one or the new one, whole; the next run succeeds and leaves nothing beside it."""
    monkeypatch.setattr(os, "sync", lambda: None)  # slow, and this is about kills, not power
    staged = filled(tmp_path / "new", NEW)
    third = filled(tmp_path / "third", {"index.html": "third"})
    exchange = vars(publishing)["exchange"] is not no_exchange
    moment = 0
    alive = False
    while not alive:
        moment += 1
        target = filled(place / str(moment) / "site", OLD)
        alive = not killed_at(moment, lambda target=target: publish(staged, target))  # type: ignore[misc]
        if exchange or target.exists():
            assert texts(target) in (OLD, NEW), moment
        publish(third, target)
        assert texts(target) == {"index.html": "third"}, moment
        assert [path.name for path in target.parent.iterdir()] == ["site"], moment
    assert moment > 10


def test_a_run_killed_between_the_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run brings the old one back first: should its own copy fail, it is there."""
    filled(tmp_path / "www/.site.publish-old", OLD)
    filled(tmp_path / "www/.site.publish-new", NEW)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full)
        with pytest.raises(OSError, match="full"):
            publish(filled(tmp_path / "staged", NEW), tmp_path / "www/site")
    assert texts(tmp_path / "www/site") == OLD
    publish(tmp_path / "staged", tmp_path / "www/site")
    assert [path.name for path in (tmp_path / "www").iterdir()] == ["site"]


def test_what_is_no_folder_of_files(tmp_path: Path) -> None:
    """A link in what was staged, or a target that is a link or a file, is refused; the old one stays."""
    staged = filled(tmp_path / "staged", NEW)
    filled(tmp_path / "www", OLD)
    (tmp_path / "link").symlink_to(tmp_path / "www")
    (tmp_path / "file").write_text("mine")
    for target in ("link", "file", "staged", "staged/b", "."):
        with pytest.raises(UnsafePathError):
            publish(staged, tmp_path / target)
    (staged / "secret").symlink_to("/etc/passwd")
    with pytest.raises(UnsafePathError):
        publish(staged, tmp_path / "www")
    assert texts(tmp_path / "www") == OLD
    assert (tmp_path / "file").read_text() == "mine"
