"""What the client of published packs imports of others before it begins."""

from __future__ import annotations

import pydantic
import tuf.ngclient
import typer
import yaml

if __name__ == "__main__":
    assert pydantic.VERSION
    assert tuf.ngclient.__name__
    assert typer.__version__
    assert yaml.__version__
