"""What a wheel holds besides the sources: the event contracts, and the root metadata of the catalog it is built for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT, PLACE = "DFOPS_EMBED_ROOT", "generators/published/root.json"
CONTRACTS, CONTRACTS_PLACE = "ops_model/telemetry/contracts.json", "generators/telemetry/contracts.json"


class RootOfTrust(BuildHookInterface[Any]):
    """`DFOPS_EMBED_ROOT=FILE` puts root metadata into the wheel, which then trusts the catalog that they are of."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """A wheel for use gets the file; a checkout that is installed as it is trusts nobody by itself."""
        if version != "standard":
            return
        build_data["force_include"][str(Path(self.root) / CONTRACTS)] = CONTRACTS_PLACE
        root = os.environ.get(ROOT)
        if root:
            build_data["force_include"][str(Path(root).resolve(strict=True))] = PLACE
