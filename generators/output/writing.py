"""One file of which the project is the only writer, such as an export."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_if_changed(path: Path, text: str) -> bool:
    """Whether the file had to be written: whole and at once, so that a reader sees the old text or the new."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)  # noqa: PTH105 - the temporary file is a name, not a path
        except OSError:  # a full disk would stay full
            Path(file.name).unlink(missing_ok=True)
            raise
    path.chmod(0o644)
    return True
