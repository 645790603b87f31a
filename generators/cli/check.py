"""`dfops check` and `dfops explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators import checks, report
from generators.cli.lookup import name_of
from generators.cli.options import AtOption, ResultsOption, RootOption, StrictOption, moment, repository
from generators.cli.results import results_for
from generators.findings import fails
from generators.findings.examples import examples
from generators.report.text import summary
from generators.site import check as check_repository
from generators.source import LIMITS

MaxFilesOption = Annotated[
    int, typer.Option("--max-files", min=1, help="How many YAML files the repository may hold; the rest is not read.")
]
FormatOption = Annotated[report.Format, typer.Option("--format", help="How findings are printed.")]


def check(
    root: RootOption = Path(),
    form: FormatOption = "text",
    max_files: MaxFilesOption = LIMITS.files,
    at: AtOption = None,
    results: ResultsOption = None,
    strict: StrictOption = False,
) -> None:
    """Ask every rule. Prints all findings of all files; exit 1 when any is an error, with --strict a warning too."""
    top = repository(root)
    checked = check_repository(top, moment(at), LIMITS.for_files(max_files), results_for(top, results))
    if form == "text" and not checked.findings:
        count = sum(1 for _ in checked.catalog.everything())
        sys.stdout.write(f"{count} entities, {summary(())}\n")
    sys.stdout.write(report.report(checked.findings, form, checked.accepted))
    raise typer.Exit(1 if fails(checked.findings, strict=strict) else 0)


def explain(code: Annotated[str, typer.Argument(help="A rule's code, such as OPS302.", metavar="CODE")]) -> None:
    """Say what a rule means, why it is there and how to fix it, with a broken and a fixed example."""
    rules = {rule.code: rule for rule in checks.RULES}
    rule = rules[
        name_of(
            "rule", code.upper() if code.upper() in rules else code, {code: rule.name for code, rule in rules.items()}
        )
    ]
    sys.stdout.write(report.explain(rule))
    for side, label in (("broken", "Broken"), ("mended", "Fixed")):
        for file in examples(rule.code, side):
            body = "".join(f"    {report.printable(line.expandtabs(4))}\n" for line in file.text.splitlines())
            sys.stdout.write(f"\n{label}: {file.path}\n\n{body}")
