"""Runbooks walked before they are needed: what was answered, what is asked next, the record, and what it covers.

Nothing here reads a clock, a terminal or a file: time and text come in, values go out.
"""

from __future__ import annotations

from generators.runbooks.walk import Walk

__all__ = ["Walk"]
