"""The jobs done with adsteward's own client, as a run does them: governor, journal, read-back."""

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from meta import ACCOUNT, ADS, Clock

from agent.writes.apply import Applier
from agent.writes.journal import Journal
from tools.domain import objects
from tools.domain.account import read_account
from tools.domain.changes import Change, ChangeSet, Effect, Request, Spend
from tools.graph import Governor, GraphReader, GraphWriter, ListCall, MemoryLimits, WaitBudget, Wire

TOKEN = "bench-token"  # noqa: S105 - for a server on this machine


def pause(url: str, clock: Clock, target: Decimal) -> dict[str, int]:
    """Pause what costs more per result than the target; gives how many are known to be paused."""
    wire = _wire(url, clock)
    reader = GraphReader(wire)
    account = read_account(reader, ACCOUNT)
    figures = {
        "level": "ad",
        "fields": "ad_id,spend,actions",
        "date_preset": "last_30d",
        "time_increment": "all_days",
    }
    ads, rows = reader.lists(
        ListCall(f"{ACCOUNT}/ads", 500, {"fields": objects.FIELDS["ad"]}),
        ListCall(f"{ACCOUNT}/insights", 500, figures),
    )
    bad = {r["ad_id"] for r in rows if Decimal(r["spend"]) / Decimal(r["actions"][0]["value"]) > target}
    changes = tuple(_change(objects.parse("ad", ad)) for ad in ads if ad["id"] in bad)
    change_set = ChangeSet(
        run_id="bench",
        created_at=_moment(clock).isoformat(),
        world=url,
        account=account.id,
        currency=account.currency,
        request="pause",
        changes=changes,
    )
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite", now=lambda: _moment(clock))
        journal.propose(change_set)
        journal.approve(change_set, "bench")
        applier = Applier(
            journal,
            reader,
            GraphWriter(wire),
            lambda _: None,
            now=lambda: _moment(clock),
            monotonic=lambda: clock.value,
        )
        settled = applier.apply(change_set)
        journal.close()
    return {"known": sum(o.state == "CONFIRMED" for o in settled.outcomes)}


def reads(url: str, clock: Clock, count: int) -> dict[str, int]:
    """Read one ad after the other."""
    reader = GraphReader(_wire(url, clock))
    return {"answered": sum("name" in reader.get(str(1000 + i % ADS), fields="name") for i in range(count))}


def rows(url: str, clock: Clock) -> dict[str, int]:
    """Read all figures, a row at a time."""
    reader = GraphReader(_wire(url, clock))
    stream = reader.insights(f"{ACCOUNT}/insights", page_size=500, level="ad", fields="ad_id,spend,actions")
    return {"rows": sum(1 for _ in stream)}


def _wire(url: str, clock: Clock) -> Wire:
    def sleep(wait_s: float) -> None:
        clock.value += wait_s

    governor = Governor(MemoryLimits(), host=url, token=TOKEN, account=ACCOUNT, now=lambda: clock.value)
    return Wire(TOKEN, base_url=url, sleep=sleep, governor=governor, wait_budget=WaitBudget(float("inf")))


def _moment(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock.value, UTC)


def _change(ad: objects.AdObject) -> Change:
    return Change(
        id=f"bench.{ad.id}",
        kind="set_status",
        effect=Effect.STOP_SPEND,
        account=ACCOUNT,
        level="ad",
        target=ad.id,
        name=ad.name,
        request=Request(path=ad.id, params={"status": "PAUSED"}),
        before={"status": ad.status},
        after={"status": "PAUSED"},
        spend=Spend(daily_minor=0, currency="USD"),
    )
