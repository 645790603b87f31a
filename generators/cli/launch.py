"""`dfops launch`: how the launch stands, who approves it, on what, and what was waived and seen."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Launch(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "status": Entry(
            "launch_status:status",
            "Say go or no-go, and why: every criterion, its evidence, who must act, and what would open it.",
        ),
        "sign": Entry("launch_sign:sign", "Approve a gate: record a sign-off of exactly what the gate names."),
        "verify": Entry("launch_verify:verify", "Say of each sign-off whether it counts, and of each gate its quorum."),
        "waive": Entry("launch_waive:waive", "Let a gate open without one of its criteria, until a day."),
        "attest": Entry("launch_waive:attest", "Record what you saw of a criterion that cannot be computed."),
        "record": Entry("launch_record:record", "Record how far the launch is today, for the burn-up."),
        "dossier": Entry(
            "launch_dossier:dossier", "Print the launch on a few pages: a web page, and a PDF by a browser."
        ),
    }


app = group(Launch, "Gates of the launch: status, sign, verify, waive, attest, record, dossier.")
