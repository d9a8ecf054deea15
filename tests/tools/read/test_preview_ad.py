"""Previews: a page with Meta's own addresses and nothing else of what Meta sent."""

from pathlib import Path

import pytest

from tests.tools.support import TENT, Desk
from tools.read import preview_ad


def test_an_ad_is_shown_where_it_appears(desk: Desk) -> None:
    """By name, one frame for each placement; a name that is markup stays text, the address stays out of the answer."""
    desk.elsewhere(TENT, name='Tent <script src="x">')
    told = desk.ask("preview_ad", id="tent <script", places=["instagram story", "facebook reels"])
    page = Path(told["file"]).read_text(encoding="utf-8")
    assert told["places"] == ["instagram story", "facebook reels"]
    assert page.count('<iframe src="https://www.facebook.example/ads/preview?') == 2
    assert "INSTAGRAM_STORY" in page
    assert "<script" not in page
    assert "facebook.example" not in str(told)


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="https://facebook.com.evil.example/x"></iframe>',
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="http://www.facebook.com/x"></iframe>',
        '<iframe src="https://[x"></iframe>',
        "<p>no preview</p>",
    ],
)
def test_an_address_that_is_not_metas_is_not_taken(body: str) -> None:
    """Only https, and only Meta's own hosts; one of its own is taken as it is meant."""
    assert not preview_ad.address_of([{"body": body}])
    own = '<iframe title="x" src="https://www.facebook.com/ads/api/preview_iframe.php?d=A&amp;t=B"></iframe>'
    assert preview_ad.address_of([{"body": own}]).endswith("?d=A&t=B")
