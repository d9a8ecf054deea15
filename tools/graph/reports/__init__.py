"""Figures of any size (docs/graph-api.md §7.4): at once, by reports that Meta prepares, and in parts if need be."""

from tools.graph.reports.figures import figures
from tools.graph.reports.job import LONGEST_S, STALLED_S, ReportFailed

__all__ = ["LONGEST_S", "STALLED_S", "ReportFailed", "figures"]
