"""What a person is shown of lists and figures that Meta gives in part: what there is, and what is missing."""

from sandbox import DEMO_ACCOUNT
from tests.tools.support import Desk


def order(desk: Desk, **fault: object) -> None:
    desk.world.faults.add([{"probability": 1, "method": "GET", **fault}])


def test_a_list_whose_end_is_open_is_shown_with_its_total(desk: Desk) -> None:
    """Complete by its own total, it is complete."""
    whole = desk.ask("list_ads")
    order(desk, path=f"/{DEMO_ACCOUNT}/ads", cursors="new")
    told = desk.ask("list_ads")
    assert told["by_status"] == whole["by_status"]
    assert "not all" not in told["complete"]


def test_a_list_that_breaks_off_is_shown_as_far_as_it_came(desk: Desk) -> None:
    """It says how many of how many, and why."""
    order(
        desk,
        path=f"/{DEMO_ACCOUNT}/ads",
        later_page=True,
        error={"code": 100, "message": "cursor too deep"},
    )
    order(desk, path=f"/{DEMO_ACCOUNT}/ads", limit_above=20, error={"code": 100, "subcode": 1487534})
    told = desk.ask("list_ads")
    assert told["matching"] == 12
    assert "12 of " in told["complete"]
    assert "not all: Meta error 100: cursor too deep" in told["complete"]


def test_figures_in_part_say_what_is_missing(desk: Desk) -> None:
    """Their totals are of what came, and that is said beside them."""
    figures = f"/{DEMO_ACCOUNT}/insights"
    order(desk, path=figures, limit_above=4, error={"code": 2, "subcode": 1504044})
    order(desk, path=figures, later_page=True, error={"code": 100, "message": "x"})
    order(desk, path=figures, method="POST", html=404)
    told = desk.ask("get_insights", level="ad", since="2026-11-10", until="2026-11-12", time_increment=1)
    assert "not all: Meta error 100: x" in told["complete"]
    assert told["note"].endswith("totals are of what is here; see `complete` for what is missing")


def test_figures_that_come_in_parts_are_whole(desk: Desk) -> None:
    """Days that are too many at once are asked for one by one, and nothing is said to be missing."""
    whole = desk.ask("get_insights", level="ad", since="2026-11-10", until="2026-11-12", time_increment=1)
    assert "note" not in whole
    desk.world.faults.clear()
    order(desk, path=f"/{DEMO_ACCOUNT}/insights", days_above=1, error={"code": 2, "subcode": 1504044})
    desk.world.faults.add(
        [{"probability": 1, "method": "POST", "path": f"/{DEMO_ACCOUNT}/insights", "html": 404}]
    )
    again = desk.ask("get_insights", level="ad", since="2026-11-10", until="2026-11-12", time_increment=1)
    assert (again["totals"], "note" in again) == (whole["totals"], False)
