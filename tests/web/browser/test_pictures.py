"""The pictures of the documentation are taken from the page itself: ADSTEWARD_WRITE_DOCS=1 make browser."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.agent.web.conftest import Propose
from tests.tools.support import JACKET, TENT
from tests.web.browser.conftest import SIZES, Visit
from tests.web.browser.test_browser import says, yes

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
MOST_BYTES = 150_000
PAGE = PICTURES.parent / "web.md"
SOMEWHERE = """folder => document.querySelectorAll(".told .line").forEach(
  line => { line.textContent = line.textContent.replaceAll(folder, "/home/you/shop") })"""
"""The folder of a test is no news to a reader."""
TAKE = os.environ.get("ADSTEWARD_WRITE_DOCS") == "1"


def taken(page: Any, name: str) -> None:
    """What is seen now has its picture in the documentation, which is small, and taken anew when that is asked for."""
    file = PICTURES / f"web-{name}.png"
    if TAKE:
        PICTURES.mkdir(exist_ok=True)
        Image.open(BytesIO(page.screenshot())).quantize(96).save(file, optimize=True)
    assert 0 < file.stat().st_size < MOST_BYTES
    assert f"pictures/{file.name}" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES)
def test_the_pictures_show_the_page(size: str, visit: Visit, propose: Propose, workspace: Path) -> None:
    """Inbox, a set, its outcome, the history and an answer: each is in the documentation, and small."""
    enough = "310 USD a day are enough for Summer – Prospecting"
    propose("set_budget", enough, id="23847000000001", daily_budget="310.00 USD")
    change_set = propose(
        "set_status", "pause the tent and the rain jacket", ids=[TENT, JACKET], status="PAUSED"
    )
    page = visit(size)

    page.goto("/inbox")
    taken(page, f"inbox-{size}")
    page.goto(f"/sets/{change_set.id}")
    if TAKE:
        page.evaluate(SOMEWHERE, str(workspace))
    taken(page, f"set-{size}")
    yes(page).click()
    says(page, "2 of 2 changes")
    if TAKE:
        page.evaluate(SOMEWHERE, str(workspace))
    taken(page, f"outcome-{size}")
    page.goto("/history")
    taken(page, f"history-{size}")
    page.goto("/ask")
    page.get_by_role("textbox", name="In your words").fill("pause underperforming ads")
    page.get_by_role("button", name="Ask").click()
    says(page, "And now?")
    taken(page, f"ask-{size}")
