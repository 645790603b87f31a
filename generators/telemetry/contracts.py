"""The contracts that this distribution carries."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from generators.output.paths import content
from generators.published.manifest import Unreadable, loads
from generators.telemetry.contract import Contracts

FILE: Final = "contracts.json"
FOLDER: Final = "ops_model/telemetry"
_HERE = Path(__file__).resolve().parent


def own_contracts() -> Contracts:
    """Beside this module in a wheel; in a checkout where `dfops export contracts` writes them. Raises Unreadable."""
    for path in (_HERE / FILE, _HERE.parents[1] / FOLDER / FILE):
        data = content(path)
        if data is not None:
            return loads(Contracts, data, str(path))
    raise Unreadable(f"{FILE} is missing: install dfops again; in a checkout run `dfops export contracts`")
