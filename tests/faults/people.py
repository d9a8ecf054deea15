"""People beside the program: who edits the account by hand, and who is asked whether something is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.writes.approval import Decision
from agent.writes.policy import Column, Policy
from tests.faults.account import ACCOUNT, Account, Refused, Thing
from tests.faults.clock import Clock
from tools.domain.account import Account as Judged
from tools.domain.brand import Brand
from tools.domain.changes import ChangeSet

THEIRS = {"name": "Theirs", "status": "ACTIVE"}
Says = Literal["approved", "declined", "later"]
WIDE = Brand.model_validate(
    {
        "max_pauses_per_day": 1000,
        "max_new_ads_per_day": 1000,
        "max_budget_step_pct": 1000,
        "max_daily_budget": "1000000.00",
    }
)
TIGHT = Brand.model_validate(
    {
        "max_pauses_per_day": 4,
        "max_new_ads_per_day": 4,
        "max_new_objects_per_day": 8,
        "max_budget_step_pct": 10,
        "max_daily_budget": "60.00",
        "max_lowering_per_day": "4.00",
    }
)
"""Limits that two or three plans fill."""
MIDDLING = TIGHT.model_copy(update={"max_pauses_per_day": 15, "max_new_ads_per_day": 9})
"""One ad set may be paused with its ads."""


def policy(brand: Brand, mode: Column) -> Policy:
    """The judgement of one account by these limits."""
    return Policy(brand, Judged(id=ACCOUNT, name="Test", currency="EUR", timezone="Europe/Berlin"), mode)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a set, when, and after which request."""

    set_id: str
    says: str
    at_s: float
    arrival: int


@dataclass(slots=True)
class Person:
    """Thinks for a while, in which something else may happen, and never says that limits may be passed."""

    clock: Clock
    said: Callable[[str, Says], None]
    """Told of each answer."""
    says: Says = "approved"
    thinks_s: float = 1.0
    meanwhile: Sequence[Callable[[], object]] = ()

    def decide(self, change_set: ChangeSet, ruling: object) -> Decision:
        happens, self.meanwhile = self.meanwhile, ()
        for act in happens:
            act()
        self.clock.sleep(self.thinks_s)
        self.said(change_set.id, self.says)
        return Decision(self.says, "a person")


UNLOGGED_S = 3600.0
"""Nobody deletes a creative or a rule so soon: no log names its creation, so it would look as if it had never been made
(docs/trust.md)."""


def near(account: Account, made: Sequence[Thing], planned: Sequence[str], *, above: bool) -> list[Thing]:
    """What sets made or are about, or what these stand in."""
    things = account.things
    found = [t for t in (*made, *(things[id_] for id_ in planned)) if t.kind not in ("image", "video")]
    if above:
        parents = [t.row.get(name) for t in found for name in ("adset_id", "campaign_id")]
        found = [things[parent] for parent in parents if parent]
    return [t for t in found if t.row.get("status") not in (None, "DELETED")]


def edit(account: Account, what: str, thing: Thing) -> bool:
    """Change something by hand; False where that is not possible, or the server refuses it."""
    try:
        return _edited(account, what, thing)
    except Refused:  # such as a new ad where the ad set is gone
        return False


def _edited(account: Account, what: str, thing: Thing) -> bool:
    values = _set(what, thing)
    if what == "creative" and thing.kind == "ad" and (others := _creatives(account, thing)):
        values = {"creative_id": others[0]}
    elif what == "DELETED" and thing.kind in ("creative", "rule"):
        values = {"status": what} if account.clock.at_s - thing.created_s >= UNLOGGED_S else {}
    elif what == "DELETED" or (what == "ARCHIVED" and thing.kind == "ad"):
        values = {"status": what}
    elif what == "new ad set" and thing.kind == "campaign":
        account.create("adset", THEIRS | {"campaign_id": thing.id, "daily_budget": "2500", "targeting": {}})
        return True
    elif what == "new ad" and thing.kind in ("ad", "adset") and (others := _creatives(account, thing)):
        adset = thing.row.get("adset_id") or thing.id
        account.create("ad", THEIRS | {"adset_id": adset, "creative_id": others[0]})
        return True
    if values:
        account.update(thing.id, values)
    return bool(values)


def _set(what: str, thing: Thing) -> dict[str, Any]:
    """What a person sets of it, where it has that."""
    row, kind = thing.row, thing.kind
    if what == "status":
        on, off = ("ENABLED", "DISABLED") if kind == "rule" else ("ACTIVE", "PAUSED")
        return {"status": off if row["status"] == on else on}
    if what == "budget" and "daily_budget" in row:
        return {"daily_budget": str(int(row["daily_budget"]) + 7)}
    if what == "name" and kind != "creative":
        return {"name": f"{row['name']}, theirs"}
    if what == "labels" and kind in ("ad", "adset", "campaign"):
        return {"adlabels": [*row.get("adlabels", ()), {"name": "theirs"}]}
    if kind != "adset":
        return {}
    country = "AT" if "DE" in str(row.get("targeting")) else "DE"
    found = {
        "targeting": {"geo_locations": {"countries": [country]}},
        "end_time": "2027-03-01T00:00:00+0000",
    }
    return {name: value for name, value in found.items() if what == name.removesuffix("_time")}


def _creatives(account: Account, thing: Thing) -> list[str]:
    """Those that an ad could show instead."""
    now = thing.row.get("creative_id")
    return [c.id for c in account.of("creative") if c.row["status"] == "ACTIVE" and c.id != now]
