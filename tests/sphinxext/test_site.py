"""What a build promises as a whole: findings, refusal, bytes, text that stays text."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from generators.findings import Finding, Place, Rule, Severity
from generators.sphinxext import pages
from generators.sphinxext.build import build
from tests.sphinxext.conftest import Repository, Site, Target, only, runbooks, toctree

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)>&amp;\"'`{{7*7}}</title></script>"


def coded(text: str) -> str:
    """As the renderer writes free text: every character that is no letter or digit as its number."""
    return "".join(letter if letter.isalnum() else f"&#{ord(letter)};" for letter in text)


def rule(severity: Severity) -> Rule:
    """Some rule of a severity."""
    return Rule("OPS201", "unknown-reference", severity, "s", "w", "r")


def test_findings_arrive_at_their_file_and_line(repository: Repository) -> None:
    """Errors fail the build with path, line, code, hint; a per cent sign is text; warnings and notes fail nothing."""
    site = repository.site["internal"] = runbooks()
    site.findings = (
        Finding(Place("ops_model/a.yaml", 12, 3), rule(Severity.ERROR), "unknown role '100%s'", "did you mean 'x'?"),
        Finding(Place("ops_model/b.yaml", 4, 1), rule(Severity.WARNING), "late"),
    )
    result = repository.build()
    assert not result.ok
    assert result.warnings == ("ops_model/a.yaml:12: WARNING: unknown role '100%s' (did you mean 'x'?) [ops.OPS201]",)
    for severity in (Severity.WARNING, Severity.NOTE):
        site.findings = (Finding(Place("ops_model/a.yaml", 1, 1), rule(severity), "no error"),)
        result = repository.build()
        assert (result.ok, result.warnings) == (True, ())


def test_unchanged_repository_reads_and_writes_nothing(repository: Repository) -> None:
    """A second build of the same texts touches no page; one changed text reads one."""
    site = repository.site["internal"] = runbooks()
    assert repository.build().read == 3
    assert (repository.build().read, repository.build().written) == (0, 0)
    site.pages["guide.md"] += "\nMore.\n"
    result = repository.build()
    # Sphinx writes the page that lists it again, too.
    assert (result.read, result.written) == (1, 2)


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_other_folder_other_time_same_bytes(repository: Repository, tmp_path: Path, audience: str) -> None:
    """Builds of equal inputs differ in no byte, wherever and whenever they ran; no memory of Sphinx is among them."""
    repository.site[audience] = runbooks()
    repository.build(audience)
    first = digests(repository.out(audience))
    elsewhere = tmp_path / "somewhere" / "quite else"
    shutil.copytree(repository.root, elsewhere, ignore=shutil.ignore_patterns("out", "build"))
    repository.root = elsewhere
    for path in elsewhere.rglob("*"):
        os.utime(path, (10**9, 10**9))
    repository.build(audience)
    assert digests(repository.out(audience)) == first
    assert not [name for name in first if name.endswith((".doctree", ".pickle", ".md", ".md.txt"))]
    written = [path for path in repository.out(audience).rglob("*") if path.is_file()]
    assert not [path for path in written if str(repository.root).encode() in path.read_bytes()]


def test_hostile_title_stays_text(repository: Repository) -> None:
    """In the body, <title>, navigation, neighbours, links under an entity's title, labels and the search index."""
    site = repository.site["internal"] = Site(
        pages={
            "index.md": "# Start\n\n{ops:runbook}`bad`\n" + toctree("bad", "good"),
            "bad.md": f"# {coded(HOSTILE)}\n\n```{{ops:entity}} runbook bad\n```\n" + toctree("child"),
            "child.md": "# Child\n",
            "good.md": "# Good\n",
        },
        targets={("runbook", "bad"): Target("bad", "", HOSTILE)},
    )
    assert repository.build().warnings == ()
    hostile = {name: BeautifulSoup(repository.html(name), "html.parser") for name in ("index", "bad", "child", "good")}
    for soup in hostile.values():
        assert not soup.select("img, [onerror]")
        entries = [link.text for link in soup.select(".sidebar-tree li.toctree-l1 > a")]
        assert entries == [HOSTILE, "Good"]
    assert only(hostile["bad"], "head > title").text.startswith(HOSTILE)
    assert only(hostile["index"], "article a.reference[href='bad.html#runbook-bad']").text == HOSTILE
    assert hostile["good"].select_one(".prev-page .title") is not None
    site.pages = {name: text.replace(coded(HOSTILE), "Plain") for name, text in site.pages.items()}
    site.targets["runbook", "bad"] = Target("bad", "", "Plain")
    repository.build()
    for name, soup in hostile.items():
        plain = BeautifulSoup(repository.html(name), "html.parser")
        assert [tag.name for tag in soup.select("*")] == [tag.name for tag in plain.select("*")], name


def test_search_index_carries_titles_as_data(repository: Repository) -> None:
    """The index is one JSON value, in which the hostile title is a string and the entity can be found by it."""
    repository.site["internal"] = Site(
        pages={"index.md": f"# {coded(HOSTILE)}\n\nConfirmations of connections.\n"},
        targets={("runbook", "bad"): Target("index", "", "Roll back")},
    )
    repository.build()
    text = (repository.out() / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    assert index["titles"] == [HOSTILE]
    assert index["objects"][""][0][4] == "Roll back"
    assert {"confirm", "connect"} <= index["terms"].keys()


@pytest.mark.parametrize(
    "text",
    [
        "<b class='made'>x</b>",
        "```{raw} html\n<b class='made'>x</b>\n```",
        "```{include} ../secret.txt\n```",
        "```{literalinclude} ../secret.txt\n```",
        "```{csv-table}\n:file: ../secret.txt\n```",
        "![x](../../secret.png)",
        "{download}`x <../../secret.txt>`",
        "[x](javascript:alert)",
        "x{.made}",
    ],
)
def test_page_cannot_make_elements_or_copy_files(repository: Repository, text: str) -> None:
    """Second wall: whatever reached a page, no element of its own, no file from outside the folder."""
    for name in ("secret.txt", "secret.png"):
        (repository.root / name).write_text("canary-in-a-file", encoding="utf-8")
        (repository.root / "docs" / name).write_text("canary-in-a-file", encoding="utf-8")
    repository.site["public"] = Site(pages={"index.md": f"# Start\n\n{text}\n"})
    repository.build("public")
    soup = BeautifulSoup(repository.html("index", "public"), "html.parser")
    assert not soup.select(".made, a[href^='javascript']")
    written = [path for path in repository.out("public").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"canary" in path.read_bytes()]


def test_other_source_folder_is_refused(repository: Repository) -> None:
    """A folder that is neither site is no third audience; the fault is one line."""
    (repository.root / "docs").rename(repository.root / "pages")
    result = repository.build()
    assert not result.ok
    assert len(result.warnings) == 1


def test_page_in_the_way_is_a_line_and_no_traceback(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the writer refuses is said in its own words, and no page is made."""

    class RefusedError(Exception):
        pass

    def refuse(_folder: Path, _texts: object) -> None:
        raise RefusedError("docs/index.md is in the way")

    layers = replace(pages.pipeline(), write=refuse, refusals=(RefusedError,))
    monkeypatch.setattr(pages, "pipeline", lambda: layers)
    result = repository.build()
    assert not result.ok
    assert "docs/index.md is in the way" in " ".join(result.warnings)
    assert not (repository.out() / "index.html").exists()


def test_broken_configuration_is_a_line_and_no_traceback(repository: Repository) -> None:
    """What an author broke in conf.py is reported, not raised."""
    (repository.root / "conf.py").write_text("extensions = [\n", encoding="utf-8")
    result = build(repository.root, "internal", repository.out())
    assert not result.ok
    assert "conf.py" in " ".join(result.warnings)
    assert "Traceback" not in " ".join(result.warnings)
