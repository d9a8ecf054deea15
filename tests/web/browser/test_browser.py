"""The page in Chromium: on a desktop and on a phone, with impatient people, old tabs and hostile names."""

from typing import Any

import pytest

from agent.show.change_lines import change_set_lines
from agent.web.page_app import Site
from agent.web.sign_in import IDLE_S
from agent.writes.journal import Journal
from tests.agent.support import Clock, Faults, Sandbox
from tests.agent.web.conftest import Propose
from tests.agent.web.test_page_security import HTML
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tests.tools.support import JACKET, TENT
from tests.web.browser.conftest import SIZES, Visit

WAIT_MS = 30_000


def says(page: Any, text: str) -> None:
    """The page has a text, now or after it looked again."""
    page.get_by_text(text).first.wait_for(timeout=WAIT_MS)


def yes(page: Any) -> Any:
    return page.get_by_role("button", name="Approve")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_set_is_read_and_approved(
    size: str, scripts: bool, visit: Visit, propose: Propose, account: Sandbox
) -> None:
    """From the inbox to the outcome by what can be seen and clicked; every line is on the screen, none beside it."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    page = visit(size, path="/inbox", java_script_enabled=scripts)
    page.get_by_role("link", name=change_set.request).click()
    page.wait_for_url(f"**/sets/{change_set.id}")
    lines = page.locator(".line")
    told = [" ".join(line.plain.split()) for line in change_set_lines(change_set)]
    shown = [" ".join(text.split()) for text in lines.all_inner_texts()]
    assert shown[: len(told)] == told
    width = SIZES[size]["viewport"]["width"]
    for place in lines.all():
        box = place.bounding_box()
        assert place.is_visible()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    yes(page).click()
    says(page, "2 of 2 changes")
    assert account.status(TENT) == account.status(JACKET) == "PAUSED"


def test_a_double_click_applies_once(
    visit: Visit, propose: Propose, journal: Journal, faults: Faults
) -> None:
    """One approval, one write, and a page that says what became of it."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    page = visit(path=f"/sets/{change_set.id}")
    yes(page).dblclick()
    says(page, "1 of 1 change")
    given = [event for event in journal.events(change_set.id) if event["event"] == "approved"]
    assert (len(given), len(faults.sent_writes())) == (1, 1)


def test_back_shows_how_it_stands_now(visit: Visit, propose: Propose, faults: Faults) -> None:
    """Nothing is kept by the browser: after a yes, back leads to no button that could be pressed again."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    page = visit(path="/inbox")
    page.goto(f"/sets/{change_set.id}")
    yes(page).click()
    says(page, "1 of 1 change")
    page.go_back()
    page.go_back()
    page.go_forward()
    says(page, "applied")
    assert yes(page).count() == 0
    assert len(faults.sent_writes()) == 1


def test_two_tabs_decide_once(visit: Visit, propose: Propose, account: Sandbox) -> None:
    """What the one declined, the other is shown as declined, and nothing is done."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    page = visit(path=f"/sets/{change_set.id}")
    tab = page.context.new_page()
    tab.goto(f"/sets/{change_set.id}")
    page.get_by_text("Decline", exact=True).first.click()
    page.get_by_label("Why").fill("not yet")
    page.get_by_role("button", name="Decline").click()
    says(page, "declined by the person at the page: not yet")
    yes(tab).click()
    says(tab, "Nothing was done: read it again.")
    assert account.status(TENT) == "ACTIVE"


def test_a_part_is_chosen_and_shown_anew(visit: Visit, propose: Propose, account: Sandbox) -> None:
    """On a phone: tick one, see it alone, approve it."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    page = visit("phone", path=f"/sets/{change_set.id}")
    page.get_by_text("Only a part").click()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Show this part").click()
    says(page, f"Part of {change_set.id}")
    yes(page).click()
    says(page, "1 of 1 change")
    assert {account.status(TENT), account.status(JACKET)} == {"ACTIVE", "PAUSED"}


def test_an_expired_session_does_nothing(
    visit: Visit, propose: Propose, clock: Clock, account: Sandbox, links: list[str], served: Site
) -> None:
    """A yes on a page that was left open for hours asks for a new link; the set still waits."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    page = visit(path=f"/sets/{change_set.id}")
    clock.sleep(IDLE_S + 1)
    yes(page).click()
    says(page, "Open the link from your terminal")
    assert account.status(TENT) == "ACTIVE"
    page.goto(f"/enter?key={links[-1]}")
    says(page, "1 change set waiting")


def test_hostile_names_are_read_and_do_nothing(visit: Visit, journal: Journal) -> None:
    """No script, no request elsewhere, no form of theirs; they are on the screen as they are."""
    names = [change(id=f"r.1.{n}", name=text, reason=text, target=str(n)) for n, text in enumerate(HTML)]
    made = a_set(*names, request=HTML[0])
    journal.propose(made)
    for size in SIZES:
        page = visit(size, path=f"/sets/{made.id}")
        for text in HTML:
            assert page.get_by_text(" ".join(text.split())).first.is_visible()
        assert page.locator("form").count() == 4
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"]
        page.goto("/history")


def test_an_answer_comes_while_it_is_written(visit: Visit, account: Sandbox) -> None:
    """With scripts it is streamed, without the page looks again; both lead to what waits."""
    for scripts in (True, False):
        page = visit(path="/ask", java_script_enabled=scripts)
        page.get_by_role("textbox", name="In your words").fill(f"pause ad {TENT}")
        page.get_by_role("button", name="Ask").click()
        page.get_by_role("link", name="Look at 1 change").click(timeout=WAIT_MS)
        says(page, "ACTIVE → PAUSED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_it(
    size: str, scheme: str, visit: Visit, propose: Propose, served: Site, chromium: Any
) -> None:
    """Axe finds nothing on any page: landmarks, labels, contrast, headings; nothing reaches beyond the screen."""
    from axe_playwright_python.sync_playwright import Axe

    done, waits = (propose("set_status", ids=[i], status="PAUSED") for i in (TENT, JACKET))
    page = visit(size, color_scheme=scheme)
    page.goto(f"/sets/{done.id}")
    yes(page).click()
    says(page, "1 of 1 change")
    page.goto("/ask")
    page.get_by_role("textbox", name="In your words").fill("show my campaigns")
    page.get_by_role("button", name="Ask").click()
    says(page, "And now?")
    for path in (
        "/",
        "/inbox",
        f"/sets/{waits.id}",
        f"/sets/{done.id}",
        "/history",
        "/ask",
        "/sets/cs-000000000000",
    ):
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"], path
    page.keyboard.press("Tab")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
