"""The shape of the engine: what the architecture guide says, and how branched its functions are."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs/guides/architecture.md"
BRANCHED, SHARE = 10, 0.02
"""A function that branches more often than that is one of a few: at most this share of all."""


class Branches(ast.NodeVisitor):
    """Counts the ways through a function, as McCabe does, with conditions, comprehensions and operators."""

    def __init__(self) -> None:
        self.ways = 1

    def visit(self, node: ast.AST) -> None:
        """Add what a node branches, and what is in it."""
        if isinstance(node, ast.If | ast.For | ast.While | ast.IfExp | ast.ExceptHandler | ast.match_case):
            self.ways += 1
        elif isinstance(node, ast.BoolOp):
            self.ways += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            self.ways += 1 + len(node.ifs)
        self.generic_visit(node)


def ways(function: ast.AST) -> int:
    """The ways through a function."""
    counted = Branches()
    counted.visit(function)
    return counted.ways


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("def f():\n    return 1", 1),
        ("def f(a, b):\n    return 1 if a and b else 2", 3),
        ("def f(a):\n    return [x for x in a if x for y in x]", 4),
        ("def f(a):\n    try:\n        while a: pass\n    except E: pass\n    for x in a: pass\n    if a: pass", 5),
    ],
)
def test_ways_are_counted(code: str, number: int) -> None:
    """What the limit below rests on."""
    assert ways(ast.parse(code).body[0]) == number


def test_few_functions_branch_more_than_ten_ways() -> None:
    """A function that does is read twice: there are few, and each is easier to read whole."""
    functions: list[tuple[int, str]] = []
    for path in sorted((ROOT / "generators").rglob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        functions += [(ways(node), f"{path.relative_to(ROOT)}:{node.lineno} {node.name}") for node in found]
    branched = sorted((one for one in functions if one[0] > BRANCHED), reverse=True)
    assert len(branched) / len(functions) < SHARE, "\n".join(f"{count} {name}" for count, name in branched)


def layers(container: str) -> list[set[str]]:
    """The layers of a contract in pyproject.toml, from the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (found,) = (one for one in contracts if one.get("containers") == [container])
    return [set(re.split(r" \| ", layer)) for layer in found["layers"]]


@pytest.mark.parametrize(("container", "prefix"), [("generators", ""), ("generators.packs", "packs.")])
def test_guide_has_the_packages_in_the_order_of_the_contract(container: str, prefix: str) -> None:
    """Whoever reads the guide knows who may import whom."""
    heading = "## Packages, top to bottom" if not prefix else "`packs` has floors of its own"
    section = GUIDE.read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    named = re.findall(rf"^\| `{re.escape(prefix)}([a-z]+)` \|", section, re.MULTILINE)
    for layer in layers(container):
        assert set(named[: len(layer)]) == layer
        named = named[len(layer) :]
    assert named == [] or not prefix


RUNTIMES = re.compile(r"(?<![\w/-])(?:dft|dct|dataface|dbt_charts|Dataface|dbt Charts)(?![\w-])(?! Ops)")
"""Names of what draws packs. The project's own name has one in it."""


def test_a_runtime_is_named_by_its_adapter_alone() -> None:
    """Everywhere else its words come from the model: another release is then a file there, and no change here."""
    sources = [*(ROOT / "generators").rglob("*.py"), *(ROOT / "generators").rglob("*.jinja")]
    named = {path.relative_to(ROOT).as_posix() for path in sources if RUNTIMES.search(path.read_text(encoding="utf-8"))}
    assert named == {f"generators/workers/{name}_worker.py" for name in ("dataface", "dbt_charts")}
