"""Small pictures stand behind the addresses that creatives and videos give."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from sandbox import DEMO_ACCOUNT

if TYPE_CHECKING:
    from tests.sandbox.conftest import Graph


@pytest.mark.parametrize(("edge", "field"), [("adcreatives", "thumbnail_url"), ("advideos", "picture")])
def test_a_picture_is_there_without_a_token(demo: Graph, edge: str, field: str) -> None:
    """The path of the address, asked of the sandbox itself, gives a PNG; each thing has its own."""
    rows = demo.get(f"{DEMO_ACCOUNT}/{edge}", fields=field)["data"][:2]
    drawn = {_asked(demo, httpx.URL(row[field]).path).content for row in rows}
    assert len(drawn) == len(rows) > 0
    with Image.open(BytesIO(drawn.pop())) as picture:
        assert (picture.format, picture.size) == ("PNG", (400, 400))


@pytest.mark.parametrize("path", ["/thumbnail", "/thumbnail/1.jpg", f"/thumbnail/{DEMO_ACCOUNT}.jpg"])
def test_other_things_have_none(demo: Graph, path: str) -> None:
    """What is no creative and no video is not found, in Meta's envelope."""
    answer = _asked(demo, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 2500)


def _asked(demo: Graph, path: str) -> httpx.Response:
    return demo.http.get(f"http://sandbox{path}", headers={"authorization": ""})
