"""Chromium for tests of pages: found where the system has it, skipped where it is missing, never skipped in CI."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("DFOPS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser. Skips the test without one, unless CI is set: then playwright says what is missing."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium: apt install chromium, or set DFOPS_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a window of its own that has seen nothing yet; `options` are those of a context."""
    context = browser.new_context(**options)
    context.set_default_timeout(LONGEST * 1000)
    yield context.new_page()
    context.close()


class _Quiet(SimpleHTTPRequestHandler):
    """Answers with files, as a static host does: `404.html` where there is none. Writes no log."""

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for an address that is not there."""
        missing = os.path.join(self.directory, "404.html")  # noqa: PTH118 - text, as the library has it
        if code != 404 or not os.path.isfile(missing):  # noqa: PTH113 - as above
            super().send_error(code, message, explain)
            return
        with open(missing, "rb") as file:  # noqa: PTH123 - as above
            body = file.read()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Host(ThreadingHTTPServer):
    """Says nothing when a browser hangs up because its page was left."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this machine, without a slash at its end."""
    with _Host(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
