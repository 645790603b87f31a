"""The pages are made before Sphinx looks for documents, so that a bare `sphinx-build` is always right.

With the command line one of two places that know the clock: SOURCE_DATE_EPOCH where it is set, else now.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sphinx.errors import ConfigError, ExtensionError
from sphinx.util import logging

from generators.clock import now
from generators.exports.status_feeds import feeds
from generators.findings import IncompleteKindError, Severity, in_order
from generators.runtime.known import RUNTIMES
from generators.source.rules import HANDWRITTEN
from generators.sphinxext.domain import OpsDomain
from generators.views.published import CATALOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from sphinx.application import Sphinx

    from generators.findings import Finding
    from generators.packs.pictures.cache import Pictures
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime
    from generators.site import Site

logger = logging.getLogger(__name__)

# The source folder, below the folder of conf.py, says who reads.
PUBLIC = "public"
AUDIENCES = {"docs": "internal", "docs/public": "public"}
PICTURES = "build/cache/pictures"
"""Below the root: what was drawn once, by digest. May be deleted at any time."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What the site needs of the layers below: texts from a root, texts to a folder, the names of the kinds."""

    prepare: Callable[[Path, str, datetime, Path | None, Path | None], Site]
    write: Callable[[Path, Mapping[str, str]], object]
    kinds: tuple[str, ...]
    refusals: tuple[type[Exception], ...] = ()


def pipeline() -> Pipeline:
    """The real layers, imported when a build starts: Sphinx reads `setup` even where no page will be made."""
    from generators.model import KINDS  # noqa: PLC0415 - see above: `sphinx-build --help` must not load the model
    from generators.output import OccupiedError, UnsafePathError, write_pages  # noqa: PLC0415 - see above
    from generators.packs.pictures.cache import pictures  # noqa: PLC0415 - see above
    from generators.published.download import Unfetched  # noqa: PLC0415 - see above
    from generators.published.manifest import Unreadable  # noqa: PLC0415 - see above
    from generators.published.standing import served  # noqa: PLC0415 - see above
    from generators.site import prepare  # noqa: PLC0415 - see above
    from generators.stability.results import results_at  # noqa: PLC0415 - see above

    refusals = (OccupiedError, UnsafePathError, OSError, Unfetched, Unreadable)
    environments = os.environ.get(RUNTIMES)  # noqa: TID251 - a build starts here

    def drawing(root: Path, audience: str, at: datetime, catalog: Path | None, results: Path | None) -> Site:
        def draw(folders: Mapping[str, PackFolder], runtime: KnownRuntime) -> Mapping[str, Pictures]:
            here = replace(runtime, environments=Path(environments)) if environments else runtime
            return pictures(folders, root / PICTURES, here)

        found = served(catalog) if catalog else None
        index, until = (found.index, found.valid_until) if found else (None, None)
        ran = results_at(root, results)
        return prepare(root, audience, at, draw=draw, index=index, valid_until=until, results=ran)

    return Pipeline(drawing, write_pages, tuple(kind.kind for kind in KINDS), refusals)


def audience(source: Path, root: Path) -> str:
    """Return "internal" or "public", by the source folder; raises ConfigError for any other folder."""
    folder = source.relative_to(root).as_posix() if source.is_relative_to(root) else str(source)
    if folder not in AUDIENCES:
        expected = " or ".join(AUDIENCES)
        raise ConfigError(f"the source folder is {folder!r}; expected {expected} below the folder of conf.py")
    return AUDIENCES[folder]


def make_pages(app: Sphinx) -> None:
    """Render everything, write what changed, tell the domain where each entity is shown, report what is wrong."""
    # conf.py may be found through a symbolic link: both sides as the file system names them.
    root, source = Path(app.confdir).resolve(), Path(app.srcdir).resolve()
    layers = pipeline()
    moment = now(os.environ.get("SOURCE_DATE_EPOCH"))  # noqa: TID251 - a build starts here
    refusals: tuple[type[Exception], ...] = (IncompleteKindError, *layers.refusals)
    try:
        site = layers.prepare(root, audience(source, root), moment, catalog_of(app), results_of(app))
    except refusals as fault:
        raise ExtensionError(str(fault), modname=__name__) from fault
    refuse(site.findings)
    # The folder that is a site of its own keeps its own account of what was written there, whichever site wrote it.
    try:
        for folder, pages in by_site(source, site.pages):
            layers.write(folder, pages)
    except layers.refusals as fault:
        # Something else stands where a page belongs: the author's to solve, so a sentence and no traceback.
        raise ExtensionError(str(fault), modname=__name__) from fault
    domain = OpsDomain.of(app.env)
    domain.show(
        {key: (target.docname, target.anchor, target.title) for key, target in site.targets.items()},
        layers.kinds,
    )
    domain.feeds = feeds(site.connectors, str(app.config.html_baseurl or ""))
    domain.generated = frozenset(PurePosixPath(path).with_suffix("").as_posix() for path in site.pages)
    domain.moved = dict(site.moved)
    domain.shifts = dict(site.shifts)
    domain.calendars = dict(site.calendars)
    report(site.findings)
    for note in site.notes:
        logger.info("%s", note)


def refuse(findings: Iterable[Finding]) -> None:
    """Raise ExtensionError for the first page that could open a wall: Sphinx must not so much as read it."""
    for finding in in_order(findings):
        if finding.rule == HANDWRITTEN:
            place = f"{finding.place.path}:{finding.place.line}"
            raise ExtensionError(f"{place}: {finding.message}; {finding.hint} [{finding.rule.code}]", modname=__name__)


def by_site(source: Path, pages: Mapping[str, str]) -> Iterator[tuple[Path, dict[str, str]]]:
    """Each source folder of a site at or below `source`, with its pages by path below it."""
    inner = source / PUBLIC
    own = {path: text for path, text in pages.items() if not path.startswith(f"{PUBLIC}/")}
    yield source, own
    if len(own) < len(pages):
        yield inner, {path.removeprefix(f"{PUBLIC}/"): text for path, text in pages.items() if path not in own}


def report(findings: Iterable[Finding]) -> None:
    """Errors as Sphinx warnings at their own file and line; warnings and notes as information: they stop no build."""
    for finding in in_order(findings):
        place = f"{finding.place.path}:{finding.place.line}"
        text = f"{finding.message} ({finding.hint})" if finding.hint else finding.message
        if finding.rule.severity is Severity.ERROR:
            logger.warning("%s", text, location=place, type="ops", subtype=finding.rule.code)
        else:
            logger.info("%s: %s: %s [%s]", place, finding.rule.severity, text, finding.rule.code)


def catalog_of(app: Sphinx) -> Path | None:
    """The catalog that the site is built with: a folder, relative to that of conf.py."""
    return Path(app.confdir, app.config.ops_catalog).resolve() if app.config.ops_catalog else None


def results_of(app: Sphinx) -> Path | None:
    """The results of tests that the site is built with, relative to the folder of conf.py; None: the usual file."""
    return Path(app.confdir, app.config.ops_results).resolve() if app.config.ops_results else None


def copy_catalog(app: Sphinx, fault: Exception | None) -> None:
    """Put the catalog below the public site, where its pages say that it is: what is signed, and nothing beside it."""
    from generators.published.standing import served  # noqa: PLC0415 - for a build with a catalog alone

    catalog = catalog_of(app)
    if fault or catalog is None or Path(app.srcdir).name != PUBLIC or app.builder.name != "html":
        return
    target = Path(app.outdir, CATALOG)
    shutil.rmtree(target, ignore_errors=True)
    for path in served(catalog).files:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(catalog / path, target / path)


def connect(app: Sphinx) -> None:
    """Before anything else that looks at the source folder."""
    app.add_config_value("ops_catalog", "", "", frozenset({str}))
    app.add_config_value("ops_results", "", "", frozenset({str}))
    app.connect("builder-inited", make_pages, priority=100)
    app.connect("build-finished", copy_catalog)
