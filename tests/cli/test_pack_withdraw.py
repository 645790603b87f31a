"""`dfops pack withdraw`: from one command to a refusal, and back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from generators.published.manifest import Withdrawn
from tests.faults import killed
from tests.faults import tree as everything
from tests.packs.small import lamps
from tests.published.samples import Sample, manifest, tree
from tests.published.signing import sign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

AT = ("--at", "2026-11-30T10:00")
CHANGELOG = """\
# Changelog

## [1.2.0] - 2026-11-30

### Changed

- Boards.

## [1.1.0] - 2026-11-02

### Added

- Boards.
"""
SENTENCE = "lamps 1.2.0 is withdrawn since 2026-11-30: Storms are counted twice. Use version 1.1.0."
REFUSED = (
    "lamps is withdrawn since 2026-11-30: Storms are counted twice. Installed copies stay; "
    "`dfops pack rollback` goes back to the version before, `dfops pack remove` removes them."
)
REASON = ("--reason", "Storms are counted twice.")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one pack of two releases."""
    top = tmp_path / "root"
    lamps(top)
    (top / "packs/lamps/CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    return top


@pytest.fixture
def catalog(tmp_path: Path) -> Sample:
    """Both, published."""
    found = Sample(tmp_path / "catalog")
    for version in ("1.1.0", "1.2.0"):
        release = found.add(manifest(version=version))
        found.folder.joinpath("packs/lamps", version, "release.json").write_text(
            release.model_dump_json(), encoding="utf-8"
        )
    sign(found.folder)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With one source."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    return folder


@pytest.fixture
def pack(dfops: Dfops, root: Path, catalog: Sample, project: Path) -> Callable[..., Ran]:
    """A command of the publisher or of a user."""

    def run(command: str, *arguments: object) -> Ran:
        if command == "withdraw":
            ran = dfops("pack", command, *arguments, "--into", catalog.folder, *AT, "--root", root)
            if ran.code == 0:
                sign(catalog.folder)
            return ran
        unchecked = ("--no-check",) if command in {"install", "upgrade"} else ()
        return dfops("pack", command, *arguments, *unchecked, "--project", project, "--catalog", catalog.folder)

    return run


def test_a_withdrawn_version_is_refused_and_left(
    pack: Callable[..., Ran], catalog: Sample, dfops: Dfops, project: Path
) -> None:
    """By exact pin alone, with the reason; whoever has it hears of it, and an upgrade leads away from it."""
    assert pack("install", "lamps").code == 0
    ran = pack("withdraw", "lamps@1.2.0", *REASON, "--instead", "1.1.0")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path for path in tree(catalog.folder) if path.endswith(".gz")) == [
        "packs/lamps/1.1.0/lamps_boards-1.1.0-dbt-charts-duckdb.tar.gz",
        "withdrawn/lamps/1.2.0/lamps_boards-1.2.0-dbt-charts-duckdb.tar.gz",
    ]
    assert "1.1.0 for duckdb" in pack("install", "lamps", "--as", "new").out.replace("of Lamps ", "")
    pinned = pack("install", "lamps", "--as", "old", "--version", "1.2.0")
    assert (pinned.code, pinned.err) == (0, f"warning: {SENTENCE}\n")
    verified = pack("verify")
    assert (verified.code, verified.out.count(SENTENCE.rstrip("."))) == (1, 2)
    upgraded = pack("upgrade", "charts/lamps")
    assert upgraded.out.startswith(f"charts/lamps: Lamps went from 1.2.0 to 1.1.0\n  {SENTENCE}\n")
    back = dfops("pack", "rollback", "charts/lamps", "--project", project)
    assert (back.code, f"would go back to what is withdrawn: {SENTENCE}" in back.sentence) == (2, True)
    assert json.loads(pack("verify", "--format", "json").out)["packs"][0]["withdrawn"] == ""


def test_a_rollback_asks_whether_a_version_was_withdrawn_since(
    pack: Callable[..., Ran], dfops: Dfops, project: Path
) -> None:
    """Where it is told whom to ask; without a catalog it goes back."""
    assert pack("install", "lamps", "--version", "1.1.0").code == 0
    assert pack("upgrade").code == 0
    assert pack("withdraw", "lamps@1.1.0", *REASON).code == 0
    before = tree(project)
    ran = pack("rollback", "lamps")
    assert (ran.code, "would go back to what is withdrawn: lamps 1.1.0 is withdrawn since" in ran.sentence) == (2, True)
    assert tree(project) == before
    assert dfops("pack", "rollback", "lamps", "--project", project).code == 0


def test_a_withdrawn_pack_refuses_every_version(
    pack: Callable[..., Ran], catalog: Sample, project: Path, root: Path, dfops: Dfops
) -> None:
    """With the reason and the way out; undone in one command."""
    assert pack("install", "lamps").code == 0
    before, model = tree(catalog.folder / "packs"), tree(root)
    assert pack("withdraw", "lamps", *REASON).code == 0
    assert not [path for path in tree(catalog.folder / "packs") if path.endswith(".gz")]
    for arguments in ((), ("--version", "1.1.0")):
        ran = pack("install", "lamps", "--as", "more", *arguments)
        assert (ran.code, ran.sentence) == (2, REFUSED)
    assert "nothing is published" in dfops("pack", "list", "--catalog", catalog.folder).out
    assert (project / "charts/lamps/index.yml").exists()
    refused = dfops("pack", "install", "lamps", "--project", project, "--as", "more", "--root", root)
    assert (refused.code, refused.sentence) == (2, "pack lamps is withdrawn: Storms are counted twice.")
    assert pack("withdraw", "lamps", "--undo").code == 0
    assert (tree(catalog.folder / "packs"), tree(root)) == (before, model)
    assert pack("install", "lamps", "--as", "more").code == 0


def test_all_versions_withdrawn_one_by_one_leave_nothing(pack: Callable[..., Ran]) -> None:
    """Each with its reason."""
    assert pack("withdraw", "lamps@1.2.0", *REASON).code == 0
    assert pack("withdraw", "lamps@1.1.0", "--reason", "So were keepers").code == 0
    sentence = pack("install", "lamps").sentence
    assert "lamps 1.2.0 is withdrawn since 2026-11-30: Storms are counted twice." in sentence
    assert "lamps 1.1.0 is withdrawn since 2026-11-30: So were keepers." in sentence


def test_the_message_for_users_is_filled_in(pack: Callable[..., Ran], root: Path) -> None:
    """Pack, version, what is wrong, what to do, and when the next one comes."""
    text = (
        "title: Withdrawn, to users\nstate: withdrawn\naudience: users\nsubject: '{connector} {version} is off'\n"
        "body: '{impact}. {workaround} Next by {next_update_utc}.'\nplaceholders: []\nnext_update: {minutes: 60}\n"
    )
    file = root / "ops_model/support/messages/withdrawn-users.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    ran = pack("withdraw", "lamps@1.2.0", *REASON, "--instead", "1.1.0")
    assert "    Lamps 1.2.0 is off\n" in ran.out
    assert "    Storms are counted twice. Use version 1.1.0. Next by 2026-11-30 11:00 UTC.\n" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lamps@1.2.0",), "say in one sentence what is wrong"),
        (("lamps@1.2.0", "--reason", "One\nTwo"), "say in one sentence what is wrong"),
        (("lamps@1.2.0", "--reason", "x" * 600), "--reason: "),
        (("lamps@1.2.0", "--reason", "a\x1bb\u202e"), "--reason: "),
        (("lamps@1.2.1", *REASON), "lamps has no release '1.2.1'; did you mean '1.2.0'?"),
        (("lamps@1.2.0", *REASON, "--instead", "9.9.9"), "--instead: lamps has no release '9.9.9'"),
        (("lamps@1.2.0", *REASON, "--instead", "1.2.0"), "--instead: 1.2.0 is the version that is withdrawn"),
        (("lamp@1.2.0", *REASON), "lamps"),
        (("lamps@1.2.0", "--undo"), "is not withdrawn"),
        (("lamps@1.2.0", *REASON, "--by", "keper"), "--by: no role is called 'keper'"),
    ],
)
def test_what_cannot_be_withdrawn_changes_nothing(
    pack: Callable[..., Ran], root: Path, catalog: Sample, arguments: tuple[str, ...], words: str
) -> None:
    """One sentence, exit code 2."""
    before = tree(root), tree(catalog.folder)
    ran = pack("withdraw", *arguments)
    assert (ran.code, words in ran.sentence) == (2, True), ran.err
    assert (tree(root), tree(catalog.folder)) == before


def test_a_withdrawal_is_made_once(pack: Callable[..., Ran], root: Path, catalog: Sample) -> None:
    """The same changes nothing more; another one is told of the first."""
    assert pack("withdraw", "lamps@1.2.0", *REASON).code == 0
    before = tree(root), tree(catalog.folder / "withdrawn")
    assert pack("withdraw", "lamps@1.2.0", *REASON).code == 0
    assert (tree(root), tree(catalog.folder / "withdrawn")) == before
    assert "is withdrawn already" in pack("withdraw", "lamps@1.2.0", "--reason", "Another").sentence


@pytest.mark.parametrize("what", ["lamps@1.2.0", pytest.param("lamps", marks=pytest.mark.long)])
def test_a_withdrawal_that_is_killed_is_taken_up(
    dfops: Dfops, root: Path, catalog: Sample, ram: Path, what: str
) -> None:
    """At every call of the system: the same command once more ends where one that was not killed does."""
    shutil.copytree(root, ram / "root")
    shutil.copytree(catalog.folder, ram / "catalog")

    def run(folder: Path) -> Callable[[], object]:
        places = ("--into", folder / "catalog", "--root", folder / "root")
        return lambda: dfops("pack", "withdraw", what, *REASON, *AT, *places)

    def copy(name: str) -> Path:
        for part in ("root", "catalog"):
            shutil.copytree(ram / part, ram / name / part)
        return ram / name

    wanted = copy("wanted")
    run(wanted)()
    number = 0
    while True:
        folder = copy(str(number))
        was_killed = killed(run(folder), number, "before")
        run(folder)()
        assert everything(folder) == everything(wanted), number
        shutil.rmtree(folder)
        if not was_killed:
            break
        number += 1
    assert number > 15


def test_a_sentence_ends_once() -> None:
    """Whatever the reason ends with."""
    for reason in ("It is wrong", "It is wrong."):
        said = Withdrawn(pack="lamps", withdrawn_on="2026-11-30", reason=reason)  # type: ignore[arg-type]
        assert said.sentence == "lamps is withdrawn since 2026-11-30: It is wrong."


def test_a_folder_that_is_no_catalog_is_not_made_one(dfops: Dfops, root: Path, tmp_path: Path) -> None:
    """A typo must not look like a kill switch that worked."""
    before = tree(root)
    ran = dfops("pack", "withdraw", "lamps@1.2.0", *REASON, "--into", tmp_path / "catalgo", *AT, "--root", root)
    assert (ran.code, "is no catalog" in ran.sentence) == (2, True)
    assert (tree(root), (tmp_path / "catalgo").exists()) == (before, False)
