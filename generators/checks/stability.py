"""7xx: a fix is a fix when something keeps it, and the register can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.checks.references import missing_path
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.model.stability import Defect, DefectClass, Tranche
from generators.model.support import Severity as SeverityLevel
from generators.model.upstream import Upstream
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

FIXED_UNPROVEN = Rule(
    "OPS701",
    "fixed-without-validation",
    Severity.ERROR,
    "A defect is called fixed and nothing keeps it from coming back.",
    "Defects that recur cost more trust than new ones.",
    "Name the test or the regression of a pack under `validation`, or take the state back.",
)
CLASS_ELSEWHERE = Rule(
    "OPS702",
    "class-of-another-surface",
    Severity.ERROR,
    "A defect's class does not occur on the defect's surface.",
    "It would be counted where nobody works on it.",
    "Choose another class, or name the surface in the class.",
)
NO_WORKAROUND = Rule(
    "OPS703",
    "bad-defect-without-workaround",
    Severity.ERROR,
    "An open defect of a severity that wakes people has no workaround.",
    "Whoever is paged has nothing to offer.",
    "Write what helps meanwhile, be it to withdraw the release.",
)
SETTLED_IN_TRANCHE = Rule(
    "OPS704",
    "settled-defect-in-tranche",
    Severity.ERROR,
    "A tranche takes a defect that will not be fixed, or ends before it starts.",
    "A pass that burns down nothing looks like progress.",
    "Take it out, or correct the dates.",
)
REFUSED_VALIDATION = Rule(
    "OPS705",
    "refused-validation-command",
    Severity.ERROR,
    "The command that validates a fix is not accepted by the installed command.",
    "A validation that cannot be run proves nothing.",
    "Correct it: `COMMAND --help` and `make help` say what there is.",
)
FIXED_UPSTREAM_UNPROVEN = Rule(
    "OPS706",
    "fixed-upstream-without-release",
    Severity.ERROR,
    "A defect is called fixed upstream, and no release and no trial says so, or the last trial says otherwise.",
    "People drop a workaround that they still need.",
    "Name the release under `fixed_in`, try the defect and record the trial, or take the state back.",
)
UNKNOWN_TRIAL = Rule(
    "OPS707",
    "trial-on-unknown-release",
    Severity.ERROR,
    "A trial names a release of a runtime that neither the runtime nor a report on one of its versions names.",
    "Nobody can repeat it, and whoever has another release takes the result for theirs.",
    "Correct the release; or record it first: `dfops runtime watch --version VERSION --record`.",
)
STILL_OPEN = Rule(
    "OPS710",
    "open-after-a-fixed-trial",
    Severity.ERROR,
    "A defect of other people's software is still open here, and the last trial saw it fixed or gone.",
    "Users keep a workaround that they no longer need, and the connector's status counts a defect that is gone.",
    "Set the state to `fixed-upstream`, or try it again and record the trial.",
)
RULES = (
    FIXED_UNPROVEN,
    CLASS_ELSEWHERE,
    NO_WORKAROUND,
    SETTLED_IN_TRANCHE,
    REFUSED_VALIDATION,
    FIXED_UPSTREAM_UNPROVEN,
    UNKNOWN_TRIAL,
    STILL_OPEN,
)


def fixed_defects_are_validated(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A defect that is called fixed names the test or regression that keeps it fixed."""
    for entry in catalog.entries_of(Defect):
        validation = entry.entity.validation
        if entry.entity.state == "fixed" and not (validation and (validation.test or validation.regression)):
            message = f"'{entry.id}' is called fixed without a test or regression"
            yield Finding(entry.at("state"), FIXED_UNPROVEN, message)


def upstream_fixes_are_known(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A defect that is called fixed upstream names the release that fixes it, or the last trial saw it fixed."""
    for entry in catalog.entries_of(Defect):
        if entry.entity.state != "fixed-upstream":
            continue
        known = entry.entity.upstream or Upstream()
        if known.trials and known.trials[-1].result not in {"fixed", "removed"}:
            place = entry.at("upstream", "trials", len(known.trials) - 1, "result")
            yield Finding(place, FIXED_UPSTREAM_UNPROVEN, f"the last trial of '{entry.id}' says otherwise")
        elif not known.trials and known.fixed_in is None:
            message = f"'{entry.id}' is called fixed upstream without a release or a trial"
            yield Finding(entry.at("state"), FIXED_UPSTREAM_UNPROVEN, message)


def fixed_trials_close_defects(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A defect whose last trial saw it fixed is not called open."""
    for entry in catalog.entries_of(Defect):
        trials = entry.entity.upstream.trials if entry.entity.upstream else ()
        if trials and trials[-1].result in {"fixed", "removed"} and entry.entity.state not in SETTLED:
            message = f"the last trial, on {trials[-1].release}, says '{trials[-1].result}'"
            yield Finding(entry.at("state"), STILL_OPEN, message)


def trials_are_on_known_releases(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A trial on a runtime names one of its versions. Releases of other software are not known here."""
    known = _releases_of_runtimes(catalog)
    for entry in catalog.entries_of(Defect):
        for index, trial in enumerate(entry.entity.upstream.trials if entry.entity.upstream else ()):
            releases = known.get(trial.release.split(" ")[0])
            if releases is not None and trial.release not in releases:
                place = entry.at("upstream", "trials", index, "release")
                message = f"no version of a runtime is '{trial.release}'"
                yield Finding(place, UNKNOWN_TRIAL, message, nearest(trial.release, releases))


def _releases_of_runtimes(catalog: Catalog) -> dict[str, set[str]]:
    """By the package of each runtime: the releases that packs are proven on, and those that a report is about."""
    runtimes = {entry.id: entry.entity for entry in catalog.entries_of(Runtime)}
    known = {
        runtime.distribution: {f"{runtime.distribution} {each.version}" for each in runtime.versions}
        for runtime in runtimes.values()
    }
    for report in catalog.entries_of(RuntimeReport):
        for compared in (report.entity.before, report.entity.after):
            if runtime := runtimes.get(compared.runtime):
                known[runtime.distribution].add(f"{runtime.distribution} {compared.version}")
    return known


def validations_can_be_run(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The file of a validation exists, and its command is one that the installed command accepts."""
    for entry in catalog.entries_of(Defect):
        validation = entry.entity.validation
        if validation is None:
            continue
        if validation.path and not facts.exists(validation.path):
            yield missing_path(entry, validation.path, "validation", "path")
        for _, sentence in facts.installed.problems(validation.command or ""):
            yield Finding(entry.at("validation", "command"), REFUSED_VALIDATION, sentence)


def classes_occur_on_the_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A defect's class is one of the defect's surface."""
    for entry in catalog.entries_of(Defect):
        family = catalog.find(DefectClass, entry.entity.defect_class)
        if family and entry.entity.surface not in family.entity.surfaces:
            message = f"'{family.id}' does not occur on '{entry.entity.surface}'"
            yield Finding(entry.at("defect_class"), CLASS_ELSEWHERE, message)


def paging_defects_have_workarounds(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """While a defect of a severity that pages is not settled, there is a workaround."""
    for entry in catalog.entries_of(Defect):
        defect = entry.entity
        severity = catalog.find(SeverityLevel, defect.severity)
        if severity and severity.entity.pages and defect.state not in SETTLED and defect.workaround is None:
            yield Finding(entry.at(), NO_WORKAROUND, f"'{entry.id}' is '{defect.severity}' and open")


def tranches_burn_down(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A tranche takes what can be fixed, in a period that exists."""
    for entry in catalog.entries_of(Tranche):
        if entry.entity.ends < entry.entity.starts:
            yield Finding(entry.at("ends"), SETTLED_IN_TRANCHE, "ends before it starts")
        for index, ref in enumerate(entry.entity.defects):
            defect = catalog.find(Defect, ref)
            if defect and defect.entity.state == "wont-fix":
                yield Finding(entry.at("defects", index), SETTLED_IN_TRANCHE, f"'{ref}' will not be fixed")


CHECKS = (
    fixed_defects_are_validated,
    upstream_fixes_are_known,
    fixed_trials_close_defects,
    trials_are_on_known_releases,
    validations_can_be_run,
    classes_occur_on_the_surface,
    paging_defects_have_workarounds,
    tranches_burn_down,
)
