"""YAML files as plain trees with places. Hostile input is refused with a finding, never with an exception.

The reader makes one pass over libyaml's events, builds nothing but dicts, lists, text, numbers, truth values and None,
and stops at the first event over a limit.
"""

from __future__ import annotations

from generators.source.document import Document, Tree
from generators.source.limits import LIMITS, Limits
from generators.source.reading import Reading, read
from generators.source.repository import Listing, Repository
from generators.source.rules import RULES

__all__ = ["LIMITS", "RULES", "Document", "Limits", "Listing", "Reading", "Repository", "Tree", "read"]
