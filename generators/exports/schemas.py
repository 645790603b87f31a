"""JSON Schemas of the model as an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.exports.table import Made
from generators.schemas import schema_files

if TYPE_CHECKING:
    from generators.exports.table import Sources


def make_export(sources: Sources) -> Made:
    """A schema a kind, and which folder uses which; the same for every repository."""
    del sources
    return Made(schema_files())
