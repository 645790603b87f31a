"""The figures, in the order in which they are measured."""

from __future__ import annotations

from tests.hardening import fuzzing, planted, policy, probing, reading, removing, sites, texts
from tests.hardening.figure import Figure

FIGURES = (
    Figure("F1", "hostile and harmless YAML files", "right answer, < 1 s, < 200 MB", "files", reading.measure),
    Figure("F2", "mutated files through the reader", "no crash, hang, lost place", "inputs", fuzzing.measure),
    Figure("F3", "any text in any place of a page", "shown as it is, nothing else", "texts in places", texts.measure),
    Figure("F4", "probes: code, files, elements", "none succeeds", "probes", probing.measure),
    Figure("F8", "internal values in the public site", "none in any byte", "marks", sites.measure_leaks),
    Figure("F9", "the policy in a browser", "blocks what is injected only", "pages", policy.measure),
    Figure("F10", "two builds of both sites", "no file differs", "files", sites.measure_equal_bytes),
    Figure("F14", "faults in one tree, one run", "all reported", "faults", planted.measure),
    Figure("F16", "limits, fsyncs, escapes removed", "some test goes red each time", "removals", removing.measure),
)
