from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.packs.pictures import cache
from generators.packs.pictures.drawing import Drawn, Sitting
from generators.site import check, prepare
from generators.views.layout import targets
from tests.clock import AT
from tests.pages.filling import fill
from tests.pages.marks import Marks, rename
from tests.pages.sites import built

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


NAMED_BY_FOLDER = {"pack", "pack-schema", "pack-fixtures", "pack-evidence"}
"""A pack's files are found by its folder, which has its connector's name and is not renamed here."""


def drawing_nothing(sittings: list[Sitting], environment: Mapping[str, str]) -> list[Drawn]:
    """Empty pictures: what is on them is not under test here."""
    del environment
    return [Drawn(dict.fromkeys(one.boards, '<svg width="600" height="400"></svg>')) for one in sittings]


@pytest.mark.long
def test_ids_with_every_sign_that_ids_may_have(furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyphens and underscores in every id of every kind and part: pages are made, and each link leads somewhere."""
    monkeypatch.setattr(cache, "_drawn", drawing_nothing)
    kinds = {key[0] for key in targets(check(furnished, AT).catalog)}
    marks = Marks(shape="n{:04d}_x-y", public_ids=NAMED_BY_FOLDER)
    fill(furnished, marks, complete=False)
    rename(furnished, marks)
    found = prepare(furnished, "internal", AT)
    assert {key[0] for key in found.targets} == kinds
    assert all("_x-y" in key[1] for key in found.targets if key[0] not in NAMED_BY_FOLDER)
    _, result = built(furnished, "internal")
    assert [line for line in result.warnings if "[ops.OPS" not in line] == []
