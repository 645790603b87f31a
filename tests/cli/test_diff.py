from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

from generators.catalog.loading import BAD_NAME
from generators.changes import READERS, Change
from generators.findings import Finding, Place
from generators.report.changes import LONGEST_COMMENT, Comparison, changes_markdown, escaped
from tests.clock import AT
from tests.diff.trees import edit

if TYPE_CHECKING:
    from tests.cli.command import Dfops

ROOT = Path(__file__).parents[2]
NOON = ("--at", "2026-11-21T12:00Z")
SEV1 = "ops_model/support/service_levels/lamp-sev1.yaml"
SEV3 = "ops_model/support/service_levels/lamp-sev3.yaml"
DECISION = "ops_model/operating/decisions/trim-the-wick.yaml"


def git(root: Path, *words: str) -> str:
    """What git prints."""
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout  # noqa: S603 - no shell


@pytest.fixture
def committed(miniature: Path) -> Path:
    """The miniature under git, with one commit."""
    git(miniature, "init", "-q")
    git(miniature, "add", "-A")
    git(miniature, "commit", "-qm", "x")
    return miniature


def test_nothing_changes_for_readers(dfops: Dfops, committed: Path) -> None:
    """One sentence, exit 0; a comment in a file is no change."""
    edit(committed, SEV1, "title:", "# a remark\ntitle:")
    done = dfops("diff", "--base", "HEAD", *NOON, "--root", committed)
    assert (done.code, done.out, done.err) == (0, "Nothing changes for readers.\n", "")


def test_what_got_weaker_without_an_explanation_is_exit_1(dfops: Dfops, committed: Path) -> None:
    """Uncommitted changes are the later side; the line has both values and the place, most serious first."""
    edit(committed, SEV3, "resolve: 5 days", "resolve: 4 days")
    edit(committed, SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes")
    done = dfops("diff", "--base", "HEAD", *NOON, "--root", committed)
    lines = done.out.splitlines()
    assert (done.code, lines[0]) == (1, "Users")
    assert lines[1] == (
        "  - The lamp is dark on The lamp: a report is acknowledged within: "
        f"15 minutes (now: by Sat 2026-11-21 12:15 UTC) → 30 minutes (now: by Sat 2026-11-21 12:30 UTC)  ({SEV1}:4)"
    )
    assert lines[2].startswith("  + The lamp smokes on The lamp: resolved within: 5 days")
    assert "2 changes for readers: 1 weaker (1 of them without an explanation), 1 stronger." in done.out


def test_what_got_weaker_with_an_explanation_is_exit_0(dfops: Dfops, committed: Path) -> None:
    """The decision that explains it is named in each form."""
    edit(committed, SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes")
    edit(committed, DECISION, "rule: Trim", "rule: As lamp-sev1 is slower now, trim")
    for form in ("text", "markdown", "json"):
        done = dfops("diff", "--base", "HEAD", *NOON, "--format", form, "--root", committed)
        assert (done.code, "decision trim-the-wick" in done.out) == (0, True)


def test_json_has_a_version_and_every_field(dfops: Dfops, committed: Path) -> None:
    """For programs."""
    edit(committed, SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes")
    said = json.loads(dfops("diff", "--base", "HEAD", *NOON, "--format", "json", "--root", committed).out)
    assert (said["schema_version"], said["at"], said["weaker_without_explanation"]) == (1, "2026-11-21T12:00:00Z", 1)
    (change,) = said["changes"]
    assert {name: change[name] for name in ("reader", "weight", "path", "line", "kind", "id", "explained_by")} == {
        "reader": "users",
        "weight": "weaker",
        "path": SEV1,
        "line": 4,
        "kind": "service-level",
        "id": "lamp-sev1",
        "explained_by": None,
    }


def test_what_an_older_model_held_is_named_and_the_rest_is_compared(dfops: Dfops, committed: Path) -> None:
    """A file that cannot be read on one side says nothing; one that is the same on both is only counted."""
    edit(committed, SEV1, "resolve: 1 day", "resolve: 1 day\nof_another_time: 3")
    edit(committed, DECISION, "area: maintenance", "area: nowhere")
    git(committed, "commit", "-qam", "as it was")
    edit(committed, SEV1, "\nof_another_time: 3", "")
    edit(committed, SEV3, "acknowledge: 4 hours", "acknowledge: 8 hours")
    done = dfops("diff", "--base", "HEAD", *NOON, "--root", committed)
    assert done.code == 1
    assert "  - The lamp smokes on The lamp: a report is acknowledged within: 4 hours (now" in done.out
    assert f"  {SEV1}:7 (before): unknown field 'of_another_time'" in done.out
    assert "  1 file that is the same on both sides" in done.out
    assert "The lamp is dark" not in done.out


@pytest.mark.parametrize("base", ["nosuch", "--output=x", "HEAD:ops_model", ""])
def test_a_revision_that_is_not_there_gets_one_sentence(dfops: Dfops, committed: Path, base: str) -> None:
    """Exit 2, nothing printed."""
    done = dfops("diff", "--base", base, "--root", committed)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_without_git_there_is_nothing_to_compare_with(dfops: Dfops, miniature: Path) -> None:
    """A folder that is no repository: exit 2."""
    assert dfops("diff", "--base", "HEAD", "--root", miniature).sentence.startswith("git: ")


HOSTILE = "A | [x](https://evil.example) @all #1 <b> ![p](//e) `c` $m$ www.evil.example"


def test_texts_of_the_model_stay_text_in_a_comment(dfops: Dfops, committed: Path) -> None:
    """A title is no link, mention, reference, picture, markup or line of its own, whatever it holds."""
    edit(committed, "ops_model/support/severities/sev1.yaml", "title: The lamp is dark", f"title: '{HOSTILE}'")
    edit(committed, SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes")
    done = dfops("diff", "--base", "HEAD", *NOON, "--format", "markdown", "--root", committed)
    assert escaped(HOSTILE) in done.out
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(done.out)
    assert not any(mark in html for mark in ("<a ", "<img", "<b>", "<table", "<code>c"))
    assert HOSTILE.replace("<b>", "&lt;b&gt;") in html


def test_a_comment_is_never_longer_than_a_forge_takes() -> None:
    """A change of a thousand files is cut, and says so."""
    many = tuple(Change(one, "changed", "*" * 300, Place("a.yaml"), ("route", "a")) for one in READERS * 250)
    unread = tuple(("before", _finding(n)) for n in range(1000))
    text = changes_markdown(Comparison("main", AT, many, unread))
    assert len(text) < LONGEST_COMMENT + 100
    assert "210 more: `dfops diff` lists them." in text
    assert text.endswith("The comment ends here; `dfops diff` prints the rest.\n")


def _finding(number: int) -> Finding:
    """A file that cannot be read."""
    return Finding(Place(f"{number}.yaml"), BAD_NAME, "x" * 400)


def _commits() -> list[str]:
    """The newest commits of this repository that touched the model, merges left out."""
    try:
        return git(ROOT, "log", "--no-merges", "--format=%h", "-2", "--", "ops_model").split()
    except (OSError, subprocess.CalledProcessError):
        return []


def test_a_commit_of_this_repository_against_its_parent(dfops: Dfops, tmp_path: Path) -> None:
    """What the newest change of the model changed, told from two real trees."""
    commits = _commits()
    if len(commits) < 2:
        pytest.skip("a clone without the history of ops_model/")
    git(tmp_path, "clone", "-q", "--shared", "--no-checkout", str(ROOT), "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "-q", commits[0])
    done = dfops("diff", "--base", f"{commits[0]}~1", "--at", "2026-11-30T12:00Z", "--format", "json", "--root", clone)
    said = json.loads(done.out)
    assert (done.code, done.err) == (1 if said["weaker_without_explanation"] else 0, "")
    there = {name for side in (commits[0], f"{commits[0]}~1") for name in _files(clone, side)}
    assert {one["path"] for one in (*said["changes"], *said["not_compared"])} <= there
    assert dfops("diff", "--base", commits[0], "--root", clone).out.endswith("Nothing changes for readers.\n")


def _files(root: Path, commit: str) -> list[str]:
    return git(root, "ls-tree", "-r", "--name-only", commit).splitlines()


def test_the_workflow_that_posts_the_comment_is_valid() -> None:
    """By the schema of workflows; the job may write comments, and nothing else."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/review.yaml").read_text(encoding="utf-8"))
    workflow["on"] = workflow.pop(True)  # YAML 1.1 reads it as a truth value
    schema = Draft7Validator(get_builtin_schema("vendor.github-workflows"))
    assert [error.message for error in schema.iter_errors(workflow)] == []
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["diff"]["permissions"] == {"contents": "read", "pull-requests": "write"}
