"""Wishes about what is there: settings, names, labels, and its end."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.faults.account import ACCOUNT, Thing
from tests.faults.kept import UNCAPPED, shown
from tools.domain.changes import Effect, Request
from tools.domain.settings import field_states

if TYPE_CHECKING:
    from tests.faults.plans import Planner, Wish

Make = Callable[["Planner", "Wish"], None]
CAP = "LOWEST_COST_WITH_BID_CAP"


def _edit(planner: "Planner", thing: Thing, after: dict[str, str], kind: str = "edit", **rest: Any) -> None:
    before = field_states.texts({name: shown(name, thing.row.get(name)) for name in after}, after)
    params = field_states.sent(after)
    planner.update(kind, thing, before, after, request=Request(path=thing.id, params=params), **rest)


def _targeting(planner: "Planner", wish: "Wish") -> None:
    """Another country, and only some places."""
    for thing in planner.free("adset", wish):
        country = "AT" if "DE" in str(thing.row["targeting"]) else "DE"
        spec = {"geo_locations": {"countries": [country]}, "publisher_platforms": ["facebook"]}
        _edit(planner, thing, field_states.texts({"targeting": spec}, ["targeting"]))


def _times(level: str, *names: str) -> Make:
    """Times are set, moved, or taken off where there is one and the wish is an even one."""

    def make(planner: "Planner", wish: "Wish") -> None:
        for thing in planner.free(level, wish):
            after = {}
            for days, name in enumerate(names, 20 + wish.index):
                at = planner.account.clock.now() + timedelta(days=days)
                off = thing.row.get(name) and not wish.index % 2
                after[name] = "" if off else at.strftime("%Y-%m-%dT%H:%M:%S+0100")
            _edit(planner, thing, after, stops=max(1, planner.running(thing)))

    return make


def _cap(planner: "Planner", wish: "Wish") -> None:
    for thing in planner.free("campaign", wish):
        off = thing.row.get("spend_cap") and not wish.index % 2
        cap = "" if off else str(50_000 + 1000 * wish.index)
        _edit(planner, thing, {"spend_cap": cap}, stops=max(1, planner.running(thing)))


def _bid(planner: "Planner", wish: "Wish") -> None:
    for thing in planner.free("adset", wish):
        capped = thing.row.get("bid_strategy") != CAP or wish.index % 2
        bid = str(200 + wish.index) if capped else ""
        _edit(planner, thing, {"bid_strategy": CAP if capped else UNCAPPED, "bid_amount": bid})


def _rename(level: str) -> Make:
    def make(planner: "Planner", wish: "Wish") -> None:
        for thing in planner.free(level, wish):
            after = {"name": f"{thing.row['name']} in {planner.sets}"}
            _edit(planner, thing, after, "rename", effect=Effect.CHANGE_NAME)

    return make


def _label(level: str) -> Make:
    """One more; the even ones are taken off again."""

    def make(planner: "Planner", wish: "Wish") -> None:
        for thing in planner.free(level, wish):
            now = field_states.labels(field_states.texts(thing.row, ["adlabels"])["adlabels"])
            names = sorted({*now, f"label {wish.index}"} ^ ({*now} if wish.index % 2 else set()))
            after = {"adlabels": json.dumps(names) if names else ""}
            if set(names) != set(now):
                _edit(planner, thing, after, "label", effect=Effect.CHANGE_NAME)

    return make


def _remove(kind: str, level: str) -> Make:
    def make(planner: "Planner", wish: "Wish") -> None:
        for thing in planner.free(level, wish):
            archives = kind == "archive"
            request = Request(path=thing.id, params={"status": "ARCHIVED"})
            after, stops = ("ARCHIVED" if archives else "DELETED"), planner.running(thing)
            planner.update(
                kind,
                thing,
                {"status": thing.row["status"]},
                {"status": after},
                effect=Effect.IRREVERSIBLE,
                stops=stops,
                below=planner.below(thing),
                request=request if archives else Request(method="DELETE", path=thing.id),
            )

    return make


def _webhooks(planner: "Planner", wish: "Wish") -> None:
    """On where they are off, else off; the account has them once."""
    if ACCOUNT in planner.taken:
        return
    planner.taken.add(ACCOUNT)
    account = planner.account.things[ACCOUNT]
    now = account.row["webhooks"]
    then, method = ("on", "POST") if now == "off" else ("off", "DELETE")
    request = Request(method=method, path=f"{ACCOUNT}/subscribed_apps", params={"app_id": "9"})
    planner.update(
        "subscribe",
        account,
        {"webhooks": now},
        {"webhooks": then},
        request=request,
        effect=Effect.CHANGE_NOTICES,
    )


MAKERS: Mapping[str, Make] = {
    "webhooks": _webhooks,
    "targeting": _targeting,
    "ad set times": _times("adset", "start_time", "end_time"),
    "ad set end": _times("adset", "end_time"),
    "campaign end": _times("campaign", "stop_time"),
    "spend cap": _cap,
    "bid": _bid,
    "ad name": _rename("ad"),
    "ad set name": _rename("adset"),
    "campaign name": _rename("campaign"),
    "ad label": _label("ad"),
    "ad set label": _label("adset"),
    "archive ads": _remove("archive", "ad"),
    "archive ad sets": _remove("archive", "adset"),
    "archive campaigns": _remove("archive", "campaign"),
    "delete ads": _remove("delete", "ad"),
    "delete ad sets": _remove("delete", "adset"),
    "delete creatives": _remove("delete", "creative"),
    "delete rules": _remove("delete", "rule"),
}
