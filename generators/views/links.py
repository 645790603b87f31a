"""The address of a step, with what an alert knows in it, so that the page fills its commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from generators.model.anchors import anchor_of
from generators.model.runbook import Runbook
from generators.views.layout import folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:@-]{0,119}")
"""What a parameter may hold: it ends up in commands that are pasted into a shell. The pages check the same."""


def step_link(runbook: str, step: str, values: Mapping[str, str], base: str = "") -> str:
    """The address below the internal site of a step (`runbook/step`), or of the runbook where `step` is empty.

    `base`: address of that site, with or without a slash at its end; empty: relative to its first page.
    Raises ValueError for a value that no command may hold.
    """
    for name, value in values.items():
        if not VALUE.fullmatch(value):
            raise ValueError(f"{name}={value}")
    query = f"?{urlencode(values)}" if values else ""
    anchor = f"#{anchor_of('step', step)}" if step else ""
    return f"{base.rstrip('/') + '/' if base else ''}{folder_of(Runbook)}/{runbook}.html{query}{anchor}"
