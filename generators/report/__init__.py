"""Findings in the forms that people, scripts and forges read: text, JSON, GitHub annotations, SARIF."""

from __future__ import annotations

from generators.report.formats import FORMATS, Format, report
from generators.report.text import explain, printable, text

__all__ = ["FORMATS", "Format", "explain", "printable", "report", "text"]
