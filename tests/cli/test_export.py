from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.model import KINDS
from generators.schemas import bindings, schema_files, schemas
from tests.changes import files_of, tree

if TYPE_CHECKING:
    from tests.cli.command import Dfops

REPOSITORY = Path(__file__).resolve().parents[2]


def test_committed_schemas_are_those_of_the_model(dfops: Dfops) -> None:
    """Editors read what is committed; the message names the command that writes it anew."""
    ran = dfops("export", "schemas", "--check", "--root", REPOSITORY)
    assert ran.code == 0, f"{ran.out}(repair: make bless)"
    assert {path.name for path in (REPOSITORY / "ops_model/schemas").iterdir()} == {
        f"{kind.kind}.json" for kind in KINDS
    }


def test_stale_missing_and_torn_files_are_named(dfops: Dfops, miniature: Path) -> None:
    """`--check` writes nothing and says which file and which command; without it they are written."""
    assert dfops("export", "schemas", "--root", miniature).code == 0
    assert dfops("export", "schemas", "--check", "--root", miniature).code == 0
    (miniature / "ops_model/schemas/role.json").write_text("{}\n", encoding="utf-8")
    (miniature / "ops_model/schemas/team.json").write_bytes(b"\xff")
    (miniature / "ops_model/schemas/pack.json").unlink()
    ran = dfops("export", "schemas", "--check", "--root", miniature)
    assert ran.code == 1
    assert sorted(ran.out.splitlines()) == [
        f"ops_model/schemas/{name}.json is not up to date; run `dfops export schemas`"
        for name in ("pack", "role", "team")
    ]
    assert not (miniature / "ops_model/schemas/pack.json").exists()
    assert dfops("export", "schemas", "--root", miniature).out.startswith("3 of ")
    assert dfops("export", "schemas", "--check", "--root", miniature).code == 0


def test_written_elsewhere_without_a_repository(dfops: Dfops, tmp_path: Path) -> None:
    """`--out` needs no repository: the schemas are the model's."""
    assert dfops("export", "schemas", "--root", tmp_path / "nowhere", "--out", tmp_path / "out").code == 0
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.json")} == set(
        schema_files()
    )


def test_folder_that_cannot_be_written(dfops: Dfops, tmp_path: Path) -> None:
    """A sentence, not a traceback."""
    (tmp_path / "file").touch()
    ran = dfops("export", "schemas", "--out", tmp_path / "file")
    assert ran.code == 2
    assert "cannot be written" in ran.sentence


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_editor_finds_the_schema_of_a_file(kind: type, miniature: Path) -> None:
    """The glob in the editor's table is where the files of the kind lie, and the schema has just their fields."""
    (glob,) = (glob for file, glob in bindings().items() if file == f"./ops_model/schemas/{kind.kind}.json")  # type: ignore[attr-defined]
    described = schemas()[kind.kind]  # type: ignore[attr-defined]
    assert sorted(miniature.glob(glob)) == files_of(miniature, kind)
    assert described["additionalProperties"] is False
    for path in miniature.glob(glob):
        said = tree(path)
        assert set(described["required"]) <= set(said) <= set(described["properties"])


def test_files_are_json_with_a_last_newline_and_without_doubles() -> None:
    """As formatters leave them, so that nobody's editor changes them."""
    for text in schema_files().values():
        assert text.endswith("}\n")
        assert json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n" == text
