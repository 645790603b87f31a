"""The sidebar: the way to a page, and which pages are written again when it changes."""

from __future__ import annotations

from bs4 import BeautifulSoup

from generators.sphinxext.navigation import LISTED, Outline, render
from tests.sphinxext.conftest import Repository, Site, only, toctree

INCLUDES = {"index": ["a", "b"], "a": ["a1", "a2"], "b": ["b1"], "b1": ["index", "b"]}
TITLES = {name: name.upper() for name in ("index", "a", "b", "a1", "a2", "b1", "alone")}


def shown(outline: Outline, page: str) -> str:
    """The entries of a sidebar as plain links."""
    soup = BeautifulSoup(render(outline.sidebar(page), page, lambda name: name), "html.parser")
    return " ".join(str(link["href"]) for link in soup.find_all("a"))


def test_sidebar_shows_the_way_siblings_and_children() -> None:
    """Nothing of other sections; a page in no toctree shows the start's entries; a cycle ends."""
    outline = Outline("index", INCLUDES, TITLES)
    assert shown(outline, "index") == "a b"
    assert shown(outline, "a") == "a a1 a2 b"
    assert shown(outline, "a2") == "a a1 a2 b"
    assert shown(outline, "b1") == "a b b1"
    assert shown(outline, "alone") == "a b"


def test_long_section_lists_only_the_way() -> None:
    """One entry above the limit and the siblings are gone; the section's own page does not list them either."""
    names = [f"p{number}" for number in range(LISTED)]
    titles = dict.fromkeys(["index", "s", *names, "one-more"], "t")
    short = Outline("index", {"index": ["s"], "s": names}, titles)
    assert len(shown(short, "p7").split()) == 1 + LISTED
    long = Outline("index", {"index": ["s"], "s": [*names, "one-more"]}, titles)
    assert shown(long, "p7") == "s p7"
    assert shown(long, "s") == "s"


def test_title_changes_the_digest_of_those_who_show_it() -> None:
    """Siblings and neighbours notice, other sections do not."""
    before = Outline("index", INCLUDES, TITLES)
    after = Outline("index", INCLUDES, TITLES | {"a2": "new"})
    changed = {name for name in TITLES if before.digest(name, ()) != after.digest(name, ())}
    assert changed == {"a", "a1", "a2"}
    assert before.digest("b1", ("b", "a2", None)) != after.digest("b1", ("b", "a2", None))


def test_furo_finds_the_classes_it_styles(repository: Repository) -> None:
    """current, current-page, has-children and the switch are where furo's style sheet looks."""
    repository.site["internal"] = Site(
        pages={
            "index.md": "# Start\n" + toctree("s/index", "t"), "s/index.md": "# S\n" + toctree("one", "two"),
            "s/one.md": "# One\n", "s/two.md": "# Two\n", "t.md": "# T\n",
        }
    )  # fmt: skip
    assert repository.build().warnings == ()
    tree = only(BeautifulSoup(repository.html("s/one"), "html.parser"), ".sidebar-tree")
    assert [link["href"] for link in tree.find_all("a")] == ["index.html", "#", "two.html", "../t.html"]
    section = only(tree, "li.toctree-l1.current.has-children")
    assert only(section, "input.toctree-checkbox[checked]")["id"] == only(section, "label")["for"]
    assert only(section, "li.toctree-l2.current-page > a.current").text == "One"
    assert not BeautifulSoup(repository.html("t"), "html.parser").select(".sidebar-tree li li")
    assert BeautifulSoup(repository.html("search"), "html.parser").select(".sidebar-tree a[href='t.html']")


def test_new_title_rewrites_the_pages_that_list_it(repository: Repository) -> None:
    """Sidebars and neighbours never show an old title; pages elsewhere are left alone."""
    site = repository.site["internal"] = Site(
        pages={
            "index.md": "# Start\n" + toctree("s/index", "t", "u"), "s/index.md": "# S\n" + toctree("one", "two"),
            "s/one.md": "# One\n", "s/two.md": "# Two\n", "t.md": "# T\n", "u.md": "# U\n",
        }
    )  # fmt: skip
    repository.build()
    before = repository.written()
    site.pages["s/two.md"] = "# Second\n"
    result = repository.build()
    assert result.read == 1
    after = repository.written()
    assert {name for name in after if after[name] != before[name]} - {"search"} == {
        "index", "s/index", "s/one", "s/two", "t",
    }  # fmt: skip
    assert after["u"] == before["u"]
    assert "Second" in repository.html("s/one")


def test_entry_in_a_long_section_touches_its_neighbours_only(repository: Repository) -> None:
    """A connector more reads itself and the section's page, and writes those and the two beside it."""
    names = [f"c{number:03}" for number in range(0, 2 * LISTED, 2)]
    names.append("c999")
    site = repository.site["internal"] = Site(
        pages={"index.md": "# Start\n" + toctree(*names)} | {f"{name}.md": f"# {name}\n" for name in names}
    )
    repository.build()
    site.pages["c011.md"] = "# c011\n"
    site.pages["index.md"] = "# Start\n" + toctree(*sorted([*names, "c011"]))
    result = repository.build()
    assert (result.read, result.written) == (2, 4)
