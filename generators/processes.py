"""A program in an environment of its own: asked over a line of JSON, and killed when it keeps silent."""

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
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

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
