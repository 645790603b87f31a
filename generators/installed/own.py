"""The project's own commands, found the way a shell finds them: by the entry point that was installed."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import typer


def own_commands(*names: str) -> dict[str, Any]:
    """The Typer command behind each console script, by name; a script that is not installed is left out."""
    commands: dict[str, Any] = {}
    for script in entry_points(group="console_scripts"):
        if script.name in names:
            app = getattr(import_module(script.module), "app", None)
            if isinstance(app, typer.Typer):
                commands[script.name] = typer.main.get_command(app)
    return commands
