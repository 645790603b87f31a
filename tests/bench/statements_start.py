"""What both sides of the static figure load before they begin."""

from __future__ import annotations

from tests.bench import statements

if __name__ == "__main__":
    assert statements.ROOT.is_dir()
