"""More of a table than an answer shows: by handle, in any order, in parts, or as a file."""

import json
from pathlib import Path

import pytest

from tests.tools.support import Desk
from tools.domain.tool import ToolError


def test_all_rows_can_be_read_in_parts(desk: Desk) -> None:
    """Part after part gives each row once, with its currency, and says how to go on."""
    first = desk.ask("get_insights", level="ad", date_preset="last_7d", limit=5)
    handle = Path(first["all_rows"]).stem
    seen, offset = [], 0
    while True:
        part = desk.ask("read_result", handle=handle, offset=offset, limit=40)
        seen += [row["ad_id"] for row in part["rows"]]
        if "left_out" not in part:
            break
        assert part["left_out"] == f"ask again with offset {len(seen)}"
        offset = len(seen)
    assert part["rows"][0]["currency"] == "USD"
    kept = json.loads(Path(first["all_rows"]).read_text(encoding="utf-8"))
    assert sorted(seen) == sorted(row["ad_id"] for row in kept)
    assert desk.ask("read_result", handle=first["all_rows"], limit=1)["table"] == handle
    assert desk.ask("read_result", offset=1000)["shown"] == f"none of {len(kept)}"


def test_rows_come_in_any_order_with_some_columns_or_as_a_file(desk: Desk) -> None:
    """Figures by size and texts by the alphabet, what is empty last; the same rows go into the file."""
    desk.ask("list_ads", limit=0)
    budgets = desk.ask("read_result", sort="-daily_budget", columns=["name", "daily_budget"])["rows"]
    amounts = [float(row["daily_budget"]) for row in budgets if row["daily_budget"]]
    assert amounts == sorted(amounts, reverse=True)
    assert set(budgets[0]) == {"name", "daily_budget"}
    again = desk.ask("read_result", sort="name", file="json")
    path = Path(again["file"])
    assert path.parent == desk.context.results_dir.resolve()
    names = [row["name"].casefold() for row in json.loads(path.read_text(encoding="utf-8"))]
    assert names == sorted(names)
    first = desk.ask("read_result", sort="name", file="json", limit=2)
    assert [row["name"].casefold() for row in json.loads(Path(first["file"]).read_text())] == names[:2]
    assert first["rows"] == f"2 of {len(names)} rows"


@pytest.mark.parametrize("handle", ["nothing", "../state/journal", "/etc/passwd", "results-seen-x"])
def test_a_handle_opens_only_what_a_tool_gave(desk: Desk, handle: str) -> None:
    """Neither paths nor other files of the folder for results."""
    assert "No tool gave a table yet" in desk.refusal("read_result")
    desk.context.results_dir.mkdir()
    (desk.context.results_dir / "results-seen-x.jsonl").write_text("{}")
    assert "no tool gave one yet" in desk.refusal("read_result", handle=handle)
    desk.ask("list_accounts")
    assert "there is accounts-run-" in desk.refusal("read_result", handle=handle)
    assert "No column 'x'; there are id, name" in desk.refusal("read_result", sort="-x")


def test_a_table_whose_file_is_gone_is_said(desk: Desk) -> None:
    """With what to do next."""
    answer = desk.ask("get_insights", level="ad", limit=1)
    Path(answer["all_rows"]).unlink()
    with pytest.raises(ToolError, match="ask for the figures again"):
        desk.call("read_result")
