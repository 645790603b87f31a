"""The help pages of codes: what each says, where it leads, and that every code of this repository leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.model.anchors import public_anchor
from generators.runtime.known import known_runtimes
from generators.runtime.releases import releases
from generators.source import LIMITS, Repository
from generators.support.codes import known_codes
from generators.views.codes import CodeLink, CodePage, GroupSection, code_index, code_pages
from tests.changes import change
from tests.clock import AT
from tests.conftest import TESTS

if TYPE_CHECKING:
    from pathlib import Path

DIAGNOSTICS = "ops_model/support/diagnostics"


def pages(root: Path) -> dict[str, CodePage]:
    """The pages of a repository by code."""
    catalog = load(Repository(root, LIMITS), KINDS)[0]
    return {page.code: page for page in code_pages(catalog, releases(known_runtimes(catalog, root)))}


def test_page_says_what_to_do_and_who_reports_it(miniature: Path) -> None:
    """In our words; versions from what was written down of each release."""
    page = pages(miniature)["ERR-COLOR-NULL-SERIES"]
    assert (page.meaning, page.do_first[0].what, page.symptom) == (
        "A lens has no color.",
        "Name the color.",
        "no-light",
    )
    assert (page.reported_by, page.lacked_by) == (("dbt Charts 0.10.0",), ("dbt Charts 0.9.1",))
    assert (page.is_error, page.today, page.coming) == (True, "", "")


def test_code_that_vanished_leads_on(miniature: Path) -> None:
    """Whoever still meets it learns what to look for, with the page of its successor."""
    page = pages(miniature)["ERR-NO-DEFAULT-SOURCE"]
    assert page.today == "The missing barrel is reported as a missing file."
    assert page.successors == ("ERR-FILE-NOT-FOUND",)
    assert page.reported_by == ("dbt Charts 0.9.1",)


def test_pre_release_is_named_where_it_changes_something(miniature: Path) -> None:
    """A reader may wait for it, or prepare."""
    assert pages(miniature)["ERR-FILE-NOT-FOUND"].coming == "dbt Charts 0.10.1.dev3"
    assert pages(miniature)["ERR-INTERNAL"].coming == ""


def test_similar_codes_share_a_word(miniature: Path) -> None:
    """ERR and WARN are no such word, and a code is not similar to itself."""
    assert [link.code for link in pages(miniature)["WARN-PARSE-ERROR"].neighbors] == []
    change(miniature / "ops_model/support/symptoms/no-light.yaml", diagnostics=["ERR-PARSE", "WARN-PARSE-ERROR"])
    change(miniature / DIAGNOSTICS / "err-internal.yaml", title="ERR-PARSE")
    (link,) = pages(miniature)["WARN-PARSE-ERROR"].neighbors
    assert link == CodeLink("ERR-PARSE", "Something failed that has no code.")


def test_code_without_meaning_or_symptom_has_no_page(miniature: Path) -> None:
    """A rule reports it; the other pages are made all the same."""
    (miniature / DIAGNOSTICS / "err-internal.yaml").unlink()
    change(miniature / "ops_model/support/symptoms/no-light.yaml", diagnostics=["ERR-INTERNAL", "WARN-PARSE-ERROR"])
    assert list(pages(miniature)) == ["WARN-PARSE-ERROR"]


def test_list_has_codes_with_pages_and_groups_without(miniature: Path) -> None:
    """The id of a group is internal, so its anchor does not tell it."""
    index = code_index(load(Repository(miniature, LIMITS), KINDS)[0])
    assert [link.code for link in index.codes] == list(pages(miniature))
    assert index.groups == (
        GroupSection(
            public_anchor("codes", "bridges"),
            "Bridges between towers",
            "No tower of ours has a bridge.",
            "no-light",
            ("ERR-LINK-SCHEME-UNSAFE", "ERR-LINKS-NESTED"),
        ),
    )


def test_every_code_of_a_supported_release_leads_somewhere() -> None:
    """Of this repository: a page or a group each; the four that the current runtime lost lead on."""
    root = TESTS.parent
    catalog = load(Repository(root, LIMITS), KINDS)[0]
    known = releases(known_runtimes(catalog, root))
    reported = {code for release in known.supported(AT.date()) for code in release.snapshot.codes}
    assert reported == set(known_codes(catalog))
    made = pages(root)
    vanished = {code for code in made if known.current and code not in known.current.snapshot.codes}
    assert vanished == {code for code, page in made.items() if page.today}
    assert {code for code in vanished if not made[code].today} == set()
