"""The command, as tests of the command line run it."""

from tests.cli.conftest import dfops

__all__ = ["dfops"]
