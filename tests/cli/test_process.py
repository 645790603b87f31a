"""What only a process of its own shows: pipes, terminals, signals, ports."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from tests.changes import change
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.command import Dfops

DFOPS = (sys.executable, "-m", "generators.cli")


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command to its end."""
    return subprocess.run([*DFOPS, *map(str, arguments)], capture_output=True, check=False, timeout=LONGEST, **options)  # noqa: S603 - our own command


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["written at the end", "written at once"])
def test_reader_that_has_seen_enough(miniature: Path, unbuffered: str) -> None:
    """`dfops check | head -1` ends without a word on standard error, however much was still to come."""
    for number in range(400):
        (miniature / f"ops_model/support/messages/m{number}.yaml").write_text("{", encoding="utf-8")
    for arguments in (("explain", "OPS201"), ("check", "--root", miniature, "--format", "json")):
        command = subprocess.Popen(  # noqa: S603 - our own command
            [*DFOPS, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert command.stderr.read() == b""
        command.stderr.close()
        assert command.wait(LONGEST) in {0, 1}


def test_terminal_without_the_letters(miniature: Path) -> None:
    """Where a letter cannot be printed its number is; the finding arrives all the same."""
    change(miniature / "ops_model/support/routes/no-light.yaml", owner="灯台守")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    ran = run("check", "--root", miniature, env=environment)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert rb"\u706f" in ran.stdout
    assert run("check", "--root", miniature / "灯", env=environment).returncode == 2


def test_help_of_every_command(dfops: Dfops) -> None:
    """`-h` anywhere is help with exit code 0."""
    shown = run("-h")
    assert shown.returncode == 0
    for name in ("check", "explain", "build", "serve", "new", "export"):
        assert name.encode() in shown.stdout
        assert dfops(name, "-h").code == 0


@pytest.fixture
def served(furnished: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`dfops serve` on a free port, and the file with what it says."""
    log = tmp_path / "log"
    with log.open("wb") as file:
        command = subprocess.Popen(  # noqa: S603 - our own command
            [*DFOPS, "serve", "--audience", "public", "--port", "0", "--root", str(furnished)],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        yield command, log
        command.kill()
        command.wait()


def address(command: subprocess.Popen[bytes], log: Path) -> int:
    """The port, once it is said."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and command.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8")):
            return int(found[1])
        time.sleep(0.1)
    pytest.fail(f"not served: {log.read_text(encoding='utf-8')}")


def fetched(port: int, path: str) -> tuple[int, str]:
    """Status and text of a page; waits until the server listens."""
    end = time.monotonic() + LONGEST
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


@pytest.mark.long
def test_served_site_answers_follows_changes_and_ends_with_ctrl_c(
    served: tuple[subprocess.Popen[bytes], Path], furnished: Path
) -> None:
    """A free port is taken and told; a change of the YAML reaches the page; SIGINT ends it without a traceback."""
    command, log = served
    port = address(command, log)
    status, page = fetched(port, "/help/no-light.html")
    assert status == 200
    assert "We are on it." in page
    change(furnished / "ops_model/support/routes/no-light.yaml", tell_user="Look out of the window.")
    end = time.monotonic() + LONGEST
    while "Look out of the window." not in page and time.monotonic() < end:
        time.sleep(0.2)
        page = fetched(port, "/help/no-light.html")[1]
    assert "Look out of the window." in page
    command.send_signal(signal.SIGINT)
    assert command.wait(LONGEST) in {0, 130}
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_repository_in_the_way_of_two_runs(miniature: Path) -> None:
    """Two `new` of one id at once: one file, written whole; the other run says that it is there."""
    both = [
        subprocess.Popen(  # noqa: S603 - our own command
            [*DFOPS, "new", "role", "stoker", "--root", str(miniature)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [command.communicate(timeout=LONGEST) for command in both]
    assert sorted(command.returncode for command in both) == [0, 2], said
    assert not [err for _, err in said if b"Traceback" in err]
