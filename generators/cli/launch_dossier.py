"""`dfops launch dossier`: what an approver reads, on a few pages."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from generators.cli.launch_state import standing
from generators.cli.options import AtOption, RootOption, SiteOption, Unusable, site_address, user_environment, writing
from generators.cli.partial import name_unread
from generators.output import write_bytes, write_if_changed
from generators.processes import run_once
from generators.render.printed import print_dossier
from generators.report.text import printable
from generators.views.dossier import dossier as dossier_view
from generators.views.layout import targets

OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE.html", help="Write the page here.")]
PdfOption = Annotated[
    Path | None, typer.Option("--pdf", metavar="FILE.pdf", help="Print it here, by Chromium without a window.")
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 120


def dossier(
    out: OutOption = None,
    pdf: PdfOption = None,
    at: AtOption = None,
    site: SiteOption = "",
    root: RootOption = Path(),
) -> None:
    """Print the launch on a few pages: a web page, and a PDF by a browser.

    The page is one file that loads nothing. With --site its references are links into the internal site. DFOPS_CHROMIUM
    names the browser where it is not found.
    """
    if out is None and pdf is None:
        raise Unusable("say where it goes: --out FILE.html, --pdf FILE.pdf, or both")
    address = site_address(site)
    browser = _browser() if pdf is not None else ""
    state = standing(root, at)
    name_unread(state.catalog)
    text = print_dossier(dossier_view(state.catalog, state.ready, state.facts.at), targets(state.catalog), address)
    if out is not None:
        with writing(out):
            write_if_changed(out, text)
        sys.stdout.write(f"Written: {printable(str(out))}\n")
    if pdf is not None:
        data = _printed(text, browser)
        with writing(pdf):
            write_bytes(pdf, data)
        sys.stdout.write(f"Printed: {printable(str(pdf))}\n")


def _browser() -> str:
    """The program that prints. Raises Unusable where there is none."""
    named = user_environment().get("DFOPS_CHROMIUM")
    found = next((path for name in ([named] if named else BROWSERS) if (path := shutil.which(name))), None)
    if found is None:
        raise Unusable(
            "--pdf needs Chromium, which is not installed here: install it, name it in DFOPS_CHROMIUM, or write --out "
            "and print that file from any browser"
        )
    return found


def _printed(text: str, browser: str) -> bytes:
    """The page as a PDF. Raises Unusable where the browser makes none."""
    with TemporaryDirectory(prefix="dfops-dossier-", ignore_cleanup_errors=True) as folder:
        page, made = Path(folder) / "dossier.html", Path(folder) / "dossier.pdf"
        page.write_text(text, encoding="utf-8")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
        if os.geteuid() == 0:  # its sandbox does not start for root; the page is ours and runs nothing
            options.append("--no-sandbox")
        try:
            ended = run_once([browser, *options, f"--print-to-pdf={made}", page.as_uri()], b"", SECONDS)
        except TimeoutError:
            raise Unusable(f"--pdf: {printable(browser)} did not end within {SECONDS} s; nothing was printed") from None
        data = made.read_bytes() if made.is_file() else b""
        if not data.startswith(b"%PDF"):
            why = ended.last_line if ended else "it cannot be started"
            raise Unusable(f"--pdf: {printable(browser)} printed nothing: {printable(why)[:200]}")
        return data
