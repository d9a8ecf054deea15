"""The pages of accounts: from what is kept alone, as old as they say, whatever the names; reading anew changes nothing."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from agent.overview.readings import ADS, CHECK, DAYS, REVIEW, TREE, ad_part
from agent.overview.snapshots import Place, Snapshots
from agent.web.looks import ALL, key_of
from agent.web.page_app import SITE, Site
from tests.agent.hosts.hostile import HOSTILE
from tests.agent.support import ACCOUNT, Faults, graph_error, is_write
from tests.agent.web.conftest import Browser, Propose
from tests.agent.web.test_page_security import HTML
from tests.tools.support import TENT
from tools.domain.text import visible

OUTLET, AD = "act_345678901", "23848000000001"
PLACE = Place("sandbox", ACCOUNT, "Acme", "EUR", "Europe/Berlin")
STRETCH = {"spent_minor": 123456, "planned_minor": 120000, "whole_minor": 240000, "share": "0.5000"}
PAGES = ("/", f"/accounts/{ACCOUNT}", f"/accounts/{ACCOUNT}/campaigns", f"/accounts/{ACCOUNT}/ads/{AD}0")


def answers(texts: list[str]) -> dict[str, dict[str, Any]]:
    """An account in which these texts stand wherever there is one: as many ads, and as many lines of each sort."""
    text, ids = texts[0], [f"{AD}{n}" for n in range(len(texts))]
    ads = [
        {"id": i, "name": t, "campaign": t, "ad_set": t, "reason": t, "spend": "12.00"}
        for i, t in zip(ids, texts, strict=True)
    ]
    above = {"status": "ACTIVE", "now": text, "daily_budget": "", "lifetime_budget": ""}
    lines = dict.fromkeys(("problems", "on_track", "running", "performance", "fatigue", "revive"), texts)
    numbers = {"today": STRETCH, "month": STRETCH, "forecast_minor": 1, "problems": 1, "result": text}
    kinds = ("pause", "refresh", "scale", "watch")
    return {
        CHECK: {"answers": lines, "complete": text, "numbers": numbers | {"cost_minor": 1, "target_cost_minor": 1}},
        DAYS: {"rows": [{"date_start": "2026-11-01", "spend": "12.00", "results": "2"}], "complete": text},
        REVIEW: {
            "rows": [ad | {"decision": kinds[n % 4]} for n, ad in enumerate(ads)],
            "counts": {text: 1}, "pause_effect": texts, "assumptions": texts, "complete": text,
            "budgets": [{"ad_set": text, "leave": text}], "protected": [{"id": ids[0], "protected_by": text}],
        },
        TREE: {
            "rows": [
                above | {"level": "campaign", "id": "1", "name": text},
                above | {"level": "ad set", "id": "2", "name": text, "campaign_id": "1"},
                *(above | {"level": "ad", "campaign_id": "1", "ad_set_id": "2"} | ad for ad in ads),
            ],
            "counts": {"ads": 1}, "rows_left_out": text,
        },
        ADS: {"rows": [{"ad_id": i, "spend": "12.00"} for i in ids]},
        "campaign figures": {"rows": [], "period": text, "results_are": text},
        "ad set figures": {"rows": []},
    }  # fmt: skip


@pytest.fixture
def kept(workspace: Path) -> Iterator[Snapshots]:
    with closing(Snapshots.of(workspace / "state")) as opened:
        yield opened


def keep(kept: Snapshots) -> None:
    for part, answer in answers(["Acme"]).items():
        kept.keep(PLACE, part, answer)
    kept.keep(PLACE, ad_part(f"{AD}0"), {"creative": {"object_story_spec": {"link_data": {"name": "Acme"}}}})


def test_pages_come_from_what_is_kept_and_ask_nobody(
    browser: Browser, kept: Snapshots, faults: Faults
) -> None:
    """Each figure with its currency and its age; the first page leads to the others."""
    keep(kept)
    faults.requests.clear()
    first = browser.get("/")
    assert "1 account, 1 to look at" in first
    assert "Acme act_123456789 EUR Acme 1,234.56 of 2,400.00 budgeted" in first
    assert f'href="/accounts/{ACCOUNT}"' in browser.page.text
    for path in PAGES:
        assert "just now" in browser.get(path)
        assert (browser.status, "<script" in browser.page.text) == (200, False)
    account = browser.get(PAGES[1])
    assert "Today, EUR · just now 1,234.56 of 2,400.00" in account
    assert browser.page.text.count("<svg xmlns=") == 3
    assert f'href="/history?account={ACCOUNT}"' in browser.page.text
    assert faults.requests == []


def test_what_is_not_known_or_not_there_is_no_nought(browser: Browser, kept: Snapshots) -> None:
    """Before anything was read no account is counted; where no budget runs, nothing is measured against nothing."""
    first = browser.get("/")
    assert ("0 accounts" in first, "No account was read yet." in first) == (False, True)
    told = answers(["Acme"])[CHECK]
    told["numbers"]["today"] = told["numbers"]["month"] = STRETCH | {"planned_minor": 0, "whole_minor": 0}
    kept.keep(PLACE, CHECK, told)
    for path in PAGES[:2]:
        text = browser.get(path)
        assert "1,234.56 no budget runs" in text
        assert "0.00 budgeted" not in text


def test_an_ad_that_loses_wastes_what_a_pause_leaves_to_others(browser: Browser, kept: Snapshots) -> None:
    """The budget stays, so that the page speaks of money wasted and never of money saved."""
    keep(kept)
    text = browser.get(PAGES[1])
    assert "wasted a week" in text
    assert "saves" not in text


def test_more_than_a_hundred_hostile_texts_arrive_as_text(browser: Browser, kept: Snapshots) -> None:
    """As names, lines, reasons, problems and texts of ads: each is read as it is, marks named, and none is markup."""
    texts, chunk = [*HOSTILE, *HTML], 30
    assert len(texts) > 100
    for number, text in enumerate(texts):
        place = replace(PLACE, account=f"act_{number + 1}", name=text, timezone=text)
        kept.keep(place, CHECK, answers([text])[CHECK])
    for part, answer in answers(texts).items():
        kept.keep(PLACE, part, answer)
    pages = {"/": texts, PAGES[1]: texts, PAGES[2]: texts}
    for first in range(0, len(texts), chunk):
        ad_id, shown = f"{AD}{first}", texts[first : first + chunk]
        story = {"link_data": {"child_attachments": [{"name": text} for text in shown]}}
        kept.keep(PLACE, ad_part(ad_id), {"creative": {"object_story_spec": story}, "now": shown[0]})
        pages[f"/accounts/{ACCOUNT}/ads/{ad_id}"] = shown
    for path, shown in pages.items():
        browser.get(path)
        page, read = browser.page.text, browser.text
        assert [text for text in shown if " ".join(visible(text).split()) not in read] == [], path
        tags = set(re.findall(r"<(/?[a-z][^\s>/]*)", page, re.IGNORECASE))
        assert not tags & {"script", "img", "b", "base", "/textarea", "iframe", "object"}, path
        assert not re.search(r"<[^>]*\son\w+\s*=[^>]*>", re.sub(r'"[^"]*"', '""', page)), path
        assert not re.search("[\u200b\u202e\u2066\x00-\x09\x0b-\x1f\x7f-\x9f]", page), path


@pytest.mark.usefixtures("account")
def test_looking_again_reads_and_changes_nothing(browser: Browser, kept: Snapshots, faults: Faults) -> None:
    """A form of this session begins it; the page then says what was read, and only reads were sent."""
    assert "This account was not read yet." in browser.get(f"/accounts/{OUTLET}")
    assert "Reading asks Meta and changes nothing" in browser.get("/")
    faults.requests.clear()
    browser.http.post(f"/accounts/{OUTLET}/look", data={"csrf": "forged"}, headers={"origin": browser.origin})
    assert faults.requests == []
    browser.get(f"/accounts/{OUTLET}")
    browser.post(f"/accounts/{OUTLET}/look")
    browser.wait(key_of(OUTLET))
    assert "The ad account is disabled" in browser.get(f"/accounts/{OUTLET}")
    assert faults.requests
    assert not [request for request in faults.requests if is_write(request)]
    work = browser.site.house.works.of(key_of(OUTLET))
    assert work
    assert work.steps[0] == "0 of 7 parts read; now the daily check"
    (one,) = kept.all_of(CHECK, TREE, sandboxed=True)
    ad = one.parts[TREE].answer["rows"][-1]["id"]
    assert "What it shows was not read yet." in browser.get(f"/accounts/{OUTLET}/ads/{ad}")
    browser.post(f"/accounts/{OUTLET}/ads/{ad}/look")
    browser.wait(key_of(OUTLET, ad))
    assert "Texts as Meta keeps them." in browser.get(f"/accounts/{OUTLET}/ads/{ad}")


@pytest.mark.usefixtures("account")
def test_the_picture_of_an_ad_comes_from_the_page_itself(
    browser: Browser, kept: Snapshots, faults: Faults
) -> None:
    """Looking at an ad keeps its picture; only who is in sees it, with words for who cannot, and as old as it is."""
    keep(kept)
    rows = [{"level": "ad", "id": TENT, "name": '"><b>', "now": "running"}]
    kept.keep(PLACE, TREE, {"rows": rows})
    path = f"/accounts/{ACCOUNT}/ads/{TENT}"
    browser.get(f"{path}/picture")
    assert (browser.status, "<img" in browser.page.text) == (404, False)
    browser.get(path)
    browser.post(f"{path}/look")
    browser.wait(key_of(ACCOUNT, TENT))
    assert "What it shows just now" in browser.get(path)
    shown = re.findall(r"<img [^>]*>", browser.page.text)
    assert shown == [
        f'<img src="{path}/picture" alt="Picture of the ad &#34;&gt;&lt;b&gt;, as Meta had it: just now">'
    ]
    asked = len(faults.requests)
    browser.get(f"{path}/picture")
    assert browser.page.content.startswith(b"\x89PNG")
    headers = browser.page.headers
    assert (headers["content-type"], headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert "img-src 'self';" in headers["content-security-policy"]
    assert len(faults.requests) == asked
    assert browser.http.get(f"/accounts/{OUTLET}/ads/{TENT}/picture").status_code == 404


@pytest.mark.usefixtures("account")
def test_what_cannot_be_read_is_said_and_the_old_figures_stay(
    browser: Browser, kept: Snapshots, faults: Faults
) -> None:
    """A dead token takes nothing from the page; why it shows old figures stands beside them."""
    keep(kept)
    browser.get(f"/accounts/{ACCOUNT}")
    faults.reads = [graph_error(190)] * 60
    browser.post(f"/accounts/{ACCOUNT}/look")
    browser.wait(key_of(ACCOUNT))
    shown = browser.get(f"/accounts/{ACCOUNT}")
    assert "190" in shown
    assert "1,234.56 of 2,400.00" in shown
    browser.get("/")
    browser.post("/look")
    browser.wait(ALL)
    assert "190" in browser.get("/")
    assert "1,234.56 of 2,400.00" in browser.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/accounts/act_x", "There is no such account on this page."),
        ("/accounts/..%2F..%2Fetc", "There is no such page."),
        (f"/accounts/{ACCOUNT}/ads/1%27", "That ad is not among those that were read."),
        (f"/accounts/{ACCOUNT}/ads/99", "That ad is not among those that were read."),
        ("/accounts/act_1", "This account was not read yet. It may be none of yours"),
        ("/accounts/act_1/campaigns", "No campaigns were read yet."),
        ("/accounts/act_1/ads/99", "That ad is not among those that were read."),
        ("/sets/cs-9", "There is no change set cs-9."),
        ("/sets/cs-9/undo", "There is no change set cs-9."),
        ("/ask/files/x.html", "There is no such file of this session."),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(browser: Browser, path: str, said: str) -> None:
    """No path opens anything but what is kept; the rest is not found, and a link leads on."""
    assert said in browser.get(path)
    assert (browser.status, 'href="/"' in browser.page.text) == (404, True)


@pytest.mark.parametrize("path", ["/sets/cs-9/decline", "/sets/cs-9/undo", "/ask/resume"])
def test_what_is_asked_of_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    """A form for a set or a talk that does not exist does nothing, and says so."""
    browser.get("/ask")
    browser.post(path, id="t-9", seal="")
    assert (browser.status, "There is no" in browser.text) == (404, True)


def test_every_page_of_an_account_asks_who_is_there(site: Site) -> None:
    """Nothing of an account is shown, and nothing read, for a stranger."""
    stranger = Browser(site)
    paths = [page for page in SITE if page.path in ("/", "/look") or page.path.startswith("/accounts")]
    assert len(paths) == 8
    for page in paths:
        path = page.path.replace("{account}", ACCOUNT).replace("{ad}", AD)
        (stranger.get if page.method == "GET" else stranger.post)(path)
        assert stranger.status in (401, 403)
        assert ACCOUNT not in stranger.text


def test_reading_keeps_no_decision_waiting(site: Site) -> None:
    """However many accounts are being read, one of each at a time, what a person decided is done at once."""
    works, go_on = site.house.works, Event()
    reading = [works.begin(f"look {n % 9}", lambda _: go_on.wait(30) and None, aside=True) for n in range(18)]
    assert len({id(work) for work in reading}) == 9
    decided = works.begin("cs-1", lambda _: None)
    list(decided.told(30))
    assert (decided.over, any(work.over for work in reading)) == (True, False)
    go_on.set()
    for work in reading:
        list(work.told(30))


@pytest.mark.usefixtures("account")
def test_the_first_page_leads_to_what_waits(browser: Browser, kept: Snapshots, propose: Propose) -> None:
    """Whether its account was read or not; an account says how many of them are its own."""
    propose("set_status", ids=[AD], status="PAUSED")
    assert "1 change set waiting for a decision." in browser.get("/")
    assert "1 waiting" not in browser.text
    keep(kept)
    assert "1 waiting Acme" in browser.get("/")
