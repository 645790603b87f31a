from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from generators.model import KINDS
from generators.scaffold.entity import destination, scaffold
from generators.site import check
from tests.changes import files_of
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.model import Entity
    from tests.cli.command import Dfops

LEFT_TO_DO = {
    *("OPS202", "OPS305", "OPS205", "OPS207"),  # nothing refers to it yet, nobody holds it
    *("OPS502", "OPS509", "OPS512", "OPS521", "OPS522"),  # the sample repository has one like it
    *("OPS204", "OPS405", "OPS423", "OPS501", "OPS507", "OPS801", "OPS901"),  # what goes with it
    *("OPS806", "OPS807", "OPS809", "OPS812", "OPS843"),  # a pack is more than its files of facts
    *("OPS516", "OPS518", "OPS834"),  # which code is meant, and how a runtime is spoken to, only its author knows
    *("OPS837", "OPS838", "OPS839"),  # which version is withdrawn, and the state that goes with a whole pack
    "OPS906",  # which field counts, only its author knows
    *("OPS606", "OPS607", "OPS622"),  # who may attest, and the seal of a record, which a command writes
    "OPS845",  # which table a regression changes, only its author knows
    "OPS231",  # a baseline of nothing that is there
    *("OPS407", "OPS408", "OPS409", "OPS609"),  # who answers when, and what was walked, only its author knows
}
"""What may be said of an entity that was just written. Its shape, its values and its references are right at once."""


def identity(kind: type[Entity]) -> str:
    """A new id of a kind, as it is typed."""
    return "lamp/brand-new" if "{group}" in kind.folder.pattern else "brand-new"


def test_new_one_of_every_kind_is_valid_at_once(miniature: Path) -> None:
    """Whatever is added to a repository that works: it can be read, its fields fit, and each reference is known."""
    catalog = check(miniature, AT).catalog
    for kind in KINDS:
        path = miniature / str(destination(kind, identity(kind)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(scaffold(kind, "brand-new", catalog), encoding="utf-8")
    checked = check(miniature, AT)
    assert {kind.kind for kind in KINDS} == {
        entry.kind for entry in checked.catalog.everything() if entry.id == "brand-new"
    }
    assert [found for found in checked.findings if found.rule.code not in LEFT_TO_DO] == []


def test_new_route_is_that_of_the_symptom_that_has_none(dfops: Dfops, miniature: Path) -> None:
    """Whoever adds a symptom adds its route next, and nothing is routed twice."""
    assert dfops("new", "symptom", "flicker", "--root", miniature).code == 0
    assert dfops("new", "route", "flicker", "--root", miniature).code == 0
    assert "symptom: flicker\n" in (miniature / "ops_model/support/routes/flicker.yaml").read_text(encoding="utf-8")
    assert {found.rule.code for found in check(miniature, AT).findings} == {"OPS207"}


def test_new_pack_leaves_the_check_green(dfops: Dfops, miniature: Path) -> None:
    """Of what is printed only the proof is a warning: nothing that was there has to be edited."""
    export = miniature / "tables.csv"
    rows = "vats,page,id,bigint\nvats,page,created_at,timestamp\n"
    export.write_text(f"table_schema,table_name,column_name,data_type\n{rows}", encoding="utf-8")
    ran = dfops("new", "pack", "vats", "--schema", export, "--root", miniature)
    assert ran.out.splitlines()[-1] == "Next: dfops export all --committed, and dfops pack check vats"
    assert {found.rule.code for found in check(miniature, AT).findings} == {"OPS207", "OPS809"}
    assert dfops("check", "--root", miniature).code == 0


def test_new_one_of_every_kind_in_an_empty_repository(tmp_path: Path) -> None:
    """The very first entity refers to names that are still to come, and says so; its shape is right all the same."""
    (tmp_path / "ops_model").mkdir()
    catalog = check(tmp_path, AT).catalog
    for kind in KINDS:
        path = tmp_path / str(destination(kind, identity(kind)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(scaffold(kind, "brand-new", catalog), encoding="utf-8")
    assert [f for f in check(tmp_path, AT).findings if f.rule.code.startswith(("OPS0", "OPS1"))] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_new_one_says_what_its_class_says(kind: type[Entity], tmp_path: Path) -> None:
    """The first line tells what is being written; every required field is there, in the order of the model."""
    (tmp_path / "ops_model").mkdir()
    text = scaffold(kind, "brand-new", check(tmp_path, AT).catalog)
    head, *lines = text.splitlines()
    assert head.startswith("# ")
    named = [line.split(":")[0] for line in lines if line[0].isalpha()]
    required = [name for name, field in kind.model_fields.items() if field.is_required()]
    assert set(required) <= set(named)
    assert named == [name for name in kind.model_fields if name in named]


def test_new_says_where_and_what_is_left(dfops: Dfops, miniature: Path) -> None:
    """The path first, ready to be opened; then what is still missing, with the rule that says so."""
    ran = dfops("new", "role", "stoker", "--root", miniature)
    assert (ran.code, ran.err) == (0, "")
    first, *left = ran.out.splitlines()
    assert first == "ops_model/organization/roles/stoker.yaml"
    assert left == [
        "  still to do: nothing refers to role 'stoker' (OPS202)",
        "  still to do: 'stoker' has no holder (OPS205)",
        "  still to do: 'title' is still sample text (OPS207)",
        "  still to do: 'purpose' is still sample text (OPS207)",
        "  still to do: 'responsibilities' is still sample text (OPS207)",
    ]
    assert (miniature / first).is_file()


def test_new_runbook_lies_in_its_group(dfops: Dfops, miniature: Path) -> None:
    """A runbook's id is typed with its folder."""
    assert dfops("new", "runbook", "lamp/smoke", "--root", miniature).out.startswith("runbooks/lamp/smoke.yaml\n")


def test_existing_one_is_never_overwritten(dfops: Dfops, miniature: Path) -> None:
    """Not a file, not a broken one, not a link that leads nowhere."""
    roles = miniature / "ops_model/organization/roles"
    (roles / "torn.yaml").write_text("{", encoding="utf-8")
    (roles / "link.yaml").symlink_to("nowhere.yaml")
    before = (roles / "keeper.yaml").read_bytes()
    for name in ("keeper", "torn", "link"):
        ran = dfops("new", "role", name, "--root", miniature)
        assert ran.code == 2
        assert "already there" in ran.sentence
    assert (roles / "keeper.yaml").read_bytes() == before
    assert (roles / "torn.yaml").read_text(encoding="utf-8") == "{"
    assert not (roles / "nowhere.yaml").exists()


BAD_IDS = [
    *("", ".", "..", "../role", "a/b", "a/../b", "/etc/passwd", "a/", "/a", "a//b"),
    *("A", "a b", "a.yaml", "-a", "a-", "a--b", "ä", "a\n", "a\x1b[31m", "{id}", "{group}", "a\\b", "~", "*", "٣"),
    *("con", "nul", "aux", "prn", "com1", "lpt9"),
    os.fsdecode(b"\xff"),
]


@pytest.mark.parametrize("name", BAD_IDS, ids=ascii)
@pytest.mark.parametrize("kind", ["role", "runbook", "pack"])
def test_id_of_another_shape_is_refused(dfops: Dfops, miniature: Path, kind: str, name: str) -> None:
    """One sentence that says what an id is; nothing is written anywhere."""
    before = sorted(miniature.parent.rglob("*"))
    if kind == "runbook" and name == "a/b":
        name = "a/b/c"
    ran = dfops("new", kind, "--root", miniature, "--", name)
    assert ran.code == 2
    assert "is no id for a" in ran.sentence
    assert ran.sentence.isprintable()
    assert sorted(miniature.parent.rglob("*")) == before


def test_id_as_long_as_can_be(dfops: Dfops, miniature: Path) -> None:
    """What no file system would name is refused in a sentence, too."""
    for length in (81, 300, 5000):
        ran = dfops("new", "role", "a" * length, "--root", miniature)
        assert ran.code == 2
        assert ran.sentence


def test_kind_that_does_not_exist(dfops: Dfops, miniature: Path) -> None:
    """The nearest kind is named."""
    ran = dfops("new", "rolle", "a", "--root", miniature)
    assert ran.code == 2
    assert "did you mean 'role'?" in ran.sentence


def test_folder_that_leads_outside(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """A link on the way is not followed out of the repository."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (miniature / "ops_model/launch/waivers").rename(miniature / "waivers")
    (miniature / "ops_model/launch/waivers").symlink_to(outside)
    ran = dfops("new", "waiver", "brand-new", "--root", miniature)
    assert ran.code == 2
    assert "outside the repository" in ran.sentence
    assert list(outside.iterdir()) == []


def test_folder_that_is_a_file(dfops: Dfops, miniature: Path) -> None:
    """What the system refuses is a sentence with the path."""
    roles = miniature / "ops_model/support/symptoms"
    for path in files_of(miniature, next(kind for kind in KINDS if kind.kind == "symptom")):
        path.unlink()
    roles.rmdir()
    roles.touch()
    ran = dfops("new", "symptom", "smoke", "--root", miniature)
    assert ran.code == 2
    assert "cannot be written" in ran.sentence
