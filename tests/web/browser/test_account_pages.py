"""The pages of accounts in a real browser: read, looked at, and read anew, with a finger or a mouse and without scripts."""

import pytest

from tests.tools.support import TENT
from tests.web.browser.conftest import SIZES, Visit
from tests.web.browser.test_browser import says
from tests.web.browser.test_pictures import taken

ACCOUNT = "/accounts/act_123456789"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accounts_are_read_and_looked_at(size: str, scheme: str, visit: Visit) -> None:
    """From an empty page over all accounts to the texts of one ad; axe finds nothing, nothing reaches beyond the screen."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(size, color_scheme=scheme, java_script_enabled=True)
    page.get_by_role("button", name="Read the accounts").click()
    says(page, "3 accounts, 2 to look at")
    says(page, "Look again")
    seen = [("accounts", "/"), ("account", ACCOUNT), ("campaigns", f"{ACCOUNT}/campaigns")]
    page.goto(f"{ACCOUNT}/ads/{TENT}")
    page.get_by_role("button", name="See what it shows").click()
    says(page, "Made for long days outside.")
    for name, path in (*seen, ("ad", f"{ACCOUNT}/ads/{TENT}")):
        page.goto(path)
        if scheme == "light" and name != "ad":
            taken(page, f"{name}-{size}")
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"], path


def test_losers_lead_to_a_proposal(visit: Visit) -> None:
    """What the review says to pause is proposed by one click, and waits as anything else does."""
    page = visit(path=ACCOUNT)
    page.get_by_role("button", name="Read this account").click()
    page.get_by_role("button", name="Have a pause proposed").click()
    page.get_by_role("link", name="Look at 7 changes").click()
    says(page, "waits for approval")
