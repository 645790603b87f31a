"""Views become MyST text: every value is escaped unless its type says that it is finished MyST.

Decisions belong to the views; templates have loops, conditions on what a view says, and filters.
"""

from __future__ import annotations

from generators.render.environment import environment, fields_asked, render
from generators.render.text import LANGUAGES, HasMyst, Safe, escaped

__all__ = ["LANGUAGES", "HasMyst", "Safe", "environment", "escaped", "fields_asked", "render"]
