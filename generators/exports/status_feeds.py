"""The state of every connector for programs: `status.json` for monitors, `status.atom` for feed readers.

Both come from the view that the overview page shows, hold dates of evidence, releases and overrides only, and so are
the same bytes for the same states.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.views.connectors import ConnectorIndex, ConnectorLine, WarehouseLine

SCHEMA_VERSION = 1
"""Grows when a field goes or means something else; fields are added without a new number."""
JSON, ATOM = "status.json", "status.atom"
NAMESPACE = "http://www.w3.org/2005/Atom"
AUTHORITY = "dataface-ops,2026"
"""Of the tag URIs (RFC 4151): ids stay the same wherever the site is published."""
BEGINNING = "1970-01-01T00:00:00Z"
"""When nothing has happened yet: a feed must say when it changed last."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no way to write."""


def feeds(index: ConnectorIndex, base: str) -> dict[str, str]:
    """The files by name. `base`: address of the public site, ending in a slash, or empty where it is not known."""
    return {JSON: status_json(index, base), ATOM: status_atom(index, base)}


def status_json(index: ConnectorIndex, base: str) -> str:
    """Every connector with state, reason and version; null where no pack is published or no date is known."""
    document = {"schema_version": SCHEMA_VERSION, "connectors": [_connector(line, base) for line in index.connectors]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _connector(line: ConnectorLine, base: str) -> dict[str, object]:
    return {
        "id": line.id,
        "title": line.title,
        "state": line.state or None,
        "reason": line.reason or None,
        "since": line.since.isoformat() if line.since else None,
        "version": line.version or None,
        "works_on": [each.name for each in line.warehouses],
        "proofs": _proofs(line.warehouses, line),
        "runtimes": [
            {
                "name": runtime.name,
                "works_on": [each.name for each in runtime.warehouses],
                "proofs": _proofs(runtime.warehouses, line),
            }
            for runtime in line.runtimes
        ],
        "checked_on": line.checked.isoformat() if line.checked else None,
        "updated": line.updated or None,
        "page": _page(line, base),
    }


def _proofs(warehouses: Iterable[WarehouseLine], line: ConnectorLine) -> list[dict[str, str | None]]:
    """How and when each warehouse of `works_on` was proven, in its order."""
    day = line.checked.isoformat() if line.checked else None
    return [{"warehouse": each.name, "proof": each.proof, "checked_on": day} for each in warehouses]


def status_atom(index: ConnectorIndex, base: str) -> str:
    """RFC 4287: one entry for the present state of each connector that has a pack and a date."""
    lines = [line for line in index.connectors if line.state and line.updated]
    feed = ET.Element("feed", {"xmlns": NAMESPACE})
    _text(feed, "id", f"tag:{AUTHORITY}:status")
    _text(feed, "title", "Connector packs: status")
    _text(feed, "updated", max((line.updated for line in lines), default=BEGINNING))
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}connectors/index.html"})
    if base:
        ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}{ATOM}"})
    _text(ET.SubElement(feed, "author"), "name", "Dataface Ops")
    for line in sorted(lines, key=lambda line: (line.updated, line.id), reverse=True):
        _entry(feed, line, base)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _entry(feed: ET.Element, line: ConnectorLine, base: str) -> None:
    """A state that comes again is the same entry, updated."""
    entry = ET.SubElement(feed, "entry")
    _text(entry, "id", f"tag:{AUTHORITY}:status/{line.id}/{line.state}")
    _text(entry, "title", f"{line.title}: {line.word}")
    _text(entry, "updated", line.updated)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _page(line, base)})
    _text(entry, "summary", line.reason)


def _page(line: ConnectorLine, base: str) -> str:
    return f"{base}connectors/{line.id}.html"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
