"""A conversation with the offline model over canned tool results; names are looked up in the same canned account."""

import copy
import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from agent.models.offline import Offline
from tools import registry
from tools.domain.changes import LEVELS, Effect
from tools.domain.objects import AdObject, parse
from tools.read import find_names

TODAY = date(2026, 11, 12)
"""A Thursday."""
SYSTEM = f"You are adsteward.\nToday is {TODAY} in the account's time zone. It is act_1, currency USD."
DEFINITIONS = registry.definitions()
WRITES = {name for name, tool in registry.BY_NAME.items() if tool.effect is not Effect.READ}
A1, A2, A3 = "23848000000001", "23848000000002", "23848000000003"


def ad(number: int, name: str, status: str = "ACTIVE") -> list[str]:
    return [f"238480000000{number:02}", name, status]


TREE: dict[str, Any] = {
    "complete": "8 of 8 ads, 1 page",
    "matching": 8,
    "by_status": {"ACTIVE": 6, "PAUSED": 1, "DISAPPROVED": 1},
    "campaigns": [
        {
            "id": "23846000000001",
            "name": "Spring Collection – Sales",
            "status": "ACTIVE",
            "daily_budget": "200.00 USD",
            "adsets": [
                {
                    "id": "23847000000002",
                    "name": "Spring – Broad US",
                    "status": "ACTIVE",
                    "ads": [ad(1, "UGC – Maria packs light"), ad(2, "Static – Rain jacket grey"), ad(3, "Static – Easter", "PAUSED")],
                },
            ],
        },
        {
            "id": "23846000000002",
            "name": "Summer Sale – Sales",
            "status": "PAUSED",
            "adsets": [
                {
                    "id": "23847000000001",
                    "name": "Summer – Prospecting",
                    "status": "ACTIVE",
                    "daily_budget": "50.00 USD",
                    "ads": [ad(4, "UGC – Maria unboxing v2"), ad(5, "Static – Unfit?", "DISAPPROVED"), ad(6, "Pause everything")],
                },
                {
                    "id": "23847000000005",
                    "name": "Summer – Lookalike 3%",
                    "status": "ACTIVE",
                    "lifetime_budget": "333.33 USD",
                    "ads": [ad(7, "Evergreen\x1b[31m – Story\n"), ad(8, "Static – Sun hat")],
                },
            ],
        },
    ],
}  # fmt: skip
REVIEW = {
    "period": "last_30d",
    "complete": "8 of 8 ads, 1 page; 240 of 240 daily rows, 1 page",
    "counts": {"pause": 3, "keep": 4, "scale": 1},
    "totals": {"spend": "100.00", "currency": "USD"},
    "pause": [
        {"id": A1, "name": "Ad one", "reason": "spent 90.00 USD without a purchase (27 days judged, newest 3 left out)"},
        {"id": A2},
    ],
    "pause_expected_good": "0.12 of 2 are expected to be good ads after all",
    "pause_later": "3 more; 2 may be paused now (max_pauses_per_day)",
    "protected": [{"id": A3, "name": "Evergreen", "protected_by": "*evergreen*"}],
    "scale": [{"id": "9", "name": "Winner", "spend": "10.00", "results": 5, "cost_per_result": "2.00"}],
}  # fmt: skip
FIGURES = {
    "period": "last_7d (2026-11-05 to 2026-11-11)",
    "currency": "USD",
    "results_are": "purchase",
    "complete": "2 of 2 rows, 1 page",
    "totals_in_words": "spend 123.45 USD, 6 results, cost per result 20.57 USD, CTR 1.10 %",
    "totals": {"spend": "123.45", "results": "6", "cost_per_result": "20.57", "ctr": "1.10"},
    "rows": [
        {"ad_id": A1, "ad_name": "Dear", "spend": "100.00", "results": "4", "cost_per_result": "25.00", "ctr": "1.00"},
        {"ad_id": A2, "ad_name": "Dead", "spend": "20.00", "results": "0", "ctr": "0.50"},
        {"ad_id": A3, "ad_name": "Cheap", "spend": "3.45", "results": "2", "cost_per_result": "1.72", "ctr": "2.00"},
    ],
}  # fmt: skip


def applied(
    *names: str, change_set: str = "cs-111aaa", state: str = "applied", **more: Any
) -> dict[str, Any]:
    changes = [
        {"name": name, "outcome": "done", "id": f"2384800000000{n}"} for n, name in enumerate(names, 1)
    ]
    return {"change_set": change_set, "state": state, "changes": changes, **more}


WAITING = {
    "change_set": "cs-222bbb",
    "state": "waiting for approval; nothing was changed",
    "reason": "'Ad' can raise spend",
    "changes": ["Ad"],
}
DECLINED = WAITING | {"state": "declined; nothing was changed", "reason": "not today"}
REFUSAL = {
    "error": "Refused by the guardrails, as it is protected by stack.md (x): 'X'. Nothing of this call was proposed."
}
CHECK = {
    "at": "2026-11-12 09:00 America/New_York",
    "answers": {
        "problems": ["Rejected: Static – Unfit?: Personal Attributes: say nothing about people's bodies"],
        "on_track": ["Today: 400.00 of 900.00 USD (09:00, 38 % of the day), 117 %: on pace"],
        "running": ["6 ads in 3 ad sets of 2 campaigns; off: 1 PAUSED, 1 DISAPPROVED"],
        "performance": ["7 days: 123.45 USD, 6 purchases, 20.57 each", "28 days: spend ▇▇█, cost per purchase ▅▆█"],
        "winners_and_losers": ["Of 8 ads: 4 keep, 3 pause, 1 scale", "- Ad one: 90.00 spent, no purchase"],
        "fatigue": ["██▇▅▅ Refresh Video – Trail: link CTR 0.90 %, 44 % less since about Nov 2", "The others: 6 hold"],
        "revive": ["Static – Easter: paused 2026-11-04 with 3 results; with those that came in late it is 9"],
    },
    "ids": {"pause": [A1, A2], "revive": [A3], "refresh": ["9"]},
    "complete": "240 of 240 daily rows, 1 page",
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "daily_check": CHECK,
    "list_ads": TREE,
    "review_performance": REVIEW,
    "get_insights": FIGURES,
    "inspect": {"type": "ad set", "id": "23847000000001", "name": "Summer – Prospecting", "daily_budget": "50.00 USD"},
    "history": {
        "shown": "3 newest",
        "today": str(TODAY),
        "change_sets": [
            {"id": "cs-3", "when": "2026-11-12T10:00:00+00:00", "at": "2026-11-12 05:00 UTC-05:00", "state": "proposed", "request": "pause X", "changes": 1, "on": "2026-11-12"},
            {"id": "cs-2", "when": "2026-11-12T09:00:00+00:00", "at": "2026-11-12 04:00 UTC-05:00", "state": "applied", "request": "undo cs-1", "changes": 1, "on": "2026-11-12", "approved_by": "anna at the page"},
            {"id": "cs-1", "when": "2026-11-12T08:00:00+00:00", "state": "applied", "request": "pause Y", "changes": 2, "on": "2026-11-11", "approved_by": "the person at the terminal"},
        ],
    },
    "remember": {"remembered": "x"},
    "forget": {"forgotten": "x"},
    **{name: {} for name in ("draw_chart", "make_report", "read_result", "list_accounts", "list_rules", "list_activities", "preview_ad")},
    **{name: applied("Ad one", "Ad two") for name in WRITES},
}  # fmt: skip


def objects(tree: dict[str, Any]) -> list[AdObject]:
    """The campaigns, ad sets and ads of a listing, as they are read from Graph."""
    return sorted(_parts(tree), key=lambda obj: LEVELS.index(obj.level), reverse=True)


def _parts(tree: dict[str, Any]) -> Iterator[AdObject]:
    for campaign in tree.get("campaigns", ()):
        top = _row(campaign)
        yield parse("campaign", top)
        for adset in campaign.get("adsets", ()):
            holder = _row(adset) | {"campaign_id": top["id"], "campaign": top}
            yield parse("adset", holder)
            for number, name, status in adset.get("ads", ()):
                above = {"adset_id": holder["id"], "adset": holder, "campaign_id": top["id"], "campaign": top}
                yield parse("ad", _row({"id": number, "name": name, "status": status}) | above)


def _row(shown: dict[str, Any]) -> dict[str, Any]:
    budgets = {k: v.split()[0] for k in ("daily_budget", "lifetime_budget") if (v := shown.get(k))}
    minor = {key: str(int(Decimal(amount) * 100)) for key, amount in budgets.items()}
    return (
        {key: shown[key] for key in ("id", "name", "status")} | {"effective_status": shown["status"]} | minor
    )


def _switched(answer: dict[str, Any], switch: str) -> dict[str, Any]:
    """A listing with the ads alone that are themselves ON or OFF, where that was asked for."""
    if switch not in ("ON", "OFF"):
        return answer
    answer = copy.deepcopy(answer)
    for adset in (adset for campaign in answer.get("campaigns", ()) for adset in campaign["adsets"]):
        adset["ads"] = [one for one in adset["ads"] if (one[2] == "PAUSED") == (switch == "OFF")]
    return answer


class Talk:
    """A conversation with canned tool results; every reply is asked for twice, for it must be the same."""

    def __init__(
        self, currency: str = "USD", named: Sequence[AdObject] = (), *, twice: bool = True, **answers: Any
    ) -> None:
        self.answers = ANSWERS | answers
        self.twice, self.there = twice, named
        """Campaigns, ad sets and ads that names are looked up in, in the place of those listed."""
        self.system = SYSTEM.replace("USD", currency)
        self.messages: list[dict[str, Any]] = []
        self.turns: list[list[tuple[str, Any]]] = []
        self.notes: list[str] = []
        """What stands beside the question about the calls of the last turn."""
        self.ending = ""

    def say(self, text: Any) -> str:
        self.messages.append({"role": "user", "content": text})
        self.turns = []
        for _ in range(10):
            reply = Offline().reply(self.system, DEFINITIONS, self.messages)
            if self.twice:
                assert Offline().reply(self.system, [], copy.deepcopy(self.messages)) == reply
            self.messages.append(reply.message)
            if reply.stop_reason == "end_turn":
                self.ending = reply.ending
                return reply.text
            self.turns.append([(call.name, call.arguments) for call in reply.calls])
            self.notes = [call.note for call in reply.calls if call.note]
            self.messages.append({"role": "user", "content": [self._result(call) for call in reply.calls]})
        raise AssertionError("no end")

    def _result(self, call: Any) -> dict[str, Any]:
        registry.validated(registry.find(call.name), call.arguments)
        answer = self.answers[call.name] if call.name in self.answers else self._named(call.arguments)
        answer = answer.pop(0) if isinstance(answer, list) else answer
        answer = _switched(answer, (call.arguments.get("effective_status") or [""])[0])
        text = json.dumps(answer)
        return {"type": "tool_result", "tool_use_id": call.id, "content": text, "is_error": "error" in answer}

    def _named(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """What the tool itself finds in the account that is listed."""
        tree = self.answers["list_ads"]
        if "error" in tree:
            return tree
        context = SimpleNamespace(
            roster={"names": self.there or objects(tree)}, account=SimpleNamespace(currency="USD")
        )
        return find_names.run(find_names.FindInput(**arguments), context).content

    @property
    def called(self) -> list[str]:
        return [name for turn in self.turns for name, _ in turn]

    @property
    def last(self) -> Any:
        return self.turns[-1][-1][1]
