"""The ways to point Dataface at a warehouse: one a kind of warehouse, each a few blocks to copy.

The files hold no secret: every value that is somebody's own comes from the environment. Words in capitals stand for the
reader's own. What fields there are is Dataface's matter; the tests ask the installed version.
"""

from __future__ import annotations

from dataclasses import dataclass

from generators.status.state import WAREHOUSE_NAMES

SOURCE = "warehouse"
"""What quickstarts call the source."""
DATAFACE = "0.4.0"
"""The version that packs are written for, as in pyproject.toml."""
FILE = "dataface.yml"


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence and what is copied below it."""

    say: str
    command: str


@dataclass(frozen=True, slots=True)
class Way:
    """The way for one kind of warehouse."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What differs: the extra of Dataface with the driver, the fields of the source, and its profile where dbt's."""

    extra: str
    fields: tuple[str, ...]
    """Lines below the source's name; `NAME?` in them stands for a value from the environment."""
    profile: tuple[str, ...] = ()
    """Lines of a dbt profile, where Dataface knows the warehouse only through dbt."""
    hidden: str = ""
    """The value that is asked for without being shown or kept in the shell's history."""


_RECIPES = {
    "postgres": _Recipe(
        "postgresql",
        ("type: postgres", "host: HOST?", "port: 5432", "dbname: DATABASE?", "user: USER?", "password: PASSWORD?"),
        hidden="PASSWORD",
    ),
    "snowflake": _Recipe(
        "snowflake",
        (
            *("type: snowflake", "account: ACCOUNT?", "user: USER?", "password: PASSWORD?"),
            *("role: ROLE?", "warehouse: COMPUTE?", "database: DATABASE?"),
        ),
        hidden="PASSWORD",
    ),
    "bigquery": _Recipe("bigquery", ("type: bigquery", "project: PROJECT?", "dataset: DATASET?", "keyfile: KEYFILE?")),
    "redshift": _Recipe(
        "redshift",
        ("type: redshift", "host: HOST?", "port: 5439", "dbname: DATABASE?", "user: USER?", "password: PASSWORD?"),
        hidden="PASSWORD",
    ),
    "databricks": _Recipe(
        "databricks",
        ("type: dbt_profile", f"profile: {SOURCE}", "profiles_dir: ."),
        (
            *("type: databricks", "host: HOST?", "http_path: HTTP_PATH?", "catalog: CATALOG?", "schema: SCHEMA?"),
            "token: TOKEN?",
        ),
        hidden="TOKEN",
    ),
}


def ways(pack: str, schema: str, warehouses: tuple[str, ...]) -> tuple[Way, ...]:
    """The ways for those warehouses that there is one for, DuckDB first: it needs no account."""
    wanted = [name for name in WAREHOUSE_NAMES if name in warehouses]
    found = (_duckdb(pack, schema) if name == "duckdb" else _way(pack, name) for name in wanted if _known(name))
    return tuple(found)


def unnamed(warehouses: tuple[str, ...]) -> tuple[str, ...]:
    """The warehouses that a project's source does not name, because Dataface knows them only through dbt."""
    return tuple(name for name in WAREHOUSE_NAMES if name in warehouses and name in _RECIPES and _RECIPES[name].profile)


def _known(warehouse: str) -> bool:
    return warehouse == "duckdb" or warehouse in _RECIPES


def _duckdb(pack: str, schema: str) -> Way:
    return Way(
        WAREHOUSE_NAMES["duckdb"],
        (
            Block(
                "With a file of your own, name it in the next block; it must not be called like the schema, "
                f"{schema}.duckdb. Without one, this makes a file with two years of synthetic rows:",
                f"dfops pack sample {pack} --out {SOURCE}.duckdb",
            ),
            Block("Point Dataface at it:", _heredoc(FILE, _source(("type: duckdb", f"path: {SOURCE}.duckdb")))),
            Block("Get the pack, with the SQL for DuckDB:", install(pack, "duckdb")),
        ),
    )


def _way(pack: str, warehouse: str) -> Way:
    recipe, name = _RECIPES[warehouse], WAREHOUSE_NAMES[warehouse]
    files = [_heredoc(FILE, _source(recipe.fields))]
    if recipe.profile:
        files.append(_heredoc("profiles.yml", _profile(recipe.profile)))
        files.append(_heredoc("dbt_project.yml", ["name: dashboards", f"profile: {SOURCE}"]))
    through = (
        f"Dataface reaches {name} through a dbt profile, and looks for one where a dbt_project.yml is: both are kept "
        f"beside {FILE}."
        if recipe.profile
        else ""
    )
    return Way(
        name,
        (
            Block(f"The driver for {name}:", f'python -m pip install "dataface[{recipe.extra}]=={DATAFACE}"'),
            Block(
                "Your own values, with a user who may read and nothing else. The last line waits for you to type or "
                "paste, then Enter:"
                if recipe.hidden
                else "Your own values, with an account that may read and nothing else:",
                "\n".join(_exports(recipe)),
            ),
            Block(" ".join(filter(None, ("Point Dataface at it.", through))), "\n".join(files)),
            Block(f"Get the pack, with the SQL for {name}:", install(pack, warehouse)),
        ),
    )


def install(pack: str, warehouse: str) -> str:
    """The command that writes the pack's faces into the project."""
    return f"dfops pack install {pack} --project . --warehouse {warehouse} --source {SOURCE}"


def _source(fields: tuple[str, ...]) -> list[str]:
    return ["sources:", f"  {SOURCE}:", *(f"    {_filled(field)}" for field in fields)]


def _profile(fields: tuple[str, ...]) -> list[str]:
    return [f"{SOURCE}:", "  target: default", "  outputs:", "    default:", *(f"      {_filled(f)}" for f in fields)]


def _filled(field: str) -> str:
    """A line of YAML; where it ends in `NAME?` the value comes from the environment."""
    name, _, value = field.partition(": ")
    if not value.endswith("?"):
        return field
    return f"{name}: \"{{{{ env_var('{_variable(value[:-1])}') }}}}\""


def _variable(name: str) -> str:
    return f"{SOURCE.upper()}_{name}"


def _exports(recipe: _Recipe) -> list[str]:
    asked = [field.rpartition(": ")[2][:-1] for field in (*recipe.fields, *recipe.profile) if field.endswith("?")]
    lines = [f"export {_variable(name)}={name}" for name in asked if name != recipe.hidden]
    if recipe.hidden:
        variable = _variable(recipe.hidden)
        lines.append(f"read -rs {variable}; export {variable}")
    return lines


def _heredoc(file: str, lines: list[str]) -> str:
    return "\n".join([f"cat > {file} <<'EOF'", *lines, "EOF"])
