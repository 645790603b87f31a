"""The files of a pack's boards for one runtime and one warehouse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.model.runtime import Runtime
    from generators.packs.reading.folder import PackFolder

SOURCE = "warehouse"
"""What packs call their one source."""


def files_for(pack: PackFolder, runtime: Runtime) -> dict[str, str]:
    """Text by name, on DuckDB and in the pack's own schema; JSON is YAML that all readers agree on."""
    suffix = runtime.words.suffix
    files = {f"meta{suffix}": yaml_text({"source": SOURCE})}
    for board in pack.boards:
        files[f"{board.id}{suffix}"] = json.dumps(board.document.tree, ensure_ascii=False)
    return files
