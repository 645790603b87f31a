from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from tests.changes import tree
from tests.pages.sites import MINIATURE, TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.sites import Sites

NOTHING = "Nothing on this page is proven: declared."
BY_HAND = ("index.md", "public/index.md", "guides/", "public/guides/")
"""Pages that nothing generates, below the folder of sources."""
FOOT = re.compile(r'<div class="ops-foot[^"]*">(.*?)</div>', re.DOTALL)


def feet(page: Path) -> list[str]:
    """The text of each foot of a written page."""
    found = FOOT.findall(page.read_text(encoding="utf-8"))
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", "", foot)).split()) for foot in found]


def generated(root: Path) -> list[str]:
    """The pages that were made for a site, by their path below it."""
    paths = (path.relative_to(root).as_posix() for path in root.rglob("*.md"))
    return [path.removesuffix(".md") + ".html" for path in paths if not path.startswith(BY_HAND)]


def test_every_generated_page_has_one_foot_with_facts(sites: Sites) -> None:
    """Each says what it is made from and, in the same line, what of that is proven or that nothing is."""
    for audience, source in (("internal", "docs"), ("public", "docs/public")):
        site = sites.of(audience)
        pages = generated(site.root / source)
        assert set(TYPES[audience]) - {"index.html", "runbooks/offline.html"} <= set(pages)
        for page in pages:
            (foot,) = feet(site.out / page)
            assert re.match(r"Made from: [a-z0-9]", foot), (page, foot)
            assert ("Last proven: " in foot) + (NOTHING in foot) + ("Derived from it" in foot) == 1, (page, foot)


def test_page_of_a_pack_says_when_it_was_proven_and_how(sites: Sites) -> None:
    """The day of the evidence, what ran where, and what stays declared; links to the file on the team's page alone."""
    day = tree(MINIATURE / "packs/oil_feed/evidence.yaml")["checked_at"]
    assert str(day).startswith("2026-11-02")
    (own,) = feet(sites.of("internal").out / "packs/packs/oil_feed.html")
    assert own.startswith("Made from: packs/oil_feed/pack.yaml, 1 record of evidence, 1 schema")
    assert "Last proven: 2 November 2026, executed on DuckDB, static on 1 more. Declared, not checked:" in own
    for page in ("connectors/oil_feed.html", "quickstarts/oil_feed.html"):
        (public,) = feet(sites.of("public").out / page)
        assert "pack oil_feed 1.0.0" in public
        assert "Last proven: 2 November 2026, executed on DuckDB, static on 1 more." in public
        assert ".yaml" not in public


def test_page_without_a_proof_says_so(sites: Sites) -> None:
    """A page of roles is what people wrote down."""
    assert feet(sites.of("internal").out / "telemetry/objectives.html") == [
        f"Made from: 1 objective in ops_model/telemetry/objectives/. {NOTHING}"
    ]
    assert feet(sites.of("public").out / "unsupported.html")[0].endswith(NOTHING)


def test_what_nobody_checks_says_who_declared_it_and_when(sites: Sites) -> None:
    """Right where the number stands: the role with a link for the team, the day for users."""
    internal, public = (sites.of(audience).out for audience in ("internal", "public"))
    targets = (internal / "telemetry/objectives.html").read_text(encoding="utf-8")
    assert "declared by" in targets
    assert "on 20 November 2026" in targets
    connector = BeautifulSoup(
        (internal / "operating/connectors/oil_feed.html").read_text(encoding="utf-8"), "html.parser"
    )
    (tables,) = (line.get_text() for line in connector.select("li") if "Tables in the reference" in line.get_text())
    assert " ".join(tables.split()).endswith("3, declared by Keeper on 20 November 2026")
    page = (public / "connectors/oil_feed.html").read_text(encoding="utf-8")
    assert "3 tables (declared by the maintainers on 20 November 2026)" in " ".join(page.split())
