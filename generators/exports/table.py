"""Every export, as one table: what it is called, what it writes and where, and what may stop it.

The command, `all`, `--check`, `make bless` and the guide follow from it. An export is an entry here and the module of
its name, with `make_export(sources) -> Made`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from generators.catalog.entries import catalog_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.findings import Finding
    from generators.packs.reading.folder import PackFolder

BUILT = "build/exports"
"""Below the root: exports that are made again whenever they are wanted, so not in git."""
EVERYTHING = ("",)
DUTIES = ("ops_model/oncall/", "ops_model/organization/")
"""Where the findings lie that make a schedule doubtful: a swap must reach people, whatever else is half-written."""
ALERTS = (*DUTIES, "ops_model/telemetry/", "ops_model/support/severities/", "runbooks/")
"""Where the findings lie that make an alert, its receiver or its link doubtful."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What exports are made of. `at`, aware, is when they are made."""

    catalog: Catalog
    packs: Mapping[str, PackFolder]
    at: datetime
    errors: Mapping[str, Finding] = field(default_factory=dict)
    """By path, the first error in a file that makes what it says doubtful."""
    findings: tuple[Finding, ...] = ()
    """Every error."""
    site: str = ""
    """Address of the internal site, for links; empty: they have no host."""

    @classmethod
    def none(cls, at: datetime) -> Sources:
        """For exports that read no repository."""
        return cls(catalog_of(()), {}, at)


@dataclass(frozen=True, slots=True)
class Made:
    """Texts by path below the export's folder; which files of former runs may go; what the files cannot say."""

    files: Mapping[str, str]
    owned: tuple[str, ...] = ()
    """Patterns below the folder in which files with the mark were written by an earlier run."""
    mark: str = ""
    remarks: tuple[str, ...] = ()
    """Sentences for whoever runs the export."""
    kept: Mapping[str, Finding] = field(default_factory=dict)
    """By path, files that stay as they are, because of an error in what they are made of."""
    follow: Callable[[str, str], str] | None = None
    """What becomes of a text where a former one with the mark is replaced: what it keeps of it."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export."""

    name: str
    """As in `dfops export NAME`; with `_` for `-` the module's name."""
    summary: str
    """What it writes, in a sentence."""
    writes: str
    """Its files, as a pattern below the root."""
    detail: str = ""
    """What else a reader of the help must know."""
    committed: bool = False
    """Whether the files are kept in git: `make bless` writes them, and a test holds them fresh."""
    folder: str = ""
    """Below the root, where the files lie unless --out says otherwise."""
    dated: bool = False
    """Whether the files depend on the moment."""
    linked: bool = False
    """Whether the files hold links to the internal site."""
    reads: tuple[str, ...] = EVERYTHING
    """Paths whose errors stop it. Empty: it reads no repository."""
    by_rules: bool = True
    """Whether a broken rule stops it, or only a file that cannot be read."""
    by_thing: bool = False
    """Whether each file is about one thing: an error stops the files that depend on it, and no other."""

    def make(self, sources: Sources) -> Made:
        """The files; imports what they need, which no other command should wait for."""
        made: Made = import_module(f"{__package__}.{self.name.replace('-', '_')}").make_export(sources)
        return made


EXPORTS: tuple[Export, ...] = (
    Export(
        "schemas",
        "JSON Schemas of every kind, and the editor's table of which folder uses which.",
        "ops_model/schemas/*.json",
        committed=True,
        reads=(),
    ),
    Export(
        "dbt",
        "The tables of each pack as dbt sources, with keys and freshness.",
        "packs/*/dbt/sources.yaml",
        committed=True,
        reads=("packs/",),
        by_rules=False,
    ),
    Export(
        "contracts",
        "The event contracts as one JSON file, which the distribution for users carries.",
        "ops_model/telemetry/contracts.json",
        committed=True,
        folder="ops_model/telemetry",
        reads=("ops_model/telemetry/", "ops_model/operating/runtimes/", "packs/"),
        by_rules=False,
    ),
    Export(
        "watch",
        "A workflow for the repository of a user of packs: draws the boards on a schedule, and records which drew.",
        f"{BUILT}/watch/.github/workflows/dataface-packs.yml",
        "Run it in your project with --out . and commit the file. It needs telemetry to be on: `dfops telemetry on`.",
        folder=f"{BUILT}/watch",
        reads=(),
    ),
    Export(
        "codeowners",
        "Who reviews which file, from the owners in the model.",
        ".github/CODEOWNERS",
        committed=True,
    ),
    Export(
        "issue-forms",
        "Issue forms for a public forge, one a surface, from the support routes.",
        ".github/ISSUE_TEMPLATE/*.yml",
        committed=True,
        reads=("ops_model/", "runbooks/"),
    ),
    Export(
        "calendars",
        "Feeds in iCalendar (.ics): each rotation, each person's shifts, cadences, freezes, review dates, holidays.",
        f"{BUILT}/calendars/**/*.ics",
        "They reach from the first of the month 13 months ahead and stay the same all month. They are internal.",
        folder=f"{BUILT}/calendars",
        dated=True,
        reads=(*DUTIES, "ops_model/operating/", "ops_model/launch/", "ops_model/stability/"),
        by_thing=True,
    ),
    Export(
        "schedules",
        "Each rotation as JSON: layers, shifts, holidays, gaps and absences of the next 52 weeks.",
        f"{BUILT}/schedules/*.json",
        "They reach from the first of the month 13 months ahead, as the calendars do.",
        folder=f"{BUILT}/schedules",
        dated=True,
        reads=DUTIES,
        by_thing=True,
    ),
    Export(
        "pagerduty",
        "PagerDuty's schedules, escalation policies and services as Terraform JSON.",
        f"{BUILT}/pagerduty.tf.json",
        "What PagerDuty cannot hold is said as comments in the file and on standard error.",
        folder=BUILT,
        dated=True,
        reads=(*DUTIES, "ops_model/support/severities/", "ops_model/support/service_levels/"),
    ),
    Export(
        "alerts",
        "Rules of Prometheus for the alerts on objectives, and unit tests of the rules.",
        f"{BUILT}/alerts/*.yaml",
        "Alerts that no rule can express are named on standard error, and so are those that cannot fire yet.",
        folder=f"{BUILT}/alerts",
        linked=True,
        reads=ALERTS,
    ),
    Export(
        "alertmanager",
        "Routes and receivers of Alertmanager, and the receiver that each alert must reach.",
        f"{BUILT}/alertmanager/*",
        "Secrets are not in the files: each receiver reads its own from a file.",
        folder=f"{BUILT}/alertmanager",
        reads=ALERTS,
    ),
)
"""In the order in which `dfops export all` writes them."""
