"""The report for a client: the tools' figures in the client's language, what was done and why, and nothing hidden or from outside."""

import json
import re
import string
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.agent.hosts.hostile import HOSTILE
from tests.attacks.rendered import unturned
from tests.tools.support import JACKET, NOW, PROSPECTING, TENT, Desk, Ledger, a_picture, open_desk
from tools.domain.brand_layers import file_layer, load_brand
from tools.domain.changes import ChangeSet
from tools.domain.files import Closed
from tools.domain.insights import Period
from tools.domain.kinds import KINDS
from tools.domain.tool import Applied, ToolError
from tools.read.client_report import brand_mark, chromium, html_page, report_book
from tools.read.client_report.deeds_told import PREPARATIONS
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered, gathered, whole
from tools.read.client_report.net_changes import left_of
from tools.read.client_report.report_language import CODES, NO_BREAK, language
from tools.read.client_report.report_view import MOST_CAMPAIGNS, ReportView, view

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}
TOTALS = ["spend", "results", "cost_per_result", "roas"]
HIDDEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200b-\u200d\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f\U000e0000-\U000e007f]"
)


class Page(HTMLParser):
    """The elements, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.words += [data] if data.strip() and self.tags[-1] != "style" else []

    @property
    def text(self) -> str:
        """All that is read, with plain spaces."""
        return " ".join(" ".join(self.words).split())


class WithWaiting(Ledger):
    """A ledger in which sets wait for a decision."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[ChangeSet] = []

    def recent(self, account: str, limit: int) -> list[dict[str, Any]]:
        """Those that wait before those that were applied."""
        return [{"id": one.id, "state": "proposed"} for one in self.waiting] + super().recent(account, limit)

    def change_set(self, change_set_id: str) -> ChangeSet:
        """One of those that wait."""
        return next(one for one in self.waiting if one.id == change_set_id)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An account in which two ads were paused with evidence, a budget was cut, and more waits."""
    opened = open_desk(tmp_path_factory.mktemp("report"))
    opened.context.ledger = opened.ledger = ledger = WithWaiting()
    opened.call("review_performance")
    opened.enact(
        *opened.propose("set_status", ids=[TENT, JACKET], status="PAUSED").changes,
        at=NOW - timedelta(days=34),
    )
    budget = opened.one("set_budget", id=PROSPECTING, daily_budget="300.00 USD", reason="Winter is over.")
    opened.enact(budget, at=NOW - timedelta(days=28), change_set="cs-2")
    last = opened.ledger.entries.pop()
    opened.ledger.entries.append(replace(last, undone=True))
    more = opened.one("set_budget", id=PROSPECTING, daily_budget="310.00 USD")
    opened.context.pending.clear()
    ledger.waiting = [
        ChangeSet(
            run_id="r",
            created_at=NOW.isoformat(),
            world="sandbox",
            account=more.account,
            currency="USD",
            request="you fools",
            changes=(more,),
        )
    ]
    yield opened
    opened.wire.close()
    opened.http.close()


@pytest.fixture(scope="module")
def found(desk: Desk) -> Gathered:
    """What the tools answer for October."""
    return gathered(desk.context, Period(**OCTOBER), "previous", "last_month")


@pytest.fixture(scope="module")
def english(desk: Desk, found: Gathered) -> ReportView:
    """The report on it."""
    return view(desk.context, found, Pen(language("en"), desk.context.account, found.event))


def page(shown: ReportView, logo: str = "") -> Page:
    return Page(html_page.html(shown, logo=logo, colour="#1f4e8c"))


def test_a_report_says_the_figures_of_the_tools_and_names_its_days(desk: Desk) -> None:
    """Spend, results, cost and their change are those of get_insights; both periods stand there by their dates."""
    told = desk.ask("make_report", date_preset="last_month")
    totals = desk.ask("get_insights", fields=TOTALS, compare="2026-09-01..2026-09-30", **OCTOBER)["totals"]
    read = Page(Path(told["file"]).read_text(encoding="utf-8")).text
    for said in (
        f"{float(totals['spend']):,.2f} USD",
        f"{int(totals['results']):,}",
        f"{totals['cost_per_result']} USD",
        totals["roas"],
    ):
        assert said in read
    assert f"{totals['spend_percent_per_day']} % per day" in read
    assert "compared with 1 to 30 September 2026 (days: 30 against 31)" in read
    assert f"−{totals['cost_per_result_percent'].removeprefix('-')} %" in read
    assert (told["period"], told["compared_with"]) == ("2026-10-01 to 2026-10-31", "2026-09-01 to 2026-09-30")
    assert "1 to 31 October 2026" in read
    assert "compared with 1 to 30 September 2026" in read
    assert told["complete"][0] == "All rows of figures were read."
    assert Path(told["file"]).parent == desk.context.results_dir.resolve()
    assert set(told) == {"file", "period", "compared_with", "summary", "complete"}
    assert len(json.dumps(told)) < 1500  # the report itself stays out of the conversation


def test_a_page_holds_all_it_needs_and_asks_nobody_for_anything(english: ReportView) -> None:
    """No script, no form, no address: the picture is in it, and a policy forbids the rest."""
    text = html_page.html(english, logo="data:image/png;base64,AA==", colour="#1f4e8c")
    read = Page(text)
    assert not {"script", "iframe", "link", "form", "object", "a", "base"} & set(read.tags)
    assert set(re.findall(r"https?://[^\"'\s]*", text)) == {"http://www.w3.org/2000/svg"}
    assert {value for name, value in read.attributes if name in ("src", "href")} == {
        "data:image/png;base64,AA=="
    }
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:") in read.attributes
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert text.count("<svg") == 3
    assert text.count("<desc>") == 3


def test_what_was_changed_stands_with_its_reason_and_what_became_of_it(english: ReportView) -> None:
    """The newest first: a budget with both amounts, pauses with the figures they rested on, and the cost before and since."""
    budget, pauses = english.changes
    assert [deed.what for deed in budget.deeds] == [
        "Ad set “Summer – Prospecting”: daily budget changed from 360.00\u00a0USD to 300.00\u00a0USD (taken back later)"
    ]
    assert budget.deeds[0].why == "Winter is over."
    assert [deed.what for deed in pauses.deeds] == [
        "Ad “Static – Tent 20% off”: paused",
        "Ad “Static – Rain jacket grey”: paused",
    ]
    tent, jacket = (deed.why.replace("\u00a0", " ") for deed in pauses.deeds)
    assert re.fullmatch(r"Not one purchase for [\d,.]+ USD; the target is 25\.00 USD\.", tent)
    assert re.fullmatch(r"\d+ purchases for [\d,.]+ USD, [\d.]+ USD each; the target is 25\.00 USD\.", jacket)
    (first, second) = pauses.outcomes
    assert {line.partition(":")[0] for line in (first, second)} == {
        "Ad set “Summer – Prospecting”",
        "Ad set “Spring – Broad US”",
    }
    assert "in the 14 days since" in first


@pytest.mark.parametrize(
    ("steps", "left", "taken_back"),
    [
        ("A", ["A"], 0),
        ("A B>A", [], 1),
        ("A B>A C>B", ["A"], 0),
        ("A B>A C>B D>C", [], 1),
        ("B>A", ["B"], 0),
        ("B>A C>B", [], 1),
        ("A X B>A Y>X", [], 2),
    ],
)
def test_what_was_taken_back_within_the_period_is_left_out(
    desk: Desk, steps: str, left: list[str], taken_back: int
) -> None:
    """Of a pause that was undone, redone and undone again nothing is left; what an undo of an older change did stays."""
    one, *_ = desk.ledger.entries
    made = list[Applied]()
    for name, _, restores in (step.partition(">") for step in steps.split()):
        change = one.change.model_copy(update={"id": name, "restores": restores})
        undone = f">{name}" in steps
        made.append(replace(one, change=change, undone=undone))
    kept, number = left_of(made)
    assert ([each.change.id for each in kept], number) == (left, taken_back)
    assert not [each for each in kept if each.undone]


def test_a_client_reads_no_set_ids_and_no_typed_words(desk: Desk, found: Gathered) -> None:
    """An undo is told as one, an amount that was typed is left out, and each line on an outcome says whose it is; in every language."""
    pause, _, budget = found.applied
    undo = pause.change.model_copy(update={"reason": "undo of cs-4fd0a6f9970b", "restores": "c", "basis": {}})
    typed = budget.change.model_copy(update={"reason": "asked for: +10 %"})
    sets = (replace(pause, change=undo), replace(budget, change=typed))
    early = tuple(replace(one, days=0) for one in found.outcomes)
    told = replace(found, applied=sets, outcomes=early, taken_back=2)
    for code in CODES:
        pen = Pen(language(code), desk.context.account, found.event)
        shown = view(desk.context, told, pen)
        read = page(shown).text
        assert "cs-" not in read
        assert "asked for" not in read
        assert pen.say("takes_back") in read
        assert pen.say("taken_back", number=2) in shown.summary
        none = page(view(desk.context, replace(told, applied=(), outcomes=()), pen)).text
        assert none.count(pen.say("taken_back", number=2).replace(NO_BREAK, " ")) == 2
        assert pen.say("changed_none") not in none
        outcomes = [line for one in shown.changes for line in one.outcomes]
        assert len(outcomes) == len(early)
        assert all("Summer – Prospecting" in line or "Spring – Broad US" in line for line in outcomes)


def test_what_waits_is_proposed_and_not_promised(english: ReportView) -> None:
    """A set that nobody decided on stands under what is proposed, without the words in which it was asked for."""
    ((deed,),) = [one.deeds for one in english.proposals]
    assert deed.what.startswith("Ad set “Summer – Prospecting”: change the daily budget from")
    read = page(english).text
    assert "no result is promised" in read
    assert "Proposals that wait for a decision: 1." in read
    assert "you fools" not in read


def test_of_several_proposals_for_one_object_the_newest_is_told(desk: Desk, english: ReportView) -> None:
    """A client does not read an owner's trials; what is left of a set is told, and sets are counted."""
    ledger = desk.ledger
    assert isinstance(ledger, WithWaiting)
    desk.context.pending.clear()
    older = desk.one("set_budget", id=PROSPECTING, daily_budget="305.00 USD")
    pause = desk.one("set_status", ids=["23848000000042"], status="PAUSED")
    desk.context.pending.clear()
    (newest,) = ledger.waiting
    said = newest.model_dump()
    ledger.waiting = [
        newest,
        *(ChangeSet.model_validate(said | {"changes": some}) for some in ((older, pause), (older,))),
    ]
    told = gathered(desk.context, Period(**OCTOBER), "previous", "last_month")
    shown = view(desk.context, told, Pen(language("en"), desk.context.account, told.event))
    ledger.waiting = [newest]
    assert [len(one.deeds) for one in shown.proposals] == [1, 1]
    assert "pause" in shown.proposals[1].deeds[0].what
    assert "Proposals that wait for a decision: 2." in page(shown).text.replace(NO_BREAK, " ")


def test_a_cost_that_nobody_set_is_no_target(desk: Desk, found: Gathered, english: ReportView) -> None:
    """Of a change that rested on what is usual in the account, the report says so."""
    pen = Pen(language("en"), desk.context.account, found.event)
    basis = {"spend": "120.00", "results": "2", "cost_per_result": "60.00", "target": "32.01"}
    usual = next(one for one in found.applied if one.change.kind == "set_status")
    for more, said in ({}, "the target is 32.01"), ({"target_is": "usual"}, "usual in this account is 32.01"):
        change = usual.change.model_copy(update={"basis": basis | more})
        told = view(desk.context, replace(found, applied=(replace(usual, change=change),)), pen)
        assert said in told.changes[0].deeds[0].why.replace(NO_BREAK, " ")


def test_ads_stand_out_with_the_figures_of_the_period_and_evidence(english: ReportView) -> None:
    """Winners, losers and tired ads each say what they brought and what they are held to."""
    winners, losers, tired = english.ads
    assert [group.heading for group in english.ads] == [
        "What works",
        "What does not work",
        "What is wearing out",
    ]
    assert "the target is 25.00\u00a0USD. 99\u00a0% sure to be better than that." in winners.lines[0].evidence
    assert "sure to be worse than that." in losers.lines[0].evidence
    assert "It is clicked" in tired.lines[0].evidence
    assert len(winners.lines) == 5
    assert re.fullmatch(r"and \d+ more", winners.more)
    assert "20 November 2026, by the last 13 weeks" in english.judged_on


def test_days_that_still_fill_up_are_said(
    desk: Desk, english: ReportView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A period that reaches into the last three days, or is not over, says so at the top and at the end; a logo that is not there is left out and told of."""
    brand = desk.context.brand.model_copy(update={"report_logo": "brand/none.png"})
    monkeypatch.setattr(desk.context, "brand", brand)
    told = desk.ask("make_report", date_preset="this_month", compare="none")
    read = Page(Path(told["file"]).read_text(encoding="utf-8")).text
    assert read.count("those from 17 November 2026 on are still filling up.") == 2
    assert "shown up to 19 November 2026" in read
    assert told["period"] == "2026-11-01 to 2026-11-19"
    assert "compared with" not in read
    assert "Pale: days whose results are still coming in." in read
    assert english.open_days == ""
    assert told["note"] == "report_logo of stack.md is left out: brand/none.png: not in the workspace"
    assert "compared_with" not in told


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        (OCTOBER, "2026-09-01 to 2026-09-30"),
        ({"since": "2026-09-01", "until": "2026-10-31"}, "2026-07-01 to 2026-08-31"),
        ({"since": "2026-02-01", "until": "2026-02-28", "compare": "last_year"}, "2025-02-01 to 2025-02-28"),
        ({"date_preset": "last_7d", "compare": "last_year"}, "2025-11-14 to 2025-11-20"),
        ({"date_preset": "last_7d"}, "2026-11-06 to 2026-11-12"),
        ({"date_preset": "last_month", "compare": "last_year"}, "2025-10-01 to 2025-10-31"),
        ({"date_preset": "last_month", "compare": "none"}, None),
        ({"date_preset": "this_month"}, "2026-10-01 to 2026-10-19"),
        ({"since": "2026-11-01", "until": "2026-11-30"}, "2026-10-01 to 2026-10-19"),
        (
            {"date_preset": "this_week_mon_today", "compare": "2026-11-09..2026-11-15"},
            "2026-11-09 to 2026-11-12",
        ),
        ({"date_preset": "this_quarter"}, "2026-07-01 to 2026-08-19"),
        ({"date_preset": "today"}, None),
    ],
)
def test_a_period_is_compared_with_the_one_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], compared: str | None
) -> None:
    """Whole months with whole months, other days with as many before, or with the same weekdays a year ago; the day that runs with none."""
    monkeypatch.setattr("tools.read.client_report.make_report.gathered", _spans_alone)
    with pytest.raises(_Spans) as spans:
        desk.call("make_report", **asked)
    then = spans.value.args[0]
    assert (f"{then[0]} to {then[1]}" if then else None) == compared


class _Spans(Exception):  # noqa: N818 - ends a report as soon as its days are known
    """The period that a report compares with."""


def _spans_alone(ctx: Any, period: Period, compare: str, default: str) -> Gathered:
    from tools.read.client_report import gathering
    from tools.read.figures import spans

    today = ctx.here.date()
    asked = spans.span_of(period, default, today)
    preset = "" if period.since else period.date_preset or default
    raise _Spans(gathering._held(asked, compare, preset, today)[1])


def test_every_language_has_every_text_with_the_same_values() -> None:
    """Tables, names and the values in braces are alike; all kinds of changes that clients see have words."""
    first = language("en").tables
    assert set(first["done"]) - {"pause", "activate"} == set(KINDS) - PREPARATIONS - {"set_status"}
    for code in CODES:
        tables = language(code).tables
        for name, table in first.items():
            assert set(tables[name]) == set(table), (code, name)
            for key, text in table.items():
                if isinstance(text, str):
                    assert _values(tables[name][key]) - {"one", "many"} == _values(text) - {"one", "many"}, (
                        code,
                        key,
                    )
                else:
                    assert len(tables[name][key]) == len(text), (code, key)


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "de",
            [
                "1. bis 31. Oktober 2026",
                "49.542,99 USD",
                "1.993 Käufe",
                "+7,9 % pro Tag",
                "Anzeige „Static – Tent 20% off“: pausiert",
            ],
        ),
        (
            "es",
            [
                "del 1 al 31 de octubre de 2026",
                "49.542,99 USD",
                "1.993 compras",
                "Anuncio «Static – Tent 20% off»: en pausa",
            ],
        ),
        ("pt", ["de 1 a 31 de outubro de 2026", "49.542,99 USD", "+7,9% por dia", "1.993 compras"]),
        (
            "fr",
            [
                "du 1er au 31 octobre 2026",
                "49 542,99 USD",
                "1 993 achats",
                "+7,9 % par jour",
                "Publicité « Static – Tent 20% off » : mise en pause",
            ],
        ),
    ],
)
def test_a_report_speaks_the_language_of_the_brand(
    desk: Desk, found: Gathered, code: Any, said: list[str]
) -> None:
    """Words, dates, separators and quotes are those of the language; no text of another is left in."""
    shown = view(desk.context, found, Pen(language(code), desk.context.account, found.event))
    read = page(shown).text
    for text in said:
        assert text in read, text
    assert not [
        english for english in ("purchase", "October", "Before", "the target", "Spend ") if english in read
    ]
    assert f'lang="{code}"' in html_page.html(shown, logo="", colour="#1f4e8c")


def test_a_hundred_hostile_names_change_nothing_and_hide_nothing(
    desk: Desk, found: Gathered, english: ReportView
) -> None:
    """Campaigns, ads, results, changes, reasons and the account may be called anything: the page has the same elements, and no mark is hidden."""
    assert len(set(HOSTILE)) >= 100
    plain = page(english)
    campaigns, verdicts = found.campaigns["rows"], found.judged.review.verdicts
    for start in range(0, len(HOSTILE), MOST_CAMPAIGNS):
        names = (HOSTILE * 2)[start : start + MOST_CAMPAIGNS]
        rows = [campaigns[n % len(campaigns)] | {"campaign_name": name} for n, name in enumerate(names)]
        ads = (
            replace(v.ad, name=names[n % 20], campaign_name=names[-n % 20]) for n, v in enumerate(verdicts)
        )
        judged = tuple(replace(v, ad=ad) for v, ad in zip(verdicts, ads, strict=True))
        hostile = replace(
            found,
            campaigns=found.campaigns | {"rows": rows, "note": names[2]},
            judged=replace(found.judged, review=replace(found.judged.review, verdicts=judged)),
            applied=tuple(_renamed(one, *names[n : n + 2]) for n, one in enumerate(found.applied)),
        )
        account = replace(desk.context.account, name=names[0])
        read = page(view(desk.context, hostile, Pen(language("en"), account, names[1])))
        assert set(read.tags) == set(plain.tags)
        assert read.tags.count("li") <= plain.tags.count("li") + 1  # the note
        assert {one for one in read.attributes if one[0] != "data-label"} <= set(plain.attributes)
        assert not HIDDEN.search(unturned(read.text) + "".join(value for _, value in read.attributes)), names


def _renamed(one: Applied, name: str, reason: str) -> Applied:
    return replace(one, change=one.change.model_copy(update={"name": name, "reason": reason, "basis": {}}))


def test_what_is_missing_is_said(desk: Desk, found: Gathered) -> None:
    """Rows that did not come stand among the notes in the tool's words; without a total of results there is no sentence on it."""
    assert [
        whole(text)
        for text in (
            "all 12 rows; before: 1 row, the only one",
            "no rows",
            "2026-10-01 to 2026-10-31: all 5 rows",
        )
    ] == [True] * 3
    assert [
        whole(text)
        for text in (
            "500 rows, more exist",
            "all 5 rows; odd: 1 row twice",
            "all 2 rows; before: 3 rows, not all: x",
        )
    ] == [False] * 3
    totals = {
        name: text
        for name, text in found.totals["totals"].items()
        if not name.startswith(("results", "cost_per_result"))
    }
    short = replace(found, totals=found.totals | {"complete": "5 rows, more exist", "totals": totals})
    shown = view(desk.context, short, Pen(language("en"), desk.context.account, found.event))
    assert shown.notes[0] == "Not complete (totals): 5 rows, more exist"
    assert "All rows of figures were read." not in shown.notes
    assert shown.summary[0] == "49,542.99\u00a0USD was spent."


def test_each_campaign_says_what_its_results_are_where_they_differ(desk: Desk, found: Gathered) -> None:
    """A campaign for visits has link clicks and no purchases; the heads of the table speak of results, and a note of the totals."""
    purchases, *others, visits = found.campaigns["rows"]
    rows = [
        purchases | {"results_are": "purchase"},
        visits | {"results_are": "link_click", "results": "7425"},
    ]
    rows.append(others[0] | {"results_are": "lead, purchase"})
    mixed = replace(found, campaigns=found.campaigns | {"rows": rows})
    shown = view(desk.context, mixed, Pen(language("en"), desk.context.account, found.event))
    assert shown.campaign_heads[:3] == ("Spend", "Results", "Cost per result")
    told = [row.figures[1].now.replace("\u00a0", " ") for row in shown.campaigns]
    assert told[:2] == [f"{purchases['results']} purchases", "7,425 link clicks"]
    assert re.fullmatch(r"\d+ results", told[2])
    assert shown.summary[1].endswith("the totals count purchases alone, over all that was spent.")


def test_an_empty_period_is_a_report_that_says_so(desk: Desk) -> None:
    """Nothing was delivered: no figures, no charts, and no error."""
    told = desk.ask("make_report", since="2025-03-01", until="2025-03-03")
    read = Page(Path(told["file"]).read_text(encoding="utf-8"))
    assert told["summary"][0] == "Nothing was delivered in this period, so there are no figures."
    assert "svg" not in read.tags
    assert "No changes are on record for this period." in read.text


def test_changes_are_those_of_the_days_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was changed today stands in no report that ends with yesterday, however the period is named, and in that of today."""
    entries = [replace(one, at=NOW) for one in desk.ledger.entries]
    monkeypatch.setattr(desk.ledger, "entries", entries)
    for asked in (
        {"date_preset": "this_month"},
        {"date_preset": "this_month", "compare": "none"},
        {"since": "2026-11-01", "until": "2026-11-30", "compare": "none"},
    ):
        told = desk.ask("make_report", **asked)
        assert told["period"] == "2026-11-01 to 2026-11-19"
        assert "No changes are on record for this period." in told["summary"]
    told = desk.ask("make_report", date_preset="today")
    assert "Changes made in this period: 3." in " ".join(told["summary"])
    assert "target" not in " ".join(told["summary"])


def test_what_has_no_figures_is_compared_with_nothing(desk: Desk) -> None:
    """A running period ends with yesterday where it is compared; what Meta has no figures of is said to have none, and is no zero."""
    asked = {"date_preset": "this_month", "language": "fr", "compare": "2025-01-01..2025-01-31"}
    told = desk.ask("make_report", **asked)
    read = Page(Path(told["file"]).read_text(encoding="utf-8")).text
    assert (told["period"], told["compared_with"]) == (
        "2026-11-01 to 2026-11-19",
        "2025-01-01 to 2025-01-19 (no figures)",
    )
    assert "elle est montrée jusqu’au 19 novembre 2026." in read
    assert "19 janvier 2025\u00a0: rien n’est donc comparé." in " ".join(told["summary"])
    assert "Avant" not in read
    assert not re.search(r"[+−±]\d", read)


def test_amounts_have_the_decimals_of_their_currency(desk: Desk) -> None:
    """Yen have none, and stand beside their currency like all others."""
    pen = Pen(language("de"), replace(desk.context.account, currency="JPY"), "purchase")
    assert pen.money(Decimal(1234567)) == "1.234.567\u00a0JPY"
    assert (
        pen.figure("cost_per_result", {"cost_per_result": "1234", "cost_per_result_percent": "-0.4"}).tone
        == "good"
    )


def test_an_xlsx_has_numbers_with_their_currency(found: Gathered, english: ReportView) -> None:
    """A sheet for each part; figures are numbers, texts are no formulas."""
    with zipfile.ZipFile(BytesIO(report_book.xlsx(found, english))) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        campaigns = book.read("xl/worksheets/sheet3.xml").decode()
    assert names == ["In short", "Figures", "Campaigns", "Day by day", "Ads", "Changes", "Proposals"]
    spend = found.campaigns["rows"][0]["spend"]
    assert f"<v>{float(spend)}</v>" in campaigns
    assert "USD" in campaigns


LOOKS = "report_logo: brand/logo.png\nreport_colour: #FFD400\nreport_language: fr\n"


def test_the_looks_of_a_report_stand_in_the_brand_file(tmp_path: Path) -> None:
    """A colour behind a # is one and no explanation; what cannot be used is refused with its line."""
    stack = tmp_path / "stack.md"
    stack.write_text(LOOKS)
    brand = load_brand([file_layer(stack)]).brand
    assert (brand.report_logo, brand.report_colour, brand.report_language) == (
        "brand/logo.png",
        "#ffd400",
        "fr",
    )
    stack.write_text("report color: 1A73E8 # blue\n")
    assert load_brand([file_layer(stack)]).brand.report_colour == "#1a73e8"
    for line in (
        "report_logo: ../x.png",
        "report_logo: /etc/x.png",
        "report_colour: red;}",
        "report_language: it",
    ):
        stack.write_text(line)
        with pytest.raises(ValueError, match=r"stack\.md line 1: report_"):
            load_brand([file_layer(stack)])


def test_a_colour_is_as_dark_as_text_must_be() -> None:
    """One that reads well on white stays; yellow gets darker until it does."""
    assert brand_mark.readable("#1a3f7a") == "#1a3f7a"
    dark = brand_mark.readable("#ffd400")
    assert brand_mark.contrast([int(dark[n : n + 2], 16) for n in (1, 3, 5)]) >= 4.5


def test_a_logo_is_made_anew_from_the_workspace_alone(tmp_path: Path) -> None:
    """A PNG or JPG in it becomes a small PNG; whatever else is refused by name, and nothing outside is opened."""
    home = tmp_path / "ws"
    a_picture(home / "brand" / "logo.png", (2000, 500))
    a_picture(home / "state" / "shot.png")
    a_picture(tmp_path / "outside.png")
    (home / "brand" / "link.png").symlink_to(tmp_path / "outside.png")
    (home / "brand" / "script.png").write_text("<svg onload=alert(1)>")
    Image.new("RGB", (10, 10)).save(home / "brand" / "move.png", "GIF")
    (home / "brand" / "large.png").write_bytes(b"x" * (brand_mark.MAX_BYTES + 1))
    Image.new("1", (5000, 4000)).save(home / "brand" / "huge.png")
    given = replace(_desk_given(tmp_path), workspace=home, closed=Closed((home / "state",)))
    assert brand_mark.logo("brand/logo.png", given).startswith("data:image/png;base64,iVBOR")
    for place, why in {
        "brand/link.png": "not in the workspace", "brand/script.png": "not a readable PNG or JPG", "brand/move.png": "not a readable",
        "brand/large.png": "larger than 1 MB", "brand/huge.png": "more than 16 million pixels", "brand/none.png": "no such file",
        "state/shot.png": "adsteward's own",
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=why):
            brand_mark.logo(place, given)


def _desk_given(folder: Path) -> Any:
    from tools.domain.files import given

    return given([folder])


FAKE = """#!/bin/sh
env > "$(dirname "$0")/env"
for last in "$@"; do :; done
echo "$@" > "$(dirname "$0")/arguments"
for one in "$@"; do case "$one" in --print-to-pdf=*) cp "${last#file://}" "${one#--print-to-pdf=}";; esac; done
"""


def test_a_pdf_is_printed_by_the_browser_that_is_there(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sees the page and nothing of ours: no token in its environment, no network, and no file stays beside the report."""
    program = tmp_path / "chromium"
    program.write_text(FAKE)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "EAAsecret")
    made = chromium.printed("<p>Hello</p>", "pdf", tmp_path / "results")
    assert made == b"<p>Hello</p>"
    assert "EAAsecret" not in (tmp_path / "env").read_text()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in (tmp_path / "arguments").read_text()
    assert list((tmp_path / "results").iterdir()) == []
    program.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(ToolError, match=r"chromium made no pdf \(it ended with 3\)\. Nothing was written\."):
        chromium.printed("<p>Hello</p>", "pdf", tmp_path / "results")
    program.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = len(desk.http.get("/sandbox/requests").json()["data"])
    assert "this computer has none. Nothing was written." in desk.refusal("make_report", file="pdf")
    assert len(desk.http.get("/sandbox/requests").json()["data"]) == asked


def test_a_picture_ends_where_the_page_does() -> None:
    """The empty rest of the window is cut off; a page that is longer than the window is refused, not cut."""

    def taken(height: int) -> bytes:
        window, file = Image.new("RGB", (100, 400), "#f3f5f7"), BytesIO()
        window.paste("black", (10, 0, 90, height))
        window.save(file, "PNG")
        return file.getvalue()

    with Image.open(BytesIO(chromium._cut(taken(150)))) as cut:
        assert cut.size == (100, 150)
    with pytest.raises(ToolError, match="too long for a picture"):
        chromium._cut(taken(400))
