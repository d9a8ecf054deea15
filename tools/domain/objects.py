"""Campaigns, ad sets and ads of the account, read by id through the account's own edges.

Reading through `act_X/ads?filtering=…` instead of `/{id}` proves that an object belongs to this
account, tells its level, and costs one point for many ids (docs/graph-api.md §4.2, §6).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tools.domain.changes import LEVELS, Level
from tools.domain.settings import field_states
from tools.domain.settings.ad_statuses import SURE, may_spend
from tools.graph import AnswerLost, GraphFailure, GraphReader, too_heavy
from tools.graph.listing import parse_page

EDGES: dict[Level, str] = {"ad": "ads", "adset": "adsets", "campaign": "campaigns"}
NOUNS: dict[Level, str] = {"ad": "ad", "adset": "ad set", "campaign": "campaign"}
_BUDGETS = "daily_budget,lifetime_budget,budget_remaining"
_ADSET, _CAMPAIGN = "start_time,end_time,lifetime_spend_cap", "start_time,stop_time,spend_cap"
"""What tells whether they run, beside their status."""
FIELDS: dict[Level, str] = {
    "ad": (
        "id,name,status,effective_status,created_time,adset_id,campaign_id,creative{id},"
        "ad_schedule_start_time,ad_schedule_end_time,"
        f"adset{{name,status,{_BUDGETS},{_ADSET},optimization_goal,learning_stage_info}},"
        f"campaign{{name,status,{_BUDGETS},{_CAMPAIGN}}}"
    ),
    "adset": (
        f"id,name,status,effective_status,created_time,campaign_id,{_BUDGETS},{_ADSET},"
        f"optimization_goal,learning_stage_info,campaign{{name,status,{_BUDGETS},{_CAMPAIGN}}}"
    ),
    "campaign": f"id,name,status,effective_status,created_time,objective,{_BUDGETS},{_CAMPAIGN}",
}
_RUNS = (
    "id,effective_status,adset_id,campaign_id,ad_schedule_start_time,ad_schedule_end_time,"
    f"adset{{status,{_BUDGETS},{_ADSET}}},campaign{{status,{_BUDGETS},{_CAMPAIGN}}}"
)
AIM_FIELDS = "promoted_object,attribution_spec"
"""What an ad set optimises for and how Meta credits it; read where results are counted."""
IDS_PER_CALL = 50
LONGEST_AMOUNT = 18
_PARTS = ("adset", "campaign", "creative", "learning_stage_info")


@dataclass(frozen=True, slots=True)
class AdObject:
    """One campaign, ad set or ad. Budgets are minor units of the account's currency, 0 when not set."""

    level: Level
    id: str
    name: str
    status: str
    effective_status: str
    row: dict[str, Any]

    @property
    def daily_budget_minor(self) -> int:
        return minor_units(self.row, "daily_budget")

    @property
    def lifetime_budget_minor(self) -> int:
        return minor_units(self.row, "lifetime_budget")

    @property
    def adset(self) -> dict[str, Any]:
        return self.row if self.level == "adset" else self.row.get("adset") or {}

    @property
    def campaign(self) -> dict[str, Any]:
        return self.row if self.level == "campaign" else self.row.get("campaign") or {}

    def now(self, names: Iterable[str]) -> dict[str, str]:
        """Fields as changes hold them: as text, and the creative of an ad by its id."""
        return field_states.texts(self.row, names)

    @property
    def learning(self) -> bool:
        stage = self.adset.get("learning_stage_info")
        return isinstance(stage, dict) and stage.get("status") == "LEARNING"

    @property
    def names(self) -> tuple[str, ...]:
        """Ids and names of the object and its parents: what `protect` is matched against."""
        ids = (self.id, self.row.get("adset_id"), self.row.get("campaign_id"))
        names = (self.name, self.adset.get("name"), self.campaign.get("name"))
        return tuple(dict.fromkeys(str(part) for part in (*ids, *names) if part))

    @property
    def about(self) -> dict[str, Any]:
        """What a change of it says of it, as arguments of `Context.change`."""
        own = {"level": self.level, "target": self.id, "name": self.name}
        return own | {"names": self.names, "where": self.where}

    @property
    def where(self) -> tuple[str, ...]:
        """What it stands in, the campaign first."""
        chain = {"ad": ("campaign", "adset"), "adset": ("campaign",), "campaign": ()}[self.level]
        rows = {"campaign": self.campaign, "adset": self.adset}
        ids = [(level, str(self.row.get(f"{level}_id") or "")) for level in chain]
        return tuple(called(str(rows[level].get("name") or i), i) for level, i in ids if i)

    @property
    def parent_ids(self) -> tuple[str, ...]:
        return tuple(str(i) for i in (self.row.get("adset_id"), self.row.get("campaign_id")) if i)

    @property
    def gone_parent(self) -> str:
        """The nearest parent that is archived or deleted, in words, or nothing."""
        rows = {
            "ad": (("ad set", self.adset), ("campaign", self.campaign)),
            "adset": (("campaign", self.campaign),),
        }
        gone = {"ARCHIVED": "archived", "DELETED": "deleted"}
        found = (
            f"{noun} {gone[status]}"
            for noun, row in rows.get(self.level, ())
            for name in ("status", "effective_status")
            if (status := str(row.get(name))) in gone
        )
        return next(found, "")

    @property
    def paused_parent(self) -> str:
        """The level of the nearest parent that is not active, or nothing."""
        return self.held_back(())

    def held_back(self, starting: Collection[str]) -> str:
        """The same once the objects of these ids are active."""
        rows: dict[Level, dict[str, Any]] = {"adset": self.adset, "campaign": self.campaign}
        for level in LEVELS[LEVELS.index(self.level) + 1 :]:
            if (
                rows[level].get("status", "ACTIVE") != "ACTIVE"
                and self.row.get(f"{level}_id") not in starting
            ):
                return NOUNS[level]
        return ""


def called(name: str, object_id: str) -> str:
    """A name with the id beside it, by which two of the same name are told apart."""
    return f"“{name}” ({object_id})"


class Touched(NamedTuple):
    """What a change of an object touches with it, named as in a change."""

    below: tuple[str, ...]
    stops: int


def parse(level: Level, row: dict[str, Any]) -> AdObject:
    """One object from a Graph row; a part of it that is none counts as absent. Raises AnswerLost for one without an id."""
    if not (isinstance(object_id := row.get("id"), str | int) and object_id):
        raise AnswerLost(f"Meta sent {NOUNS[level]}s of which one has no id.")
    odd = [name for name in _PARTS if name in row and not isinstance(row[name], dict)]
    if odd:
        row = {name: value for name, value in row.items() if name not in odd}
    return AdObject(
        level=level,
        id=str(object_id),
        name=str(row.get("name") or object_id),
        status=str(row.get("status") or ""),
        effective_status=str(row.get("effective_status") or row.get("status") or ""),
        row=row,
    )


def find(
    graph: GraphReader,
    account_id: str,
    ids: Iterable[str],
    levels: Sequence[Level] = LEVELS,
    *,
    fields: str = "",
) -> dict[str, AdObject]:
    """Those of `ids` that exist in this account, by id. One request for up to 2,500 ids of one level.

    Archived and deleted objects are not found. `fields` instead of all that objects have here. Raises GraphFailure.
    """
    wanted = sorted(set(ids))
    calls = [
        (level, chunk)
        for level in levels
        for chunk in (wanted[i : i + IDS_PER_CALL] for i in range(0, len(wanted), IDS_PER_CALL))
    ]
    answers = graph.get_many(
        [(f"{account_id}/{EDGES[level]}", _query(level, ids, fields)) for level, ids in calls]
    )
    found = dict[str, AdObject]()
    for (level, chunk), answer in zip(calls, answers, strict=True):
        if isinstance(answer, GraphFailure) and not too_heavy(answer):
            raise answer
        page = None if isinstance(answer, GraphFailure) else parse_page(EDGES[level], answer)
        rows = page.rows if page else []
        # too much at once, or a short page: what is on the next one is not gone
        if page is None or page.more:
            query = _query(level, chunk, fields) | {"page_size": IDS_PER_CALL}
            query.pop("limit")
            rows = graph.read_all(f"{account_id}/{EDGES[level]}", **query).rows
        found |= {obj.id: obj for obj in (parse(level, row) for row in rows)}
    return found


def rows(
    graph: GraphReader, account_id: str, level: Level, object_id: str, fields: str
) -> list[dict[str, Any]]:
    """The row of one object of this account with these fields, or none. Raises GraphFailure."""
    query = _query(level, [object_id]) | {"fields": fields}
    query.pop("limit")
    return graph.read_all(f"{account_id}/{EDGES[level]}", page_size=IDS_PER_CALL, **query).rows


def below(graph: GraphReader, account_id: str, parents: Iterable[AdObject]) -> dict[str, list[AdObject]]:
    """The ads under campaigns and ad sets, by the id of the parent; ads have none. Raises GraphFailure."""
    under: dict[str, list[AdObject]] = {}
    for level in LEVELS[1:]:
        ids = [obj.id for obj in parents if obj.level == level]
        if not ids:
            continue
        listing = graph.read_all(f"{account_id}/ads", fields=FIELDS["ad"], filtering=[within(level, ids)])
        for ad in (parse("ad", row) for row in listing.rows):
            under.setdefault(str(ad.row.get(f"{level}_id")), []).append(ad)
    return under


def delivering(
    graph: GraphReader,
    account_id: str,
    holders: Iterable[tuple[Level, str]],
    idle: Callable[[AdObject], bool] | None = None,
) -> set[str]:
    """Which of these campaigns and ad sets have ads that run for certain by their status and are not `idle`. Raises GraphFailure."""
    busy, wanted = set[str](), sorted(set(holders))
    for level in LEVELS[1:]:
        ids = [holder for at, holder in wanted if at == level]
        if not ids:
            continue
        running = {"field": "ad.effective_status", "operator": "IN", "value": [SURE]}
        filtering = [within(level, ids), running]
        rows = graph.read_all(f"{account_id}/ads", fields=_RUNS, filtering=filtering).rows
        ads = [parse("ad", row) for row in rows if row.get("effective_status") == SURE]
        busy |= {str(ad.row.get(f"{level}_id")) for ad in ads if not (idle and idle(ad))}
    return busy


def touched(graph: GraphReader, account_id: str, parents: Sequence[AdObject]) -> dict[str, Touched]:
    """What a change of each object touches below it."""
    under = below(graph, account_id, parents)
    return {
        obj.id: Touched(
            below=tuple(part for ad in under.get(obj.id, ()) for part in (ad.id, ad.name)),
            stops=sum(may_spend(ad.effective_status) for ad in under.get(obj.id, (obj,))),
        )
        for obj in parents
    }


def _query(level: Level, ids: Sequence[str], fields: str = "") -> dict[str, Any]:
    return {
        "fields": fields or FIELDS[level],
        "filtering": [within(level, ids)],
        "limit": IDS_PER_CALL,
    }


def within(level: Level, ids: Sequence[str]) -> dict[str, Any]:
    """What narrows a list to these objects and to what is below them, as an item of `filtering`."""
    return {"field": f"{level}.id", "operator": "IN", "value": list(ids)}


def minor_units(row: Mapping[str, Any], field: str) -> int:
    """An amount of a Graph row, 0 for none: a string of minor units (docs/graph-api.md §6)."""
    text = str(row.get(field) or "0")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_AMOUNT else 0
