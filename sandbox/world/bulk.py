"""More to serve: as many further ads as wanted, and the small accounts beside the demo account."""

from __future__ import annotations

from random import Random

from sandbox.world.catalogue import SEPARATOR, AdSetRow, CampaignRow

ADS_PER_SET = 50
SETS_PER_CAMPAIGN = 10
CLASSES = {"average": 45, "mild": 12, "winner": 12, "loser": 11, "fatigued": 6, "tiny": 9, "paused": 5}
"""The classes of further ads with their weights."""


def more(seed: int, count: int) -> tuple[tuple[CampaignRow, ...], tuple[AdSetRow, ...]]:
    """Give campaigns and ad sets that hold so many further ads, at most fifty to an ad set."""
    random, campaigns, ad_sets = Random(f"{seed}/bulk"), [], []
    for number, first in enumerate(range(0, count, ADS_PER_SET)):
        campaign, place = divmod(number, SETS_PER_CAMPAIGN)
        key = f"range-{campaign + 1}"
        if place == 0:
            name = f"Range {campaign + 1}{SEPARATOR}Sales"
            campaigns.append(CampaignRow(key, str(23_846_000_001_001 + campaign), name, "OUTCOME_SALES", 200))
        labels = random.choices(list(CLASSES), list(CLASSES.values()), k=min(ADS_PER_SET, count - first))
        ads = tuple((label, f"Static{SEPARATOR}Product {first + n}") for n, label in enumerate(labels, 1))
        ad_sets.append(AdSetRow(key, str(23_847_000_001_001 + number), f"Range {number + 1}", 190, ads))
    return tuple(campaigns), tuple(ad_sets)


CAMPAIGNS_OF = {
    "JPY": (CampaignRow("japan", "23846000009001", "Autumn Japan – Sales", "OUTCOME_SALES", 120),),
    "USD": (CampaignRow("outlet", "23846000009101", "Outlet – Sales", "OUTCOME_SALES", 140),),
}
"""The campaigns of the accounts beside the demo account, by their currency."""

AD_SETS_OF = {
    "JPY": (
        AdSetRow("japan", "23847000009001", "Autumn Japan – Broad", 118, (
            ("winner", "Video – Autumn leaves 15s"),
            ("average", "Static – Rain shell"),
            ("average", "Carousel – Day hikes"),
            ("loser", "Static – Down vest"),
        )),
    ),
    "USD": (
        AdSetRow("outlet", "23847000009101", "Outlet – Last sizes", 130, (
            ("shut", "Static – Outlet boots"),
            ("shut", "Static – Outlet shells"),
        )),
    ),
}  # fmt: skip
