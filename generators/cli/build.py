"""`dfops build` and `dfops serve`."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from generators import output, report
from generators.cli.options import ResultsOption, RootOption, StrictOption, Unusable, clock, repository, writing
from generators.cli.results import results_for
from generators.findings import Severity, fails
from generators.published.manifest import Unreadable
from generators.site import check as check_repository

if TYPE_CHECKING:
    from generators.published.standing import RoleStanding

AudienceOption = Annotated[
    Literal["internal", "public", "all"],
    typer.Option("--audience", help="Which site: the team's, the public one, or both."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Folder that holds the finished sites.", show_default="build below the root"),
]
CatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", help="Folder of the catalog: its packs are what users can get.", show_default="none"),
]
BUILT_BY_SPHINX = ".buildinfo"
SOURCES = {"internal": "docs", "public": "docs/public"}


def build(
    root: RootOption = Path(),
    audience: AudienceOption = "all",
    out: OutOption = None,
    catalog: CatalogOption = None,
    results: ResultsOption = None,
    strict: StrictOption = False,
) -> None:
    """Check everything, then build the site. A site that was published before stays as it is unless all went well.

    Errors stop it; warnings are printed, and stop it with --strict.
    """
    top = repository(root)
    _site_sources(top)
    target = (out or top / "build").resolve()
    wanted = ("internal", "public") if audience == "all" else (audience,)
    for name in wanted:
        _replaceable(target / name)
    late = _late(top, catalog, clock()) if catalog else ()
    checked = check_repository(top, clock(), results=results_for(top, results))
    shown = tuple(f for f in checked.findings if f.rule.severity is not Severity.NOTE)
    sys.stdout.write(report.report(shown, "text") + "".join(late))
    if fails(shown, strict=strict) or (late and strict):
        sys.stdout.write("Nothing was built; the published site is as it was.\n")
        raise typer.Exit(1)
    if not all(_one(top, name, target, catalog, results) for name in wanted):
        raise typer.Exit(1)


def _late(root: Path, catalog: Path, at: datetime) -> tuple[str, ...]:
    """A warning for each signature of a catalog that is due. Raises Unusable for a catalog that may not be served."""
    from generators.cli.catalog_terms import terms_in  # noqa: PLC0415 - a library for signatures, needed only here
    from generators.published.standing import require_servable, standing  # noqa: PLC0415 - as above

    if not catalog.is_dir():
        raise Unusable(f"{catalog} is no folder: name that of the catalog with --catalog")
    terms = terms_in(root)
    try:
        found = standing(catalog)
        require_servable(found)
    except Unreadable as error:
        raise Unusable(f"the catalog is not served: {report.printable(str(error))}") from error
    return tuple(_ending(role, at) for role in found.roles if terms.is_due(role.expires, at)) + tuple(
        f"warning: {report.printable(path)} trusts no root of the catalog: build it anew with `make client`\n"
        for path in found.clients
    )


def _ending(role: RoleStanding, at: datetime) -> str:
    ends, remedy = ("ends", "renew it") if role.expires > at else ("ended", "nothing is installed until it is renewed")
    return (
        f"warning: the {role.role} of the catalog {ends} on {role.expires:%Y-%m-%d}: {remedy}: `dfops catalog sign`\n"
    )


def _one(root: Path, audience: str, target: Path, catalog: Path | None, results: Path | None) -> bool:
    from generators.sphinxext.build import build as build_site  # noqa: PLC0415 - Sphinx takes half a second to import

    staged = root / "build" / "staged" / audience
    result = build_site(root, audience, staged, catalog=catalog, results=results, fail_on_warning=True)
    for warning in result.warnings:
        sys.stdout.write(f"{report.printable(warning)}\n")
    if not result.ok:
        sys.stdout.write(f"The {audience} site has warnings and was not published.\n")
        return False
    with writing(target):
        output.publish(staged, target / audience)
    sys.stdout.write(f"{audience}: {target / audience / 'index.html'} ({result.read} pages read)\n")
    return True


def _replaceable(folder: Path) -> None:
    """Only a site is replaced by a site: `--out docs` would otherwise put one where its own sources are."""
    site = not folder.exists() or (folder / BUILT_BY_SPHINX).is_file()
    if not site and not (folder.is_dir() and not any(folder.iterdir())):
        raise Unusable(f"{folder} is there and is no site; name another folder with --out DIR, or remove it")


def _site_sources(root: Path) -> None:
    for needed in ("conf.py", *(f"{folder}/index.md" for folder in SOURCES.values())):
        if not (root / needed).is_file():
            raise Unusable(f"{root} has no {needed}; a site needs conf.py, docs/index.md and docs/public/index.md")


PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on this machine; 0 takes a free one.")]
ServedOption = Annotated[Literal["internal", "public"], typer.Option("--audience", help="Which site.")]


def serve(root: RootOption = Path(), audience: ServedOption = "internal", port: PortOption = 8000) -> None:
    """Show the site on this machine and build it again whenever a file changes. Ends with Ctrl-C."""
    top = repository(root)
    _site_sources(top)
    if shutil.which("sphinx-build", path=str(Path(sys.executable).parent)) is None:
        raise Unusable("sphinx-autobuild is not installed; run `make install`")
    autobuild = import_module("sphinx_autobuild.__main__")
    watched = [name for name in ("ops_model", "runbooks", "packs") if (top / name).is_dir()]
    options = [option for name in watched for option in ("--watch", str(top / name))]
    folder = str(top / "build" / "served" / audience)
    # The server adds an inline script that loads the page again: the policy of a published site would block it.
    options += ["-D", "ops_policy=0"]
    autobuild.main(["-c", str(top), *options, "--port", str(port), str(top / SOURCES[audience]), folder])
