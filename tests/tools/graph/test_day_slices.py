"""Figures beyond a page: slices of days that come together."""

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.tools.graph.support import Meta, batch_item, form_of
from tools.graph.listing import ListCall

ADS, PAGE = 3, 12
SINCE, UNTIL = date(2026, 10, 23), date(2026, 11, 19)


def answer(url: str) -> dict[str, Any]:
    """The ads with their number, or a page of their rows by day, ad after ad."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    if parts.path.endswith("/ads"):
        return {"data": [{"id": str(n)} for n in range(ADS)], "summary": {"total_count": ADS}}
    span, step = json.loads(asked["time_range"]), int(asked["time_increment"])
    first, last = date.fromisoformat(span["since"]), date.fromisoformat(span["until"])
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    rows = [{"ad_id": str(ad), "date_start": str(day)} for ad in range(ADS) for day in days]
    start = int(asked.get("after") or 0)
    paging = {"cursors": {"after": str(start + PAGE)}}
    more = {"next": "https://graph.test/next"} if start + PAGE < len(rows) else {}
    return {"data": rows[start : start + PAGE], "paging": paging | more}


def reply(request: httpx.Request) -> httpx.Response:
    if request.method == "GET":
        return httpx.Response(200, json=answer(str(request.url)))
    items = json.loads(form_of(request)["batch"])
    return httpx.Response(200, json=[batch_item(answer(item["relative_url"])) for item in items])


@pytest.mark.parametrize(
    ("step", "until", "requests"), [(1, UNTIL, 2), (7, UNTIL, 1), (1, SINCE + timedelta(days=3), 1)]
)
def test_figures_by_day_come_in_two_requests(step: int, until: date, requests: int) -> None:
    """Slices of days that fit a page each come together, every row once; what fits a page is asked for once."""
    meta = Meta(reply)
    span = {"since": str(SINCE), "until": str(until)}
    params = {"level": "ad", "fields": "ad_id,spend", "time_range": span, "time_increment": step}
    ads, figures = meta.reader.lists(
        ListCall("act_1/ads", 500, {"summary": "true"}), ListCall("act_1/insights", 5000, params)
    )
    rows = [(row["ad_id"], row["date_start"]) for row in figures]
    days = range(0, (until - SINCE).days + 1, step)
    assert sorted(rows) == sorted(
        (str(ad), str(SINCE + timedelta(days=n))) for ad in range(ADS) for n in days
    )
    assert (len(list(ads)), len(meta.exchanges)) == (ADS, requests)
    assert figures.complete
