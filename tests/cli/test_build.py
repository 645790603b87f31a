from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.changes import change
from tests.pages.sites import files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

ROUTE = "ops_model/support/routes/no-light.yaml"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where finished sites go."""
    return tmp_path / "sites"


@pytest.mark.long
def test_last_good_site_stays(dfops: Dfops, furnished: Path, out: Path) -> None:
    """A finding, a warning of Sphinx, a broken configuration: the published folder is as it was, byte for byte."""
    build = ("build", "--audience", "public", "--root", furnished, "--out", out)
    ran = dfops(*build)
    assert (ran.code, ran.err) == (0, "")
    assert str(out / "public" / "index.html") in ran.out
    good = files(out)
    for path, text in (
        (furnished / ROUTE, (furnished / ROUTE).read_text(encoding="utf-8") + "owner: nobody\n"),
        (furnished / "docs/public/index.md", "# Start\n\n{doc}`nowhere`\n"),
        (furnished / "conf.py", "extensions = [\n"),
    ):
        before = path.read_bytes()
        path.write_text(text, encoding="utf-8")
        ran = dfops(*build)
        path.write_bytes(before)
        assert (ran.code, ran.err) == (1, "")
        assert path.name in ran.out
        assert files(out) == good, path.name
    change(furnished / ROUTE, tell_user="Another word.")
    assert dfops(*build).code == 0
    assert b"Another word" in files(out)["public/help/no-light.html"]


def test_finding_is_told_before_anything_is_built(dfops: Dfops, furnished: Path, out: Path) -> None:
    """The findings as `check` prints them, and that nothing was published; no folder is made."""
    change(furnished / ROUTE, owner="lost")
    ran = dfops("build", "--root", furnished, "--out", out)
    assert ran.code == 1
    assert f"OPS201 error  {ROUTE}" in ran.out
    assert ran.out.endswith("Nothing was built; the published site is as it was.\n")
    assert not out.exists()


def test_note_does_not_stop_the_build(dfops: Dfops, furnished: Path, out: Path) -> None:
    """A vacant role is no fault of the site."""
    assert dfops("new", "role", "stoker", "--root", furnished).code == 0
    change(furnished / "ops_model/organization/teams/keepers.yaml", roles=["keeper", "stoker"])
    assert dfops("build", "--audience", "public", "--root", furnished, "--out", out).code == 0


@pytest.mark.parametrize("name", ["conf.py", "docs/index.md", "docs/public/index.md"])
@pytest.mark.parametrize("command", ["build", "serve"])
def test_repository_without_a_site(dfops: Dfops, furnished: Path, name: str, command: str) -> None:
    """What is missing is named, and what a site needs."""
    (furnished / name).unlink()
    ran = dfops(command, "--root", furnished)
    assert ran.code == 2
    assert f"has no {name}" in ran.sentence


@pytest.mark.parametrize("audience", ["all", "public"])
def test_folder_that_is_no_site_is_not_replaced(dfops: Dfops, furnished: Path, audience: str) -> None:
    """`--out docs` would put a site where its own sources are, `--out ~` one over somebody's folder."""
    before = files(furnished)
    ran = dfops("build", "--audience", audience, "--root", furnished, "--out", furnished / "docs")
    assert ran.code == 2
    assert "is no site" in ran.sentence
    assert files(furnished) == before


def test_out_is_a_file(dfops: Dfops, furnished: Path, out: Path) -> None:
    """A sentence, no traceback, and the file is as it was."""
    out.write_text("mine", encoding="utf-8")
    ran = dfops("build", "--audience", "public", "--root", furnished, "--out", out)
    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.long
def test_both_sites_by_default_below_the_root(dfops: Dfops, furnished: Path) -> None:
    """`make html` needs no options."""
    shutil.rmtree(furnished / "runbooks")
    for name in ("internal", "public"):
        assert not (furnished / "build" / name).exists()
    (furnished / "ops_model").rename(furnished / "kept")
    (furnished / "ops_model").mkdir()
    shutil.rmtree(furnished / "packs")
    ran = dfops("build", "--root", furnished)
    assert ran.code == 0, ran.out
    for name in ("internal", "public"):
        assert (furnished / "build" / name / "index.html").is_file()
