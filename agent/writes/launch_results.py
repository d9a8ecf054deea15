"""Puts the results of a launch where people look: files in the workspace, with links to see the ads.

It may be done again at any time, as when `apply ID` goes on: what is there already is not written twice.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from agent.setup.world import World
from agent.writes.assets import ASSETS, Asset, append, asset, uploads
from agent.writes.change_events import ChangeEvent, EmitChange, Landed, LaunchedAd, Settled
from agent.writes.journal_reader import Outcome
from tools.domain.changes import resolve
from tools.graph import GraphFailure, GraphReader, ListCall

MANAGER = "https://adsmanager.facebook.com/adsmanager/manage/ads"
IDS_PER_CALL = 50
MOST_BYTES = 120
"""Of a file's name that comes from the name of an ad."""


def landing(emit: EmitChange, workspace: Path, world: World) -> EmitChange:
    """Passes events on; when a launch has come to rest, its results are put down and said."""

    def passing(event: ChangeEvent) -> None:
        emit(event)
        if isinstance(event, Settled):
            put_down(event, emit, workspace, world)

    return passing


def put_down(settled: Settled, emit: EmitChange, workspace: Path, world: World) -> None:
    """Put the results of a launch down and say so; of another set what it uploaded, of which only a problem is said."""
    sandbox = world.settings.options.sandbox
    if any(outcome.change.launch for outcome in settled.outcomes):
        emit(land(settled, workspace, world.reader, sandbox=sandbox))
    elif rows := uploads(settled.outcomes, sandbox=sandbox):
        try:
            append(rows, workspace / ASSETS)
        except OSError as error:
            said = f"{error.filename or workspace} cannot be written ({error.strerror or error})"
            emit(Landed(settled.change_set_id, (), (), (said,)))


def land(settled: Settled, workspace: Path, reader: GraphReader, *, sandbox: bool) -> Landed:
    """Write the results of a launch. Never raises: what could not be written or read is said."""
    ads, problems = launched_ads(settled.outcomes), list[str]()
    try:
        links = _previews(reader, settled.outcomes)
    except GraphFailure as failure:
        links = {}
        problems.append(f"preview links could not be read: {failure}")
    ads = [replace(ad, preview_url=links.get(ad.ad_id, "")) for ad in ads]
    files = list[Path]()
    made = [ad for ad in ads if ad.ad_id and ad.outcome == "done"]
    try:
        for ad in made:
            files.append(_write(ad, workspace, settled.change_set_id, sandbox=sandbox))
        if made:
            rows = [_row(ad, sandbox=sandbox) for ad in made]
            rows += uploads(settled.outcomes, sandbox=sandbox)
            files.append(append(rows, workspace / ASSETS))
    except OSError as error:
        problems.append(f"{error.filename or workspace} cannot be written ({error.strerror or error})")
    return Landed(settled.change_set_id, tuple(ads), tuple(str(file) for file in files), tuple(problems))


def launched_ads(outcomes: Sequence[Outcome]) -> list[LaunchedAd]:
    """The ads of a set with all that was made for them."""
    by_id = {outcome.change.id: outcome for outcome in outcomes}
    ads = list[LaunchedAd]()
    for outcome in outcomes:
        change, sent_at = outcome.change, outcome.sent_at
        if not change.launch:
            continue
        creative = next((by_id[parent] for parent in change.depends_on if parent in by_id), None)
        ad_id = str(outcome.result.get("id") or "")
        account = change.account.removeprefix("act_")
        ad = LaunchedAd(
            launch=change.launch,
            name=change.name,
            outcome=outcome.said,
            adset_id=str(change.request.params.get("adset_id") or ""),
            image_hashes=_hashes(creative, by_id) if creative else (),
            creative_id=str(creative.result.get("id") or "") if creative else "",
            ad_id=ad_id,
            made_at=sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if sent_at else "",
            manager_url=f"{MANAGER}?act={account}&selected_ad_ids={ad_id}" if ad_id else "",
            note=outcome.note,
        )
        ads.append(ad)
    return ads


def _hashes(creative: Outcome, by_id: dict[str, Outcome]) -> tuple[str, ...]:
    """The pictures of a creative, as far as they have a hash."""
    known = {change_id: outcome.result for change_id, outcome in by_id.items()}
    try:
        params = resolve(creative.change.request.params, known)
    except KeyError:
        return ()  # a picture was not uploaded
    feed = params.get("asset_feed_spec") or {}
    link = (params.get("object_story_spec") or {}).get("link_data") or {}
    rows = [row.get("hash") for row in feed.get("images") or ()] + [link.get("image_hash")]
    return tuple(str(row) for row in rows if row)


def _previews(reader: GraphReader, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Links to see each ad as people will, by ad. Raises GraphFailure."""
    made = [o for o in outcomes if o.change.launch and o.result.get("id") and o.state == "CONFIRMED"]
    ids = [str(o.result["id"]) for o in made]
    edges = list[ListCall]()
    for start in range(0, len(ids), IDS_PER_CALL):
        chunk = {"field": "ad.id", "operator": "IN", "value": ids[start : start + IDS_PER_CALL]}
        query = {"fields": "id,preview_shareable_link", "filtering": [chunk]}
        edges.append(ListCall(f"{made[0].change.account}/ads", IDS_PER_CALL, query))
    rows = [row for stream in reader.lists(*edges) for row in stream] if edges else []
    return {str(row["id"]): str(row.get("preview_shareable_link") or "") for row in rows}


def _write(ad: LaunchedAd, workspace: Path, change_set_id: str, *, sandbox: bool) -> Path:
    """The result of one ad as a file of its own; that of another ad is never overwritten. Raises OSError."""
    folder = workspace / "campaigns" / file_name(ad.launch) / "ads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(ad.name)}.upload.json"
    if path.exists() and _ad_in(path) != ad.ad_id:
        path = folder / f"{file_name(ad.name)}-{ad.ad_id}.upload.json"
    kept = {
        "uploaded_at": ad.made_at,
        "campaign": ad.launch,
        "ad_name": ad.name,
        "image_hash": next(iter(ad.image_hashes), ""),
        "image_hashes": list(ad.image_hashes),
        "creative_id": ad.creative_id,
        "ad_id": ad.ad_id,
        "adset_id": ad.adset_id,
        "status": "PAUSED",
        "preview_url": ad.preview_url,
        "review_url": ad.manager_url,
        "change_set": change_set_id,
    } | ({"world": "sandbox"} if sandbox else {})
    path.write_text(
        json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", errors="backslashreplace"
    )
    return path


def _ad_in(path: Path) -> str:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return ""
    return str(found.get("ad_id") or "") if isinstance(found, dict) else ""


def _row(ad: LaunchedAd, *, sandbox: bool) -> Asset:
    ids = f"creative: {ad.creative_id} ad: {ad.ad_id}"
    return asset(f"{ad.launch} {ad.name}", "ad", ad.made_at[:10], ids, "PAUSED", sandbox=sandbox)


def file_name(text: str) -> str:
    """A safe file name for a name that people gave: letters, digits, `-`, `_` and dots inside, never hidden."""
    plain = re.sub(r"(?:[^\w.-]|-|\.{2,})+", "-", unicodedata.normalize("NFKC", text))
    short = plain.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")
    return short.strip(".-") or "unnamed"


def as_json(landed: Landed) -> dict[str, Any]:
    """The results of a launch for `--json`."""
    ads = [asdict(ad) | {"image_hashes": list(ad.image_hashes)} for ad in landed.ads]
    return {"ads": ads, "files": list(landed.files), "problems": list(landed.problems)}
