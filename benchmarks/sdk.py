"""The same jobs done with Meta's official SDK, as its documentation shows; only its address is changed."""

from contextlib import suppress
from decimal import Decimal

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from meta import ACCOUNT, ADS, BLOCK_S, Clock
from requests.exceptions import ConnectionError as Dropped

PAUSED = {"status": "PAUSED"}


def pause(url: str, _: Clock, target: Decimal) -> dict[str, int]:
    """Pause what costs more per result than the target, one by one; gives how many answers said that it is done."""
    _, bad = _found(url, target)
    known = 0
    for ad_id in bad:
        try:
            Ad(ad_id).api_update(params=PAUSED)
            known += 1
        except Dropped:
            continue  # it may be paused or not
    return {"known": known}


def pause_in_batch(url: str, _: Clock, target: Decimal) -> dict[str, int]:
    """The same in one batch of the SDK."""
    api, bad = _found(url, target)
    batch, known = api.new_batch(), list[object]()
    for ad_id in bad:
        Ad(ad_id).api_update(params=PAUSED, batch=batch, success=known.append)
    with suppress(Dropped):
        batch.execute()
    return {"known": len(known)}


def reads(url: str, _: Clock, count: int) -> dict[str, int]:
    """Read one ad after the other."""
    _connect(url)
    return {"answered": sum(_answered(i) for i in range(count))}


def patient_reads(url: str, clock: Clock, count: int) -> dict[str, int]:
    """The same in a script that sleeps after each refusal, as long as Meta blocks the tier, and asks again."""
    _connect(url)
    for i in range(count):
        while not _answered(i):
            clock.value += BLOCK_S
    return {"answered": count}


def rows(url: str, _: Clock) -> dict[str, int]:
    """Read all figures, a row at a time."""
    _connect(url)
    cursor = AdAccount(ACCOUNT).get_insights(
        fields=["ad_id", "spend", "actions"], params={"level": "ad", "limit": 500}
    )
    return {"rows": sum(1 for _ in cursor)}


def _answered(number: int) -> bool:
    try:
        return "name" in Ad(str(1000 + number % ADS)).api_get(fields=["name"])
    except FacebookRequestError:
        return False


def _found(url: str, target: Decimal) -> tuple[FacebookAdsApi, list[str]]:
    api, account = _connect(url), AdAccount(ACCOUNT)
    account.api_get(fields=["name", "currency", "account_status"])
    ads = account.get_ads(fields=["name", "status"], params={"limit": 500})
    known = {ad["id"] for ad in ads}
    period = {"level": "ad", "limit": 500, "date_preset": "last_30d", "time_increment": "all_days"}
    figures = account.get_insights(fields=["ad_id", "spend", "actions"], params=period)
    bad = [r["ad_id"] for r in figures if Decimal(r["spend"]) / Decimal(r["actions"][0]["value"]) > target]
    return api, [ad_id for ad_id in bad if ad_id in known]


def _connect(url: str) -> FacebookAdsApi:
    FacebookSession.GRAPH = url
    return FacebookAdsApi.init(access_token="bench-token", crash_log=False)  # noqa: S106 - for a server on this machine
