"""How long the pages of accounts take from what is kept of 50 accounts, beside a page without any, in turns in one run.

Usage: PYTHONPATH=. .venv/bin/python benchmarks/page.py [rounds]. Exits 1 when a page of accounts takes more than 200 ms.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

from starlette.testclient import TestClient

from agent.overview.readings import look, place_of
from agent.overview.snapshots import Snapshots
from agent.run.session import Session
from agent.setup.settings import Options
from agent.web.guard import Address
from agent.web.page_app import Site
from agent.web.sign_in import Door
from agent.writes.approval import Nobody

ACCOUNTS, ALLOWED_MS = 50, 200
ORIGIN = "http://127.0.0.1:8765"
ONE = "act_1000"
PAGES = {
    "a page without figures": "/nowhere",
    f"{ACCOUNTS} accounts at a glance": "/",
    "one account": f"/accounts/{ONE}",
    "its campaigns, 70 ads": f"/accounts/{ONE}/campaigns",
}


def stored(folder: Path) -> Options:
    """A workspace that keeps the demo account, as it is read, under 50 names."""
    options = Options(sandbox=True, workspace=folder, json=True, model="offline")
    session = Session.open(options, approver=Nobody(), listener=lambda _: None, mode="none")
    with closing(Snapshots.of(session.settings.state)) as kept:
        look(session, kept)
        place = place_of(session)
        rows = kept.all("SELECT part FROM overview_parts")
        (one,) = kept.all_of(*(row["part"] for row in rows), sandboxed=True)
        for number in range(ACCOUNTS):
            other = replace(place, account=f"act_{1000 + number}", name=f"Client {number}")
            for name, part in one.parts.items():
                kept.keep(other, name, part.answer)
        kept.run("DELETE FROM overview_places WHERE account=?", place.account)
        kept.run("DELETE FROM overview_parts WHERE account=?", place.account)
    session.close()
    return options


def browser(options: Options) -> TestClient:
    """Somebody who is in."""
    keys = list[str]()
    door = Door(None, keys.append)
    client = TestClient(Site(options, door, Address.of([ORIGIN])).app, base_url=ORIGIN)
    door.new_link()
    client.get(f"/enter?key={keys[-1]}")
    return client


def measured(get: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor time, in milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    get()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        client = browser(stored(Path(folder)))
        loaded = [
            client.get(path).status_code for path in PAGES.values()
        ]  # and with it what is imported once
        if loaded != [404, 200, 200, 200]:
            raise SystemExit(f"The pages answer {loaded}, so there is nothing to measure.")
        for _ in range(rounds):
            for name, path in PAGES.items():
                seen[name].append(measured(lambda path=path: client.get(path)))
    print(f"{'':<28}{'wall ms':>9}{'cpu ms':>9}   (median of {rounds}, allowed: {ALLOWED_MS})")
    for name, times in seen.items():
        print(f"{name:<28}{median(w for w, _ in times):>9.0f}{median(c for _, c in times):>9.0f}")
    slow = [name for name, times in seen.items() if median(w for w, _ in times) > ALLOWED_MS]
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
