"""Figures: metrics, breakdowns, rows and reports."""
