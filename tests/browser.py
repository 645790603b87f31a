"""Chromium for tests of pages: found where the system has it, skipped where it is missing, never skipped in CI."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

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
