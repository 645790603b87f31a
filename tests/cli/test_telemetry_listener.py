"""What the commands about packs record of themselves, failures too, and what that costs them."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from generators.cli import pack_install, telemetry_listener
from generators.telemetry.consent import agree, consent_of
from generators.telemetry.contracts import own_contracts
from generators.telemetry.event import ANONYMOUS
from generators.telemetry.spool import STATE
from tests.cli.recording import Recording, recording
from tests.published import servers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

ENDED = ("action", "outcome", "pack_version", "previous_version", "stage")


@pytest.fixture
def on(tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Telemetry is on, and stays on this machine."""
    return recording(tmp_path, dfops, monkeypatch)


def ends(on: Recording) -> list[tuple[Any, ...]]:
    """How each attempt ended."""
    return [tuple(data.get(name) for name in ENDED) for data in on.data]


def test_each_command_is_recorded(on: Recording) -> None:
    """By its contract, with the installation's id, and nothing of the user's."""
    assert on.pack("install", "stripe", "--version", "1.2.0").code == 0
    assert on.pack("upgrade").code == 0
    assert on.pack("upgrade").code == 0  # is the newest: nothing was attempted
    assert on.pack("upgrade", "--dry-run", "--version", "1.2.0", "stripe").code == 0
    assert on.pack("rollback", "stripe").code == 0
    assert on.pack("remove", "stripe").code == 0
    assert ends(on) == [
        ("install", "succeeded", "1.2.0", None, None),
        ("upgrade", "succeeded", "1.3.0", "1.2.0", None),
        ("rollback", "succeeded", "1.2.0", "1.3.0", None),
        ("remove", "succeeded", "1.2.0", "1.2.0", None),
    ]
    consent = consent_of(on.folder)
    assert consent is not None
    for event in on.events:
        contract = own_contracts().find(event["type"])
        assert contract is not None
        assert contract.checked(event["data"]) == event["data"]
        assert event["source"] == f"urn:uuid:{consent.installation}"
        assert {name: event["data"][name] for name in ("pack", "connector", "runtime", "warehouse")} == {
            "pack": "stripe", "connector": "stripe", "runtime": "dbt-charts", "warehouse": "duckdb",
        }  # fmt: skip


def test_what_the_user_got_wrong_is_the_users(on: Recording) -> None:
    """A version that is not there, a folder that is taken, a pack that would be broken: not our failures."""
    assert on.pack("install", "stripe", "--version", "9.9.9").code == 2
    assert on.pack("install", "stripe").code == 0
    assert on.pack("install", "stripe").code == 2
    assert on.pack("rollback", "stripe").code == 2
    assert on.pack("install", "stripe", "--catalog", on.folder / "nowhere").code == 2
    assert ends(on) == [
        ("install", "user-error", None, None, "plan"),
        ("install", "succeeded", "1.3.0", None, None),
        ("install", "user-error", "1.3.0", None, "validate"),
        ("rollback", "user-error", "1.3.0", "1.3.0", "plan"),
        ("install", "user-error", None, None, "plan"),
    ]


def test_a_pack_of_another_publisher_is_not_recorded(on: Recording) -> None:
    """The contracts have no word for it, and it is none of our business."""
    assert "no pack 'lamps'" in on.pack("install", "lamps").sentence
    assert on.events == []


def test_a_catalog_that_cannot_be_reached_is_a_failure(on: Recording) -> None:
    """Of an install; and of each pack that was to be upgraded."""
    with servers.serving({}) as server:
        gone = server.address
    assert on.pack("install", "stripe", "--version", "1.2.0").code == 0
    assert on.pack("install", "stripe", "--catalog", gone).code == 2
    assert on.pack("upgrade", "--catalog", gone).code == 2
    assert on.pack("upgrade", "stripe", "--catalog", "http://catalog.example.org").code == 2  # refused, not asked
    assert ends(on)[1:] == [
        ("install", "failed", None, None, "download"),
        ("upgrade", "failed", "1.2.0", "1.2.0", "download"),
    ]


def test_an_archive_that_was_changed_is_a_failure(on: Recording) -> None:
    """Of the verification; nothing was written."""
    (archive,) = on.catalog.folder.glob("packs/stripe/1.3.0/*.tar.gz")
    archive.write_bytes(archive.read_bytes()[:-9] + b"otherwise")
    assert on.pack("install", "stripe").code == 2
    assert ends(on) == [("install", "failed", None, None, "verify")]


def test_a_full_disk_is_a_failure(on: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """While boards were written; the folder is as it was."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(on.folder / "charts"))

    monkeypatch.setattr(pack_install, "put", full)
    assert on.pack("install", "stripe").code == 2
    (data,) = on.data
    assert (data["outcome"], data["stage"], data["files_restored"]) == ("failed", "write", True)


def test_what_breaks_off_is_told(on: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while it downloads; and an error of the program itself."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pack_install, "source_of", interrupted)
    assert on.pack("install", "stripe").code == 130

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pack_install, "source_of", broken)
    with pytest.raises(ZeroDivisionError):
        on.pack("install", "stripe")
    assert ends(on) == [
        ("install", "aborted", None, None, "download"),
        ("install", "failed", None, None, "download"),
    ]


@pytest.mark.parametrize(
    ("environment", "is_recorded"),
    [
        ({}, True),
        ({"DO_NOT_TRACK": "1"}, False),
        ({"DO_NOT_TRACK": "0"}, True),
        ({"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}, False),
        ({"DFOPS_TELEMETRY": "off"}, False),
        ({"DFOPS_TELEMETRY": "local"}, True),
        ({"DFOPS_TELEMETRY": "local", "DO_NOT_TRACK": "true"}, False),
    ],
)
def test_who_refuses_is_not_recorded(on: Recording, environment: dict[str, str], *, is_recorded: bool) -> None:
    """Whatever the project says; the command that sets DO_NOT_TRACK for its children is not deceived by itself."""
    assert on.pack("install", "stripe", **environment).code == 0
    assert bool(on.events) is is_recorded


def test_a_run_without_the_projects_yes(on: Recording) -> None:
    """Nothing is written at all; with the variable it is anonymous."""
    (on.folder / "dataface-telemetry.json").unlink()
    assert on.pack("install", "stripe").code == 0
    assert not (on.folder / STATE).exists()
    assert on.pack("remove", "stripe", DFOPS_TELEMETRY="local").code == 0
    assert [event["source"] for event in on.events] == [ANONYMOUS]


def test_telemetry_never_makes_a_command_fail(on: Recording) -> None:
    """A consent that is none, a spool that is a file: one line each, and the pack is installed."""
    (on.folder / STATE).parent.mkdir()
    (on.folder / STATE).write_text("in the way", encoding="utf-8")
    ran = on.pack("install", "stripe")
    assert (ran.code, len(ran.err.splitlines())) == (0, 1)
    assert ran.err.startswith("telemetry: not recorded: ")
    (on.folder / "dataface-telemetry.json").write_text("{", encoding="utf-8")
    ran = on.pack("remove", "stripe")
    assert (ran.code, len(ran.err.splitlines())) == (0, 1)


# ── a collector ─────────────────────────────────────────────────────────────────────────────────────────────────────
def waited(condition: Any, seconds: float = 20) -> bool:
    """Whether something became true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_events_are_sent_by_a_process_of_their_own(on: Recording) -> None:
    """The command does not wait for it; in its environment nothing refuses tracking but what the user said."""
    with servers.serving({"/events": servers.status(202)}) as server:
        agree(on.folder, f"{server.address}/events")
        assert on.pack("install", "stripe").code == 0
        assert waited(lambda: server.posted), "nothing was sent"
        (sent,) = json.loads(server.posted[0])
        assert sent["data"]["action"] == "install"
        assert waited(lambda: not on.events)
        assert waited(lambda: not (on.folder / STATE / "tried").exists())


def test_a_collector_that_never_answers_costs_nothing(on: Recording) -> None:
    """Under 50 ms of a command; the next one starts no other process for a while, and says nothing."""
    with servers.serving({"/events": servers.silent}) as server:
        assert on.pack("install", "stripe").code == 0  # imports
        agree(on.folder, f"{server.address}/events")
        costs = []
        really = telemetry_listener.Recorder.offer

        def timed(self: telemetry_listener.Recorder, *words: Any) -> None:
            begin = time.perf_counter()
            really(self, *words)
            costs.append(time.perf_counter() - begin)

        on.monkeypatch.setattr(telemetry_listener.Recorder, "offer", timed)
        started = []
        begin = subprocess.Popen

        def counted(words: Any, **more: Any) -> subprocess.Popen[bytes]:
            started.append(words)
            return begin(words, **more)

        on.monkeypatch.setattr(subprocess, "Popen", counted)
        for command in ("remove", "install", "remove", "install"):
            assert on.pack(command, "stripe").err == ""
        assert len(on.events) == 5
        assert min(costs) < 0.05
        assert costs[0] < 0.25, "the one that starts the process"
        assert waited(lambda: server.posted)
        assert len(started) == 1
