"""A workflow for the repository of a user of packs: their boards are drawn every night, and events of it are sent.

The workflow is GitHub's ("Workflow syntax for GitHub Actions" in its documentation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generators.exports.table import Made
from generators.source.writing import yaml_text
from generators.telemetry.contracts import own_contracts

if TYPE_CHECKING:
    from generators.exports.table import Sources
    from generators.telemetry.contract import Watch

PATH: Final = ".github/workflows/dataface-packs.yml"
NOTE: Final = "Written by `dfops export watch`. It records which boards of installed packs drew, and never data."
PRINTED: Final = "diagnostics.txt"
CLIENT: Final = "DFOPS_CLIENT"
SECRETS: Final = (
    "Give the step `Draw the boards` the variables that the sources of your project read, from the secrets of the "
    "repository, and the step `Install` the driver of your warehouse."
)
UNPUBLISHED: Final = (
    f"Set the repository's variable {CLIENT} to what your quickstart passes to pip for dfops, unless that is the name "
    "of the distribution alone."
)


def make_export(sources: Sources) -> Made:
    """One workflow; it is the same for every project. Raises Unreadable without contracts."""
    del sources
    watch = own_contracts().watch
    if watch is None:
        return Made({}, remarks=("No runtime can draw all boards and say for machines what is wrong with them.",))
    return Made({PATH: yaml_text(workflow(watch), head=NOTE)}, remarks=(SECRETS, UNPUBLISHED))


def workflow(watch: Watch) -> dict[str, Any]:
    """As YAML has it."""
    return {
        "name": "Dashboards of packs",
        "on": {"schedule": [{"cron": "23 5 * * *"}], "workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "jobs": {"boards": {"runs-on": "ubuntu-latest", "timeout-minutes": 60, "steps": _steps(watch)}},
    }


def _steps(watch: Watch) -> list[dict[str, Any]]:
    install = f'python -m pip install "$RUNTIME" "${CLIENT}"'
    record = f"dfops telemetry record {PRINTED} --project . --runtime-version {watch.version}"
    return [
        {"name": "Get the project", "uses": "actions/checkout@v4", "with": {"persist-credentials": False}},
        {"name": "Set up Python", "uses": "actions/setup-python@v5", "with": {"python-version": "3.12"}},
        {
            "name": "Install",
            "env": {"RUNTIME": watch.install, CLIENT: f"${{{{ vars.{CLIENT} || 'dataface-ops' }}}}"},
            "run": install,
        },
        {
            "name": "Draw the boards",
            # The runtime reports nothing about the run; what follows is recorded as the project's owner agreed.
            "env": {"DO_NOT_TRACK": "1"},
            "run": f"{watch.draw} 2> {PRINTED} || true",
        },
        {"name": "Record which boards drew", "run": record},
        {"name": "Send the events", "run": "dfops telemetry ship --project .", "continue-on-error": True},
    ]
