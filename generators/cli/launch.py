"""`dfops launch`: who approves the launch, on what, and what was waived and seen."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Launch(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "sign": Entry("launch_sign:sign", "Approve a gate: record a sign-off of exactly what the gate names."),
        "verify": Entry("launch_verify:verify", "Say of each sign-off whether it counts, and of each gate its quorum."),
        "waive": Entry("launch_waive:waive", "Let a gate open without one of its criteria, until a day."),
        "attest": Entry("launch_waive:attest", "Record what you saw of a criterion that cannot be computed."),
        "record": Entry("launch_record:record", "Run what gates and scope items name as proof, and record it."),
    }


app = group(Launch, "Gates of the launch: sign, verify, waive, attest, record.")
