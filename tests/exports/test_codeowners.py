from __future__ import annotations

from typing import TYPE_CHECKING

from generators.exports.codeowners import MARK, owners
from tests.changes import change, tree, write
from tests.exports.rosters import catalog_at

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = "ops_model/organization/people/keeper-seat-{}.yaml"
ROLES = "ops_model/organization/roles/{}.yaml"
SCOPE = "ops_model/launch/scope/{}.yaml"


def lines(root: Path) -> dict[str, str]:
    """What the file says of each pattern; a comment's begins with #."""
    text = owners(catalog_at(root))
    assert text.startswith(MARK)
    said = [line for line in text.splitlines() if "/" in line and not line.startswith(MARK)]
    return {
        line.removeprefix("# ").split(" ")[0]: ("#" if line[0] == "#" else "") + line.split("/", 1)[1].split(" ", 1)[1]
        for line in said
    }


def with_handles(root: Path) -> None:
    """Both seats have a name on the forge, and there is a second role, held by the second seat alone."""
    change(root / PEOPLE.format(1), handle="keeper-one")
    change(root / PEOPLE.format(2), handle="keeper-two")
    role = tree(root / ROLES.format("keeper")) | {"title": "Mate", "holders": ["keeper-seat-2"]}
    write(root / ROLES.format("mate"), role)


def test_role_without_a_handle_is_a_comment(miniature: Path) -> None:
    """No name is made up, and no line is there that the forge would refuse."""
    said = lines(miniature)
    assert said["/ops_model/launch/scope/"] == "#keeper has no handle on the forge yet"
    assert all(owner.startswith("#") for owner in said.values())


def test_folder_of_one_owner_is_one_line(miniature: Path) -> None:
    """Everybody who holds the role is asked, and each file and folder is there once."""
    with_handles(miniature)
    said = lines(miniature)
    assert said["/ops_model/launch/scope/"] == "@keeper-one @keeper-two"
    assert said["/packs/"] == "@keeper-one @keeper-two"
    assert not [
        path for path in said if path.startswith("/ops_model/launch/scope/") and path != "/ops_model/launch/scope/"
    ]


def test_folder_of_several_owners_is_a_line_for_each_file(miniature: Path) -> None:
    """And what nobody owns, such as people, is in no line."""
    with_handles(miniature)
    change(miniature / SCOPE.format("second-colour"), owner="mate")
    said = lines(miniature)
    assert "/ops_model/launch/scope/" not in said
    assert said["/" + SCOPE.format("second-colour")] == "@keeper-two"
    assert said["/" + SCOPE.format("light-every-night")] == "@keeper-one @keeper-two"
    assert not [path for path in said if "people" in path or path in {"/", "/ops_model/"}]


def test_new_file_that_nobody_owns_ends_the_line_of_its_folder(miniature: Path) -> None:
    """A folder's line would give it to somebody who was never asked: deferrals have no owner of their own."""
    with_handles(miniature)
    said = lines(miniature)
    assert not [path for path in said if path.startswith(("/ops_model/launch/deferrals", "/ops_model/launch/ "))]
    assert "/ops_model/launch/" not in said


def test_pack_is_its_whole_folder(miniature: Path) -> None:
    """Boards, fixtures and changelog are the pack owner's as well."""
    with_handles(miniature)
    (pack,) = (path.name for path in (miniature / "packs").iterdir())
    other = tree(miniature / f"packs/{pack}/pack.yaml") | {"owner": "mate"}
    write(miniature / "packs/another/pack.yaml", other)
    said = lines(miniature)
    assert said[f"/packs/{pack}/"] == "@keeper-one @keeper-two"
    assert said["/packs/another/"] == "@keeper-two"
    assert "/packs/" not in said


def test_team_is_owned_by_the_roles_that_it_holds(miniature: Path) -> None:
    """Each person once, in the order of the roles."""
    with_handles(miniature)
    change(miniature / "ops_model/organization/teams/keepers.yaml", roles=["mate", "keeper"])
    assert lines(miniature)["/ops_model/organization/teams/"] == "@keeper-two @keeper-one"


def test_managed_user_and_address_are_written_as_the_forge_reads_them(miniature: Path) -> None:
    """An @ before an account, none before an address."""
    change(miniature / PEOPLE.format(1), handle="keeper-one_acme")
    change(miniature / PEOPLE.format(2), handle="keeper.two@example.org")
    assert lines(miniature)["/packs/"] == "@keeper-one_acme keeper.two@example.org"


def test_role_with_a_team_on_the_forge_is_that_team(miniature: Path) -> None:
    """Nobody else is asked for it, and a vacant role has an owner as well."""
    with_handles(miniature)
    change(miniature / ROLES.format("keeper"), handle="acme/keepers", holders=[])
    assert lines(miniature)["/packs/"] == "@acme/keepers"


def test_general_lines_come_first(miniature: Path) -> None:
    """The forge takes the last line that matches."""
    with_handles(miniature)
    depths = [path.rstrip("/").count("/") for path in lines(miniature)]
    assert depths == sorted(depths)
    assert len(depths) > 3
