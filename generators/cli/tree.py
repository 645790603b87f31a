"""Commands by name, imported when they are run: `dfops --help` waits for none of them, and each for itself alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

HELP = ("-h", "--help")
SETTINGS = {"help_option_names": list(HELP)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of a group: `module:name` of its function or its group, below generators.cli, and its first line."""

    target: str
    summary: str

    def load(self, name: str) -> Command:
        """The command itself, imported now."""
        module, _, attribute = self.target.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), attribute)
        app = found
        if not isinstance(found, typer.Typer):
            app = typer.Typer(add_completion=False, context_settings=SETTINGS)
            app.command(name)(found)
        command = get_command(app)
        command.name = name
        return command

    def line(self, name: str) -> Command:
        """What a list of commands shows of it."""
        return TyperCommand(name, help=self.summary)


class _Loaded(Mapping[str, "Command"]):
    """Commands by name, each imported when it is asked for."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._commands: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._commands:
            self._commands[name] = self._entries[name].load(name)
        return self._commands[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class CommandGroup(TyperGroup):
    """A group whose commands are its table `entries`."""

    entries: ClassVar[Mapping[str, Entry]] = {}
    default_command: ClassVar[str] = ""
    """What is meant where the first word names no command: `dfops oncall packs-primary`. Empty: nothing is."""
    _listing = False

    def __init__(self, **attributes: object) -> None:
        """As Typer makes a group; commands that were registered with it are none."""
        super().__init__(**attributes)  # type: ignore[arg-type]
        self.commands = _Loaded(self.entries)  # type: ignore[assignment]

    def list_commands(self, ctx: Context) -> list[str]:
        """In the order of the table."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command, or what a list shows of it while one is printed."""
        del ctx
        if cmd_name not in self.entries:
            return None
        return self.entries[cmd_name].line(cmd_name) if self._listing else self.commands[cmd_name]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The help of the group, without importing what it lists."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Put the default command in front where none is named, except for help."""
        if self.default_command and (not args or args[0] not in {*self.entries, *HELP}):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)


def group(kind: type[CommandGroup], summary: str) -> typer.Typer:
    """The Typer application of a group."""
    app = typer.Typer(
        cls=kind,
        help=summary,
        no_args_is_help=not kind.default_command,
        add_completion=False,
        context_settings=SETTINGS,
    )
    app.callback()(_nothing)
    return app


def _nothing() -> None:
    """A group does nothing by itself."""
