from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.once import changed, once

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
ASK = """
import sys, time
from pathlib import Path
from tests.once import once

def make(place):
    with Path(sys.argv[2]).open("a") as asked:
        asked.write("made\\n")
    time.sleep(0.3)
    (place / "page").write_text("whole")

print((once(Path(sys.argv[1]), make) / "page").read_text())
"""


def test_processes_that_ask_at_once_make_it_once(tmp_path: Path) -> None:
    """The others wait until it is whole."""
    command = [sys.executable, "-c", ASK, str(tmp_path / "site"), str(tmp_path / "asked")]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]  # noqa: S603
    assert [process.communicate()[0] for process in started] == ["whole\n"] * 4
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "made\n"


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    """From an empty folder."""

    def fail(place: Path) -> None:
        (place / "half").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once(tmp_path / "site", fail)
    made = once(tmp_path / "site", lambda place: (place / "whole").touch())
    assert [path.name for path in made.iterdir()] == ["whole"]


@pytest.mark.parametrize("what", ["written", "added", "removed"])
def test_change_of_what_is_only_read_is_found(tmp_path: Path, what: str) -> None:
    """At the end of the session, with the folder's name."""
    made = once(tmp_path / "site", lambda place: (place / "page").write_text("whole", encoding="utf-8"))
    assert changed(tmp_path) == []
    changes: dict[str, Callable[[], object]] = {
        "written": lambda: (made / "page").write_text("other", encoding="utf-8"),
        "added": (made / "more").touch,
        "removed": (made / "page").unlink,
    }
    changes[what]()
    assert changed(tmp_path) == ["site"]
