"""One change set on the page: all of it is shown, a yes goes to exactly that, and it is done once."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from agent.run.report import StoredSet
from agent.setup.settings import Options
from agent.show.change_lines import change_set_lines
from agent.show.stored_lines import stored_lines
from agent.web import visits
from agent.web.page_app import Site
from agent.web.set_page import NOT_AS_SHOWN
from agent.web.visits import PAGES
from agent.writes.journal import Journal
from tests.agent.support import Faults, Sandbox, brand, drop_after, graph_error
from tests.agent.web.conftest import Browser, Propose
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tests.tools.support import JACKET, TENT

THIRD = "23848000000042"


def shown_lines(browser: Browser) -> list[str]:
    """The lines of the rendering, as they are read."""
    found = re.findall(r'<p class="line[^"]*">(.*?)</p>', browser.page.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in found]


def approvals(journal: Journal, set_id: str) -> list[str]:
    return [event["event"] for event in journal.events(set_id) if event["event"] == "approved"]


def test_a_set_is_shown_whole_approved_applied_and_taken_back(
    browser: Browser, propose: Propose, account: Sandbox, journal: Journal
) -> None:
    """Every line of a terminal is there; a yes applies it, the history says who, and an undo waits for a yes of its own."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    assert change_set.id in browser.get("/inbox")
    browser.get(f"/sets/{change_set.id}")
    told = [line.plain.strip() for line in change_set_lines(change_set)]
    told += stored_lines(StoredSet.read(journal, journal.change_set(change_set.id)))
    assert shown_lines(browser) == told
    text = browser.approve(change_set.id)
    assert account.status(TENT) == account.status(JACKET) == "PAUSED"
    assert "2 of 2 changes" in text
    assert "approved by the person at the page" in text
    assert "Approve" not in text
    assert "the person at the page 2 done take back" in browser.get("/history")
    assert "Nothing waits" in browser.get("/inbox")
    browser.get(f"/sets/{change_set.id}")
    browser.post(f"/sets/{change_set.id}/undo")
    browser.wait(f"undo {change_set.id}")
    text = browser.get(f"/sets/{change_set.id}/undo")
    assert "PAUSED → ACTIVE" in text
    assert "waits for approval" in text
    assert account.status(TENT) == "PAUSED"
    browser.approve(browser.page.url.path.rpartition("/")[2])
    assert account.status(TENT) == "ACTIVE"
    assert "undone" in browser.get(f"/sets/{change_set.id}")


def test_what_was_done_in_a_sandbox_that_is_gone_is_not_offered_to_be_taken_back(
    browser: Browser, propose: Propose, workspace: Path
) -> None:
    """The history and the page of the set say where it went, and lead nowhere."""
    waiting = propose("set_status", ids=[TENT], status="PAUSED").id
    browser.approve(waiting)
    (workspace / "state" / "sandbox.begun").write_text(datetime.now(UTC).isoformat())
    listed, shown = browser.get("/history"), browser.get(f"/sets/{waiting}")
    assert "applied, gone with its sandbox" in listed
    assert "applied, gone with its sandbox" in shown
    assert "take back" not in listed
    assert "Propose to take it back" not in shown


def test_only_what_was_shown_as_it_stands_is_approved(
    browser: Browser, propose: Propose, account: Sandbox, journal: Journal
) -> None:
    """Without the seal of a page, with that of another set or of an earlier state, with a digest alone: shown anew, nothing done."""
    one, other = (propose("set_status", ids=[i], status="PAUSED") for i in (TENT, JACKET))
    browser.get("/")
    csrf = browser.hidden()["csrf"]
    browser.get(f"/sets/{other.id}")
    for_other = browser.hidden()["seal"]
    browser.get(f"/sets/{one.id}")
    waiting = browser.hidden()["seal"]
    for deed in ("approve", "decline", "part"):
        for seal in ("", one.digest, one.id, for_other, "ü"):
            text = browser.post(f"/sets/{one.id}/{deed}", csrf=csrf, seal=seal, change=1)
            assert (browser.status, NOT_AS_SHOWN in text) == (409, True)
            assert "ACTIVE → PAUSED" in text
    journal.decline(journal.change_set(one.id), "somebody else", "no")
    text = browser.post(f"/sets/{one.id}/approve", csrf=csrf, seal=waiting)
    assert (browser.status, "declined by somebody else: no" in text) == (409, True)
    assert [journal.state(one.id), journal.state(other.id)] == ["declined", "proposed"]
    assert account.status(TENT) == account.status(JACKET) == "ACTIVE"


def test_what_the_page_does_not_hold_it_does_not_approve(
    browser: Browser, propose: Propose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template that loses a line, of whatever kind, has no button and no seal, and names the terminal."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    text = (PAGES / "set.html").read_text(encoding="utf-8")
    for lost in ("line.depth == 3", "line.word == 'undo'", "loop.last", "line.style == 'bold'"):
        folder = tmp_path / lost
        copytree(PAGES, folder)
        loop = "{% for line in all %}"
        assert loop in text
        (folder / "set.html").write_text(
            text.replace(loop, f"{loop}{{% if not ({lost}) %}}", 1).replace(
                "</span></p>\n{% endfor %}", "</span></p>{% endif %}{% endfor %}", 1
            ),
            encoding="utf-8",
        )
        monkeypatch.setattr("agent.web.visits.PAGES", folder)
        visits._environment.cache_clear()
        said = browser.get(f"/sets/{change_set.id}")
        assert (
            f"This page cannot show all of it, so it cannot approve it: adsteward apply {change_set.id}"
            in said
        ), lost
        assert ("Approve" in said, browser.hidden().get("seal", "")) == (False, "")
    visits._environment.cache_clear()


def test_a_seal_is_of_one_session(
    browser: Browser, let_in: Callable[[], Browser], propose: Propose, site: Site
) -> None:
    """What somebody else was shown approves nothing here."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    seal = browser.hidden()["seal"]
    other = let_in()
    other.post(f"/sets/{change_set.id}/approve", seal=seal)
    assert (other.status, site.house.works.of(change_set.id)) == (409, None)


def test_a_double_click_applies_once(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults, journal: Journal
) -> None:
    """The second yes to the same page finds the first at work, or done: one approval, one write."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    fields = browser.hidden()
    for _ in range(3):
        browser.post(f"/sets/{change_set.id}/approve", **fields)
        assert browser.status == 200
    browser.wait(change_set.id)
    browser.post(f"/sets/{change_set.id}/approve", **fields)
    assert "applied" in browser.text
    assert (len(approvals(journal, change_set.id)), len(faults.sent_writes())) == (1, 1)


def test_while_it_is_applied_the_page_says_so_and_looks_again(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults
) -> None:
    """No button, what is being done, and a refresh; the end is on the same page."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    reached, go_on = threading.Event(), threading.Event()

    def slow(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        reached.set()
        assert go_on.wait(30)
        return forward()

    faults.writes.append(slow)
    browser.get(f"/sets/{change_set.id}")
    browser.post(f"/sets/{change_set.id}/approve")
    assert reached.wait(30)
    text = browser.get(f"/sets/{change_set.id}")
    assert "Being applied" in text
    assert "Approve" not in text
    assert '<meta http-equiv="refresh" content="2">' in browser.page.text
    go_on.set()
    browser.wait(change_set.id)
    assert "1 of 1 change" in browser.get(f"/sets/{change_set.id}")
    assert "refresh" not in browser.page.text


def test_a_lost_answer_is_looked_for_and_not_sent_again(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults
) -> None:
    """A write whose answer was lost is found in the account: one request, and applied."""
    change_set = propose("set_budget", ids=["23847000000001"], daily_budget="310.00 USD")
    faults.writes.append(drop_after)
    browser.approve(change_set.id)
    assert len(faults.sent_writes()) == 1
    assert "applied" in browser.text


def test_a_server_that_ends_leaves_a_set_that_goes_on(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults, site: Site, journal: Journal
) -> None:
    """What is out gets its record, nothing more is sent, and nothing new begins."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")

    def ending(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        site.house.works.cut()
        return forward()

    faults.reads.append(ending)
    browser.approve(change_set.id)
    assert faults.sent_writes() == []
    assert account.status(TENT) == "ACTIVE"
    assert journal.state(change_set.id) in ("proposed", "approved", "applying", "failed")
    browser.get(f"/sets/{change_set.id}")
    assert "Approve" in browser.text or "Go on with" in browser.text
    browser.post(f"/sets/{change_set.id}/approve")
    browser.wait(change_set.id)
    assert "The server is ending. Nothing was done." in browser.get(f"/sets/{change_set.id}")


def test_two_tabs_decide_once(browser: Browser, propose: Propose, account: Sandbox, journal: Journal) -> None:
    """What one tab declined, the other cannot approve; it is shown what became of it."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    tab = browser.hidden()
    text = browser.post(f"/sets/{change_set.id}/decline", reason="too early EAAB" + "x" * 40)
    assert "declined by the person at the page: too early" in text
    assert "EAAB" not in browser.page.text
    text = browser.post(f"/sets/{change_set.id}/approve", **tab)
    assert (browser.status, "declined" in text, "Approve" in text) == (409, True, False)
    assert (journal.state(change_set.id), account.status(TENT)) == ("declined", "ACTIVE")


def test_what_is_declined_while_the_account_is_opened_is_not_sent(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults, journal: Journal
) -> None:
    """Between the click and the record of the approval somebody else may say no; theirs holds."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")

    def declined(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        journal.decline(journal.change_set(change_set.id), "somebody else", "no")
        return forward()

    faults.reads.append(declined)
    text = browser.approve(change_set.id)
    assert "was proposed when it was shown, and is declined now" in text
    assert (faults.sent_writes(), journal.state(change_set.id)) == ([], "declined")


def test_a_part_is_a_set_of_its_own(
    browser: Browser, propose: Propose, account: Sandbox, journal: Journal
) -> None:
    """The chosen changes are shown and approved by themselves, the rest is declined as replaced; none and all is no part."""
    whole = propose("set_status", ids=[TENT, JACKET, THIRD], status="PAUSED")
    browser.get(f"/sets/{whole.id}")
    tab = browser.hidden()
    for chosen in ((), (1, 2, 3), (9,), ("1" * 9999, "٣", "-1", "1.0")):
        browser.post(f"/sets/{whole.id}/part", **tab, change=chosen)
        assert (browser.status, journal.state(whole.id)) == (409, "proposed")
    text = browser.post(f"/sets/{whole.id}/part", **tab, change=(1, 3))
    part_id = browser.page.url.path.rpartition("/")[2]
    assert f"Part of {whole.id}, 2 changes of 3, chosen by the person at the page" in text
    assert [journal.state(i) for i in (whole.id, part_id)] == ["declined", "proposed"]
    assert f"replaced by {part_id}, a part of it" in browser.get("/history")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.web.history_page.MOST", 1)
        assert "The newest 1 of 2; adsteward history --output FILE has all." in browser.get("/history")
    browser.post(f"/sets/{whole.id}/part", **tab, change=(2,))
    assert (browser.status, len(journal.recent("", 9))) == (409, 2)
    browser.approve(part_id)
    assert [account.status(i) for i in (TENT, JACKET, THIRD)] == ["PAUSED", "ACTIVE", "PAUSED"]


def test_what_is_over_a_limit_of_the_day_needs_a_terminal(
    browser: Browser, propose: Propose, account: Sandbox, options: Options
) -> None:
    """The page says which limit and where a person may; nothing is sent."""
    change_set = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    assert options.workspace
    brand(options.workspace, "max_pauses_per_day: 1\n")
    text = browser.approve(change_set.id)
    assert "max_pauses_per_day 1" in text
    assert f"Only a person at a terminal may go over that: adsteward apply {change_set.id}" in text
    assert account.status(TENT) == "ACTIVE"
    assert "Approve these 2 changes" not in text


def test_what_cannot_be_approved_here_has_no_button_and_says_so_before(
    browser: Browser, propose: Propose, options: Options
) -> None:
    """A deletion, and what is over a limit of the day, name the terminal; they can be declined."""
    deletion = propose("remove", ids=[TENT], how="delete")
    over = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    assert options.workspace
    brand(options.workspace, "max_pauses_per_day: 1\n")
    for change_set, deed in ((deletion, "delete that"), (over, "go over that")):
        text = browser.get(f"/sets/{change_set.id}")
        assert "This cannot be approved here." in text
        assert f"Only a person at a terminal may {deed}: adsteward apply {change_set.id}" in text
        assert f'action="/sets/{change_set.id}/approve"' not in browser.page.text
        assert f'action="/sets/{change_set.id}/decline"' in browser.page.text


def test_a_newer_equal_set_replaces_the_one_that_waits(
    browser: Browser, propose: Propose, journal: Journal
) -> None:
    """The same wish twice is one set in the inbox, and the older one says by what it was replaced; another wish stays."""
    first, other = (propose("set_status", ids=[one], status="PAUSED") for one in (TENT, JACKET))
    second = propose("set_status", "once more", ids=[TENT], status="PAUSED")
    states = [journal.state(one.id) for one in (first, second, other)]
    assert states == ["declined", "proposed", "proposed"]
    assert f"replaced by {second.id}" in browser.get(f"/sets/{first.id}")
    assert "2 change sets waiting" in browser.get("/inbox")


def test_what_waits_in_two_sets_is_said_at_both(browser: Browser, propose: Propose) -> None:
    """The inbox has nobody add up the same ad twice; the newer set says so above the question as well."""
    first = propose("set_status", ids=[TENT], status="PAUSED")
    second = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    told = "waits in {} as well: counted there and here, done once"
    text = browser.get("/inbox")
    assert [text.count(told.format(one.id)) for one in (first, second)] == [1, 1]
    assert told.format(first.id) in browser.get(f"/sets/{second.id}")


def test_what_was_so_already_is_no_deed(browser: Browser, propose: Propose, account: Sandbox) -> None:
    """Two equal wishes: the second one was so already, which the page says, and offers nothing to take back."""
    first = propose("set_status", ids=[TENT], status="PAUSED")
    second = propose("set_status", ids=[TENT, JACKET], status="PAUSED")
    third = propose("set_status", ids=[JACKET], status="PAUSED")
    browser.approve(first.id)
    browser.approve(second.id)
    text = browser.approve(third.id)
    assert account.status(JACKET) == "PAUSED"
    assert "was so already; nothing was sent" in text
    assert "Propose to take it back" not in text
    assert "Propose to take it back" in browser.get(f"/sets/{first.id}")
    assert "adsteward undo" not in browser.text
    text = browser.get("/history")
    assert (text.count("was so already; nothing was sent"), text.count("take back")) == (1, 2)


def test_what_failed_can_be_tried_again(
    browser: Browser, propose: Propose, account: Sandbox, faults: Faults
) -> None:
    """Meta refused to be read: the page says so, and a new yes to the same set is a new try, an old one is not."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    tab = browser.hidden()
    faults.reads.append(graph_error(190, 463))
    assert "access token" in browser.approve(change_set.id)
    browser.post(f"/sets/{change_set.id}/approve", **tab)
    browser.wait(change_set.id)
    assert account.status(TENT) == "ACTIVE"
    assert "1 of 1 change" in browser.approve(change_set.id)
    assert account.status(TENT) == "PAUSED"


def test_a_set_of_another_world_or_an_altered_one_is_not_shown(
    browser: Browser, propose: Propose, journal: Journal, site: Site
) -> None:
    """Each says why, and has no button."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    journal._store.run("UPDATE change_sets SET content=replace(content, 'PAUSED', 'ACTIVE')")
    assert "altered after it was proposed" in browser.get(f"/sets/{change_set.id}")
    assert (browser.status, "seal" in browser.page.text) == (404, False)
    assert "altered" in browser.get("/inbox")
    assert "There is no change set cs-000000000000" in browser.get("/sets/cs-000000000000")


def test_an_undo_that_waits_is_not_proposed_twice(
    browser: Browser, propose: Propose, journal: Journal, site: Site
) -> None:
    """A second click leads to it; a set that only says that it is one does not stand in its way, nor for it."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.approve(change_set.id)
    posing = a_set(change(id="x.1.0", account=change_set.account), request=f"undo {change_set.id}")
    journal.propose(posing.model_copy(update={"account": change_set.account, "world": change_set.world}))
    led_to = set[str]()
    for _ in range(2):
        browser.get(f"/sets/{change_set.id}")
        browser.post(f"/sets/{change_set.id}/undo")
        browser.wait(f"undo {change_set.id}")
        if browser.page.url.path.endswith("/undo"):
            browser.get(f"/sets/{change_set.id}/undo")
        assert "PAUSED → ACTIVE" in browser.text
        led_to.add(browser.page.url.path)
    assert led_to.isdisjoint({f"/sets/{change_set.id}", f"/sets/{posing.id}"})
    assert (len(led_to), len(journal.recent("", 9))) == (1, 3)


def test_a_reason_is_short(browser: Browser, propose: Propose, journal: Journal) -> None:
    """More than the field holds is refused and kept nowhere."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    text = browser.post(f"/sets/{change_set.id}/decline", reason="r" * 501)
    assert (browser.status, "up to 500 characters. Nothing was done." in text) == (422, True)
    assert (journal.state(change_set.id), "rrrr" in browser.page.text) == ("proposed", False)


def test_nothing_to_take_back_is_said(browser: Browser, propose: Propose, account: Sandbox) -> None:
    """An undo of what was never sent proposes nothing."""
    change_set = propose("set_status", ids=[TENT], status="PAUSED")
    browser.get(f"/sets/{change_set.id}")
    browser.post(f"/sets/{change_set.id}/undo")
    browser.wait(f"undo {change_set.id}")
    assert "Nothing to undo" in browser.get(f"/sets/{change_set.id}/undo")
    assert browser.get("/inbox").count("waits for approval") == 1
