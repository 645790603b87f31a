from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from generators.output import writing
from generators.packs.delivery.catalog_folder import add, write_index
from generators.packs.delivery.numbers import moved
from generators.packs.delivery.publishing import Candidate, Made, Unpublishable, made
from generators.packs.reading.changelog import Changelog
from generators.published.catalog import PublishedPacks, index_of, releases_in
from generators.published.manifest import INDEX, Index
from tests.packs.small import STORMS, lamps, read_lamps
from tests.published.samples import tree
from tests.runtimes import current, known, needs_runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder
    from generators.published.manifest import Release

DAY = date(2026, 11, 30)
RUNTIME = known()[0]


def proven(pack: PackFolder, **verdicts: str) -> PackFolder:
    """The pack with evidence of its present state; a board may have another verdict."""
    boards = [
        SimpleNamespace(
            board=board.id, runtime=RUNTIME.id, warehouse=w.name, verdict=verdicts.get(board.id, "ok"), reason="Out"
        )
        for board in pack.boards
        for w in pack.pack.entity.warehouses
    ]
    evidence = SimpleNamespace(entity=SimpleNamespace(digest=pack.digest, boards=tuple(boards)))
    return replace(pack, evidence=cast("Any", evidence))


def candidate(pack: PackFolder, changes: str = "### Added\n\n- Boards.", day: date = DAY) -> Candidate:
    """The pack as it is to be published today."""
    version = pack.pack.entity.version
    changelog = Changelog(f"# Changelog\n\n## [{version}] - {day}\n\n{changes}\n\n## [1.0.0] - 2026-01-01\n\n- Old.\n")
    return Candidate(pack, changelog, {RUNTIME.id: RUNTIME.runtime}, "Licence\n", ("One thing does not work.",))


def still(old: Release) -> Sequence[str]:
    """No number is another one."""
    del old
    return ()


def publish(
    into: Path, offered: Candidate, today: date = DAY, numbers: Callable[[Release], Sequence[str]] = still
) -> Made:
    """What the command does with a pack."""
    result = made(offered, releases_in(into), today, numbers)
    if result.state == "published":
        add(into, result)
    write_index(into, [])
    return result


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """The folder of a catalog."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    return folder


def version(number: str, **changes: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Changes of the small pack, and its version."""
    return {"pack": ("version: 1.2.0", f"version: {number}"), **changes}


def test_a_version_is_the_same_bytes_whenever_it_is_built(tmp_path: Path, into: Path) -> None:
    """Another folder, another catalog."""
    publish(into, candidate(proven(lamps(tmp_path / "a"))))
    other = tmp_path / "other"
    other.mkdir()
    publish(other, candidate(proven(lamps(tmp_path / "b"))))
    assert tree(into) == tree(other)
    assert len([path for path in tree(into) if path.endswith(".tar.gz")]) == 3


def test_the_index_follows_what_is_published(tmp_path: Path, into: Path) -> None:
    """Newest first; what only the next version is compared with stays out of it; archives are as it names them."""
    publish(into, candidate(proven(lamps(tmp_path))))
    first = tree(into)
    publish(into, candidate(proven(lamps(tmp_path, **version("1.10.0", index=("title: Lamps", "title: All lamps"))))))
    found = PublishedPacks(str(into), index_of((into / INDEX).read_bytes()))
    assert [release.version for release in found.index.releases] == ["1.10.0", "1.2.0"]
    assert {release.boards for release in found.index.releases} == {()}
    for release in found.index.releases:
        assert release.limitations == ("One thing does not work.",)
        for archive in release.archives:
            contents = found.contents(release, archive)
            assert (contents.manifest.version, contents.manifest.warehouse) == (release.version, archive.warehouse)
    assert {path: data for path, data in tree(into).items() if path in first and path != INDEX} == {
        path: data for path, data in first.items() if path != INDEX
    }


def test_a_published_version_stays_as_it_is(tmp_path: Path, into: Path) -> None:
    """Asked for again nothing is written, today or later; with another content it is refused."""
    publish(into, candidate(proven(lamps(tmp_path))))
    before = tree(into)
    again = publish(into, candidate(lamps(tmp_path)), date(2027, 1, 1))
    assert (again.state, again.release.released, tree(into)) == ("unchanged", DAY, before)
    for name, change in {
        "index": ("title: Lamps", "title: Lights"),
        "colours": ("title: Colours", "title: Colors"),
        "schema": ("source: written for a test", "source: another"),
    }.items():
        pack = proven(lamps(tmp_path, **{name: change}))
        with pytest.raises(Unpublishable, match=r"lamps 1\.2\.0 is published with other content, .* raise the version"):
            publish(into, candidate(pack))
    with pytest.raises(Unpublishable, match="published with other content"):
        publish(into, candidate(proven(lamps(tmp_path)), "### Added\n\n- More boards."))
    assert tree(into) == before


def test_other_inputs_with_the_same_content_are_no_other_version(tmp_path: Path, into: Path) -> None:
    """The code that builds archives changes more often than what it builds."""
    publish(into, candidate(proven(lamps(tmp_path))))
    file = into / "packs/lamps/1.2.0/release.json"
    inputs = releases_in(into)[0].inputs
    file.write_text(file.read_text(encoding="utf-8").replace(inputs, "0" * 64), encoding="utf-8")
    assert publish(into, candidate(lamps(tmp_path))).state == "unchanged"


@pytest.mark.parametrize(
    ("day", "changes", "words"),
    [
        (date(2026, 11, 29), "- x", r"dates 1\.2\.0 to 2026-11-29, and it is published on 2026-11-30: correct"),
        (DAY, "", r"says nothing about 1\.2\.0: write what changes for a user"),
    ],
)
def test_the_changelog_has_an_entry_of_the_day(tmp_path: Path, into: Path, day: date, changes: str, words: str) -> None:
    """Which says something."""
    with pytest.raises(Unpublishable, match=words):
        publish(into, candidate(proven(lamps(tmp_path)), changes, day))
    none = replace(candidate(proven(lamps(tmp_path))), changelog=Changelog("# Changelog\n"))
    with pytest.raises(Unpublishable, match=re.escape("has no entry for 1.2.0: add `## [1.2.0] - 2026-11-30`")):
        publish(into, none)
    assert tree(into).keys() <= {INDEX}


def test_only_what_was_proven_is_published(tmp_path: Path, into: Path) -> None:
    """As it is now, every board, with every runtime, on every warehouse that gets an archive; and none is broken."""
    pack = lamps(tmp_path)
    for offered, words in (
        (pack, "has no evidence of its present state: run `dfops pack check lamps --record`"),
        (replace(proven(pack), digest="0" * 64), "has no evidence of its present state"),
        (proven(pack, colours="broken"), "is broken: board colours on duckdb with dbt-charts: Out"),
        (proven(pack, storms="unproven"), "is not proven for board storms on duckdb with dbt-charts"),
        (replace(pack, evidence=proven(replace(pack, boards=pack.boards[:1])).evidence), "is not proven for board"),
        (proven(lamps(tmp_path, pack=("state: available", "state: withdrawn\nnote: Wrong"))), "is withdrawn: Wrong"),
    ):
        with pytest.raises(Unpublishable, match=re.escape(words)):
            publish(into, candidate(offered))
    assert publish(into, candidate(proven(pack, storms="unavailable"))).state == "published"


def test_each_runtime_that_gets_an_archive_has_proof(tmp_path: Path, into: Path) -> None:
    """One that was added since the check has none."""
    offered = candidate(proven(lamps(tmp_path)))
    with pytest.raises(Unpublishable, match="is not proven for board index on duckdb with next"):
        publish(into, replace(offered, runtimes={**offered.runtimes, "next": RUNTIME.runtime}))


SINCE = ("  since: {input: date}\n", "  until: {input: date}\n"), ("since, '>='", "until, '>='")
SMALLER: dict[str, tuple[str, tuple[tuple[str, str], ...], str]] = {
    "variable": ("charts/index.yml", SINCE, "index: variable since is gone"),
    "column": (
        "charts/colours.yml",
        (("COUNT(*) AS lamps", "COUNT(*) AS number"), ("y: lamps}", "y: number}")),
        "colours: column colours.lamps is gone",
    ),
    "query": (
        "charts/colours.yml",
        (("  colours:\n    sql", "  colors:\n    sql"), ("{query: colours", "{query: colors")),
        "colours: query colours is gone",
    ),
    "table": ("schema.yaml", (("    optional: true\n", ""),), "table storm is required"),
    "warehouse": (
        "pack.yaml",
        (("  - {name: snowflake, proof: static}\n", ""),),
        "snowflake with dbt-charts is no longer supported",
    ),
}


def changed(root: Path, number: str, file: str, exchanges: tuple[tuple[str, str], ...]) -> PackFolder:
    """The small pack of another version with other texts in a file."""
    lamps(root, **version(number))
    path = root / "packs/lamps" / file
    text = path.read_text(encoding="utf-8")
    for old, new in exchanges:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return proven(read_lamps(root))


@pytest.mark.parametrize(("file", "exchanges", "words"), SMALLER.values(), ids=SMALLER)
def test_what_users_lose_needs_a_new_major_number(
    tmp_path: Path, into: Path, file: str, exchanges: tuple[tuple[str, str], ...], words: str
) -> None:
    """A variable, a column, a query, a warehouse, or a table that may be absent."""
    publish(into, candidate(proven(lamps(tmp_path))))
    before = tree(into)
    for number in ("1.2.1", "1.3.0"):
        with pytest.raises(Unpublishable, match=r"needs a new MAJOR number after 1\.2\.0: ") as refused:
            publish(into, candidate(changed(tmp_path, number, file, exchanges)))
        assert words in str(refused.value)
        assert tree(into) == before
    assert publish(into, candidate(changed(tmp_path, "2.0.0", file, exchanges))).release.version == "2.0.0"


def test_a_board_that_is_gone_and_one_that_is_new(tmp_path: Path, into: Path) -> None:
    """The first needs a new MAJOR number, the second a new MINOR one."""
    publish(into, candidate(proven(lamps(tmp_path))))
    board = STORMS.replace("Storms", "More")
    more = proven(lamps(tmp_path, **version("1.2.1", charts__more=("", board))))
    with pytest.raises(Unpublishable, match=r"needs a new MINOR number after 1\.2\.0: board more is new"):
        publish(into, candidate(more))
    publish(into, candidate(proven(lamps(tmp_path, **version("1.3.0", charts__more=("", board))))))
    (tmp_path / "packs/lamps/charts/more.yml").unlink()
    with pytest.raises(Unpublishable, match=r"needs a new MAJOR number after 1\.3\.0: board more is gone"):
        publish(into, candidate(proven(lamps(tmp_path, **version("1.4.0")))))


def test_below_one_the_minor_number_counts(tmp_path: Path, into: Path) -> None:
    """As Semantic Versioning has it; a new board needs no more than a new PATCH number."""
    publish(into, candidate(proven(lamps(tmp_path, **version("0.1.0")))))
    change = ("title: Colours", "title: Colors")
    pack = changed(tmp_path, "0.1.1", "charts/index.yml", SINCE)
    with pytest.raises(Unpublishable, match=r"needs a new MINOR number after 0\.1\.0: index: variable since is gone"):
        publish(into, candidate(pack))
    assert publish(into, candidate(proven(lamps(tmp_path, **version("0.1.1", colours=change))))).state == "published"
    smaller = changed(tmp_path, "0.2.0", "charts/index.yml", SINCE)
    assert publish(into, candidate(smaller)).state == "published"


COUNTED = ("COUNT(*) AS lamps", "COUNT(*) + 1 AS lamps")
LAID_OUT = ("SELECT COALESCE(colour, 'none') AS colour,", "SELECT\n        COALESCE(colour, 'none') AS colour,")


def _numbers(pack: PackFolder, into: Path) -> Callable[[Release], Sequence[str]]:
    """The real comparison, as the command makes it."""

    def compare(old: Release) -> Sequence[str]:
        catalog = PublishedPacks(str(into), Index(releases=(old,)))
        (port,) = current().values()
        return moved(pack, catalog.contents(old, catalog.archive(old, RUNTIME.id, "duckdb")), port)

    return compare


@needs_runtime
def test_other_numbers_need_a_new_major_number_and_a_line_that_says_why(tmp_path: Path, into: Path) -> None:
    """On the same synthetic rows; the release names the queries."""
    publish(into, candidate(proven(lamps(tmp_path))))
    small = proven(lamps(tmp_path, **version("1.3.0", colours=COUNTED)))
    with pytest.raises(Unpublishable, match=r"MAJOR number after 1\.2\.0: colours/colours gives other numbers"):
        publish(into, candidate(small), numbers=_numbers(small, into))
    pack = proven(lamps(tmp_path, **version("2.0.0", colours=COUNTED)))
    for silent in ("### Added\n\n- The board Colours counts one more.", "### Fixed\n\n- Storms."):
        with pytest.raises(Unpublishable, match=r"query colours/colours gives other numbers, .* name 'Colours' under"):
            publish(into, candidate(pack, silent), numbers=_numbers(pack, into))
    said = candidate(pack, "### Fixed\n\n- The board Colours counts one more.")
    assert publish(into, said, numbers=_numbers(pack, into)).release.numbers == ("colours/colours",)


@needs_runtime
def test_the_same_numbers_need_no_line(tmp_path: Path, into: Path) -> None:
    """Another layout, a renamed title, or other SQL that gives the same rows."""
    publish(into, candidate(proven(lamps(tmp_path))))
    for number, change in (("1.2.1", LAID_OUT), ("1.2.2", ("COUNT(*) AS lamps", "SUM(1) AS lamps"))):
        pack = proven(lamps(tmp_path, **version(number, colours=change)))
        assert _numbers(pack, into)(releases_in(into)[0]) == ()
        assert publish(into, candidate(pack), numbers=_numbers(pack, into)).release.numbers == ()


def test_an_older_version_is_compared_with_the_one_before_it(tmp_path: Path, into: Path) -> None:
    """A fix of an older line is no step back of a newer one."""
    for number in ("1.2.0", "2.0.0"):
        publish(into, candidate(proven(lamps(tmp_path, **version(number)))))
    asked: list[str] = []

    def numbers(old: Release) -> Sequence[str]:
        asked.append(old.version)
        return ()

    publish(into, candidate(proven(lamps(tmp_path, **version("1.2.1")))), numbers=numbers)
    assert asked == ["1.2.0"]
    assert [release.version for release in index_of((into / INDEX).read_bytes()).releases] == [
        "2.0.0",
        "1.2.1",
        "1.2.0",
    ]


def test_a_run_that_is_killed_leaves_no_half_version(tmp_path: Path, into: Path) -> None:
    """At each write: the version is there whole or not at all, and the next run publishes it."""
    result = made(candidate(proven(lamps(tmp_path))), (), DAY, still)
    for writes in range(1, len(result.files) + 2):
        if _killed_after(writes, into, result):
            assert releases_in(into) == ()
            continue
        assert set(tree(into)) == {f"packs/lamps/1.2.0/{name}" for name in result.files}
        break
    else:
        pytest.fail("every run was killed")
    assert writes == len(result.files) + 1
    with pytest.raises(FileExistsError):
        add(into, result)
    write_index(into, [])
    assert not [path for path in into.rglob("*") if writing.STAGED in path.name]
    assert [release.version for release in index_of((into / INDEX).read_bytes()).releases] == ["1.2.0"]


def _killed_after(writes: int, into: Path, result: Made) -> bool:
    """Publish in a process of its own, which dies at its so manieth write; whether it did."""
    child = os.fork()
    if child == 0:
        real, count = writing._write, 0  # noqa: SLF001 - where a kill hurts

        def counted(path: Path, data: bytes, *, durable: bool = True) -> None:
            nonlocal count
            count += 1
            if count == writes:
                real(path, data[: len(data) // 2], durable=durable)
                os.kill(os.getpid(), signal.SIGKILL)
            real(path, data, durable=durable)

        writing._write = counted  # noqa: SLF001 - as above
        add(into, result)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
