"""Asking at the page: the same loop, its proposals on pages of their own, with and without JavaScript."""

import asyncio
import html
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from agent.run.talk_store import open_talks
from agent.setup.settings import Options
from agent.web import asking_page
from agent.web.page_app import Site
from agent.web.sign_in import at_the_page
from agent.web.talks import Talk, Turn
from agent.web.works import Work
from agent.writes.journal import Journal
from tests.agent.support import Faults, Sandbox, ScriptedModel, brand
from tests.agent.web.conftest import ORIGIN, Browser, Propose
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tests.tools.support import JACKET, TENT


def ask(browser: Browser, request: str, account: str = "") -> str:
    """Ask, wait and look, as a browser without JavaScript does."""
    where = f"/ask?account={account}" if account else "/ask"
    browser.get(where)
    browser.post("/ask", request=request, account=account)
    for turn in (t for talk in talks(browser) for t in talk.turns):
        list(turn.work.told(30))
    return browser.get(where)


def talks(browser: Browser) -> list:
    entered = browser.site.house.door.found(browser.http.cookies["adsteward-8765"])
    assert entered
    return list(entered.kept.values())


def test_a_talk_goes_on_and_its_proposals_are_approved_on_their_pages(
    browser: Browser, account: Sandbox
) -> None:
    """The answer, its evidence and a way to what waits; a second request knows the first; nothing is done by asking."""
    text = ask(browser, "pause underperforming ads")
    assert "SANDBOX Northwind Outdoor (demo) (act_123456789, USD)" in text
    assert "Evidence, in USD" in text
    assert "Static – Tent 20% off" in text
    assert account.status(TENT) == "ACTIVE"
    (set_id,) = {part for part in browser.page.text.split('"') if part.startswith("/sets/cs-")}
    text = ask(browser, "show my campaigns")
    assert text.count("And now?") == 1
    assert text.index("pause underperforming ads") < text.index("show my campaigns")
    browser.approve(set_id.rpartition("/")[2])
    assert account.status(TENT) == "PAUSED"


def test_a_model_hears_the_whole_talk_of_its_account_alone(
    browser: Browser, let_in: Callable[[], Browser], account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session, and another account, have talks of their own; what a model says is shown as text."""
    model = ScriptedModel(["<b>one</b> \u202eeno", "two", "three", "four"])
    monkeypatch.setattr("agent.run.braking.choose_model", lambda _: model)
    text = ask(browser, "first")
    assert "<b>one</b> eno" in text
    assert "<b>" not in browser.page.text
    ask(browser, "second")
    assert [m["content"] for m in model.asked[1] if m["role"] == "user"] == ["first", "second"]
    ask(browser, "third", "act_123456789")
    assert [m["content"] for m in model.asked[2]] == ["third"]
    other = let_in()
    other.get("/ask")
    assert 'class="turn"' not in other.page.text
    ask(other, "fourth")
    assert [m["content"] for m in model.asked[3]] == ["fourth"]


def test_a_kept_talk_goes_on_in_another_session_of_the_same_person(
    browser: Browser,
    let_in: Callable[[], Browser],
    account: Sandbox,
    options: Options,
    site: Site,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Offered where nothing was said yet, shown as it was; the model hears all of it and what happened since; a page's user has their own alone."""
    model = ScriptedModel(["<b>one</b>", "two"])
    monkeypatch.setattr("agent.run.braking.choose_model", lambda _: model)
    ask(browser, "first <b>request</b>")
    other = let_in()
    assert "Go on" in other.get("/ask")
    assert "first <b>request</b>" in other.text
    talk_id = other.hidden()["id"]
    text = other.post("/ask/resume")
    assert other.page.url.path == "/ask"
    assert "<b>one</b>" in text
    assert "Earlier talks" not in text
    assert "two" in ask(other, "second", "act_123456789")
    said = [m["content"] for m in model.asked[1] if m["role"] == "user"]
    assert [said[0], said[-1], "What happened since?" in said[1]] == ["first <b>request</b>", "second", True]
    assert options.workspace
    with open_talks(options.workspace / "state") as talks:
        assert [(one.id, one.requests) for one in talks.listed()[0]] == [(talk_id, 2)]
    with open_talks(options.workspace / "state", "maria") as talks:
        assert talks.listed() == ([], [])
    entered = site.house.door.found(other.http.cookies["adsteward-8765"])
    assert entered
    entered.name, entered.who = "maria", at_the_page("maria")
    assert "Earlier talks" not in other.get("/ask?account=act_1")
    other.post("/ask/resume", id=talk_id)
    assert "There is no talk" in other.text


def test_an_answer_is_streamed_while_it_is_written(
    browser: Browser, account: Sandbox, faults: Faults
) -> None:
    """Steps and text come as events, the end last; meanwhile the page has no field, and looks again where nothing runs scripts."""
    reached, go_on = threading.Event(), threading.Event()

    def slow(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        reached.set()
        assert go_on.wait(30)
        return forward()

    faults.reads.append(slow)
    browser.get("/ask")
    text = browser.post("/ask", request="show my campaigns", account="")
    assert reached.wait(30)
    assert "Working on it." in text
    again = 'content="3; url=/ask?account=&amp;look=1#now"'
    assert f'<noscript><meta http-equiv="refresh" {again}></noscript>' in browser.page.text
    assert "<textarea" not in browser.page.text
    browser.post("/ask", request="another", account="", csrf=browser.hidden()["csrf"])
    assert (browser.status, "still being worked on" in browser.text) == (409, True)
    go_on.set()
    answer = browser.http.get("/ask/stream")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = [tuple(event.splitlines()) for event in answer.text.strip().split("\n\n")]
    assert events[-1][0] == "event: over"
    kinds = {kind.removeprefix("event: ") for kind, *_ in events}
    assert kinds == {"step", "text", "over"}
    said = "".join(json.loads(data.removeprefix("data: ")) for kind, data in events if kind == "event: text")
    assert "Summer Sale – Sales" in said
    assert "Summer Sale – Sales" in browser.get("/ask")


def test_what_cannot_be_asked_is_said(browser: Browser, site: Site) -> None:
    """Nothing, too much, an account that is none, a failing start: a sentence, and the talk goes on."""
    browser.get("/ask")
    for request in ("", "  ", "x" * 4001):
        assert "A request has 1 to 4000 characters." in browser.post("/ask", request=request, account="")
    browser.get("/ask")
    assert "An ad account is called act_ and a number" in browser.post(
        "/ask", request="x", account="//evil.example"
    )
    for odd in ("12", "act_\u0663", "act_1%0a", f"act_{'1' * 26}"):
        assert "An ad account is called act_ and a number" in browser.get(f"/ask?account={odd}")
    assert browser.http.get("/ask/stream").text == "event: over\ndata: \n\n"


def test_what_was_written_is_not_lost(browser: Browser, site: Site) -> None:
    """A request that is refused stands in the field again; a line's end counts once, as the browser counts it."""
    browser.get("/ask")
    browser.post("/ask", request="<b>a</b> " + "x" * 4000, account="")
    assert (browser.status, "<b>a</b> xxx" in browser.text) == (422, True)
    site.house.works.cut()
    browser.post("/ask", request="show my campaigns" + "\r\n" * 20 + "x" * 3960, account="")
    assert browser.status == 200
    assert str(browser.page.url).endswith("/ask#now")


def test_streams_keep_no_page_waiting(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many watch an answer that does not come, all pages are there; a stream says that it is still there."""
    browser.get("/ask")
    kept = browser.site.house.door.found(browser.http.cookies["adsteward-8765"])
    assert kept
    kept.kept["talk "] = Talk("", [Turn("slow", Work())])
    monkeypatch.setattr(asking_page, "LISTEN_S", 0.001)
    monkeypatch.setattr(asking_page, "STILL_S", 0.001)

    async def got(path: str, seen: Callable[[Any], None]) -> None:
        headers = {"host": ORIGIN.removeprefix("http://"), "cookie": f"adsteward-8765={kept.id}"}
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b""}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]

        async def receive() -> Any:
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            seen(message)

        await browser.site.app(scope, receive, send)

    async def watched() -> list[Any]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        page, beats = list[Any](), [asyncio.Event() for _ in range(3)]
        async with asyncio.timeout(20), anyio.create_task_group() as group:
            for beat in beats:
                group.start_soon(
                    got,
                    "/ask/stream",
                    lambda said, beat=beat: b"still" in said.get("body", b"") and beat.set(),
                )
            for beat in beats:
                await beat.wait()
            await got("/inbox", page.append)
            group.cancel_scope.cancel()
        return page

    assert asyncio.run(watched())[0]["status"] == 200


def test_an_account_that_is_not_there_is_said(browser: Browser, account: Sandbox) -> None:
    """Why it could not begin stands where the answer would."""
    text = ask(browser, "how are my ads doing?", "act_999")
    assert "your token can see; it sees act_123456789" in text
    assert account.status(JACKET) == "ACTIVE"


def test_what_a_person_should_hear_of_the_account_stands_with_the_answer(
    browser: Browser, account: Sandbox, workspace: Path
) -> None:
    """As a terminal says it when it opens the account."""
    brand(workspace, "timezone: Europe/Berlin\n")
    assert "stack.md says Europe/Berlin, the account runs on America/New_York" in ask(
        browser, "show my campaigns"
    )


@pytest.mark.parametrize("said", ["do it", "yes", "decline it"])
def test_a_yes_at_the_page_leads_to_the_page_of_what_waits(
    browser: Browser, propose: Propose, said: str
) -> None:
    """Nothing is approved by talking, and no command for a terminal is named, for one set as for several."""
    one = propose("set_status", ids=[TENT], status="PAUSED")
    text = ask(browser, said)
    assert f"the page of {one.id} shows it again and asks" in text
    propose("set_status", ids=[JACKET], status="PAUSED")
    text += ask(browser, said)
    assert "the page of each shows it again and asks" in text
    assert "adsteward apply" not in text


def test_a_wrong_brand_file_does_not_hold_up_a_stop(
    browser: Browser, account: Sandbox, workspace: Path
) -> None:
    """It is asked for and approved at the page, while all else waits and says how to stop."""
    brand(workspace, "max_pauses_per_day: 1O\n")
    text = ask(browser, "how are my ads doing?")
    assert "max_pauses_per_day: found '1O'" in html.unescape(text)
    assert "stop everything" in text
    ask(browser, "stop everything")
    (set_id,) = {part for part in browser.page.text.split('"') if part.startswith("/sets/cs-")}
    browser.approve(set_id.rpartition("/")[2])
    assert account.status(JACKET) == "ACTIVE"
    assert account.writes()


def test_a_page_for_one_account_is_about_no_other(
    browser: Browser, site: Site, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --account nothing of another one is listed, shown, decided or asked about."""
    other = a_set(change(id="r.1.0"), request="secret request")
    journal.propose(other)
    assert "secret request" in browser.get("/inbox")
    only = replace(site.house.options, account="act_123456789")
    site.house = replace(site.house, options=only)
    for path in ("/", "/inbox", "/history", "/history?account=act_1", f"/sets/{other.id}", "/ask"):
        browser.get(path)
        assert "secret request" not in browser.page.text, path
        assert f'value="{other.account}"' not in browser.page.text, path
    assert "This page is about act_123456789 alone" in browser.get("/ask?account=act_1")
    browser.get("/")
    browser.post(f"/sets/{other.id}/decline")
    assert journal.state(other.id) == "proposed"


def test_what_a_request_makes_is_saved_from_the_page_by_its_session_alone(
    browser: Browser, let_in: Callable[[], Browser], workspace: Path
) -> None:
    """A report and a chart are links; nobody else's session has them, and no other file has an address."""
    ask(browser, "chart of spend last 7 days")
    (link,) = {part for part in browser.page.text.split('"') if part.startswith("/ask/files/")}
    assert "Save the chart (" in browser.text
    saved = browser.http.get(link)
    assert saved.status_code == 200
    assert saved.headers["content-disposition"].startswith("attachment; ")
    assert "default-src 'none'" in saved.headers["content-security-policy"]
    (made,) = (workspace / "state" / "results").glob("chart-*")
    assert saved.content == made.read_bytes()

    for wrong in ("..%2Fjournal.sqlite", "journal.sqlite", made.stem):
        assert browser.http.get(f"/ask/files/{wrong}").status_code == 404
    other = let_in()
    other.get("/ask")
    other.get(link)
    assert other.status == 404
    made.unlink()
    made.symlink_to(workspace / "brand" / "stack.md")
    assert browser.http.get(link).status_code == 404
