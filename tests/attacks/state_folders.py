"""A state folder that is kept, put back and copied, and what Meta has of the account meanwhile."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.agent.support import ACCOUNT, Sandbox, ScriptedModel
from tests.agent.writes.test_apply import active, launch, pause
from tests.agent.writes.test_apply_created import SUMMER, chain
from tests.tools.create.videos import a_video
from tools.domain.changes import ChangeSet

EDGES = ("campaigns", "adsets", "ads", "adcreatives", "adimages", "advideos")
OLDER = "is older than what was last sent from it"
Calls = list[tuple[str, dict[str, Any]]]


def kept(state: Path) -> Path:
    """A backup of the journal as it is now."""
    backup = state.parent / f"backup{len(list(state.parent.glob('backup*')))}.sqlite"
    with (
        closing(sqlite3.connect(state / "journal.sqlite")) as journal,
        closing(sqlite3.connect(backup)) as to,
    ):
        journal.backup(to)
    return backup


def put_back(state: Path, backup: Path) -> None:
    """Restore the journal of a state folder."""
    for path in state.glob("journal.sqlite*"):
        path.unlink()
    shutil.copyfile(backup, state / "journal.sqlite")


def lose_home() -> None:
    """What adsteward keeps outside of the workspace is gone."""
    shutil.rmtree(Path.home() / ".adsteward", ignore_errors=True)


def there(sandbox: Sandbox) -> tuple[int, ...]:
    """How much there is of everything at Meta, and how often it was changed."""
    counts = [len(sandbox.get(f"{ACCOUNT}/{edge}", fields="id", limit=500)["data"]) for edge in EDGES]
    return (*counts, len(sandbox.writes()))


def _launch(sandbox: Sandbox, workspace: Path) -> ScriptedModel:
    from PIL import Image

    path = workspace / "hero.png"
    Image.new("RGB", (1080, 1080), (200, 30, 30)).save(path, compress_level=1)
    return launch(path)


def _video(sandbox: Sandbox, workspace: Path) -> ScriptedModel:
    path = a_video(workspace / "lake.mp4", 1000)
    return ScriptedModel([[("upload_video", {"paths": [str(path)]})], "done"])


def _budget(sandbox: Sandbox, workspace: Path) -> ScriptedModel:
    rows = sandbox.get(f"{ACCOUNT}/adsets", fields="id,daily_budget", limit=100)["data"]
    row = next(row for row in rows if row.get("daily_budget"))
    return ScriptedModel([[("set_budget", {"id": row["id"], "daily_budget": "41.00 USD"})], "done"])


def _ad_set(sandbox: Sandbox, workspace: Path) -> ScriptedModel:
    new = {"name": "Lakes", "campaign_id": SUMMER, "targeting": {"countries": ["US"]}}
    return ScriptedModel([[("create_ad_set", new | {"daily_budget": "20 USD"})], "done"])


PLANS: dict[str, Callable[[Sandbox, Path], ScriptedModel]] = {
    "campaign, ad sets, ads": lambda _sandbox, _workspace: chain(),
    "ad set": _ad_set,
    "image, creative, ad": _launch,
    "video": _video,
    "budget": _budget,
    "pause": lambda sandbox, _workspace: pause(active(sandbox, 3)),
}


def proposed(session: Any, sandbox: Sandbox, plan: str) -> ChangeSet:
    """A set of this plan that waits and is approved."""
    workspace = session.settings.workspace
    report = session.run(f"use what is in {workspace}", PLANS[plan](sandbox, workspace))
    change_set: ChangeSet = report.change_sets[0].change_set
    session.journal.approve(change_set, "test")
    return change_set
