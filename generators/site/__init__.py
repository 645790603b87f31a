"""The whole way from a folder to pages: read, check, decide, print. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generators import checks
from generators.catalog import Catalog, load
from generators.checks.baseline import applied
from generators.findings import AcceptedFinding, Finding, IncompleteKindError, in_order
from generators.installed import Installed, installed
from generators.installed.own import own_commands
from generators.launch.readiness import readiness
from generators.model import KINDS, Entity
from generators.model.pack import Pack
from generators.model.runbook import Runbook
from generators.packs.reading.changelog import releases
from generators.packs.reading.folder import PackFolder, read_packs
from generators.published.manifest import Index, Unreadable
from generators.runtime.known import current_of, known_runtimes
from generators.runtime.spelling import Spellings, spelled_catalog
from generators.site.launching import launch_facts
from generators.source import LIMITS, Limits, Repository
from generators.source.consoles import consoles
from generators.source.handwritten import page_findings
from generators.stability.results import NO_RESULTS, Results, has_test
from generators.stability.summary import summary_at as occurrences_at
from generators.stability.validation import Validated, validated, with_reopened
from generators.status.packs import pack_statuses
from generators.status.telemetry import summary_at
from generators.views.boards import Now
from generators.views.connectors import ConnectorIndex
from generators.views.layout import Target, moved, targets
from generators.views.night import shift_scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from generators.catalog import Key
    from generators.launch.facts import LaunchFacts
    from generators.packs.pictures.cache import Pictures
    from generators.runtime.known import KnownRuntime
    from generators.stability.summary import Summary as OccurrenceSummary
    from generators.telemetry.summary import Summary

    Drawer = Callable[[Mapping[str, PackFolder], KnownRuntime], Mapping[str, Pictures]]

LARGEST_MAKEFILE, LONGEST_LINE = 256 << 10, 2_000
"""Bytes of a Makefile and characters of a line; what is larger names no targets."""
TEMPLATE_FOLDER = "generators/render/templates/kinds"
TEMPLATES = Path(__file__).parents[2] / TEMPLATE_FOLDER
SHOWN_ALONE = frozenset({Pack, Runbook})
"""Kinds with a template of their own elsewhere."""
LOST = "404.md"
"""The page for an address that is not there. Each site has one, where it begins."""
PUBLIC = "public"
"""Folder of the public pages below the internal site's sources."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A repository that was read and asked every question."""

    catalog: Catalog
    findings: tuple[Finding, ...]
    packs: Mapping[str, PackFolder] = field(default_factory=dict)
    """Every pack with its boards, by id."""
    accepted: tuple[AcceptedFinding, ...] = ()
    """Findings that a baseline accepts: they are in no other list."""
    validations: Validated = field(default_factory=Validated)
    """Which fixes of defects hold. A defect whose validation failed is open in the catalog, whatever its file says."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a builder needs: pages by path, where entities are shown, and what is wrong."""

    pages: Mapping[str, str]
    targets: Mapping[Key, Target]
    findings: tuple[Finding, ...]
    connectors: ConnectorIndex = field(default_factory=lambda: ConnectorIndex((), ()))
    """What the feeds of the public site are made of."""
    notes: tuple[str, ...] = ()
    """What is missing on pages and is nobody's fault here, such as a picture that could not be drawn."""
    shifts: Mapping[str, str] = field(default_factory=dict)
    """By surface: the script that tells its runbooks who answers when. Internal only."""
    calendars: Mapping[str, str] = field(default_factory=dict)
    """Calendar feeds by file name. Internal only."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Documents that had another name, by that name."""


def check(root: Path, at: datetime, limits: Limits = LIMITS, results: Results = NO_RESULTS) -> Checked:
    """Reads and checks a repository at a moment. Raises OSError when the root is no folder that can be read."""
    return _checked(root, at, limits, results)[0]


def _checked(root: Path, at: datetime, limits: Limits, results: Results) -> tuple[Checked, Installed]:
    require_templates(KINDS)
    repository = Repository(root, limits)
    catalog, findings = load(repository, KINDS)
    facts = facts_of(repository, catalog, at, results)
    found = in_order((*findings, *page_findings(root), *checks.run(catalog, facts)))
    held = applied(catalog, found, checks.RULES, at)
    validations = validated(catalog, results)
    shown = with_reopened(catalog, validations.reopened)
    return Checked(shown, in_order(held.findings), facts.packs, held.accepted, validations), facts.installed


def facts_of(repository: Repository, catalog: Catalog, at: datetime, results: Results = NO_RESULTS) -> checks.Facts:
    """What the rules may know of a repository besides its catalog, at a moment."""
    root, packs = repository.root, read_packs(catalog, repository)
    return checks.Facts(
        installed_at(root, catalog),
        at,
        lambda path: _exists(root, path),
        tuple(consoles(root)),
        packs,
        {name: releases(root, name) for name in packs},
        results,
        lambda node: has_test(root, node),
    )


def prepare(  # noqa: PLR0913 - each is a choice of a build
    root: Path,
    audience: str,
    at: datetime,
    *,
    draw: Drawer | None = None,
    index: Index | None = None,
    valid_until: datetime | None = None,
    results: Results = NO_RESULTS,
    limits: Limits = LIMITS,
) -> Site:
    """The pages of one audience, `internal` or `public`. The internal site holds the public pages as well.

    `at`, an aware datetime, is when packs are judged. `draw` gives the pictures of the packs' boards, none by default;
    `index` holds the published packs of a catalog that is valid until `valid_until`; `results` says which tests passed.
    """
    from generators.exports.calendars import calendars  # noqa: PLC0415 - icalendar: as below
    from generators.site.errors import error_pages  # noqa: PLC0415 - as below
    from generators.site.internal import internal_pages  # noqa: PLC0415 - templates: a check must not wait for them
    from generators.site.public import World, public_moved, public_pages  # noqa: PLC0415 - as above

    checked, commands = _checked(root, at, limits, results)
    released = {name: releases(root, name) for name in checked.packs}
    telemetry, occurrences, unread = _summaries(root)
    packs = pack_statuses(checked.catalog, checked.packs, released, at, telemetry, index=index)
    # A runtime evaluates templates and sends queries: a pack whose files are at fault in any way is not handed to it.
    refused = {found.place.path.split("/")[1] for found in checked.findings if found.rule in checks.UNSAFE}
    readable = {name: pack for name, pack in checked.packs.items() if not pack.findings and name not in refused}
    drawn = draw(readable, current) if draw and (current := current_of(commands.runtimes)) else {}
    spellings = Spellings.of(checked.catalog, at)
    shown = spelled_catalog(checked.catalog, spellings)
    pictures = {name: made.svg for name, made in drawn.items()}
    world = World(packs, pictures, commands.releases, spellings, index or Index(), at, valid_until)
    public, connectors = public_pages(shown, world)
    moved_here = public_moved(checked.catalog, public)
    notes = unread + tuple(fault for made in drawn.values() for fault in made.faults)
    if audience == PUBLIC:
        return Site(public, {}, checked.findings, connectors, notes, moved=moved_here)
    ready = readiness(launch_facts(root, checked, packs, telemetry, at))
    pages = internal_pages(shown, checks.RULES, packs, pictures, Now(at, ready, occurrences, checked.validations))
    pages |= error_pages(shown, packs, at)
    pages |= {f"{PUBLIC}/{path}": text for path, text in public.items() if path != LOST}
    everywhere = dict(moved(checked.catalog)) | {
        f"{PUBLIC}/{old}": f"{PUBLIC}/{new}" for old, new in moved_here.items()
    }
    return Site(
        pages,
        targets(checked.catalog),
        checked.findings,
        connectors,
        notes,
        shifts=shift_scripts(checked.catalog, at),
        calendars=calendars(checked.catalog, at),
        moved=everywhere,
    )


def launch(root: Path, at: datetime) -> tuple[Checked, LaunchFacts]:
    """A repository with what its launch is answered from. Raises OSError as `check` does."""
    checked = check(root, at)
    released = {name: releases(root, name) for name in checked.packs}
    telemetry, _, _ = _summaries(root)
    packs = pack_statuses(checked.catalog, checked.packs, released, at, telemetry)
    return checked, launch_facts(root, checked, packs, telemetry, at)


def _summaries(root: Path) -> tuple[Summary | None, OccurrenceSummary | None, tuple[str, ...]]:
    """What telemetry says, how often defects were met, and why what cannot be read cannot: pages do without."""
    telemetry, occurrences, notes = None, None, []
    try:
        telemetry = summary_at(root)
    except (OSError, Unreadable) as error:
        notes.append(f"no telemetry on pages: {error}")
    try:
        occurrences = occurrences_at(root)
    except (OSError, Unreadable) as error:
        notes.append(f"pages count defects from the register alone: {error}")
    return telemetry, occurrences, tuple(notes)


def require_templates(kinds: Iterable[type[Entity]], folder: Path = TEMPLATES) -> None:
    """Raises IncompleteKindError for a kind that no template shows: a check must not pass where a build would fail."""
    for kind in kinds:
        if kind not in SHOWN_ALONE and not (folder / f"{kind.kind}.md.jinja").is_file():
            raise IncompleteKindError(f"kind '{kind.kind}' has no template; add {TEMPLATE_FOLDER}/{kind.kind}.md.jinja")


def installed_at(root: Path, catalog: Catalog) -> Installed:
    """What commands accept, as seen from a repository."""
    makefile = root / "Makefile"
    text = ""
    if makefile.is_file() and makefile.stat().st_size <= LARGEST_MAKEFILE:
        lines = makefile.read_text(encoding="utf-8", errors="replace").split("\n")
        text = "\n".join(line for line in lines if len(line) <= LONGEST_LINE)
    return installed(own_commands("dfops"), text, known_runtimes(catalog, root))


def _exists(root: Path, path: str) -> bool:
    if path.startswith("/") or ".." in path.split("/") or "**" in path:
        return False
    if "*" not in path:
        return (root / path).exists()
    return any(root.glob(path.rstrip("/")))


__all__ = ["Checked", "Site", "Target", "check", "facts_of", "launch", "prepare"]
