"""Short ways to write ads, rows and reviews in tests."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.rows import AdDay, AdInfo
from tools.analysis.verdicts import Criteria, Review, Verdict, review
from tools.domain.settings.ad_statuses import SWITCHED_ON

TODAY = date(2026, 7, 1)


def an_ad(ad_id="1", *, goal="OFFSITE_CONVERSIONS", adset="10", **fields) -> AdInfo:
    """An active ad of a conversion campaign, unless told otherwise."""
    default = {
        "ad_id": ad_id,
        "name": f"Ad {ad_id}",
        "adset_id": adset,
        "adset_name": f"Ad set {adset}",
        "campaign_id": "100",
        "campaign_name": "Campaign",
        "status": "ACTIVE",
        "effective_status": "ACTIVE",
        "optimization_goal": goal,
        "learning": False,
        "created": None,
    }
    status = (default | fields)["effective_status"]
    off = "" if status in SWITCHED_ON else status.lower() or "of no status"
    return AdInfo(**(default | {"off": off} | fields))


def a_day(ad_id="1", ago=4, spend="10", results="0", *, value="0", impressions=1000, clicks=10) -> AdDay:
    """One row, `ago` days before today."""
    return AdDay(
        ad_id=ad_id,
        date=TODAY - timedelta(days=ago),
        spend=Decimal(spend),
        impressions=impressions,
        clicks=clicks,
        results=Decimal(results),
        value=Decimal(value),
    )


def spread(ad_id="1", *, spend, results=0, value="0", days=27, clicks=270) -> list[AdDay]:
    """A period's sums over `days` judged days: results on the first, spend and clicks even."""
    rows = [a_day(ad_id, 4 + i, Decimal(spend) / days, clicks=clicks // days) for i in range(days)]
    first = a_day(ad_id, 4, rows[0].spend, results, value=value, clicks=clicks - clicks // days * (days - 1))
    return [first, *rows[1:]]


def look(ads: Iterable[AdInfo], days: Iterable[AdDay], criteria: Criteria | None = None, **kwargs) -> Review:
    """Review in USD for purchases against a CPA of 25.00, unless told otherwise."""
    default = {"today": TODAY, "currency": "USD", "event": "purchase", "decimals": 2}
    return review(ads, days, criteria or Criteria(target_cpa=Decimal(25)), **(default | kwargs))


def look_at(ad: AdInfo, days: Iterable[AdDay], criteria: Criteria | None = None, **kwargs) -> Verdict:
    """The verdict on one ad of an account with no other."""
    return look([ad], days, criteria, **kwargs).verdicts[0]
