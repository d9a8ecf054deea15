"""Side by side with Meta's own SDK, in one run: requests, throttle errors, memory. `make bench` runs it.

Three jobs: find and pause 40 of 500 ads; 2,000 reads under the Limited tier; figures of 10,000 and 100,000 rows.
Each runs in a process of its own against a local server (`meta.py`); the clock of the limit is virtual.
"""

import json
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from meta import ACCOUNT, Meta, serve

TARGET = Decimal(50)


def ours(meta: Meta, url: str):  # noqa: ANN201 - the client, imported only where it is measured
    """The client of adsteward with its governor, on the server's clock."""
    from tools.graph import GraphReader, GraphWriter, LimitStore, Patience, Wire
    from tools.graph.governor import Governor

    def sleep(wait_s: float) -> None:
        meta.now += wait_s

    governor = Governor(LimitStore(), host=url, token="bench", account=ACCOUNT, now=lambda: meta.now)  # noqa: S106
    wire = Wire("bench-token", base_url=url, sleep=sleep, governor=governor, patience=Patience(1e9))
    return GraphReader(wire), GraphWriter(wire)


def sdk(url: str):  # noqa: ANN201
    """The official SDK, with only its address changed."""
    from facebook_business.adobjects.adaccount import AdAccount
    from facebook_business.api import FacebookAdsApi
    from facebook_business.session import FacebookSession

    FacebookSession.GRAPH = url
    FacebookAdsApi.init(access_token="bench-token", crash_log=False)  # noqa: S106
    return AdAccount(ACCOUNT)


def pause_ours(meta: Meta, url: str) -> dict:
    from agent.apply import Applier
    from agent.journal import Journal
    from tools.account import read_account
    from tools.changes import Change, ChangeSet, Effect, Request, Spend

    reader, writer = ours(meta, url)
    account = read_account(reader, ACCOUNT)
    fields = (
        "id,name,status,effective_status,adset_id,campaign_id,adset{id,name,status},campaign{id,name,status}"
    )
    figures = {"level": "ad", "fields": "ad_id,spend,actions", "date_preset": "last_30d"}
    ads, rows = reader.lists(
        (f"{ACCOUNT}/ads", 500, {"fields": fields}), (f"{ACCOUNT}/insights", 500, figures)
    )
    bad = [r["ad_id"] for r in rows if Decimal(r["spend"]) / Decimal(r["actions"][0]["value"]) > TARGET][:40]
    found = {ad["id"]: ad for ad in ads}
    changes = tuple(
        Change(
            id=f"bench.{i}", kind="set_status", effect=Effect.STOP_SPEND, account=ACCOUNT, level="ad", target=i,
            name=found[i]["name"], request=Request(path=i, params={"status": "PAUSED"}),
            before={"status": "ACTIVE"}, after={"status": "PAUSED"}, spend=Spend(daily_minor=0, currency="USD"),
        )
        for i in bad
    )  # fmt: skip
    change_set = ChangeSet(
        run_id="bench", created_at=datetime.now(UTC).isoformat(), world=url, account=account.id, currency="USD",
        request="pause", changes=changes,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite")
        journal.propose(change_set)
        journal.approve(change_set, "bench")
        settled = Applier(journal, reader, writer, lambda _: None).apply(change_set)
        journal.close()
    return {
        "paused": len(set(meta.writes)),
        "read back": sum(o.note == "read back" for o in settled.outcomes),
    }


def pause_sdk(meta: Meta, url: str) -> dict:
    from facebook_business.adobjects.ad import Ad

    account = sdk(url)
    account.api_get(fields=["name", "currency"])
    list(account.get_ads(fields=["name", "status"], params={"limit": 500}))
    rows = account.get_insights(fields=["ad_id", "spend", "actions"], params={"level": "ad", "limit": 500})
    bad = [r["ad_id"] for r in rows if Decimal(r["spend"]) / Decimal(r["actions"][0]["value"]) > TARGET][:40]
    for ad_id in bad:
        Ad(ad_id).api_update(params={"status": "PAUSED"})
    return {"paused": len(set(meta.writes)), "read back": 0}


def reads_ours(meta: Meta, url: str) -> dict:
    reader, _ = ours(meta, url)
    for i in range(2000):
        reader.get(str(1000 + i % 500), fields="name")
    return {"answered": 2000, "virtual hours": round((meta.now - 1_000_000) / 3600, 1)}


def reads_sdk(meta: Meta, url: str) -> dict:
    from facebook_business.adobjects.ad import Ad
    from facebook_business.exceptions import FacebookRequestError

    sdk(url)
    answered = 0
    for i in range(2000):
        try:
            Ad(str(1000 + i % 500)).api_get(fields=["name"])
            answered += 1
        except FacebookRequestError:
            continue
    return {"answered": answered, "virtual hours": 0}


def rows_ours(meta: Meta, url: str) -> dict:
    reader, _ = ours(meta, url)
    return _peak(lambda: sum(1 for _ in reader.insights(f"{ACCOUNT}/insights", page_size=500, level="ad")))


def rows_sdk(meta: Meta, url: str) -> dict:
    account = sdk(url)
    asked = {"level": "ad", "limit": 500}
    return _peak(lambda: sum(1 for _ in account.get_insights(fields=["spend"], params=asked)))


def _peak(job: Callable[[], int]) -> dict:
    tracemalloc.start()
    count = job()
    return {"rows": count, "peak MB": round(tracemalloc.get_traced_memory()[1] / 1e6, 1)}


JOBS = {
    "find and pause 40 of 500 ads": ({}, pause_ours, pause_sdk),
    "2,000 reads, Limited tier": ({"limited": True}, reads_ours, reads_sdk),
    "figures, 10,000 rows": ({"rows": 10_000}, rows_ours, rows_sdk),
    "figures, 100,000 rows": ({"rows": 100_000}, rows_ours, rows_sdk),
}


def main() -> None:
    if len(sys.argv) == 3:
        options, *sides = JOBS[sys.argv[1]]
        meta = Meta(**options)
        server, url = serve(meta)
        told = sides[int(sys.argv[2])](meta, url)
        server.shutdown()
        print(json.dumps({"requests": meta.requests, "throttled": meta.refused} | told))
        return
    for job in JOBS:
        print(job)
        for side, name in enumerate(("adsteward", "facebook-business")):
            run = subprocess.run(
                [sys.executable, __file__, job, str(side)], capture_output=True, text=True, check=False
            )
            said = (
                json.loads(run.stdout)
                if run.returncode == 0
                else {"failed": run.stderr.strip().splitlines()[-1]}
            )
            print(f"  {name:<18} " + "  ".join(f"{key} {value}" for key, value in said.items()))


if __name__ == "__main__":
    main()
