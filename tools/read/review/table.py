"""The full table of a review as JSON and as CSV, for people and their spreadsheets."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tools.domain.tables import spreadsheets
from tools.domain.tool import Context

COLUMNS = (
    "id name ad_set campaign decision p_worse p_better spend impressions link_clicks results cost_per_result roas"
    " link_ctr cost_per_link_click excess_per_day gain_per_day now now_low now_high dearer_per_week_pct misses_target_on"
    " tired_since wasted_per_week regret_per_week days reason"
).split()


def saved(ctx: Context, what: str, rows: Callable[[], Iterable[dict[str, Any]]]) -> dict[str, str]:
    """Write both files, row by row; gives their paths, or why they could not be written."""
    path = ctx.save(what, rows())
    beside = Path(path).with_suffix(".csv")
    try:
        with beside.open("wb") as file:
            spreadsheets.write(file, "csv", rows, COLUMNS)
    except OSError as error:
        return {"full_table": path, "full_table_csv": f"not saved ({error.strerror})"}
    return {"full_table": path, "full_table_csv": str(beside)}
