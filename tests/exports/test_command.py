from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.exports.codeowners import MARK as OWNERS_MARK
from generators.exports.ical import MARK as FEED_MARK
from generators.exports.table import EXPORTS, Export
from tests.changes import change, tree, write
from tests.clock import EPOCH

if TYPE_CHECKING:
    from tests.cli.command import Dfops

LAMP = "ops_model/oncall/rotations/lamp-watch.yaml"
POLICY = "ops_model/oncall/escalation_policies/lamp-escalation.yaml"
PERSON = "ops_model/organization/people/keeper-seat-1.yaml"
REPOSITORY = Path(__file__).resolve().parents[2]
BUILT = "build/exports"
PLACES = {
    "calendars": f"{BUILT}/calendars/rotations/lamp-watch.ics",
    "schedules": f"{BUILT}/schedules/lamp-watch.json",
    "pagerduty": f"{BUILT}/pagerduty.tf.json",
    "alerts": f"{BUILT}/alerts/rules.yaml",
    "alertmanager": f"{BUILT}/alertmanager/alertmanager.yaml",
    "codeowners": ".github/CODEOWNERS",
    "issue-forms": ".github/ISSUE_TEMPLATE/lamp.yml",
}
"""A file of each export, where it lies unless somebody says otherwise."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_is_an_entry_and_a_module(dfops: Dfops, export: Export) -> None:
    """The command, its help and `all` follow from the table: nothing else has to be changed."""
    assert callable(import_module(f"generators.exports.{export.name.replace('-', '_')}").make_export)
    ran = dfops("export", export.name, "--help")
    assert (ran.code, export.summary.split()[0] in ran.out) == (0, True)
    assert ("--at" in ran.out, "--site" in ran.out) == (export.dated, export.linked)


@pytest.mark.parametrize("name", [export.name for export in EXPORTS if export.committed])
def test_committed_files_are_those_of_the_model(dfops: Dfops, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forge reads what is committed, today; the message names the command that writes it anew."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    ran = dfops("export", name, "--check", "--root", REPOSITORY)
    assert ran.code == 0, f"{ran.out}(repair: make bless)"


@pytest.mark.parametrize("name", PLACES)
def test_written_once_then_up_to_date(dfops: Dfops, miniature: Path, name: str) -> None:
    """`--check` agrees with what was just written, and a second run writes nothing."""
    assert dfops("export", name, "--check", "--root", miniature).code == 1
    assert dfops("export", name, "--root", miniature).code == 0
    assert (miniature / PLACES[name]).is_file()
    ran = dfops("export", name, "--check", "--root", miniature)
    assert (ran.code, ran.out) == (0, "")
    assert dfops("export", name, "--root", miniature).out.startswith("0 of ")


@pytest.mark.parametrize("name", PLACES)
def test_stale_file_is_named_with_the_command_that_mends_it(
    dfops: Dfops, miniature: Path, tmp_path: Path, name: str
) -> None:
    """One line a file; pasted, the command in it mends all of them."""
    out = tmp_path / "somewhere else"
    assert dfops("export", name, "--out", out, "--root", miniature).code == 0
    (stale,) = out.rglob(PLACES[name].rpartition("/")[2])
    stale.write_bytes(stale.read_bytes() + b"\n")
    ran = dfops("export", name, "--check", "--out", out, "--root", miniature)
    path = stale.relative_to(out).as_posix()
    assert (ran.code, ran.out) == (1, f"{path} is not up to date; run `dfops export {name} --out '{out}'`\n")
    assert dfops("export", name, "--out", out, "--root", miniature).out.startswith("1 of ")
    assert dfops("export", name, "--check", "--out", out, "--root", miniature).code == 0


def test_line_ends_are_part_of_a_feed(dfops: Dfops, miniature: Path) -> None:
    """RFC 5545 wants CRLF: a file that an editor saved with LF is stale."""
    dfops("export", "calendars", "--root", miniature)
    feed = miniature / PLACES["calendars"]
    feed.write_bytes(feed.read_bytes().replace(b"\r\n", b"\n"))
    assert dfops("export", "calendars", "--check", "--root", miniature).code == 1


def test_feed_of_a_rotation_that_is_gone(dfops: Dfops, miniature: Path) -> None:
    """It is stale and goes; what somebody else put beside it stays, whatever its name, links too."""
    second = LAMP.replace("lamp-watch", "second-watch")
    write(miniature / second, tree(miniature / LAMP))
    steps = [{"after_minutes": 0, "notify": [{"rotation": name} for name in ("lamp-watch", "second-watch")]}]
    before = (miniature / POLICY).read_bytes()
    change(miniature / POLICY, steps=steps)
    assert dfops("export", "calendars", "--out", miniature / "feeds", "--root", miniature).code == 0
    folder = miniature / "feeds/rotations"
    own = {"theirs.ics": "BEGIN:VCALENDAR\r\n", "notes.txt": FEED_MARK}
    for name, text in own.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "link.ics").symlink_to(folder / "lamp-watch.ics")
    (miniature / second).unlink()
    (miniature / POLICY).write_bytes(before)
    ran = dfops("export", "calendars", "--check", "--out", miniature / "feeds", "--root", miniature)
    assert ran.code == 1
    assert "rotations/second-watch.ics is no longer derived from anything; run `dfops export" in ran.out
    assert ran.out.count("no longer derived") == 1
    assert "1 removed" in dfops("export", "calendars", "--out", miniature / "feeds", "--root", miniature).out
    assert {path.name for path in folder.iterdir()} == {*own, "link.ics", "lamp-watch.ics"}


def test_everything_at_once(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """Each in its own place, or all of it below one folder; then nothing is stale."""
    out = tmp_path / "out"
    assert dfops("export", "all", "--root", miniature).code == 0
    assert dfops("export", "all", "--out", out, "--root", miniature).code == 0
    for path in PLACES.values():
        assert (out / path.removeprefix(f"{BUILT}/")).read_bytes() == (miniature / path).read_bytes()
    for where in ([], ["--out", out]):
        assert dfops("export", "all", "--check", *where, "--root", miniature).code == 0
    (out / "schedules/lamp-watch.json").unlink()
    ran = dfops("export", "all", "--check", "--out", out, "--at", "2026-11-21", "--root", miniature)
    assert ran.out == f"lamp-watch.json is not up to date; run `dfops export all --out {out} --at 2026-11-21`\n"
    assert ran.code == 1


def test_remarks_of_the_pager_are_on_standard_error(dfops: Dfops, miniature: Path) -> None:
    """Once, when the file is written: what it says is in the file afterwards."""
    ran = dfops("export", "pagerduty", "--root", miniature)
    assert "the holidays 'coast' are not in PagerDuty" in ran.err
    assert "PagerDuty" not in ran.out
    assert dfops("export", "pagerduty", "--check", "--root", miniature).err == ""


def test_a_file_that_is_one_whole_is_not_exported_with_an_error_in_it(dfops: Dfops, miniature: Path) -> None:
    """An unknown zone: the finding with its place, exit 1, and the old definitions stay."""
    assert dfops("export", "pagerduty", "--root", miniature).code == 0
    before = (miniature / PLACES["pagerduty"]).read_bytes()
    change(miniature / LAMP, zone="Europe/Londn")
    ran = dfops("export", "pagerduty", "--root", miniature)
    assert ran.code == 1
    assert LAMP in ran.out
    assert "zone" in ran.out
    assert "Not exported: pagerduty." in ran.out
    assert (miniature / PLACES["pagerduty"]).read_bytes() == before


def test_files_of_one_thing_are_written_and_that_of_a_broken_one_stays(dfops: Dfops, miniature: Path) -> None:
    """A second rotation is half-written: the first one's swap reaches everybody, the second's old files stay."""
    second = tree(miniature / LAMP) | {"title": "Second"}
    second["layers"] = [second["layers"][0] | {"participants": ["keeper-seat-2"]}]
    other = miniature / "ops_model/oncall/rotations/second-watch.yaml"
    write(other, second)
    places = [Path(BUILT) / "calendars/rotations", Path(BUILT) / "schedules"]
    assert dfops("export", "all", "--root", miniature).code == 0
    old = [(miniature / place / f"second-watch{(place.name == 'schedules' and '.json') or '.ics'}") for place in places]
    before = [path.read_bytes() for path in old]
    other.write_text("title: [", encoding="utf-8")
    swap = {"person": "keeper-seat-1", "start": "2026-12-08T09:00:00Z", "end": "2026-12-09T09:00:00Z", "reason": "Swap"}
    change(miniature / LAMP, overrides=[swap])
    ran = dfops("export", "all", "--root", miniature)
    assert ran.code == 1
    assert "second-watch.json stays as it is: ops_model/oncall/rotations/second-watch.yaml:1:9: " in ran.out
    assert "rotations/second-watch.ics stays as it is" in ran.out
    assert "people/keeper-seat-2.ics stays as it is" in ran.out
    assert "people/keeper-seat-1.ics stays as it is" in ran.out  # they may be in the one that cannot be read
    assert "Not exported: " in ran.out
    assert [path.read_bytes() for path in old] == before
    assert "Override: Swap" in (miniature / places[0] / "lamp-watch.ics").read_text(encoding="utf-8")
    assert '"Swap"' in (miniature / places[1] / "lamp-watch.json").read_text(encoding="utf-8")


def test_a_schedule_says_that_nobody_answers(dfops: Dfops, miniature: Path) -> None:
    """Somebody is away and nobody stands in: an error, and what the files say is right."""
    change(miniature / PERSON, time_off=[{"first": "2026-12-01", "last": "2026-12-02"}])
    assert dfops("check", "--root", miniature, "--at", "2026-11-21").code == 1
    for name in ("schedules", "calendars", "pagerduty"):
        assert dfops("export", name, "--root", miniature, "--at", "2026-11-21").code == 0


@pytest.mark.parametrize("name", ["schedules", "pagerduty", "calendars"])
def test_fault_elsewhere_stops_no_schedule(dfops: Dfops, miniature: Path, name: str) -> None:
    """A swap must reach the pager, however many messages are still being written."""
    (miniature / "ops_model/support/messages/half.yaml").write_text("title: Half\n", encoding="utf-8")
    assert dfops("export", name, "--root", miniature).code == 0
    assert dfops("export", "codeowners", "--root", miniature).code == 1


def test_moment_says_what_is_written(dfops: Dfops, miniature: Path) -> None:
    """`--at` moves the window; what is no moment is one sentence."""
    assert dfops("export", "schedules", "--at", "2027-06-15T03:10Z", "--root", miniature).code == 0
    told = json.loads((miniature / PLACES["schedules"]).read_text(encoding="utf-8"))
    assert (told["from"], told["to"]) == ("2027-06-01T00:00:00Z", "2028-07-01T00:00:00Z")
    ran = dfops("export", "calendars", "--at", "next Monday", "--root", miniature)
    assert ran.code == 2
    assert "is no moment" in ran.sentence


def test_owners_carry_their_mark(dfops: Dfops, miniature: Path) -> None:
    """Whoever opens the file reads where to change it."""
    dfops("export", "codeowners", "--root", miniature)
    assert (miniature / PLACES["codeowners"]).read_text(encoding="utf-8").startswith(OWNERS_MARK)


def test_a_link_in_the_folder_leads_nothing_outside(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """Neither written nor removed: somebody's folder is behind it."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "old.ics").write_text(f"{FEED_MARK}\n", encoding="utf-8")
    (out / "rotations").symlink_to(elsewhere)
    done = dfops("export", "calendars", "--root", miniature, "--out", out)
    assert "symbolic link" in done.sentence
    assert [path.name for path in elsewhere.iterdir()] == ["old.ics"]


def test_a_pipe_where_a_file_belongs_is_not_waited_for(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """It is not what should be there: stale."""
    os.mkfifo(tmp_path / "lamp-watch.json")
    done = dfops("export", "schedules", "--root", miniature, "--out", tmp_path, "--check")
    assert (done.code, "lamp-watch.json is not up to date" in done.out) == (1, True)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1969-12-31"])
def test_days_that_no_calendar_can_hold_are_findings(dfops: Dfops, miniature: Path, day: str) -> None:
    """At their place, before any feed is made."""
    path = miniature / "ops_model/launch/deferrals/second-colour-later.yaml"
    change(path, follow_up={**tree(path)["follow_up"], "review": day})
    done = dfops("export", "calendars", "--root", miniature)
    assert (done.code, "1970 to 2199" in done.out) == (1, True)


def test_site_is_part_of_the_command_that_updates_links(dfops: Dfops, miniature: Path) -> None:
    """Links without a host are written with a remark; what is no address is refused before anything is written."""
    ran = dfops("export", "alerts", "--root", miniature)
    assert (ran.code, "name the address of the internal site with --site URL" in ran.err) == (0, True)
    site = "https://ops.example.org/"
    ran = dfops("export", "alerts", "--site", site, "--check", "--root", miniature)
    assert f"rules.yaml is not up to date; run `dfops export alerts --site {site}`" in ran.out
    assert dfops("export", "all", "--site", site, "--root", miniature).code == 0
    assert dfops("export", "alerts", "--site", site, "--check", "--root", miniature).code == 0
    ran = dfops("export", "alerts", "--site", "ops.example.org", "--root", miniature)
    assert (ran.code, "write an address like" in ran.sentence) == (2, True)
