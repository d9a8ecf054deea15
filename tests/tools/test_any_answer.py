"""Whatever Meta answers, read tools keep what can be read, and say what was left out: no traceback, no silent wrong figure.

Every read tool of the registry is asked on an account written by hand whose answers are mutated: a value is missing,
null, of another type, in other case or huge, or a row is repeated.
"""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from tests.tools.examples import EXAMPLES
from tests.tools.read.test_results_elsewhere import TODAY, an_account
from tests.tools.support import NOW, Desk, Ledger, a_context
from tools import registry
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.changes import Effect
from tools.domain.tool import Applied, Result, ToolError
from tools.graph import GraphFailure, GraphReader, Wire

few = settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
AD = str(10**13)
CALLS: dict[str, dict[str, Any]] = {
    "review_performance": {"date_preset": "last_14d"},
    "get_insights": {"level": "ad"},
    "list_ads": {},
    "inspect": {"id": AD},
    "draw_chart": {"date_preset": "last_14d"},
    "history": {"outcomes": True},
}
"""How each read tool is called here; one that is not named is called as in `EXAMPLES`."""
READS = {
    tool.name: CALLS.get(tool.name) or next(args for name, args in EXAMPLES if name == tool.name)
    for tool in registry.TOOLS
    if tool.effect is Effect.READ and tool.run.__module__.startswith("tools.read.")
}
FIGURES = ("review_performance", "get_insights", "daily_check", "draw_chart", "history")
SOLD = [{"action_type": "purchase", "value": "5"}, {"action_type": "link_click", "value": "30"}]


def small() -> dict[str, Any]:
    """An account with two ads and two weeks of figures, as rows by edge, and its nodes by id."""
    told = an_account(14, {"custom_event_type": "PURCHASE"}, ads=2, actions=SOLD, inline_link_clicks="30")
    campaign = {
        "id": "8",
        "name": "C",
        "status": "ACTIVE",
        "effective_status": "ACTIVE",
        "objective": "OUTCOME_SALES",
    }
    creative = {"id": "5", "name": "Creative", "account_id": "9", "object_story_spec": {"page_id": "1"}}
    for ad in told["ads"]:
        ad |= {"creative": {"id": "5"}, "campaign": campaign}
    account = {
        "id": "act_9",
        "name": "Nine",
        "currency": "USD",
        "timezone_name": "Asia/Tokyo",
        "account_status": 1,
    }
    account |= {"amount_spent": "90000", "spend_cap": "100000", "min_daily_budget": "100"}
    nodes = {"act_9": account, "5": creative, "8": campaign, "7": told["adsets"][0]}
    nodes |= {ad["id"]: ad for ad in told["ads"]}
    return {**told, "campaigns": [campaign], "adaccounts": [account], "nodes": nodes}


class Meta:
    """Answers from rows by edge, with what a test does to them."""

    def __init__(self) -> None:
        self.rows = small()

    def found(self, path: str) -> Any:
        """The answer to one read."""
        parts = urlsplit(path).path.strip("/").split("/")
        edge = parts[-1]
        if edge in self.rows["nodes"]:
            return self.rows["nodes"][edge]
        rows = self.rows.get(edge, [])
        asked = dict(parse_qsl(urlsplit(path).query))
        if edge == "insights" and asked.get("level") == "account":
            rows = [row for row in rows if not isinstance(row, dict) or row.get("ad_id") != str(10**13 + 1)]
        return {"data": rows, "summary": {"total_count": len(rows) if isinstance(rows, list) else 0}}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A single read, or a batch of them."""
        if request.method == "GET":
            return httpx.Response(200, text=json.dumps(self.found(str(request.url))))
        items = json.loads(dict(parse_qsl(request.content.decode()))["batch"])
        bodies = [json.dumps(self.found(item["relative_url"])) for item in items]
        return httpx.Response(200, json=[{"code": 200, "body": body} for body in bodies])


@pytest.fixture
def meta() -> Meta:
    """What answers."""
    return Meta()


@pytest.fixture
def asked(meta: Meta, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Asks a read tool; gives what it tells, or the words of its refusal."""
    wire = Wire(
        "token", base_url="http://meta", transport=httpx.MockTransport(meta.answer), sleep=lambda _: None
    )
    http = httpx.Client(base_url="http://meta", transport=httpx.MockTransport(meta.answer))

    def ask(name: str) -> Any:
        account = Account("act_9", "Nine", "USD", "Asia/Tokyo", min_daily_budget_minor=100)
        ledger = Ledger()
        desk = Desk(wire, a_context(GraphReader(wire), account, Brand(), ledger, tmp_path), ledger, http)
        if name == "history":
            ledger.entries.append(_deed(desk))
        try:
            answer = desk.call(name, **READS[name])
        except (ToolError, GraphFailure) as refused:
            return str(refused)
        assert isinstance(answer, Result)
        return json.loads(json.dumps(answer.content, ensure_ascii=False))

    yield ask
    wire.close()
    http.close()


def _deed(desk: Desk) -> Applied:
    """A pause of last week."""
    change = desk.context.change(
        "set_status", Effect.STOP_SPEND, name="Set", level="adset", target="7", request={"path": "7"}
    )
    return Applied(change, "cs-1", NOW - timedelta(days=7), {}, undone=False)


@st.composite
def mutations(draw: st.DrawFn, edges: tuple[str, ...]) -> tuple[str, list[int], str, str]:
    """Where (an edge, and places down its rows) and what is done there."""
    kind = draw(st.sampled_from(["missing", "null", "type", "case", "huge", "repeat", "nan", "negative"]))
    other = draw(st.sampled_from(["", "x", "12.5", "[]", "{}", "true", "7", "1e400", '"\\ud83d"']))
    return (
        draw(st.sampled_from(edges)),
        draw(st.lists(st.integers(0, 40), min_size=1, max_size=4)),
        kind,
        other,
    )


def mutated(rows: Any, places: list[int], kind: str, other: str) -> Any:
    """The rows with one value or row changed, however deep the places lead."""
    if isinstance(rows, list) and rows:
        at = places[0] % len(rows)
        if kind == "repeat" and len(places) == 1:
            return [*rows, copy.deepcopy(rows[at])]
        if len(places) > 1:
            return [*rows[:at], mutated(rows[at], places[1:], kind, other), *rows[at + 1 :]]
        return [*rows[:at], *_changed(rows[at], kind, other), *rows[at + 1 :]]
    if isinstance(rows, dict) and rows:
        name = sorted(rows)[places[0] % len(rows)]
        rest = {key: value for key, value in rows.items() if key != name}
        if len(places) > 1 and isinstance(rows[name], dict | list) and rows[name]:
            return rest | {name: mutated(rows[name], places[1:], kind, other)}
        key = name.upper() if kind == "case" else name
        return rest | dict.fromkeys([key][: len(told := _changed(rows[name], kind, other))], *told[:1])
    return next(iter(_changed(rows, kind, other)), None)


def _changed(value: Any, kind: str, other: str) -> list[Any]:
    """What becomes of a value: nothing, or another one."""
    if kind == "missing":
        return []
    if kind == "type":
        try:
            return [json.loads(other)]
        except ValueError:
            return [other]
    huge = 10**30 if isinstance(value, int) else "9" * 5000
    return [{"null": None, "huge": huge, "nan": "NaN", "negative": "-3.10"}.get(kind, value)]


@given(data=st.data())
@pytest.mark.parametrize("name", sorted(READS))
@few
def test_no_answer_breaks_a_read_tool(
    meta: Meta, asked: Callable[[str], Any], name: str, data: st.DataObject
) -> None:
    """A read tool answers, or refuses in words, whatever one, two or three values of Meta's answers are."""
    meta.rows = small()
    for edge, places, kind, other in data.draw(st.lists(mutations(tuple(meta.rows)), min_size=1, max_size=3)):
        meta.rows[edge] = mutated(meta.rows[edge], places, kind, other)
    assert asked(name)


@pytest.mark.parametrize("currency", [None, "", 7, [], "XXX"])
@pytest.mark.parametrize("name", ["inspect", "list_ads", "review_performance", "daily_check"])
def test_an_account_stays_in_the_currency_it_was_opened_in(
    meta: Meta, asked: Callable[[str], Any], name: str, currency: Any
) -> None:
    """What is read of it later may lack its currency, or spell it oddly."""
    meta.rows = small()
    for row in meta.rows["nodes"]:
        if "currency" in row:
            row["currency"] = currency
    assert isinstance(asked(name), dict)


SPOKEN = ("spend", "impressions", "inline_link_clicks", "actions")


@given(
    field=st.sampled_from(SPOKEN),
    row=st.integers(0, 27),
    deep=st.lists(st.integers(0, 3), max_size=2),
    change=mutations(("insights",)),
)
@pytest.mark.parametrize("name", FIGURES)
@few
def test_no_figure_is_silently_wrong(
    meta: Meta, asked: Callable[[str], Any], name: str, field: str, row: int, deep: list[int], change: Any
) -> None:
    """Where a mutated figure makes an answer another one, the answer says that something was odd, and where."""
    meta.rows = small()
    right = asked(name)
    _, _, kind, other = change
    rows = meta.rows["insights"]
    at = [field] if kind != "repeat" else []
    if kind == "repeat":
        rows.append(copy.deepcopy(rows[row]))
    elif deep and field == "actions":
        rows[row][field] = mutated(rows[row][field], deep, kind, other)
    else:
        rows[row] = {k: v for k, v in rows[row].items() if k != field}
        told = _changed("90", kind, other)
        rows[row] |= {field.upper() if kind == "case" else field: value for value in told}
    left_out = field not in rows[row] and field in {"inline_link_clicks", "actions"}
    answer = asked(name)
    assert isinstance(answer, dict)
    same = {k: v for k, v in answer.items() if k in right} == right
    absent_is_none = left_out or (field == "actions" and at and not _counts(rows[row]))
    taken = kind != "repeat" and (_plain(rows[row].get(field)) or _listed(rows[row].get(field)))
    assert same or "odd: " in json.dumps(answer) or absent_is_none or taken


def _counts(row: dict[str, Any]) -> bool:
    """Whether purchases are still listed, in whatever shape: a kind that is not listed did not happen."""
    return "purchase" in json.dumps(row.get("actions")).lower()


def _listed(value: Any) -> bool:
    """Whether it is a list of actions as Meta writes them, each with a figure."""
    return isinstance(value, list) and all(
        isinstance(item, dict) and isinstance(item.get("action_type"), str) and _plain(item.get("value"))
        for item in value
    )


def _plain(value: Any) -> bool:
    """Whether it is a figure as Meta writes them: then another one is simply another figure."""
    return (
        isinstance(value, str | int)
        and not isinstance(value, bool)
        and str(value).isdecimal()
        and len(str(value)) < 19
    )


def test_the_days_of_the_small_account_are_the_accounts() -> None:
    """The account that is mutated is one that the tools can read in full."""
    assert small()["insights"][0]["date_start"] == (TODAY - timedelta(days=1)).isoformat()
