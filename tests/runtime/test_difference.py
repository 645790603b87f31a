from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from generators.runtime.difference import CommandChange, code_changes, command_changes
from generators.runtime.snapshots import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YES = st.just(value=True)
NAMES = st.text("abc", min_size=1, max_size=3)
OPTION = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "flag": YES,
        "required": YES,
        "elsewhere": YES,
        "multiple": YES,
        "choices": st.lists(NAMES, min_size=1, max_size=3, unique=True),
    },
)


def _with_spelling(option: dict[str, Any], index: int) -> dict[str, Any]:
    return {**option, "options": [f"--{option['name']}-{index}", f"-{index}"]}


OPTIONS = st.lists(OPTION, max_size=3).map(lambda found: [_with_spelling(each, n) for n, each in enumerate(found)])
ARGUMENTS = st.lists(st.fixed_dictionaries({"name": NAMES, "argument": YES}, optional={"required": YES}), max_size=2)
COMMAND = st.builds(lambda options, arguments: {"parameters": [*options, *arguments]}, OPTIONS, ARGUMENTS)
TREES = st.recursive(
    COMMAND,
    lambda below: st.builds(
        lambda own, names: {**own, "commands": names}, COMMAND, st.dictionaries(NAMES, below, max_size=3)
    ),
    max_leaves=6,
)


def commands_of(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every command of a tree, with the words that lead to it."""
    yield path, tree
    for name, below in tree.get("commands", {}).items():
        yield from commands_of(below, f"{path} {name}".strip())


@settings(max_examples=20)
@given(TREES)
def test_same_tree_twice(tree: dict[str, Any]) -> None:
    """Nothing changes from a version to itself."""
    assert command_changes(tree, copy.deepcopy(tree)) == ()


@settings(max_examples=20)
@given(TREES, st.data())
def test_one_option_is_removed(tree: dict[str, Any], data: st.DataObject) -> None:
    """Exactly its spellings are gone; and they are what is new on the way back."""
    after = copy.deepcopy(tree)
    places = [
        (path, index)
        for path, command in commands_of(after)
        for index, parameter in enumerate(command["parameters"])
        if "options" in parameter
    ]
    if not places:
        return
    path, index = data.draw(st.sampled_from(places))
    gone = dict(commands_of(after))[path]["parameters"].pop(index)
    assert command_changes(tree, after) == tuple(sorted(CommandChange(path, "removed", n) for n in gone["options"]))
    back = command_changes(after, tree)
    assert {(change.command, change.what, change.name) for change in back} == {
        (path, "added", name) for name in gone["options"]
    }


@settings(max_examples=20)
@given(TREES, TREES)
def test_back_and_forth(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What is removed one way is added the other way, and what is changed is changed both ways."""
    other = {"removed": "added", "added": "removed", "changed": "changed"}
    forth = {(change.command, change.what, change.name) for change in command_changes(before, after)}
    back = {(change.command, other[change.what], change.name) for change in command_changes(after, before)}
    forth_named, back_named = ({(c, w) for c, w, _ in found} for found in (forth, back))
    assert forth_named == back_named


def test_kinds_of_change() -> None:
    """Each says what the parser takes now and did not before."""
    before = {
        "parameters": [{"name": "path", "argument": True, "metavar": "[PATH]"}],
        "commands": {
            "draw": {
                "parameters": [
                    {"name": "format", "options": ["--format"], "type": "choice", "choices": ["svg", "thumbnail"]},
                    {"name": "out", "options": ["--out", "-o"]},
                    {"name": "quiet", "options": ["--quiet"], "opposite": ["--loud"], "flag": True},
                ]
            },
            "old": {"commands": {"a": {}, "b": {"commands": {"c": {}}}}},
        },
    }
    after = {
        "parameters": [{"name": "path", "argument": True, "metavar": "[PATH]", "required": True}],
        "no_args_is_help": True,
        "commands": {
            "draw": {
                "parameters": [
                    {"name": "format", "options": ["--format"], "type": "choice", "choices": ["svg", "png"]},
                    {"name": "out", "options": ["--out"], "flag": True},
                    {"name": "quiet", "options": ["--quiet"], "flag": True},
                    {"name": "board", "argument": True, "required": True},
                    {"name": "token", "options": ["--token"], "required": True},
                ]
            },
        },
    }
    assert [(each.command, each.what, each.name, each.detail) for each in command_changes(before, after)] == [
        ("", "changed", "", "what it does without further words"),
        ("", "changed", "[PATH]", "it must be given"),
        ("draw", "added", "--token", "it must be given"),
        ("draw", "added", "BOARD", "it must be given"),
        ("draw", "changed", "--format", "no longer takes thumbnail; also takes png"),
        ("draw", "changed", "--out", "flag was none and is yes"),
        ("draw", "removed", "--loud", ""),
        ("draw", "removed", "-o", ""),
        ("old", "removed", "", "with 3 commands below it"),
    ]


def test_codes() -> None:
    """Gone, new, and those whose level or domain is another one; a text that upstream words anew is no change."""
    before = [Code("ERR-A", "error", "render"), Code("ERR-B", "error", "render"), Code("ERR-C", "error", doc="Old.")]
    after = [Code("ERR-B", "error", "execute"), Code("ERR-C", "error", doc="New."), Code("WARN-D", "warning")]
    changes = code_changes({each.code: each for each in before}, {each.code: each for each in after})
    assert [code.code for code in changes.gone] == ["ERR-A"]
    assert [code.code for code in changes.new] == ["WARN-D"]
    assert changes.moved == (after[0],)
