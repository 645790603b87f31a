"""What is internal stays inside: a mark in every internal value, none of them in any byte of the public site (F8)."""

from __future__ import annotations

import ast
import base64
import html
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pytest

from generators.model import KINDS
from generators.site import public as public_site
from generators.views import (
    codes,
    connectors,
    pack_state,
    pack_telemetry,
    public,
    published,
    quickstarts,
    releases,
    telemetry,
    warehouses,
)
from generators.views.releases import ReleasePage, release_page
from tests.changes import change, tree, write
from tests.pages.filling import fill
from tests.pages.marks import FAR, ZONES, Marks, rename
from tests.pages.sites import built, files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import ModuleType

    from generators.catalog import Catalog
    from generators.views.published import Published

CELL = ("board", "runtime", "warehouse", "proof", "verdict")
SHOWN = ("board", "runtime", "valid", "rows", "drawn", "warnings")
PUBLIC_FIELDS: dict[str, set[str]] = {
    "surface": {"title"},
    "severity": {"title", "meaning"},
    "symptom": {"former", "title", "seen", "ask", "try_first", "diagnostics"},
    "diagnostic": {"title", "meaning", "do_first", "today", "successors"},
    "code-group": {"title", "reason", "codes"},
    "runtime": {"title"},
    "route": {"tell_user"},
    "service-level": {"acknowledge", "mitigate", "resolve", "hours", "note"},
    "holiday-calendar": {"title"},
    "unsupported-case": {"title", "happens", "instead", "warehouses", "older"},
    "release-train": {"title", "versioning", "changelog", "off_schedule"},
    "cadence": {"recurrence", "time", "zone", *(f"exceptions.{name}" for name in ("day", "moved_to"))},
    "connector": {"former", "title", "summary", "schema_name", "watch", "tables_declared.day"},
    "objective": {"declared.day"},
    "pack": {"former", "version", "state", "note", "warehouses", "kpis", "treatments", "evidence_limit"},
    "pack-fixtures": {"last_day"},
    "pack-schema": {"schema_name", "freshness", "tables"},
    "pack-evidence": {
        *("version", "checked_at", "engines", "reads", "runtimes"),
        *(f"boards.{name}" for name in CELL),
        *(f"shown.{name}" for name in SHOWN),
    },
    "status-override": {"state", "reason", "since", "until"},
    "warehouse-setup": {"title", "warehouse", "driver", "blocks"},
    "publication": {"distribution", "distribution_published", "site_url"},
    "event": {"title", "meaning", "attributes", "never"},
    "incident": {"timeline.at", "ended"},  # when it began and when it was over; neither its title nor what was done
    "defect": {
        *("title", "seen", "workaround", "state", "first_seen", "accepted.until", "accepted.users"),
        *(f"reports.{name}" for name in ("what", "url")),  # for whose software it was reported
        *(f"upstream.{name}" for name in ("url", "seen_in", "trials.release", "trials.day")),
    },
    "regression": {"title"},  # as a case that shows a defect
}
"""Everything that users may read, by name. What is not named here is internal, new fields and new kinds too."""

PUBLIC_IDS = {"symptom", "diagnostic", "connector", "runtime", "pack", "pack-schema", "pack-fixtures", "pack-evidence"}
"""Kinds whose ids are public: they name pages. The files of a pack have its connector's."""
PUBLIC_VIEWS = (
    public,
    codes,
    connectors,
    pack_state,
    pack_telemetry,
    published,
    quickstarts,
    releases,
    telemetry,
    warehouses,
)

MARK = re.compile(rb"zq[0-9]{4}zq")


def forms(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is inside them: inflated streams, character references, percent signs, base64."""
    yield data
    for start in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)):
        inflater = zlib.decompressobj()
        try:
            yield inflater.decompress(data[start:])
        except zlib.error:
            continue
    if data[:2] != b"\x89P":
        yield html.unescape(data.decode("utf-8", errors="replace")).encode()
        yield unquote_to_bytes(data)
        yield data.replace(b"\\u00", b"")
    for run in re.findall(rb"[A-Za-z0-9+/_-]{12,}", data):
        for shift in range(4):
            part = run[shift:].translate(bytes.maketrans(b"-_", b"+/"))
            yield base64.b64decode(part[: len(part) // 4 * 4])


def leaks(out: Path, allowed: set[str]) -> dict[str, set[str]]:
    """Mark, far date or rare zone to the files that hold it; a file's own name counts as well."""
    found: dict[str, set[str]] = {}
    rare = re.compile(b"|".join([MARK.pattern, FAR[:7].encode(), *(re.escape(zone.encode()) for zone in ZONES)]))
    for path, data in files(out).items():
        for form in (path.encode(), *forms(data)):
            for mark in {part.decode() for part in rare.findall(form.lower() if MARK.search(form.lower()) else form)}:
                if mark not in allowed:
                    found.setdefault(mark, set()).add(path)
    return found


def marked_everywhere(root: Path) -> Marks:
    """A repository, full, with a mark in every value and internal ids marked too."""
    override = root / "ops_model/operating/status_overrides/new-barrels.yaml"
    change(override, since="2026-11-20T08:00:00Z", until="2026-11-22T20:00:00Z")  # in force, so that it is shown
    soot = root / "ops_model/stability/defects/soot-on-the-east-pane.yaml"
    write(soot.with_stem("dust"), tree(soot))  # which no case shows: the page says for whose software it was reported
    marks = Marks(public_fields=PUBLIC_FIELDS, public_ids=PUBLIC_IDS)
    fill(root, marks)
    rename(root, marks)
    return marks


@pytest.fixture
def marked(furnished: Path) -> tuple[Path, Marks]:
    """The miniature as above."""
    return furnished, marked_everywhere(furnished)


def test_no_internal_value_reaches_the_public_site(marked: tuple[Path, Marks]) -> None:
    """Not in a page, a title, the search index, the inventory or a file's name; and what is public is all there."""
    root, marks = marked
    allowed = {mark for mark, spot in marks.spots.items() if marks.is_public(spot)}
    out, _ = built(root, "public")
    assert {f"{mark} {marks.spots.get(mark)}": paths for mark, paths in leaks(out, allowed).items()} == {}
    shown = b"".join(data for path, data in files(out).items() if path.endswith(".html")).decode()
    unshown = {(marks.spots[mark].kind, marks.spots[mark].route[0]) for mark in allowed if mark not in shown}
    # A runtime is named beside evidence that counts and codes that were written down: with marks in them neither is.
    # What a defect was reported for is said where no case shows it; where one does, what it means that it is accepted.
    assert unshown <= {("runtime", "title"), ("defect", "reports"), ("defect", "accepted")}
    marked_kinds = {spot.kind for spot in marks.spots.values()}
    assert marked_kinds == {kind.kind for kind in KINDS}
    assert len(marks.given) > 350


@pytest.mark.parametrize("where", ["a page", "its title", "a comment", "a file's name", "base64"])
def test_leak_is_found(marked: tuple[Path, Marks], monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The scan above is not blind: one internal value let through is found, however it travels."""
    root, _ = marked
    really = release_page
    let_through = "zq9999zq"
    told = {"a page": let_through, "base64": base64.b64encode(f"a{let_through}".encode()).decode()}.get(where, "")
    titled = let_through if where == "its title" else ""

    def leaking(catalog: Catalog, published: Published, at: datetime | None) -> ReleasePage:
        trains = really(catalog, published, at).trains
        return ReleasePage(
            tuple(replace(t, title=t.title + titled, versioning=f"{t.versioning} {told}") for t in trains), ()
        )

    monkeypatch.setattr(public_site, "release_page", leaking)
    out, _ = built(root, "public")
    if where == "a file's name":
        (out / f"{let_through}.html").touch()
    if where == "a comment":
        (out / "objects.inv").write_bytes(b"# inventory\n" + zlib.compress(let_through.encode()))
    everything = {mark.decode() for data in files(out).values() for mark in MARK.findall(data)} - {let_through}
    assert set(leaks(out, everything)) == {let_through}


STATIC = re.compile(
    r"_static/(?:(?:base-stemmer|design-tabs|filter|moved|doctools|documentation_options|english-stemmer|language_data|searchtools"
    r"|copy|sphinx_highlight|scripts/furo(?:-extensions)?)\.js"
    r"|(?:basic|debug|ops|pages|pygments|skeleton|sphinx-design\.min|styles/furo(?:-extensions)?)\.css"
    r"|(?:file|minus|plus)\.png|scripts/furo\.js\.(?:map|LICENSE\.txt)|styles/furo(?:-extensions)?\.css\.map)"
)
PAGES = {
    *(
        "index.html",
        "promises.html",
        "releases.html",
        "telemetry.html",
        "unsupported.html",
        "versions.html",
        "search.html",
        "guides/privacy.html",
    ),
    "guides/from-dataface.html",
    "guides/installed-packs.html",
    *("help/index.html", "help/no-light.html", "connectors/index.html", "connectors/oil_feed.html"),
    *("help/codes/index.html", "help/codes/ERR-BINDER-UNKNOWN-COLUMN.html", "help/codes/ERR-COLOR-NULL-SERIES.html"),
    *("help/codes/ERR-FILE-NOT-FOUND.html", "help/codes/ERR-INTERNAL.html", "help/codes/ERR-NO-DEFAULT-SOURCE.html"),
    *("help/codes/WARN-PARSE-ERROR.html", "help/codes/WARN-QUERY-RETURNED-ZERO-ROWS.html"),
    "help/codes/WARN-Y-ENCODING-MOSTLY-NULL.html",
    *("quickstarts/index.html", "quickstarts/oil_feed.html", "status.json", "status.atom"),
    *("_images/oil_feed-index.svg", "_images/oil_feed-spouts.svg"),
    "404.html",
    *("searchindex.js", "objects.inv", ".buildinfo"),
}


def test_public_site_has_just_these_files(furnished: Path) -> None:
    """An allow-list: a new file in the output is looked at by somebody before it is public."""
    for name in ("secret.png", "public/notes.png"):
        (furnished / "docs" / name).write_text("internal", encoding="utf-8")
    out, _ = built(furnished, "public")
    assert {path for path in files(out) if not STATIC.fullmatch(path)} == PAGES


@pytest.mark.parametrize("module", PUBLIC_VIEWS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_internal_kinds_are_not_known_to_the_public_views(module: ModuleType) -> None:
    """A module that makes public views imports only kinds that have public fields, be it for a type only."""
    source = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    names = {
        alias.name for node in imports if (node.module or "").startswith("generators.model") for alias in node.names
    }
    assert {kind.kind for kind in KINDS if kind.__name__ in names} <= set(PUBLIC_FIELDS)
