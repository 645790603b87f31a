"""F4: every probe against the real pipeline, with all walls and with the first one taken away."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from generators.site import check
from generators.sphinxext import pages
from tests.clock import AT, EPOCH
from tests.hardening.figure import Effort, Reached
from tests.hardening.probes.laying import Ground, mark, probes, token
from tests.hardening.probes.probe import Effect, Place, Probe
from tests.hardening.process import apart
from tests.hardening.sites import furnished
from tests.pages.sites import built, files
from tests.pages.test_leaks import MARK, forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bs4 import Tag

REFUSING = re.compile(r"OPS(?:0\d\d|8\d\d)")
"""Rules that refuse what a probe is made of: files, pages, packs. That nothing leads to a runbook is another matter."""
BUILD_SECONDS = 900
ADDRESSES = frozenset({"href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "background"})
LINKED = re.compile(r"(?!//)(?:https://|mailto:|(?![a-z+.-]+:))", re.IGNORECASE)
"""Where a link may lead: https, mailto, this site."""
MARKUP = {".html": "lxml", ".svg": "xml", ".xml": "xml", ".xhtml": "xml", ".atom": "xml"}
ONLY_PUBLIC = "@INTERNAL@"
"""In the text of a probe that is after something which the internal site may show."""


def refused(laid: Mapping[str, Probe], root: Path) -> dict[Probe, set[str]]:
    """Each probe that `dfops check` refuses, with the codes."""
    found: dict[Probe, set[str]] = {}
    for finding in check(root, AT).findings:
        path = finding.place.path
        pack = "/".join(path.split("/")[:2])
        probe = laid.get(path) or laid.get(pack)
        if probe and REFUSING.fullmatch(finding.rule.code):
            found.setdefault(probe, set()).add(finding.rule.code)
    return found


def _site(root: Path, audience: str, *, first_wall: bool) -> tuple[str, ...]:
    """Build one site; what Sphinx says. Without the first wall, pages that `check` refuses are read all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        if not first_wall:
            patch.setattr(pages, "refuse", lambda _findings: None)
        return built(root, audience)[1].warnings


def succeeded(ground: Ground, wanted: Sequence[Probe]) -> Iterator[tuple[Probe, str]]:
    """Each probe that had its effect, and how it shows, in the sites that were built."""
    for probe in wanted:
        if (ground.ran / str(probe.number)).exists():
            yield probe, "its code ran"
    for audience in ("internal", "public"):
        tokens, evaluated, elements = _seen(ground.root / "out" / audience)
        for probe in wanted:
            if token(probe) in tokens and (audience == "public" or ONLY_PUBLIC not in probe.text):
                yield probe, f"its file is in the {audience} site"
            if f"zq{probe.number}q1337" in evaluated:
                yield probe, f"its expression was evaluated in the {audience} site"
            if mark(probe) in elements:
                yield probe, f"its element is in the {audience} site: {elements[mark(probe)]}"


def _seen(out: Path) -> tuple[set[str], set[str], dict[str, str]]:
    """Of a site: tokens in any form, results of expressions, and marks that are more than text."""
    tokens: set[str] = set()
    evaluated: set[str] = set()
    elements: dict[str, str] = {}
    for path, data in files(out).items():
        for form in (path.encode(), *forms(data)):
            tokens |= {found.decode() for found in MARK.findall(form)}
            evaluated |= {found.decode() for found in re.findall(rb"zq[0-9]+q1337", form)}
        kind = MARKUP.get(path[path.rfind(".") :])
        if kind and b"zqmark" in data:
            for tag in BeautifulSoup(data, kind).find_all(name=True):
                elements |= dict.fromkeys(re.findall(r"zqmark\d{4}", _alive(tag)), f"{tag.name} in {path}")
    return tokens, evaluated, elements


def _alive(tag: Tag) -> str:
    """What of an element is more than text: its name, names of attributes, what runs, loads or leads out."""
    said = [tag.name, *tag.attrs]
    for name, value in tag.attrs.items():
        text = " ".join(value) if isinstance(value, list) else str(value)
        links = tag.name == "a" and LINKED.match(text)
        if (
            name.startswith("on")
            or name in {"style", "srcdoc"}
            or tag.name == "meta"
            or (name in ADDRESSES and not links)
        ):
            said.append(text)
    if tag.name in {"script", "style"} and tag.get("type") != "application/json":
        said.append(tag.string or "")
    return " ".join(said)


def tried(effort: Effort, wanted: Sequence[Probe], name: str, *, first_wall: bool) -> tuple[list[str], int, list[str]]:
    """Lines of what succeeded, how many probes `check` refused, and what ended a build."""
    ground = Ground(furnished(effort, name), effort.folder / f"{name}-secrets", effort.folder / f"{name}-ran")
    laid = ground.lay(wanted)
    turned_away = refused(laid, ground.root)
    if first_wall:
        for path, probe in laid.items():
            if probe in turned_away and (ground.root / path).is_file():
                (ground.root / path).unlink()
    ended = []
    for audience in ("internal", "public"):
        build = apart(partial(_site, ground.root, audience, first_wall=first_wall), BUILD_SECONDS)
        warnings = build.value or ()
        faults = [line for line in warnings if re.match(r"[A-Z][A-Za-z]*Error: ", line)]
        ended += [f"{audience}: {line}" for line in (*faults, *([build.why] if build.why else ()))]
    return [f"{probe.name}: {how}" for probe, how in succeeded(ground, wanted)], len(turned_away), ended


def measure(effort: Effort) -> Reached:
    """None has its effect; also said: how many reach a page without the first wall, where the second stands alone."""
    wanted = probes()
    wrong, turned_away, ended = tried(effort, wanted, "walled", first_wall=True)
    below_docs = {Place.PAGE, Place.WHOLE_PAGE, Place.PAIR}
    on_pages = [probe for probe in wanted if probe.place in below_docs or probe.text.startswith("docs/")]
    open_wall, _, ended_too = tried(effort, on_pages, "second", first_wall=False)
    counts = ", ".join(f"{sum(probe.effect is effect for probe in wanted)} {effect}" for effect in Effect)
    facts = (
        f"{counts}; {turned_away} refused by check, {len(wanted) - turned_away} went on to both sites",
        f"first wall off: {len(open_wall)} of {len(on_pages)} probes below docs/ succeed",
        *(f"  {line}" for line in (*open_wall, *ended_too)),
    )
    return Reached(len(wanted), (*wrong, *ended), f"{turned_away} refused by check", facts)
