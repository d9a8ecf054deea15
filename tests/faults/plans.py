"""Random plans: wishes, and the changes that the tools would propose for them on the account as it is."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.account import ACCOUNT, Account, Thing
from tests.faults.server import LISTED_S
from tools.domain.changes import Change, ChangeSet, Effect, Request, Spend, Upload, marker_of, result_ref

NOTHING = Spend(daily_minor=0, currency="EUR")
EFFECTS = {
    "refresh_ad": Effect.CHANGE_CONTENT,
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
    sets: int = 0
    busy: set[str] = field(default_factory=set)
    budgets: list[str] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def plan(self, wishes: Sequence[Wish]) -> ChangeSet | None:
        """One change set for all wishes that can be had; None when none can."""
        self.sets += 1
        self._changes, self._taken = [], set(self.busy)
        makers: dict[str, Callable[[Wish], None]] = {
            "ad status": lambda w: self._status(w, "ad"),
            "ad set status": lambda w: self._status(w, "adset"),
            "campaign status": lambda w: self._status(w, "campaign"),
            "budget": self._budget,
            "new ads": self._new_ads,
            "launch": self._launch,
            "launches": self._launches,
            "structure": self._structure,
            "refresh": self._refresh,
            "delete ads": lambda w: self._delete(w, "ad"),
            "delete creatives": lambda w: self._delete(w, "creative"),
        }
        for wish in wishes:
            makers[wish.what](wish)
        if not self._changes:
            return None
        return ChangeSet(
            run_id=f"run-{self.sets}",
            created_at=self.account.clock.now().isoformat(),
            world="test",
            account=ACCOUNT,
            currency="EUR",
            request="a plan",
            changes=tuple(self._changes),
        )

    def _status(self, wish: Wish, level: str) -> None:
        for thing in self._free(level, wish):
            now = thing.row["status"]
            then = "PAUSED" if now == "ACTIVE" else "ACTIVE"
            effect = Effect.START_SPEND if then == "ACTIVE" else Effect.STOP_SPEND
            stops = max(1, self._running(thing))
            self._update("set_status", thing, {"status": now}, {"status": then}, effect, stops=stops)

    def _running(self, thing: Thing) -> int:
        """How many ads run in it, or whether it runs."""
        ads = (t.row for t in self.account.of("ad") if thing.id in (t.id, *self._names(t)))
        return sum(self.account.effective_status(row) == "ACTIVE" for row in ads)

    def _budget(self, wish: Wish) -> None:
        for level in ("adset", "campaign"):
            for thing in self._free(level, wish):
                now = thing.row.get("daily_budget")
                if now and self.budgets.count(thing.id) < BUDGETS_PER_HOLDER:
                    self.budgets.append(thing.id)
                    step = int(now) * (3 + wish.index) // 100 * (-1 if wish.index % 2 else 1)
                    then = {"daily_budget": str(int(now) + step)}
                    spend = Spend(daily_minor=step, currency="EUR")
                    self._update("set_budget", thing, {"daily_budget": now}, then, spend=spend)

    def _update(
        self,
        kind: str,
        thing: Thing,
        before: dict[str, str],
        after: dict[str, str],
        effect: Effect = Effect.CHANGE_SPEND,
        **rest: Any,
    ) -> None:
        self._add(
            kind,
            effect=effect,
            **rest,
            level=thing.kind,
            target=thing.id,
            names=self._names(thing),
            request=Request(path=thing.id, params=dict(after)),
            before=before,
            after=after,
        )

    def _names(self, thing: Thing) -> tuple[str, ...]:
        """Its id and those of its parents."""
        if parent := thing.row.get("adset_id") or thing.row.get("campaign_id"):
            return thing.id, *self._names(self.account.things[parent])
        return (thing.id,)

    def _delete(self, wish: Wish, kind: str) -> None:
        for thing in self._free(kind, wish):
            self._add(
                "delete",
                level="ad" if kind == "ad" else None,
                target=thing.id,
                names=self._names(thing),
                request=Request(method="DELETE", path=thing.id),
                before={"status": thing.row["status"]},
                after={"status": "DELETED"},
            )

    def _new_ads(self, wish: Wish) -> None:
        creative = next(self._standing("creative"), None)
        for number in range(wish.count if creative else 0):
            self._ad(f"2{(wish.index + number) % 5}", creative.id if creative else "", ())

    def _launches(self, wish: Wish) -> None:
        """All pictures, a creative for each, and ads with each of them: pictures first, as a launch has them."""
        first = len(self._changes)
        for number in range(len(self.images)):
            self._launch(Wish("launch", wish.index + number, wish.count))
        order = ("upload_image", "create_creative", "create_ad")
        self._changes[first:] = sorted(self._changes[first:], key=lambda change: order.index(change.kind))

    def _launch(self, wish: Wish) -> None:
        """A picture, a creative that shows it, and ads with that creative."""
        path = self.images[wish.index % len(self.images)]
        if path.name in self._taken:
            return
        self._taken.add(path.name)
        data = path.read_bytes()
        upload = Upload(
            path=str(path),
            sha256=hashlib.sha256(data).hexdigest(),
            filename=path.name,
            mime="image/png",
            graph_hash=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        )
        image = self._add("upload_image", request=Request(path=f"{ACCOUNT}/adimages", upload=upload))
        story = {"page_id": "1", "link_data": {"image_hash": result_ref(image, "hash"), "message": "Hi"}}
        creative = self._add(
            "create_creative",
            request=Request(path=f"{ACCOUNT}/adcreatives", params={"object_story_spec": story}),
            depends_on=(image.id,),
        )
        for number in range(wish.count):
            self._ad(f"2{(wish.index + number) % 5}", result_ref(creative, "id"), (creative.id,))

    def _structure(self, wish: Wish) -> None:
        """A campaign, or an ad set in one that is there, with ad sets and an ad in each."""
        creative, campaign_id, above = next(self._standing("creative"), None), "", ()
        if wish.index % 2:
            campaign_id = next((t.id for t in self._standing("campaign")), "")
        budget = {"daily_budget": "1500"}
        if not campaign_id:
            made = self._new("create_campaign", "campaign", "campaigns", {"objective": "OUTCOME_SALES"})
            campaign_id, above = result_ref(made, "id"), (made.id,)
        for _ in range(wish.count):
            params = {"campaign_id": campaign_id, **budget}
            adset = self._new("create_ad_set", "adset", "adsets", params, budget, above)
            if creative:
                self._ad(result_ref(adset, "id"), creative.id, (adset.id,))

    def _new(
        self, kind: str, level: str, edge: str, params: Any, after: Any = None, parents: tuple[str, ...] = ()
    ) -> Change:
        return self._add(
            kind,
            level=level,
            request=Request(path=f"{ACCOUNT}/{edge}", params=params | {"status": "PAUSED"}),
            after={"status": "PAUSED"} | (after or {}),
            depends_on=parents,
            spend=Spend(
                daily_minor=0, currency="EUR", once_started_minor=int((after or {}).get("daily_budget", 0))
            ),
        )

    def _refresh(self, wish: Wish) -> None:
        """A new creative, and ads that show it from now on."""
        if not (ads := self._free("ad", wish)):
            return
        story = {"page_id": "1", "link_data": {"image_hash": "h", "message": "New"}}
        creative = self._add(
            "create_creative",
            request=Request(path=f"{ACCOUNT}/adcreatives", params={"object_story_spec": story}),
        )
        for thing in ads:
            self._add(
                "refresh_ad",
                level="ad",
                target=thing.id,
                names=self._names(thing),
                request=Request(
                    path=thing.id, params={"creative": {"creative_id": result_ref(creative, "id")}}
                ),
                before={"creative": thing.row["creative_id"]},
                after={"creative": "new"},
                depends_on=(creative.id,),
            )

    def _ad(self, adset_id: Any, creative: Any, parents: tuple[str, ...]) -> None:
        params = {"adset_id": adset_id, "creative": {"creative_id": creative}, "status": "PAUSED"}
        self._add(
            "create_ad",
            level="ad",
            request=Request(path=f"{ACCOUNT}/ads", params=params),
            after={"status": "PAUSED"},
            depends_on=parents,
        )

    def _add(self, kind: str, *, request: Request, **rest: Any) -> Change:
        change_id = f"run-{self.sets}.call.{len(self._changes)}"
        marker = marker_of(change_id)
        if kind.startswith("create_"):
            named = {"name": f"New {change_id}", "adlabels": [{"name": marker}]}
            request = request.model_copy(update={"params": request.params | named})
        change = Change(
            id=change_id,
            kind=kind,
            account=ACCOUNT,
            name=f"New {change_id}",
            request=request,
            marker=marker,
            **{"effect": EFFECTS.get(kind, Effect.CREATE), "spend": NOTHING} | rest,
        )
        self._changes.append(change)
        return change

    def _free(self, kind: str, wish: Wish) -> list[Thing]:
        """Things a wish may touch: one change each, and no new object before every list shows it."""
        old_s = self.account.clock.at_s - LISTED_S
        free = [t for t in self._standing(kind) if t.id not in self._taken and t.created_s <= old_s]
        start = wish.index % len(free) if free else 0
        chosen = (free[start:] + free[:start])[: wish.count]
        self._taken |= {thing.id for thing in chosen}
        return chosen

    def _standing(self, kind: str) -> Iterator[Thing]:
        gone = ("DELETED", "ARCHIVED")
        return (thing for thing in self.account.of(kind) if thing.row["status"] not in gone)
