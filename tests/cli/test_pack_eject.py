"""`dfops pack eject`: a board of a dbt package becomes one of the project's own, and keeps its past."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from generators.published import ejected
from tests.published.samples import STORMS, manifest, package, tree
from tests.runtimes import known, needs_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

HEAD = "# Replaces the board lamps_boards/{}: copied from Lamps 1.2.0.\n"
KEPT = ".dfops/ejected/lamps_boards"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project with the package."""
    (tmp_path / "dbt_project.yml").write_text("name: shop\nversion: 1.0.0\nprofile: shop\n", encoding="utf-8")
    package(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["lamps_boards/storms", "storms"])
def test_a_board_is_copied_to_where_it_replaces_the_packages(project: Path, dfops: Dfops, name: str) -> None:
    """The copy says what it is of; the text that it was made from is kept as it was."""
    before = tree(project)
    ran = dfops("pack", "eject", name, "--project", project)
    copy = project / "charts/lamps_boards/storms.yml"
    assert (ran.code, ran.out) == (0, f"{copy}: replaces lamps_boards/storms; change it there\n")
    written = {path: data for path, data in tree(project).items() if path not in before}
    assert written == {
        "charts/lamps_boards/storms.yml": (HEAD.format("storms") + STORMS).encode(),
        f"{KEPT}/storms.yml": STORMS.encode(),
    }
    assert {path: tree(project)[path] for path in before} == before


def test_what_the_package_changed_since_is_shown(project: Path, dfops: Dfops) -> None:
    """However the copy was changed: what is compared is the text that it was made from."""
    listed = ("pack", "eject", "--project", project)
    assert dfops(*listed).out == f"no board of a dbt package was ejected in {project}\n"
    for name in ("storms", "index"):
        assert dfops("pack", "eject", name, "--project", project).code == 0
    (project / "charts/lamps_boards/storms.yml").write_text("title: Mine\n", encoding="utf-8")
    ran = dfops(*listed)
    assert (ran.code, ran.out) == (0, "lamps_boards/index: up to date\nlamps_boards/storms: up to date\n")
    package(project, manifest(version="1.3.0"), {"charts/storms.yml": STORMS.replace("title: Storms", "title: Gales")})
    assert dfops(*listed).out.splitlines() == [
        "lamps_boards/index: up to date",
        "lamps_boards/storms: the package changed it since",
        "  --- lamps_boards/storms that was copied",
        "  +++ lamps_boards/storms of Lamps 1.3.0",
        "  @@ -1,5 +1,5 @@",
        *(f"   {line}" for line in STORMS.splitlines()[:1]),
        "  -title: Storms",
        "  +title: Gales",
        *(f"   {line}" for line in STORMS.splitlines()[2:5]),
    ]
    (project / "dbt_packages/lamps_boards/charts/storms.yml").unlink()
    (project / "charts/lamps_boards/index.yml").unlink()
    assert dfops(*listed).out.splitlines() == [
        "lamps_boards/index: there is no copy in the project any more, so the package's board is shown",
        "lamps_boards/storms: the package has no such board any more; your copy stays",
    ]


def test_a_copy_is_never_overwritten(project: Path, dfops: Dfops) -> None:
    """Neither one that was changed, nor a board that the user had there before."""
    asked = ("pack", "eject", "storms", "--project", project)
    assert dfops(*asked).code == 0
    (project / "charts/lamps_boards/storms.yml").write_text("title: Mine\n", encoding="utf-8")
    before = tree(project)
    ran = dfops(*asked)
    assert (ran.code, "already there; your copy is in use already" in ran.sentence) == (2, True)
    assert tree(project) == before


def test_a_board_that_is_copied_again_is_compared_with_the_present_one(project: Path, dfops: Dfops) -> None:
    """Whoever deleted the copy went back to the package's board: what was kept of it is of no use any more."""
    asked = ("pack", "eject", "storms", "--project", project)
    assert dfops(*asked).code == 0
    (project / "charts/lamps_boards/storms.yml").unlink()
    package(project, manifest(version="1.3.0"), {"charts/storms.yml": STORMS.replace("title: Storms", "title: Gales")})
    assert dfops(*asked).code == 0
    assert dfops("pack", "eject", "--project", project).out == "lamps_boards/storms: up to date\n"
    assert "copied from Lamps 1.3.0" in (project / "charts/lamps_boards/storms.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("storm", "there is no board 'storm' in a dbt package; did you mean 'storms'?"),
        ("lamps_boards/strms", "did you mean 'lamps_boards/storms'?"),
        ("zzz", "there are: lamps_boards/index, lamps_boards/storms"),
        ("../../storms", "there is no board '../../storms'"),
        ("meta", "there is no board 'meta'"),
    ],
)
def test_another_name_is_answered_with_the_nearest(project: Path, dfops: Dfops, name: str, words: str) -> None:
    """Or with all of them; nothing is written."""
    (project / "dbt_packages/lamps_boards/charts/meta.yml").write_text("source: w\n", encoding="utf-8")
    before = tree(project)
    ran = dfops("pack", "eject", name, "--project", project)
    assert ran.code == 2
    assert words in ran.sentence
    assert tree(project) == before


def test_a_board_of_two_packages_needs_the_package(project: Path, dfops: Dfops) -> None:
    """Both are named."""
    package(project, manifest(pack="oil", package="oil_boards"))
    ran = dfops("pack", "eject", "storms", "--project", project)
    assert ran.code == 2
    assert "name one of: lamps_boards/storms, oil_boards/storms" in ran.sentence


def test_a_project_without_packages(tmp_path: Path, dfops: Dfops) -> None:
    """The command that fetches them is named."""
    assert "run `dbt deps` there first" in dfops("pack", "eject", "storms", "--project", tmp_path).sentence
    assert "is no folder" in dfops("pack", "eject", "--project", tmp_path / "nowhere").sentence


@pytest.mark.parametrize("link", ["charts", "charts/lamps_boards", ".dfops", f"{KEPT}/storms.yml"])
def test_nothing_is_written_through_a_link(project: Path, dfops: Dfops, link: str) -> None:
    """Neither the copy nor what it was made from leaves the project."""
    elsewhere = project.parent / f"{project.name}-elsewhere"
    elsewhere.mkdir()
    (project / link).parent.mkdir(parents=True, exist_ok=True)
    (project / link).symlink_to(elsewhere)
    before = tree(project)
    assert dfops("pack", "eject", "storms", "--project", project).code == 2
    assert (tree(project), list(elsewhere.iterdir())) == (before, [])


def test_a_board_that_is_no_text(project: Path, dfops: Dfops) -> None:
    """Is refused before anything is written."""
    (project / "dbt_packages/lamps_boards/charts/storms.yml").write_bytes(b"\xff\xfe")
    before = tree(project)
    assert "storms.yml is no text in UTF-8" in dfops("pack", "eject", "storms", "--project", project).sentence
    assert tree(project) == before


@pytest.mark.parametrize("earlier", [None, "title: Earlier\n"])
def test_a_copy_that_cannot_be_written_leaves_nothing(
    project: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch, earlier: str | None
) -> None:
    """Both files or none; what was kept before is there again."""
    if earlier is not None:
        (project / KEPT).mkdir(parents=True)
        (project / KEPT / "storms.yml").write_text(earlier, encoding="utf-8")

    def full(path: Path, text: str) -> None:
        del text
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(ejected, "create_file", full)
    before = tree(project)
    ran = dfops("pack", "eject", "storms", "--project", project)
    assert (ran.code, "No space left on device" in ran.sentence) == (2, True)
    assert tree(project) == before


PROFILE = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n"


@needs_runtime
@pytest.mark.long
def test_the_runtime_shows_the_copy_in_place_of_the_packages_board(project: Path, dfops: Dfops) -> None:
    """At the same address, and the package's other board as before."""
    (project / "profiles.yml").write_text(PROFILE, encoding="utf-8")
    (project / "packages.yml").write_text("packages: [{local: dbt_packages/lamps_boards}]\n", encoding="utf-8")
    assert dfops("pack", "eject", "storms", "--project", project).code == 0
    copy = project / "charts/lamps_boards/storms.yml"
    copy.write_text(copy.read_text(encoding="utf-8").replace("title: Storms", "title: Gales"), encoding="utf-8")
    tools = known()[0].environment.python.parent
    said = [
        subprocess.run(  # noqa: S603 - the tools of the runtime, in a project of the test
            [tools / name, *arguments],
            cwd=project,
            env={"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(project), "DO_NOT_TRACK": "1", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        ).stdout
        for name, *arguments in (("dbt", "parse"), (known()[0].runtime.program, "describe", "--json"))
    ]
    boards = {board["url"]: (board["path"], board["title"]) for board in json.loads(said[1])["boards"]}
    assert boards == {
        "/lamps_boards/": ("dbt_packages/lamps_boards/charts/index.yml", "Lamps"),
        "/lamps_boards/storms/": ("charts/lamps_boards/storms.yml", "Gales"),
    }
