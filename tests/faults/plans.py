"""Random plans: wishes, and the changes that the tools would propose for them on the account as it is."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import plans_of_edits, plans_of_new
from tests.faults.account import ACCOUNT, GONE, Account, Thing
from tests.faults.server import LISTED_S
from tools.domain.changes import (
    LEVELS,
    Change,
    ChangeSet,
    Effect,
    Request,
    Spend,
    Upload,
    marker_of,
    result_ref,
)

NOTHING = Spend(daily_minor=0, currency="EUR")
EFFECTS = {
    "refresh_ad": Effect.CHANGE_CONTENT,
    "rename": Effect.CHANGE_NAME,
    "label": Effect.CHANGE_NAME,
    "subscribe": Effect.CHANGE_NOTICES,
    "archive": Effect.IRREVERSIBLE,
    "delete": Effect.IRREVERSIBLE,
}
BUDGETS_PER_HOLDER = 2
"""How often one history plans a budget of the same holder: Meta takes four an hour, so resends have room."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to be done `count` times, beginning with the `index`-th thing it can be done to."""

    what: str
    index: int = 0
    count: int = 1


@dataclass(slots=True)
class Planner:
    """Turns wishes into change sets. Things in `busy` belong to a set that is not finished."""

    account: Account
    images: Sequence[Path]
    video: Path
    sets: int = 0
    busy: set[str] = field(default_factory=set)
    budgets: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def plan(self, wishes: Sequence[Wish]) -> ChangeSet | None:
        """One change set for all wishes that can be had; None when none can."""
        self.sets += 1
        self.changes, self.taken = [], set(self.busy)
        for wish in wishes:
            MAKERS[wish.what](self, wish)
        if not self.changes:
            return None
        return ChangeSet(
            run_id=f"run-{self.sets}",
            created_at=self.account.clock.now().isoformat(),
            world="test",
            account=ACCOUNT,
            currency="EUR",
            request="a plan",
            changes=tuple(self.changes),
        )

    def status(self, wish: Wish, level: str) -> None:
        for thing in self.free(level, wish):
            now = thing.row["status"]
            then = "PAUSED" if now == "ACTIVE" else "ACTIVE"
            effect = Effect.START_SPEND if then == "ACTIVE" else Effect.STOP_SPEND
            stops = max(1, self.running(thing))
            self.update("set_status", thing, {"status": now}, {"status": then}, effect=effect, stops=stops)

    def running(self, thing: Thing) -> int:
        """How many ads run in it, or whether it runs."""
        rows = (t.row for t in self.account.of("ad") if thing.id in self.names(t))
        return sum(self.account.effective_status(row) == "ACTIVE" for row in rows)

    def below(self, thing: Thing) -> tuple[str, ...]:
        """The ads in it."""
        return tuple(ad.id for ad in self.standing("ad") if thing.id in self.names(ad)[1:])

    def budget(self, wish: Wish) -> None:
        for level in ("adset", "campaign"):
            for thing in self.free(level, wish):
                now = thing.row.get("daily_budget")
                if now and self.budgets.count(thing.id) < BUDGETS_PER_HOLDER:
                    self.budgets.append(thing.id)
                    step = int(now) * (3 + wish.index) // 100 * (-1 if wish.index % 2 else 1)
                    then = {"daily_budget": str(int(now) + step)}
                    spend = Spend(daily_minor=step, currency="EUR")
                    self.update("set_budget", thing, {"daily_budget": now}, then, spend=spend)

    def update(
        self, kind: str, thing: Thing, before: dict[str, str], after: dict[str, str], **rest: Any
    ) -> None:
        """A change of something that is there; its parameters are what it sets, unless there is another `request`."""
        level = thing.kind if thing.kind in LEVELS else None
        request = {"request": Request(path=thing.id, params=dict(after))}
        known = {"level": level, "target": thing.id, "names": self.names(thing)}
        self.add(kind, before=before, after=after, **{"effect": Effect.CHANGE_SPEND} | request | known | rest)

    def names(self, thing: Thing) -> tuple[str, ...]:
        """Its id and those of its parents."""
        if parent := thing.row.get("adset_id") or thing.row.get("campaign_id"):
            return thing.id, *self.names(self.account.things[parent])
        return (thing.id,)

    def above(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids of what something new is made in, as the tools name them; none of what its set makes."""
        parent = params.get("adset_id") or params.get("campaign_id")
        if isinstance(parent, str):
            return self.names(self.account.things[parent])
        made = [change.names for change in self.changes if parent and change.id == parent["$from"]]
        return made[0] if made else ()

    def new_ads(self, wish: Wish) -> None:
        creative = next(self.standing("creative"), None)
        for number in range(wish.count if creative else 0):
            self.ad(f"2{(wish.index + number) % 5}", creative.id if creative else "", ())

    def launches(self, wish: Wish) -> None:
        """All pictures, a creative for each, and ads with each of them: pictures first, as a launch has them."""
        first = len(self.changes)
        for number in range(len(self.images)):
            self.launch(Wish("launch", wish.index + number, wish.count))
        order = ("upload_image", "create_creative", "create_ad")
        self.changes[first:] = sorted(self.changes[first:], key=lambda change: order.index(change.kind))

    def launch(self, wish: Wish) -> None:
        """A picture, a creative that shows it, and ads with that creative."""
        path = self.images[wish.index % len(self.images)]
        if path.name in self.taken:
            return
        self.taken.add(path.name)
        data = path.read_bytes()
        upload = Upload(
            path=str(path),
            sha256=hashlib.sha256(data).hexdigest(),
            filename=path.name,
            mime="image/png",
            graph_hash=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        )
        image = self.add("upload_image", request=Request(path=f"{ACCOUNT}/adimages", upload=upload))
        story = {"page_id": "1", "link_data": {"image_hash": result_ref(image, "hash"), "message": "Hi"}}
        creative = self.add(
            "create_creative",
            request=Request(path=f"{ACCOUNT}/adcreatives", params={"object_story_spec": story}),
            depends_on=(image.id,),
        )
        for number in range(wish.count):
            self.ad(f"2{(wish.index + number) % 5}", result_ref(creative, "id"), (creative.id,))

    def structure(self, wish: Wish) -> None:
        """A campaign, or an ad set in one that is there, with ad sets and an ad in each."""
        creative, campaign_id, above = next(self.standing("creative"), None), "", ()
        if wish.index % 2:
            campaign_id = next((t.id for t in self.standing("campaign")), "")
        budget = {"daily_budget": "1500"}
        if not campaign_id:
            made = self._new("create_campaign", "campaign", "campaigns", {"objective": "OUTCOME_SALES"})
            campaign_id, above = result_ref(made, "id"), (made.id,)
        for _ in range(wish.count):
            params = {"campaign_id": campaign_id, **budget}
            adset = self._new("create_ad_set", "adset", "adsets", params, budget, above)
            if creative:
                self.ad(result_ref(adset, "id"), creative.id, (adset.id,))

    def _new(
        self, kind: str, level: str, edge: str, params: Any, after: Any = None, parents: tuple[str, ...] = ()
    ) -> Change:
        return self.add(
            kind,
            level=level,
            request=Request(path=f"{ACCOUNT}/{edge}", params=params | {"status": "PAUSED"}),
            after={"status": "PAUSED"} | (after or {}),
            depends_on=parents,
            spend=Spend(
                daily_minor=0, currency="EUR", once_started_minor=int((after or {}).get("daily_budget", 0))
            ),
        )

    def refresh(self, wish: Wish) -> None:
        """A new creative, and ads that show it from now on."""
        if not (ads := self.free("ad", wish)):
            return
        story = {"page_id": "1", "link_data": {"image_hash": "h", "message": "New"}}
        creative = self.add(
            "create_creative",
            request=Request(path=f"{ACCOUNT}/adcreatives", params={"object_story_spec": story}),
        )
        for thing in ads:
            self.add(
                "refresh_ad",
                level="ad",
                target=thing.id,
                names=self.names(thing),
                request=Request(
                    path=thing.id, params={"creative": {"creative_id": result_ref(creative, "id")}}
                ),
                before={"creative": thing.row["creative_id"]},
                after={"creative": "new"},
                depends_on=(creative.id,),
            )

    def ad(self, adset_id: Any, creative: Any, parents: tuple[str, ...]) -> Change:
        """One more ad."""
        params = {"adset_id": adset_id, "creative": {"creative_id": creative}, "status": "PAUSED"}
        return self.add(
            "create_ad",
            level="ad",
            request=Request(path=f"{ACCOUNT}/ads", params=params),
            after={"status": "PAUSED"},
            depends_on=parents,
        )

    def add(self, kind: str, *, request: Request, **rest: Any) -> Change:
        change_id = f"run-{self.sets}.call.{len(self.changes)}"
        marker = marker_of(change_id)
        request = request.model_copy(update={"params": request.params | _marked(kind, change_id, marker)})
        change = Change(
            id=change_id,
            kind=kind,
            account=ACCOUNT,
            name=f"New {change_id}",
            request=request,
            marker=marker,
            **{
                "effect": EFFECTS.get(kind, Effect.CREATE),
                "spend": NOTHING,
                "names": self.above(request.params),
            }
            | rest,
        )
        self.changes.append(change)
        return change

    def free(self, kind: str, wish: Wish) -> list[Thing]:
        """Things a wish may touch: one change each, and no new object before every list shows it."""
        old_s = self.account.clock.at_s - LISTED_S
        free = [t for t in self.standing(kind) if t.id not in self.taken and t.created_s <= old_s]
        start = wish.index % len(free) if free else 0
        chosen = (free[start:] + free[:start])[: wish.count]
        self.taken |= {thing.id for thing in chosen}
        return chosen

    def standing(self, kind: str) -> Iterator[Thing]:
        """What a list of this kind shows."""
        return (t for t in self.account.of(kind) if self.account.effective_status(t.row) not in GONE)


def _marked(kind: str, change_id: str, marker: str) -> dict[str, Any]:
    """What makes a new object known again."""
    if kind == "make_rule":
        return {"name": f"New {change_id} [{marker}]"}
    if kind == "upload_video":
        return {"title": f"New {change_id}", "description": marker}
    labelled = {"name": f"New {change_id}", "adlabels": [{"name": marker}]}
    return labelled if kind.startswith("create_") else {}


MAKERS: Mapping[str, Callable[[Planner, Wish], None]] = {
    "ad status": lambda p, w: p.status(w, "ad"),
    "ad set status": lambda p, w: p.status(w, "adset"),
    "campaign status": lambda p, w: p.status(w, "campaign"),
    "budget": Planner.budget,
    "new ads": Planner.new_ads,
    "launch": Planner.launch,
    "launches": Planner.launches,
    "structure": Planner.structure,
    "refresh": Planner.refresh,
    **plans_of_edits.MAKERS,
    **plans_of_new.MAKERS,
}
"""What can be wished for."""
