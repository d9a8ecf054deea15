"""Whether something that adsteward made has been given other settings or parts since: then it is somebody else's work, too."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tools.domain import objects
from tools.domain.changes import Change, Level
from tools.domain.settings import field_states, rule_words
from tools.domain.text import listed
from tools.domain.tool import Applied, Context, object_id
from tools.graph import GraphFailure

COMPARED: dict[Level, tuple[str, ...]] = {
    "ad": ("creative", "conversion_domain"),
    "adset": (
        *("targeting", "optimization_goal", "billing_event", "bid_strategy", "bid_amount", "promoted_object"),
        *("start_time", "end_time", "destination_type", "daily_budget", "lifetime_budget"),
        *("bid_constraints", "dsa_beneficiary", "dsa_payor", "lifetime_spend_cap"),
    ),
    "campaign": (
        *("objective", "bid_strategy", "special_ad_categories", "special_ad_category_country"),
        *("stop_time", "daily_budget", "lifetime_budget", "spend_cap"),
    ),
}
"""Settings that read back as they were sent. Of what Meta does not show nothing can be said."""
_EITHER_WAY = frozenset(
    "daily_budget lifetime_budget end_time bid_amount bid_constraints spend_cap lifetime_spend_cap".split()
)
"""Of these Meta adds none by itself and takes none off: one that is there and was not sent, or the reverse, is somebody's."""
_ADDED = frozenset({"targeting_automation", "targeting_relaxation_types", "age_range"})
_INVENTORY = "brand_safety_content_filter_levels"
"""What Meta puts into a new targeting by itself; of the inventory filter never the strictest level."""


def settings_changed(ctx: Context, made: Sequence[Applied]) -> dict[str, str]:
    """Which settings of created objects read otherwise than they were sent, by id. Raises GraphFailure."""
    changed = dict[str, str]()
    for level, compared in COMPARED.items():
        mine = {object_id(a): a for a in made if a.change.creates and a.change.level == level}
        fields = ",".join(
            "creative{id}" if name == "creative" else name for name in ("id", "name", *compared)
        )
        found = objects.find(ctx.graph, ctx.account.id, mine, (level,), fields=fields) if mine else {}
        for made_id, obj in found.items():
            sent = mine[made_id].change.request.params
            other = [
                name
                for name in compared
                if (name in sent or name in _EITHER_WAY)
                and not _same(name, sent.get(name), obj.row.get(name))
            ]
            if other:
                changed[made_id] = listed([name.replace("_", " ") for name in other])
    return changed | _rules_changed(ctx, made)


def as_sent(made: Change) -> dict[str, str]:
    """What a rule was made of, as texts."""
    return field_states.texts(made.request.params, rule_words.FIELDS)


def _rules_changed(ctx: Context, made: Sequence[Applied]) -> dict[str, str]:
    """The same for what has no level and is made switched off: a person may have switched it on, as they were told."""
    mine = [a for a in made if a.change.row.must_be_paused and not a.change.level]
    rows = ctx.graph.get_many([(object_id(a), {"fields": ",".join(rule_words.FIELDS)}) for a in mine])
    changed = dict[str, str]()
    for applied, row in zip(mine, rows, strict=True):
        if isinstance(row, GraphFailure) or row.get("status") == "DELETED":
            continue  # whether it is there is asked elsewhere
        now, sent = field_states.texts(row, rule_words.FIELDS), as_sent(applied.change)
        if other := [name for name, text in sent.items() if not field_states.same(name, now[name], text)]:
            changed[object_id(applied)] = listed([name.replace("_", " ") for name in other])
    return changed


def _same(name: str, sent: Any, now: Any) -> bool:
    if name in _EITHER_WAY:
        one, other = field_states.texts({name: sent}, [name]), field_states.texts({name: now}, [name])
        if not _set(one[name]) or not _set(other[name]):
            return _set(one[name]) == _set(other[name])
    if now is None:
        return name not in ("creative", "targeting")
    if name == "creative":
        return bool(now.get("id") == str(sent.get("creative_id")))
    if name.endswith("_time"):
        return bool(_moment(sent) == _moment(now))
    return _targeted(sent, now) if name == "targeting" else _carries(sent, now)


def _set(text: str) -> bool:
    """Whether a field has a value; Meta writes 0 for a budget that is none."""
    return text not in ("", "0")


def _targeted(sent: Any, now: Any) -> bool:
    """Whether a targeting is the one that was sent, whole; beside it stands only what Meta adds."""
    if not isinstance(now, Mapping):
        return False
    usual = not any(str(level).endswith("STRICT") for level in now.get(_INVENTORY) or ())
    added = (_ADDED | {_INVENTORY} if usual else _ADDED).difference(sent)
    one, other = field_states.texts(
        {"sent": sent, "now": {k: v for k, v in now.items() if k not in added}}, ("sent", "now")
    ).values()
    return field_states.same("targeting", one, other)


def _carries(sent: Any, now: Any) -> bool:
    """Whether all that was sent reads back; Meta adds names and defaults to it."""
    if isinstance(sent, Mapping):
        return isinstance(now, Mapping) and all(key in now and _carries(sent[key], now[key]) for key in sent)
    if isinstance(sent, list):
        alike = isinstance(now, list) and len(sent) == len(now)
        return alike and all(any(_carries(one, other) for other in now) for one in sent)
    return field_states.scalar(sent) == field_states.scalar(now)


def _moment(text: Any) -> Any:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return text


def inside(ctx: Context, applied: Sequence[Applied]) -> dict[str, dict[str, str]]:
    """Ad sets and ads, by id with their names, inside of each campaign and ad set that was made."""
    found: dict[str, dict[str, str]] = {object_id(a): {} for a in applied if a.change.row.holds_others}
    edges: tuple[tuple[Level, str], ...] = (("campaign", "adsets"), ("campaign", "ads"), ("adset", "ads"))
    for level, below in edges:
        ids = [object_id(a) for a in applied if a.change.level == level and object_id(a) in found]
        filtering = [objects.within(level, ids)]
        query: dict[str, Any] = {"fields": f"id,name,{level}_id", "filtering": filtering}
        for row in ctx.graph.read_all(f"{ctx.account.id}/{below}", **query).rows if ids else ():
            holder = found.setdefault(str(row.get(f"{level}_id")), {})
            holder[str(row["id"])] = str(row.get("name") or row["id"])
    return found


def showing(ctx: Context, applied: Sequence[Applied]) -> dict[str, dict[str, str]]:
    """Ads that are none of these, by id with their names, that show a creative which was made. Raises GraphFailure."""
    found: dict[str, dict[str, str]] = {
        object_id(a): {} for a in applied if a.change.kind == "create_creative"
    }
    own, path, fields = {object_id(a) for a in applied}, f"{ctx.account.id}/ads", "id,name,creative{id}"
    for row in ctx.graph.read_all(path, page_size=500, fields=fields).rows if found else ():
        creative_id = str((row.get("creative") or {}).get("id"))
        if creative_id in found and str(row["id"]) not in own:
            found[creative_id][str(row["id"])] = str(row.get("name") or row["id"])
    return found
