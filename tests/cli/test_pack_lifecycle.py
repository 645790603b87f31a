"""`dfops pack upgrade`, `rollback`, `diff` and `remove`: another version of a pack, with what a user edited."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from generators.cli import pack_events
from generators.output.writing import taking_turns
from generators.published.lockfile import LOCK
from generators.published.merging import BESIDE
from tests.faults import REFUSALS, Recording, ended, killed, refused, started
from tests.faults import tree as everything
from tests.listening import Ear
from tests.published.samples import INDEX_BOARD, STORMS, Sample, manifest, tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Dfops, Ran
    from tests.faults import Moment

LATER = INDEX_BOARD.replace("1.2.0", "1.3.0").replace("type: kpi, value: lit", "type: kpi, value: lit, title: Lit")
HAIL = STORMS.replace("Storms", "Hail").replace("1.2.0", "1.3.0")
OLD, NEW = "1.2.0", "1.3.0"
HAIL_IS_YOURS = "charts/lamps/hail.yml is yours, and Lamps 1.3.0 brings a file of that name: rename yours first"
REMOVED = "charts/lamps: Lamps 1.2.0 is removed, with your edits of index.yml; your own files stay: own.yml\n"
CHANGES = {"charts/index.yml": LATER, "charts/storms.yml": None, "charts/hail.yml": HAIL}
"""What 1.3.0 has instead: a board changed, one went, one came."""


@pytest.fixture
def catalog(tmp_path: Path) -> Sample:
    """With two versions."""
    found = Sample(tmp_path / "catalog")
    found.add(manifest(version=OLD))
    found.add(manifest(version=NEW), CHANGES)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With one source."""
    return made(tmp_path / "shop")


def made(folder: Path) -> Path:
    """A project with one source, and a board of its own."""
    (folder / "charts").mkdir(parents=True)
    (folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    (folder / "charts/mine.yml").write_text("title: Mine\n", encoding="utf-8")
    return folder


@pytest.fixture
def pack(dfops: Dfops, catalog: Sample, project: Path) -> Callable[..., Ran]:
    """A command about the packs of the project, its catalog at hand."""

    def run(command: str, *arguments: object) -> Ran:
        asks = command in {"install", "upgrade"} and "--catalog" not in arguments
        where = ("--catalog", catalog.folder, "--no-check") if asks else ()
        return dfops("pack", command, *arguments, "--project", project, *where)

    return run


@pytest.fixture
def installed(pack: Callable[..., Ran], project: Path) -> Path:
    """The folder of boards of the older version."""
    assert pack("install", "lamps", "--version", OLD).code == 0
    return project / "charts/lamps"


def edit(file: Path, old: str, new: str) -> None:
    """What a user changes in a board."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_upgrade_and_rollback_end_where_they_began(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Byte for byte, however often."""
    first = tree(project)
    ran = pack("upgrade")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "charts/lamps: Lamps went from 1.2.0 to 1.3.0\n  new: hail.yml\n  updated: index.yml\n  removed: storms.yml\n"
    )
    second = tree(project)
    assert sorted(path.name for path in installed.iterdir()) == ["hail.yml", "index.yml", "meta.yml"]
    assert pack("upgrade").out == "charts/lamps: Lamps 1.3.0 is the newest\n"
    back = pack("rollback", "lamps")
    assert (back.code, back.out.splitlines()[0]) == (0, "charts/lamps: Lamps went back from 1.3.0 to 1.2.0")
    assert tree(project) == first
    assert pack("upgrade", "charts/lamps").code == 0
    assert tree(project) == second
    assert pack("rollback", "lamps").code == 0
    assert tree(project) == first
    again = pack("rollback", "lamps")
    assert (again.code, "was not upgraded since it was installed" in again.sentence) == (2, True)


def test_an_older_version_comes_by_its_name_alone(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """As the upgrade that brought the newer one."""
    assert installed.is_dir()
    before = {path: data for path, data in tree(project).items() if not path.startswith((".dfops", LOCK))}
    assert pack("upgrade").code == 0
    assert pack("upgrade", "lamps", "--version", OLD).out.startswith("charts/lamps: Lamps went from 1.3.0 to 1.2.0\n")
    after = {path: data for path, data in tree(project).items() if not path.startswith((".dfops", LOCK))}
    assert after == before
    assert (pack("upgrade", "--version", OLD).code, pack("upgrade", "lamps", "--version", "9.9.9").code) == (2, 2)


def test_edits_are_merged_and_survive_three_upgrades(
    pack: Callable[..., Ran], catalog: Sample, installed: Path
) -> None:
    """In a file that changes each time, and in one that goes."""
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    edit(installed / "storms.yml", "title: Storms", "title: Storms at sea")
    (installed / "own.yml").write_text("title: Own\n", encoding="utf-8")
    ran = pack("upgrade")
    assert ran.code == 0
    assert "  merged with your edits: index.yml\n" in ran.out
    assert "  not in this version any more; your edited copy stays: storms.yml\n" in ran.out
    for version, words in (("1.4.0", "Lit now"), ("1.5.0", "Lit tonight")):
        later = LATER.replace("1.3.0", version).replace("title: Lit", f"title: {words}")
        catalog.add(manifest(version=version), {**CHANGES, "charts/index.yml": later})
        assert pack("upgrade").code == 0
        text = (installed / "index.yml").read_text(encoding="utf-8")
        assert "title: Lamps of the harbour" in text
        assert f"title: {words}" in text
    assert (installed / "storms.yml").read_text(encoding="utf-8").count("Storms at sea") == 1
    assert (installed / "own.yml").read_text(encoding="utf-8") == "title: Own\n"
    assert "edited here: index.yml" in pack("verify").out


def test_what_cannot_be_merged_waits_beside_the_file(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """The user's file stays as it is; nothing goes on before the conflict is settled; a rollback undoes it all."""
    board, beside = installed / "index.yml", installed / f"index.yml{BESIDE}"
    edit(board, "type: kpi, value: lit", "type: kpi, value: lit, title: Burning")
    first, mine = tree(project), board.read_bytes()
    ran = pack("upgrade")
    assert ran.code == 1
    assert "  your file stays; to be merged by hand: index.yml\n" in ran.out
    assert (board.read_bytes(), beside.exists()) == (mine, True)
    marks = beside.read_text(encoding="utf-8")
    assert [line for line in marks.splitlines() if line.startswith(("<<<", "|||", ">>>"))] == [
        "<<<<<<< yours",
        "||||||| Lamps 1.2.0",
        ">>>>>>> Lamps 1.3.0",
    ]
    waiting = pack("upgrade")
    assert (waiting.code, "index.yml waits to be merged: take over what you want of" in waiting.out) == (1, True)
    assert "waits to be merged: index.yml" in pack("verify").out
    assert pack("rollback", "lamps").code == 0
    assert tree(project) == first
    assert pack("upgrade").code == 1
    board.write_text(board.read_text(encoding="utf-8").replace("Burning", "Lit and burning"), encoding="utf-8")
    beside.unlink()
    assert pack("upgrade").out == "charts/lamps: Lamps 1.3.0 is the newest\n"
    assert "edited here: index.yml" in pack("verify").out


def test_without_git_an_edited_file_waits_beside(
    pack: Callable[..., Ran], installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where its lines could be merged."""
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    monkeypatch.setenv("PATH", "/nowhere")
    assert pack("upgrade").code == 1
    assert (installed / f"index.yml{BESIDE}").read_bytes() == LATER.replace(
        "{{ source('lamps_boards', 'lamp') }}", "lamps.lamp"
    ).encode()


def test_a_merge_that_cannot_be_read_waits_beside(pack: Callable[..., Ran], catalog: Sample, installed: Path) -> None:
    """Both sides add the same key, in lines of their own."""
    edit(installed / "index.yml", "title: Lamps\n", "notes: Mine\ntitle: Lamps\n")
    catalog.add(manifest(version="1.4.0"), {"charts/index.yml": INDEX_BOARD + "notes: Theirs\n"})
    assert pack("upgrade").code == 1
    assert (installed / f"index.yml{BESIDE}").read_text(encoding="utf-8").count("notes:") == 2


def test_lines_that_end_as_on_windows_are_merged_as_they_are(pack: Callable[..., Ran], installed: Path) -> None:
    """An editor that changed all line ends has not changed a line."""
    board = installed / "index.yml"
    text = board.read_bytes().replace(b"title: Lamps", b"title: Lamps of the harbour")
    board.write_bytes(text.replace(b"\n", b"\r\n"))
    assert pack("upgrade").code == 0
    merged = board.read_bytes()
    assert (b"harbour" in merged, b"title: Lit" in merged) == (True, True)
    assert merged.count(b"\r\n") == merged.count(b"\n")


def test_a_new_board_does_not_take_the_place_of_a_file(
    pack: Callable[..., Ran], installed: Path, project: Path
) -> None:
    """Nothing changes until the user has moved it."""
    (installed / "hail.yml").write_text("title: My hail\n", encoding="utf-8")
    before = tree(project)
    ran = pack("upgrade")
    assert (ran.code, ran.out) == (1, f"charts/lamps: not upgraded: {HAIL_IS_YOURS}\n")
    assert tree(project) == before


def test_a_board_that_was_removed_stays_away(pack: Callable[..., Ran], installed: Path) -> None:
    """The upgrade says so."""
    (installed / "index.yml").unlink()
    assert (
        "  removed by you, not brought back (remove and install the pack to have them again): index.yml\n"
        in pack("upgrade").out
    )
    assert not (installed / "index.yml").exists()


def test_a_dry_run_says_all_and_changes_nothing(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Of an upgrade and of a rollback."""
    assert installed.is_dir()
    before = tree(project)
    assert pack("upgrade", "--dry-run").out.startswith("charts/lamps: Lamps would go from 1.2.0 to 1.3.0\n")
    assert tree(project) == before
    assert pack("upgrade").code == 0
    before = tree(project)
    assert pack("rollback", "lamps", "--dry-run").code == 0
    assert tree(project) == before


def test_remove_takes_what_was_delivered(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Not what was edited, unless it is told to; never what was added."""
    before = everything(project)
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    ran = pack("remove", "lamps")
    assert (ran.code, ran.sentence) == (2, "charts/lamps/index.yml was edited: copy what you need, then add --force")
    (installed / "own.yml").write_text("title: Own\n", encoding="utf-8")
    ran = pack("remove", "lamps", "--force")
    assert (ran.code, ran.out) == (
        0,
        REMOVED,
    )
    assert sorted(everything(project)) == [
        "charts",
        "charts/lamps",
        "charts/lamps/own.yml",
        "charts/mine.yml",
        "dbt_charts.yml",
    ]
    assert before
    assert (pack("remove", "lamps").code, pack("upgrade").code) == (2, 2)


def test_after_install_and_remove_nothing_is_left(pack: Callable[..., Ran], project: Path) -> None:
    """No folder, no lock file, no state."""
    before = everything(project)
    assert pack("install", "lamps").code == 0
    assert pack("remove", "lamps").code == 0
    assert everything(project) == before


def test_a_second_copy_is_a_folder_of_its_own(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Named by its folder; the pack's name means both."""
    assert pack("install", "lamps", "--version", OLD, "--as", "eu").code == 0
    assert pack("upgrade", "eu").out.splitlines()[0] == "charts/eu: Lamps went from 1.2.0 to 1.3.0"
    assert 'title: "Lamps (eu)"' in (project / "charts/eu/index.yml").read_text(encoding="utf-8")
    assert (installed / "storms.yml").exists()
    listed = pack("list").out
    assert "lamps 1.3.0 for duckdb (dbt-charts), folder charts/eu, reads lamps of source w\n" in listed
    assert pack("install", "lamps", "--version", OLD, "--as", "lamp2").code == 0
    assert pack("remove", "lamps").out == "charts/lamps: Lamps 1.2.0 is removed\n"  # the folder comes before the pack
    ran = pack("remove", "lamps")
    assert (ran.code, "name the folder, charts/eu or charts/lamp2" in ran.sentence) == (2, True)
    assert pack("remove", "eu", "lamp2").out.count("is removed") == 2


def test_diff_shows_edits_and_what_a_version_brings(pack: Callable[..., Ran], installed: Path, catalog: Sample) -> None:
    """As a unified diff; without either it says so."""
    assert pack("diff").out == "no differences\n"
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    shown = pack("diff", "lamps").out
    assert shown.startswith("--- charts/lamps/index.yml (delivered)\n+++ charts/lamps/index.yml (here)\n")
    assert "-title: Lamps\n+title: Lamps of the harbour\n" in shown
    newest = pack("diff", "--catalog", catalog.folder).out
    assert "+++ charts/lamps/hail.yml (1.3.0)\n" in newest
    assert "harbour" not in newest


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text[: len(text) // 2], "cannot be read"),
        (
            lambda text: text.replace('"schema_version": 1', '"schema_version": 2'),
            "is made for a newer dfops: update it",
        ),
        (lambda text: text.replace('"charts/lamps"', '"../lamps"'), "is no path of a pack"),
        (lambda text: text.replace('"index.yml"', '"../../mine.yml"'), "is no path of a pack"),
        (
            lambda text: text.replace('"version": "1.2.0"', '"version": "one"'),
            "cannot be read at packs.charts/lamps.now.version",
        ),
        (lambda text: f"<<<<<<< HEAD\n{text}", "holds the conflict of a merge: take one side of it"),
        (lambda text: text + " " * (4 << 20), "is larger than 4 MiB"),
    ],
)
def test_a_lock_file_that_is_none_is_refused(
    pack: Callable[..., Ran], installed: Path, project: Path, change: Callable[[str], str], sentence: str
) -> None:
    """By every command, in one sentence with the remedy, and nothing changes."""
    assert installed.is_dir()
    lock = project / LOCK
    lock.write_text(change(lock.read_text(encoding="utf-8")), encoding="utf-8")
    before = tree(project)
    for command in (("upgrade",), ("rollback", "lamps"), ("remove", "lamps"), ("diff",), ("list",), ("verify",)):
        ran = pack(*command)
        assert (ran.code, sentence in ran.sentence) == (2, True), (command, ran.sentence)
    assert tree(project) == before


def test_kept_files_that_are_gone_are_named(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """A rollback needs them; an upgrade does without and leaves edited files to the user."""
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    shutil.rmtree(project / ".dfops")
    assert pack("upgrade").code == 1
    shutil.rmtree(project / ".dfops")
    ran = pack("rollback", "lamps")
    assert ran.code == 2
    assert "go back with `dfops pack upgrade lamps --version 1.2.0 --catalog CATALOG`" in ran.sentence


def test_names_that_are_not_installed_are_hinted_at(pack: Callable[..., Ran], installed: Path) -> None:
    """The nearest one, or those there are."""
    assert installed.is_dir()
    assert "did you mean 'lamps'?" in pack("upgrade", "lamp").sentence
    assert "there are: charts/lamps" in pack("remove", "zzz").sentence


# ── ends in the middle ──────────────────────────────────────────────────────────────────────────────────────────────
COMMANDS = {
    "install": ("install", "lamps", "--as", "eu"),
    "upgrade": ("upgrade", "lamps"),
    "rollback": ("rollback", "lamps"),
    "remove": ("remove", "lamps", "--force"),
}


@pytest.fixture
def ready(ram: Path, pack: Callable[..., Ran], installed: Path, project: Path) -> Callable[[str], Path]:
    """A project before a command, as often as it is wanted, with an edited file."""
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    shutil.copytree(project, ram / "before-upgrade")
    assert pack("upgrade").code == 0
    shutil.copytree(project, ram / "before-rollback")
    count = 0

    def copy(command: str) -> Path:
        nonlocal count
        count += 1
        start = "before-rollback" if command == "rollback" else "before-upgrade"
        return shutil.copytree(ram / start, ram / f"{count}")

    return copy


def command_in(dfops: Dfops, catalog: Sample, command: str, folder: Path) -> Callable[[], object]:
    """What runs it there."""
    asks = ("--catalog", catalog.folder, "--no-check") if command in {"install", "upgrade"} else ()
    return lambda: dfops("pack", *COMMANDS[command], "--project", folder, *asks)


def states(dfops: Dfops, catalog: Sample, command: str, folder: Path) -> list[dict[str, bytes | None]]:
    """Everything in a project before a command and after it."""
    before = everything(folder)
    command_in(dfops, catalog, command, folder)()
    assert everything(folder) != before
    return [before, everything(folder)]


def each(others: tuple[object, ...]) -> list[object]:
    """Every command with every one of some; the upgrade with the first of them shows at less length what all do."""
    return [
        pytest.param(command, other, marks=() if (command, other) == ("upgrade", others[0]) else pytest.mark.long)
        for command in COMMANDS
        for other in others
    ]


@pytest.mark.parametrize(
    ("command", "moment", "stride"),
    [
        ("upgrade", "before", 4),
        *(
            pytest.param(command, moment, 1, marks=pytest.mark.long)
            for command in COMMANDS
            for moment in ("before", "after", "torn")
        ),
    ],
)
def test_a_command_that_is_killed_leaves_the_old_state_or_the_new(  # noqa: PLR0913, PLR0917 - three fixtures, three choices
    dfops: Dfops, catalog: Sample, ready: Callable[[str], Path], command: str, moment: Moment, stride: int
) -> None:
    """At every call of the system that changes something; the next command finishes or undoes."""
    wanted = states(dfops, catalog, command, ready(command))
    number, found = 0, set()
    while True:
        folder = ready(command)
        was_killed = killed(command_in(dfops, catalog, command, folder), number, moment)
        listed = dfops("pack", "list", "--project", folder)
        assert listed.code == 0, listed.err
        assert everything(folder) in wanted, number
        found.add(wanted.index(everything(folder)))
        shutil.rmtree(folder)
        if not was_killed:
            break
        number += stride
    assert number > 20
    assert found == {0, 1}


@pytest.mark.parametrize(("command", "number"), each(REFUSALS))
def test_what_the_system_refuses_changes_nothing(
    dfops: Dfops, catalog: Sample, ready: Callable[[str], Path], command: str, number: int
) -> None:
    """A sentence, exit code 2, and the project as it was; or all of it was done."""
    wanted = states(dfops, catalog, command, ready(command))
    at = 0
    while True:
        folder = ready(command)
        ran: list[Ran] = []
        run = command_in(dfops, catalog, command, folder)
        was_refused = refused(lambda run=run, ran=ran: ran.append(run()), at, number)  # type: ignore[misc]
        assert ran[0].code in {0, 1, 2}, (at, ran[0].err)
        dfops("pack", "list", "--project", folder)
        if "to be merged by hand" in ran[0].out:  # git could not be started, and the upgrade went on without
            shutil.rmtree(folder)
            at += 1
            continue
        assert everything(folder) in wanted, at
        assert (ran[0].code != 0) <= (everything(folder) == wanted[0]), at
        shutil.rmtree(folder)
        if not was_refused:
            break
        at += 1
    assert at > 20


@pytest.mark.parametrize(("command", "seed"), each((11, 12, 13)))
def test_a_power_cut_leaves_the_old_state_or_the_new(  # noqa: PLR0913, PLR0917 - five fixtures and a seed
    dfops: Dfops, catalog: Sample, ready: Callable[[str], Path], command: str, seed: int, ram: Path
) -> None:
    """In images of what was and was not on the disk after each call."""
    wanted = states(dfops, catalog, command, ready(command))
    folder = ready(command)
    with Recording(folder) as recording:
        command_in(dfops, catalog, command, folder)()
    chance = Random(seed)  # noqa: S311 - the same images every time
    for count in range(0, len(recording.calls) + 1, 2):
        for _ in range(2):
            into = ram / "image"
            into.mkdir()
            recording.image(count, chance, into)
            assert dfops("pack", "list", "--project", into).code == 0
            assert everything(into) in wanted, count
            shutil.rmtree(into)


def test_the_lock_file_says_what_was_installed(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Pack, version, archive, place; and what was there before."""
    assert installed.is_dir()
    assert pack("upgrade").code == 0
    locked = json.loads((project / LOCK).read_text(encoding="utf-8"))["packs"]["charts/lamps"]
    assert [locked[when]["version"] for when in ("before", "now")] == [OLD, NEW]
    assert (locked["now"]["source"], locked["now"]["schema_name"], locked["now"]["origin"]) == ("w", "lamps", "catalog")


@pytest.mark.parametrize("rounds", [25, pytest.param(300, marks=pytest.mark.long)])
def test_commands_at_once_that_are_killed_at_random_leave_a_whole_state(
    dfops: Dfops, catalog: Sample, ram: Path, rounds: int
) -> None:
    """Three at a time in one project: each waits for its turn, and what a killed one left is undone or finished."""
    chance = Random(rounds)  # noqa: S311 - the same every time
    folder = made(ram / "shop")
    commands = {
        "install": ("install", "lamps", "--version", OLD, "--catalog", catalog.folder, "--no-check"),
        "upgrade": ("upgrade", "--catalog", catalog.folder, "--no-check"),
        "rollback": ("rollback", "lamps"),
        "remove": ("remove", "lamps", "--force"),
    }
    states = [everything(folder)]
    for command in ("install", "upgrade"):
        assert dfops("pack", *commands[command], "--project", folder).code == 0
        states.append(everything(folder))
    met = set()
    for _ in range(rounds):
        drawn = [(chance.choice([*commands.values(), commands["upgrade"]]), chance.randrange(250)) for _ in range(3)]
        children = [
            started(lambda words=words: dfops("pack", *words, "--project", folder), at, "before")  # type: ignore[misc]
            for words, at in drawn
        ]
        for child in children:
            ended(child)
        assert dfops("pack", "list", "--project", folder).code == 0
        met.add(states.index(everything(folder)))
    assert met == {0, 1, 2}


def test_listeners_are_told_what_happened(
    pack: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids and versions, nothing of the user's."""
    ear = Ear()
    monkeypatch.setattr(pack_events, "LISTENER", ear)
    assert pack("install", "lamps", "--version", OLD).code == 0
    edit(project / "charts/lamps/index.yml", "value: lit}", "value: lit, title: Burning}")
    assert pack("upgrade").code == 1
    assert pack("rollback", "lamps").code == 0
    assert pack("remove", "lamps", "--force").code == 0
    assert all(0 < one.duration_ms < 60_000 for one in ear.heard)
    assert [(one.what, one.outcome, one.version, one.previous) for one in ear.heard] == [
        ("install", "done", OLD, None),
        ("upgrade", "conflicts", NEW, OLD),
        ("rollback", "done", OLD, NEW),
        ("remove", "done", OLD, OLD),
    ]
    assert {(one.pack, one.runtime, one.warehouse) for one in ear.heard} == {("lamps", "dbt-charts", "duckdb")}


# ── what a hostile or careless hand does ────────────────────────────────────────────────────────────────────────────
def test_a_base_that_was_changed_is_none(pack: Callable[..., Ran], installed: Path, project: Path) -> None:
    """Whoever replaces a word in all files of a project has edited the boards: the edit is kept."""
    for file in (*project.glob(".dfops/packs/charts/lamps/now/*.yml"), *installed.glob("*.yml")):
        file.write_text(file.read_text(encoding="utf-8").replace("title: Lamps", "title: Harbour"), encoding="utf-8")
    assert pack("upgrade").code == 1
    assert "title: Harbour" in (installed / "index.yml").read_text(encoding="utf-8")
    assert (installed / f"index.yml{BESIDE}").exists()


def test_an_edit_while_it_runs_is_not_lost(
    pack: Callable[..., Ran], installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved between the plan and its execution: here while git merges another file."""
    edit(installed / "index.yml", "title: Lamps", "title: Lamps of the harbour")
    (tmp_path / "bin").mkdir()
    wrapper = tmp_path / "bin/git"
    saved = f"echo '# saved' >> {installed}/storms.yml"
    wrapper.write_text(f'#!/bin/sh\n{saved}\nexec {shutil.which("git")} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    ran = pack("upgrade")
    assert (ran.code, "storms.yml was changed while this ran" in ran.out) == (1, True)
    assert (installed / "storms.yml").read_text(encoding="utf-8").endswith("# saved\n")
    assert "1.2.0" in pack("list").out


def test_a_file_of_the_name_of_a_conflict_is_not_overwritten(pack: Callable[..., Ran], installed: Path) -> None:
    """The user is asked to rename it."""
    edit(installed / "index.yml", "value: lit", "value: lit, title: Burning")
    (installed / f"index.yml{BESIDE}").write_text("my notes\n", encoding="utf-8")
    ran = pack("upgrade")
    assert (ran.code, f"index.yml{BESIDE} is yours" in ran.out) == (1, True)
    assert (installed / f"index.yml{BESIDE}").read_text(encoding="utf-8") == "my notes\n"


def test_work_on_a_conflict_stays(pack: Callable[..., Ran], installed: Path) -> None:
    """A rollback says so; a removal without --force is refused."""
    edit(installed / "index.yml", "value: lit", "value: lit, title: Burning")
    assert pack("upgrade").code == 1
    beside = installed / f"index.yml{BESIDE}"
    beside.write_text("an hour of work\n", encoding="utf-8")
    assert "was edited" in pack("remove", "lamps").sentence
    assert f"your work on a conflict stays: index.yml{BESIDE}" in pack("rollback", "lamps").out
    assert beside.read_text(encoding="utf-8") == "an hour of work\n"


def test_a_rollback_takes_an_edited_board_up_again(pack: Callable[..., Ran], catalog: Sample, installed: Path) -> None:
    """One that the newer version no longer had; so does a later version that has it again."""
    edit(installed / "storms.yml", "title: Storms", "title: Storms at sea")
    assert pack("upgrade").code == 0
    ran = pack("rollback", "lamps")
    assert (ran.code, "your edits stay, nothing new for them: storms.yml" in ran.out) == (0, True)
    assert pack("upgrade").code == 0
    catalog.add(
        manifest(version="1.4.0"), {"charts/storms.yml": STORMS.replace("type: table", "type: table, title: T")}
    )
    ran = pack("upgrade")
    assert (ran.code, "merged with your edits: storms.yml" in ran.out) == (0, True)
    text = (installed / "storms.yml").read_text(encoding="utf-8")
    assert ("Storms at sea" in text, "title: T}" in text) == (True, True)


def test_a_conflict_that_was_settled_for_ones_own_lines_rolls_back(pack: Callable[..., Ran], installed: Path) -> None:
    """Nothing of the newer version was taken, so there is nothing to merge."""
    edit(installed / "index.yml", "value: lit", "value: lit, title: Burning")
    mine = (installed / "index.yml").read_bytes()
    assert pack("upgrade").code == 1
    (installed / f"index.yml{BESIDE}").unlink()
    assert pack("rollback", "lamps").code == 0
    assert (installed / "index.yml").read_bytes() == mine


def test_marks_that_were_left_in_a_board_stop_an_upgrade(pack: Callable[..., Ran], installed: Path) -> None:
    """Whoever moved the conflict over the file has not merged it yet."""
    edit(installed / "index.yml", "value: lit", "value: lit, title: Burning")
    assert pack("upgrade").code == 1
    (installed / f"index.yml{BESIDE}").replace(installed / "index.yml")
    assert "still holds the marks of a conflict" in pack("upgrade").out


def test_one_folder_in_trouble_does_not_stop_the_others(
    pack: Callable[..., Ran], installed: Path, project: Path
) -> None:
    """It is named with what is wrong; the rest is upgraded."""
    assert pack("install", "lamps", "--version", OLD, "--as", "zoo").code == 0
    (installed / "index.yml").unlink()
    (installed / "index.yml").mkdir()
    ran = pack("upgrade")
    assert ran.code == 1
    assert f"charts/lamps: not upgraded: {project.resolve()}/charts/lamps/index.yml: is a folder\n" in ran.out
    assert "charts/zoo: Lamps went from 1.2.0 to 1.3.0\n" in ran.out


def test_a_folder_that_was_moved_is_missed(pack: Callable[..., Ran], installed: Path) -> None:
    """Nothing is written where nothing of the pack lies any more."""
    installed.rename(installed.with_name("harbour"))
    ran = pack("upgrade")
    assert (ran.code, "holds nothing of Lamps any more" in ran.out) == (1, True)
    assert not installed.exists()


def test_what_says_where_boards_read_from_comes_back(pack: Callable[..., Ran], installed: Path) -> None:
    """Without it no board would work."""
    (installed / "meta.yml").unlink()
    assert "  new: hail.yml, meta.yml\n" in pack("upgrade").out


def test_an_edit_while_it_is_removed_is_not_lost(
    pack: Callable[..., Ran], installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved after the files were compared with what was delivered."""
    assert pack("install", "lamps", "--version", OLD, "--as", "zoo").code == 0
    board = installed.with_name("zoo") / "index.yml"
    between = Ear(lambda: edit(board, "title:", "title: # saved\n "))  # the first folder and the second
    monkeypatch.setattr(pack_events, "LISTENER", between)
    ran = pack("remove", "charts/lamps", "charts/zoo")
    assert (ran.code, "charts/zoo/index.yml was changed while this ran" in ran.sentence) == (2, True)
    assert "# saved" in board.read_text(encoding="utf-8")


def test_an_upgrade_without_a_catalog_says_so_once(
    dfops: Dfops, installed: Path, project: Path, tmp_path: Path
) -> None:
    """What was typed is at fault, not a folder."""
    assert installed.is_dir()
    ran = dfops("pack", "upgrade", "--project", project, "--root", tmp_path)
    assert (ran.code, "name the catalog of published packs with --catalog" in ran.sentence) == (2, True)


def test_looking_needs_no_write(pack: Callable[..., Ran], installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a project that is mounted for reading."""
    assert installed.is_dir()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    for name in ("mkdir", "rmdir", "unlink", "rename", "replace"):
        monkeypatch.setattr(f"os.{name}", refuse)
    assert [pack(command).code for command in ("list", "verify", "diff")] == [0, 0, 0]


@pytest.mark.parametrize("part", ["new", "old", ""])
def test_a_state_folder_that_leads_elsewhere_is_refused(
    pack: Callable[..., Ran], project: Path, tmp_path: Path, part: str
) -> None:
    """It may have come with a project from whoever made it: nothing outside is touched."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "0").write_text("mine", encoding="utf-8")
    state = project / ".dfops/transaction" / part
    state.parent.mkdir(parents=True, exist_ok=True)
    state.symlink_to(victim)
    ran = pack("list")
    assert (ran.code, "is a symbolic link" in ran.sentence) == (2, True)
    assert (victim / "0").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("step", "saved"),
    [
        ([".git/hooks/post-commit", "0" * 64, None], "#!/bin/sh\n"),
        ([".dfops/../.git/config", "0" * 64, None], "[core]\n"),
        (["charts/link/stolen.yml", "0" * 64, None], "x"),
        (["charts/mine.yml", "0" * 64, hashlib.sha256(b"title: Mine\n").hexdigest()], "other"),
    ],
)
def test_a_journal_that_came_with_a_project_does_no_harm(
    pack: Callable[..., Ran], project: Path, tmp_path: Path, step: list[str | None], saved: str
) -> None:
    """Nothing hidden is written, nothing outside, and nothing that the journal does not name by its digest."""
    state = project / ".dfops/transaction"
    (state / "old").mkdir(parents=True)
    (state / "old/0").write_text(saved, encoding="utf-8")
    (project / "charts/link").symlink_to(tmp_path)
    lock = [LOCK, None, "a" * 64]
    (state / "journal.json").write_text(json.dumps({"format": 1, "made": [], "steps": [step, lock]}), encoding="utf-8")
    before = tree(tmp_path)
    pack("list")
    after = {path: data for path, data in tree(tmp_path).items() if "/.dfops/transaction/" not in path}
    assert after == {path: data for path, data in before.items() if "/.dfops/transaction/" not in path}


def test_another_command_is_waited_for_with_a_word(installed: Path, project: Path) -> None:
    """Whoever waits is told what for."""
    assert installed.is_dir()
    words = [sys.executable, "-m", "generators.cli", "pack", "list", "--project", str(project)]
    with taking_turns(project):
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - our own
        assert child.stderr is not None
        assert child.stderr.readline().decode() == f"Waiting for another command in {project} …\n"
    assert child.wait() == 0
    child.stderr.close()
