"""A program in an environment of its own: asked over a line of JSON, or run to its end; killed when it keeps silent."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_LINE = 64 << 20
"""Characters of an answer: four times the most that a worker sends, for what JSON adds."""
LAST_WORDS = 4 << 10
"""Bytes that are kept of what a program printed."""
TOO_LATE, NO_PROGRAM = 124, 127
"""Exit codes of a program that was stopped, as `timeout` gives, and of none that could be started, as shells give."""


class Ended(NamedTuple):
    """How a program ended."""

    code: int
    """0 to 255; 128 and the number of the signal that ended it."""
    last_words: str
    """The end of what it printed, errors with it."""


def run_to_end(words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a program without input in a folder; after the seconds it is killed with its children. Raises nothing."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the caller names it; no shell reads the words
            list(words),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return Ended(NO_PROGRAM, f"{words[0]}: {error.strerror}")
    late: list[bool] = []

    def give_up() -> None:
        late.append(True)
        _kill_group(process)

    watch = Timer(seconds, give_up)
    watch.daemon = True
    watch.start()
    said = b""
    try:
        assert process.stdout is not None  # noqa: S101 - a pipe
        with process.stdout as output:
            while chunk := os.read(output.fileno(), 1 << 16):
                said = (said + chunk)[-LAST_WORDS:]
        code = process.wait()
    finally:
        watch.cancel()
        _kill_group(process)
    return Ended(TOO_LATE if late else code if code >= 0 else 128 - code, said.decode(errors="replace"))


def _kill_group(process: subprocess.Popen[Any]) -> None:
    """A program that began a session of its own, with its children."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


class Worker:
    """One process with a folder of its own; both are gone once it is stopped."""

    def __init__(self, python: str, script: Path) -> None:
        """Starts it. Raises OSError where `python` is no program."""
        self.was_late = False
        interpreter = shutil.which(python)
        if interpreter is None:
            raise FileNotFoundError(python)
        self.folder = tempfile.TemporaryDirectory(prefix="dfops-engine-", ignore_cleanup_errors=True)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the Python that was named, a script of ours
                # Without our PYTHONPATH and the user's packages: neither belongs to its environment.
                [str(Path(interpreter).absolute()), "-E", "-s", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.folder.name,
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
        except OSError:
            self.folder.cleanup()
            raise

    def ask(self, question: Mapping[str, object], seconds: float) -> dict[str, Any] | None:
        """Its answer; None where there was none within the seconds, or it ended: it is then stopped."""
        to, back = self.process.stdin, self.process.stdout
        assert to is not None  # noqa: S101 - a pipe
        assert back is not None  # noqa: S101 - as above
        watch = Timer(seconds, self._give_up)
        watch.daemon = True
        watch.start()
        line = ""
        with suppress(OSError):
            to.write(json.dumps(question) + "\n")
            to.flush()
            line = back.readline(LONGEST_LINE)
        watch.cancel()
        if not line.endswith("\n"):
            self.stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _give_up(self) -> None:
        self.was_late = True
        self._kill()

    def _kill(self) -> None:
        _kill_group(self.process)

    def stop(self) -> None:
        """Kill it with its children, and remove its folder."""
        self._kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        self.process.wait()
        self.folder.cleanup()


class Output(NamedTuple):
    """What a program that was run once gave back."""

    code: int
    out: bytes
    last_line: str
    """Of its standard error."""


def run_once(command: Sequence[str], given: bytes, seconds: float) -> Output | None:
    """Run a program with these bytes on its standard input; None where it is not installed. Raises TimeoutError.

    It keeps the terminal, to ask for a passphrase.
    """
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run([program, *command[1:]], input=given, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        raise TimeoutError(command[0]) from None
    lines = [line.strip() for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    return Output(done.returncode, done.stdout, lines[-1] if lines else "")
