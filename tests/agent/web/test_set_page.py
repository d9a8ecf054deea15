"""One change set on the page: all of it is shown, a yes goes to exactly that, and it is done once."""

import re
from html import unescape

from agent.run.report import StoredSet
from agent.show.change_lines import change_set_lines
from agent.show.stored_lines import stored_lines
from tests.agent.support import Sandbox
from tests.agent.web.conftest import Browser, Propose
from tests.tools.support import JACKET, TENT


def shown_lines(browser: Browser) -> list[str]:
    """The lines of the rendering, as they are read."""
    found = re.findall(r'<p class="line[^"]*">(.*?)</p>', browser.page.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in found]


def test_a_set_is_shown_whole_approved_applied_and_taken_back(
    browser: Browser, propose: Propose, sandbox: Sandbox, journal
) -> None:
    """Every line of a terminal is there; a yes applies it, the history says who, and an undo waits for a yes of its own."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    assert change_set.id in browser.get("/")
    browser.get(f"/sets/{change_set.id}")
    told = [line.plain.strip() for line in change_set_lines(change_set)]
    told += stored_lines(StoredSet.read(journal, journal.change_set(change_set.id)))
    assert shown_lines(browser) == told
    text = browser.approve(change_set.id)
    assert sandbox.status(TENT) == sandbox.status(JACKET) == "PAUSED"
    assert "2 of 2 changes" in text
    assert "Approve" not in text
    assert "the person at the page" in browser.get("/history")
    browser.get(f"/sets/{change_set.id}")
    browser.post(f"/sets/{change_set.id}/undo")
    browser.wait(f"undo {change_set.id}")
    text = browser.get(f"/sets/{change_set.id}/undo")
    assert "PAUSED → ACTIVE" in text
    assert sandbox.status(TENT) == "PAUSED"
