"""The files of a pack's boards for one runtime, on DuckDB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generators.packs.building.derivation import derive
from generators.packs.reading.grammars import GRAMMARS, OLDER
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.model.runtime import Runtime
    from generators.packs.reading.folder import PackFolder

SOURCE = "warehouse"
"""What packs call their one source."""


def files_for(pack: PackFolder, runtime: Runtime) -> dict[str, str]:
    """Text by name, on DuckDB and in the pack's own schema; JSON is YAML that all readers agree on.

    Queries are written out, in the grammar of the runtime. Raises ValueError for a board that has no form in it.
    """
    suffix, grammar = runtime.words.suffix, GRAMMARS.get(runtime.grammar)
    if grammar is None:
        raise ValueError(f"boards cannot be written in the grammar '{runtime.grammar}'")
    files = {f"meta{suffix}": yaml_text({"source": SOURCE})}
    for board in pack.boards:
        tree = derive(board.tree) if grammar is OLDER else board.tree
        files[f"{board.id}{suffix}"] = json.dumps(tree, ensure_ascii=False)
    return files
