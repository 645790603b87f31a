from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.telemetry import spool as spools
from generators.telemetry.spool import EVENTS, Busy, Spool
from tests.faults import REFUSALS, killed, refused

if TYPE_CHECKING:
    from tests.faults import Moment

ROOT = Path(__file__).parents[2]
WRITERS, EACH = 8, 60
WRITER = """
import sys
from pathlib import Path
from generators.telemetry.spool import Spool
spool = Spool.of(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    text = b'{"id": "%s-%d", "more": "%s"}\\n' % (sys.argv[2].encode(), number, b"x" * (number * 97 % 5000))
    assert spool.append(text)
"""


def line(name: str) -> bytes:
    """An event, as far as a spool knows one."""
    return json.dumps({"id": name}).encode() + b"\n"


def ids(spool: Spool) -> list[str]:
    """Of the whole events that wait."""
    return [json.loads(found)["id"] for found in spool.lines()]


def test_writers_at_once_lose_and_tear_nothing(tmp_path: Path) -> None:
    """Processes, while another one takes the file over again and again."""
    words = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*words, f"w{one}", str(EACH)], cwd=ROOT) for one in range(WRITERS)]  # noqa: S603
    spool, got = Spool.of(tmp_path), []
    while True:
        are_done = all(writer.poll() is not None for writer in writers)
        with spool.taken() as taken:
            for batch in taken.batches(7, 20_000):
                got += [json.loads(found)["id"] for found in batch]
                taken.sent(batch)
        if are_done:
            break
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert sorted(got) == sorted(f"w{one}-{number}" for one in range(WRITERS) for number in range(EACH))
    for one in range(WRITERS):
        own = [name for name in got if name.startswith(f"w{one}-")]
        assert own == [f"w{one}-{number}" for number in range(EACH)]


@pytest.mark.parametrize("moment", ["before", "after", "torn"])
def test_a_writer_that_is_killed_anywhere_costs_its_own_event_at_most(tmp_path: Path, moment: Moment) -> None:
    """What was acknowledged before stays, and what comes later stands in lines of its own."""
    for number in range(99):
        spool = Spool.of(tmp_path / f"{number}")
        if number % 2:  # into a folder that is there, and into one that is not
            spool.append(line("first"))
        was_killed = killed(lambda spool=spool: spool.append(line("second")), number, moment)  # type: ignore[misc]
        assert spool.append(line("third"))
        found = ids(spool)
        assert found[-1] == "third"
        assert set(found) - {"second"} == ({"first", "third"} if number % 2 else {"third"})
        if not was_killed:
            assert "second" in found
            break
    assert number > 3


@pytest.mark.parametrize("number", REFUSALS)
def test_a_writer_that_is_refused_says_so(tmp_path: Path, number: int) -> None:
    """A full disk, a broken one: OSError, or the event is there; what was there before stays."""
    spool = Spool.of(tmp_path)
    spool.append(line("first"))
    said = 0
    for at in range(99):
        before = ids(spool)
        try:
            if not refused(lambda: spool.append(line("more")), at, number):
                break
        except OSError as error:
            assert error.errno == number  # noqa: PT017 - either of two ends
        said += 1
        assert ids(spool)[: len(before)] == before
    assert said
    assert ids(spool)[-1] == "more"


def test_a_full_spool_counts_what_it_drops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes events again once there is room."""
    monkeypatch.setattr(spools, "MOST", 100)
    spool = Spool.of(tmp_path)
    took = [spool.append(line(f"event {number:02}")) for number in range(8)]
    assert took == [True] * 5 + [False] * 3
    assert spool.waiting().dropped == 3
    with spool.taken() as taken:
        for batch in taken.batches(100, 1000):
            taken.sent(batch)
    assert spool.append(line("later"))


def test_one_process_sends(tmp_path: Path) -> None:
    """Another one is told, and writers are not in its way."""
    spool = Spool.of(tmp_path)
    spool.append(line("one"))
    with spool.taken() as taken:
        (batch,) = [list(found) for found in taken.batches(10, 1000)][:1]
        with pytest.raises(Busy), spool.taken():
            pass
        assert spool.append(line("two"))
    assert batch == [line("one")]


def test_a_torn_line_stands_alone(tmp_path: Path) -> None:
    """The one behind it begins a line of its own."""
    spool = Spool.of(tmp_path)
    spool.append(line("one"))
    with (spool.folder / EVENTS).open("ab") as stream:
        stream.write(b'{"id": "to')
    spool.append(line("two"))
    assert ids(spool) == ["one", "two"]


def test_a_sender_is_not_started_again_at_once(tmp_path: Path) -> None:
    """Until all was sent, or a while is over; a clock that goes backwards stops nothing."""
    spool, at, pause = Spool.of(tmp_path), datetime(2026, 11, 30, 10, tzinfo=UTC), timedelta(minutes=10)
    assert spool.may_send(at, pause)
    assert not spool.may_send(at + timedelta(minutes=9), pause)
    assert spool.may_send(at + timedelta(minutes=10), pause)
    assert spool.may_send(at, pause), "the clock was set back"
    spool.has_sent()
    assert spool.may_send(at + timedelta(seconds=1), pause)
    (spool.folder / spools.TRIED).write_text("yesterday", encoding="utf-8")
    assert spool.may_send(at, pause)


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """A project may come from anyone."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project/.dfops").mkdir(parents=True)
    (tmp_path / "project/.dfops/telemetry").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="symbolic link"):
        Spool.of(tmp_path / "project")
    file = tmp_path / "other/.dfops/telemetry"
    file.mkdir(parents=True)
    (file / EVENTS).symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match=r"."):
        Spool.of(tmp_path / "other").append(line("x"))
    assert not (tmp_path / "secret").exists()
