"""`python -m tests.bench.synthetic ROOT SIZE [KIND=COUNT]…`: writes a synthetic repository, prints its bytes.

A process of its own, so that what it needs is not counted for what is measured next.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.synthetic import counts_of, write


def main(root: str, size: str, *more: str) -> None:
    """Write `size` entities below `root`, with more or fewer of some kinds."""
    chosen = {kind: int(count) for kind, _, count in (word.partition("=") for word in more)}
    sys.stdout.write(f"{write(Path(root), {**counts_of(int(size)), **chosen})}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
