"""What webhooks of an ad account tell as time passes: reviews that ended, and ads that tire (docs/graph-api.md §9.2)."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from sandbox import APP_ID
from sandbox.request.clock import BIRTHDAY
from sandbox.world import ad_review
from sandbox.world.outbox import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.node import Node
    from sandbox.world.state import World

TIRED = "Your ad has been shown to the same people many times, so it may cost more per result."


def catch_up(world: World) -> None:
    """Put into the outbox what happened since that was done last; what happens while nobody listens is told to nobody."""
    since, world.outbox.told_until = world.outbox.told_until, world.clock()
    if any(listens(world, account) for account in world.of("account")):
        world.outbox.add(_between(world, since, world.outbox.told_until))


def _between(world: World, since: float, until: float) -> list[Event]:
    ads = [ad for ad in world.of("ad") if listens(world, world.owner(ad))]
    events = [event for ad in ads for event in (*_reviewed(world, ad), *_tired(world, ad))]
    return sorted((event for event in events if since < event.at <= until), key=lambda event: event.at)


def listens(world: World, account: Node) -> bool:
    """Tell whether the app is subscribed to anything of this account."""
    hooked = world.nodes[APP_ID].data.get("subscriptions", {}).get("ad_account")
    return bool(hooked) and account.data.get("subscribed_fields") is not None


def _reviewed(world: World, ad: Node) -> Iterator[Event]:
    """A review ends, well or not; one that was begun anew meanwhile does not."""
    began = ad_review.began(world, ad)
    for at, later in pairwise([*began, math.inf]):
        ended = at + ad_review.REVIEW_S
        if ended < later:
            name = ad_review.state(world, ad, ended) or str(ad.data["status"])
            value = {"id": ad.id, "level": "AD", "status_name": name}
            yield Event(ended, _account(world, ad), "in_process_ad_objects", value)


def _tired(world: World, ad: Node) -> Iterator[Event]:
    """What the demo account has as worn out is told on the first day after the world began."""
    if world.truth.get(ad.id) == "fatigued" and ad.data["status"] == "ACTIVE":
        account = _account(world, ad)
        value = {
            "ad_account_id": account,
            "adgroup_id": ad.id,
            "creative_fatigue_level": "High",
            "creative_fatigue_message": TIRED,
        }
        yield Event(world.calendar(ad).start(BIRTHDAY + 1), account, "creative_fatigue", value)


def _account(world: World, ad: Node) -> str:
    return str(world.owner(ad).data["account_id"])
