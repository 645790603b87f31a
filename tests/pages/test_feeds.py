"""What programs read: the same states as the overview, with ids that stay and dates that only change with a state."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from generators.exports.status_feeds import BEGINNING, feeds, status_atom, status_json
from generators.views.connectors import ConnectorIndex, ConnectorLine, RuntimeLine, WarehouseLine
from tests.changes import change
from tests.clock import AT
from tests.pages.sites import Sites, built

if TYPE_CHECKING:
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://packs.example.org/status/"
LINE = ConnectorLine(
    id="oil_feed",
    title="Oil feed",
    version="1.0.0",
    state="degraded",
    word="Partly working",
    reason='Barrels & <casks> are "changed".',
    since=date(2026, 11, 2),
    warehouses=(WarehouseLine("DuckDB", "executed"), WarehouseLine("Snowflake", "static")),
    checked=date(2026, 11, 2),
    updated="2026-11-02T09:00:00Z",
    runtimes=(RuntimeLine("Lantern 1.2", (WarehouseLine("DuckDB", "executed"),)),),
)
BARE = ConnectorLine("gas_feed", "Gas feed", "", "", "", "", None, (), None, "", ())
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def index(*lines: ConnectorLine) -> ConnectorIndex:
    """A list of connectors."""
    return ConnectorIndex(lines, tuple(line.id for line in lines))


def atom(text: str) -> ET.Element:
    """The feed, held against RFC 4287: what a feed and an entry must have, each once; ids that are URIs, dates."""
    feed = ET.fromstring(text)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert len(feed.findall(f"{ATOM}author")) == 1
    for holder in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"tag:[a-z-]+,[0-9]{4}:[a-z0-9_/-]+", holder.findtext(f"{ATOM}id", ""))
        assert RFC3339.fullmatch(holder.findtext(f"{ATOM}updated", ""))
        alternates = [link for link in holder.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    return feed


def test_states_as_json() -> None:
    """Everything that the overview says, under names that stay; what is not known is null, not an empty text."""
    told = json.loads(status_json(index(LINE, BARE), ""))
    proof = {"warehouse": "DuckDB", "proof": "executed", "checked_on": "2026-11-02"}
    assert told["schema_version"] == 1
    assert told["connectors"][0] == {
        "id": "oil_feed",
        "title": "Oil feed",
        "state": "degraded",
        "reason": 'Barrels & <casks> are "changed".',
        "since": "2026-11-02",
        "version": "1.0.0",
        "works_on": ["DuckDB", "Snowflake"],
        "proofs": [proof, {"warehouse": "Snowflake", "proof": "static", "checked_on": "2026-11-02"}],
        "runtimes": [{"name": "Lantern 1.2", "works_on": ["DuckDB"], "proofs": [proof]}],
        "checked_on": "2026-11-02",
        "updated": "2026-11-02T09:00:00Z",
        "page": "connectors/oil_feed.html",
    }
    bare = told["connectors"][1]
    assert (bare["state"], bare["reason"], bare["version"], bare["updated"], bare["works_on"]) == (None,) * 4 + ([],)


def test_states_as_a_feed() -> None:
    """One entry for each connector with a pack and a date, newest first; any text is text."""
    newer = replace(LINE, id="gas", title="Gas", updated="2026-11-03T00:00:00Z")
    undated = replace(LINE, id="air", updated="")
    feed = atom(status_atom(index(LINE, BARE, undated, newer), ""))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == [
        "Gas: Partly working",
        "Oil feed: Partly working",
    ]
    assert feed.findtext(f"{ATOM}updated") == "2026-11-03T00:00:00Z"
    assert feed.findtext(f"{ATOM}entry[2]/{ATOM}summary") == LINE.reason


def test_ids_stay_while_the_state_does() -> None:
    """A check that finds the same again updates the entry; another state is another entry; the address is in no id."""
    checked = replace(LINE, updated="2026-12-01T00:00:00Z", reason="Otherwise.", version="1.0.1")
    broken = replace(LINE, state="broken", word="Broken")

    def identity(line: ConnectorLine, base: str) -> str:
        return atom(status_atom(index(line), base)).findtext(f"{ATOM}entry/{ATOM}id", "")

    assert identity(LINE, "") == identity(checked, BASE)
    assert identity(LINE, "") != identity(broken, "")


def test_addresses_with_and_without_a_base() -> None:
    """With a base every link is whole and the feed names itself; without one links are relative to the feed."""
    whole = atom(status_atom(index(LINE), BASE))
    assert {link.get("href") for link in whole.iter(f"{ATOM}link")} == {
        f"{BASE}connectors/index.html",
        f"{BASE}status.atom",
        f"{BASE}connectors/oil_feed.html",
    }
    bare = atom(status_atom(index(LINE), ""))
    assert {link.get("href") for link in bare.iter(f"{ATOM}link")} == {
        "connectors/index.html",
        "connectors/oil_feed.html",
    }


def test_feed_without_entries() -> None:
    """Before anything has happened it is a feed all the same."""
    feed = atom(status_atom(index(BARE), ""))
    assert (feed.findtext(f"{ATOM}updated"), feed.findall(f"{ATOM}entry")) == (BEGINNING, [])


def test_text_that_xml_cannot_hold() -> None:
    """It is replaced, and the feed is read."""
    feed = atom(status_atom(index(replace(LINE, reason="a\x00b\x0bc\ufffe")), ""))
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == "a\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize(("audience", "inside"), [("public", ""), ("internal", "public/")])
def test_feeds_of_a_site(sites: Sites, audience: str, inside: str) -> None:
    """They lie where the public pages begin, the overview leads to them, and feed readers find theirs."""
    site = sites.of(audience)
    out = site.out
    assert site.warnings == ()
    told = json.loads((out / inside / "status.json").read_text(encoding="utf-8"))
    (line,) = told["connectors"]
    page = out / inside / "connectors" / "index.html"
    soup = BeautifulSoup(page.read_bytes(), "lxml")
    row = soup.select_one("tbody tr")
    assert row
    for word in (line["title"], line["reason"], line["version"], *line["works_on"]):
        assert word in row.text
    atom((out / inside / "status.atom").read_text(encoding="utf-8"))
    names = {str(link["href"]) for link in soup.select("a[href*='status.'], link[type='application/atom+xml']")}
    assert {(page.parent / name).resolve() for name in names} == {out / inside / name for name in feeds(index(), "")}
    assert (out / inside / line["page"]).is_file()


def test_only_the_overview_has_the_filter(sites: Sites) -> None:
    """One small script of our own, on one page; the table is there without it."""
    out = sites.of("public").out
    with_it = {path.relative_to(out).as_posix() for path in out.rglob("*.html") if b"filter.js" in path.read_bytes()}
    assert with_it == {"connectors/index.html"}
    assert (out / "_static" / "filter.js").stat().st_size < 3000


def test_nothing_changes_while_no_state_does(furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes and no page is read again: days, never ages. When an override lapses, its pages are."""
    override = furnished / "ops_model/operating/status_overrides/new-barrels.yaml"
    change(override, since="2026-11-20T08:00:00Z", until="2026-11-22T20:00:00Z")
    built(furnished, "public")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((AT + timedelta(hours=6)).timestamp())))
    _, later = built(furnished, "public")
    assert (later.read, later.written) == (0, 0)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((AT + timedelta(days=2)).timestamp())))
    _, lapsed = built(furnished, "public")
    assert lapsed.read == 4  # connector and quickstart, and the lists of both


def test_base_address_is_sphinx_own_setting(furnished: Path) -> None:
    """Where conf.py says it, the feed says it."""
    conf = furnished / "conf.py"
    conf.write_text(conf.read_text(encoding="utf-8") + f'\nhtml_baseurl = "{BASE}"\n', encoding="utf-8")
    out, _ = built(furnished, "public")
    assert f'href="{BASE}status.atom"' in (out / "status.atom").read_text(encoding="utf-8")


def test_picture_on_a_page(sites: Sites) -> None:
    """In a link to itself, with its size and with words for those who do not see it; loaded when it is scrolled to."""
    out = sites.of("public").out
    soup = BeautifulSoup((out / "quickstarts" / "oil_feed.html").read_bytes(), "lxml")
    pictures = soup.select(".ops-picture a > img")
    assert [picture["alt"] for picture in pictures] == [
        "The dashboard Oil, drawn from synthetic rows",
        "The dashboard Spouts on synthetic rows",
    ]
    for picture in pictures:
        assert (picture["loading"], int(str(picture["width"])) > 500) == ("lazy", True)
        assert (out / "quickstarts" / str(picture["src"])).resolve().is_file()


def test_override_that_is_not_in_force_is_nowhere(furnished: Path) -> None:
    """What somebody will say, or has said, is not public before and after."""
    override = furnished / "ops_model/operating/status_overrides/new-barrels.yaml"
    change(override, since="2031-01-01T00:00:00Z", until="2031-01-02T00:00:00Z", reason="Not yet to be known")
    out, _ = built(furnished, "public")
    assert [path for path in out.rglob("*") if path.is_file() and b"Not yet to be known" in path.read_bytes()] == []
