"""What readers get: the current runtime's lines, with those of older ones beside them while they are supported."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.model import KINDS
from generators.model.runbook import Runbook
from generators.model.support import Symptom
from generators.render.directives import commands
from generators.runtime.spelling import OlderLines, Spelled, Spellings, changed, older_lines, spelled_catalog
from generators.site import prepare
from generators.source import Repository
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from generators.catalog import Catalog

LAST = datetime(2027, 3, 31, 23, tzinfo=UTC)
AFTER = datetime(2027, 4, 1, tzinfo=UTC)
OLDER = Path(__file__).parent / "older"
SYMPTOM = "ops_model/support/symptoms/no-light.yaml"


@pytest.fixture
def lantern(miniature: Path) -> Path:
    """The miniature with an older runtime, whose window ends on the last day of March."""
    shutil.copytree(OLDER, miniature, dirs_exist_ok=True)
    return miniature


def catalog_of(root: Path) -> Catalog:
    """What the files say."""
    return load(Repository(root), KINDS)[0]


def command_of(root: Path, at: datetime) -> str:
    """The command of the runbook's first step, as readers get it."""
    catalog = catalog_of(root)
    entry = spelled_catalog(catalog, Spellings.of(catalog, at)).find(Runbook, "lamp-out")
    assert entry
    return entry.entity.steps[0].command or ""


def test_older_runtime_is_shown_until_its_last_day(lantern: Path) -> None:
    """The day after, its lines are gone from every page."""
    during = command_of(lantern, LAST)
    assert during == "dct validate charts/{lamp} --strict\n"
    (older,) = older_lines(during)
    assert (older.name, str(older.until), older.text) == ("Lantern 0.1.0", "2027-03-31", "lantern check panes/{lamp}\n")
    assert older_lines(command_of(lantern, AFTER)) == ()


def test_runtime_that_is_not_older_adds_nothing(miniature: Path) -> None:
    """Where there is one runtime, a command is a plain line."""
    assert older_lines(command_of(miniature, AT)) == ()


def test_what_all_spell_alike_stands_once(lantern: Path) -> None:
    """Commands of other programs have no second form, nor has a text without any action."""
    spellings = Spellings.of(catalog_of(lantern), AT)
    assert older_lines(spellings.spell("dfops check  # @validate")) == ()
    assert spellings.spell("ls") == "ls"
    assert Spellings().spell("@validate lamp") == "@validate lamp"


def test_entities_keep_their_files_and_uses(lantern: Path) -> None:
    """Only texts differ: findings and links of the spelled catalog lead where they led."""
    catalog = catalog_of(lantern)
    shown = spelled_catalog(catalog, Spellings.of(catalog, AT))
    assert shown.uses.keys() == catalog.uses.keys()
    before, after = catalog.find(Symptom, "no-light"), shown.find(Symptom, "no-light")
    assert before
    assert after
    assert after.document is before.document
    assert after.entity.model_dump(exclude={"ask", "try_first"}) == before.entity.model_dump(
        exclude={"ask", "try_first"}
    )


def test_change_of_a_snippet_changes_every_spelling() -> None:
    """A pack's name is filled in everywhere."""
    text = changed(
        Spelled("a {pack}", [OlderLines("Lantern 0.1.0", None, "b {pack}")]), lambda one: one.replace("{pack}", "oil")
    )
    assert (text, older_lines(text)[0].text) == ("a oil", "b oil")


def test_commands_on_a_page() -> None:
    """The older lines are folded, also inside a list, and no code can close the fold."""
    text = Spelled("dct a", [OlderLines("Lantern 0.1.0", None, "~~~~ b")])
    assert commands(text, "console", 2).split("\n") == [
        "```console",
        "  dct a",
        "  ```",
        "",
        "  ~~~~~{dropdown} With Lantern 0&#46;1&#46;0",
        "  :class-container: ops-older",
        "",
        "  ```console",
        "  ~~~~ b",
        "  ```",
        "  ~~~~~",
    ]
    assert commands("dct a") == "```none\ndct a\n```"


def test_pages_of_both_sites_show_both(lantern: Path) -> None:
    """Runbook, symptom, quickstart: the current line, and the older one folded below it."""
    change(lantern / SYMPTOM, try_first=[{"what": "Look", "command": "@draw lamp/index"}])
    pages = prepare(lantern, "internal", AT).pages
    for name, current, older in (
        ("runbooks/lamp-out.md", "dct validate charts/{lamp} --strict", "lantern check panes/{lamp}"),
        (
            "public/help/no-light.md",
            "dct render charts/lamp/index.yml --format html",
            "lantern show panes/lamp/index.yaml",
        ),
        ("public/quickstarts/oil_feed.md", "cat > dbt_charts.yml", "cat > lantern.yml"),
        ("public/quickstarts/oil_feed.md", "dct serve", "lantern serve"),
    ):
        assert current in pages[name], name
        assert older in pages[name], name
        assert "@" not in "".join(line for line in pages[name].split("\n") if line.startswith(("dct", "lantern")))
    later = prepare(lantern, "internal", AFTER).pages
    assert "lantern" not in later["runbooks/lamp-out.md"]
