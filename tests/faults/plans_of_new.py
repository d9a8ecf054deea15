"""Wishes for what is not there yet: rules, videos, variants of ads, and what is started in the turn that makes it."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tests.faults.account import ACCOUNT
from tools.domain.changes import Change, Effect, JsonParams, Request, Upload, result_ref

if TYPE_CHECKING:
    from tests.faults.plans import Planner, Wish


def _rules(planner: "Planner", wish: "Wish") -> None:
    for _ in range(wish.count):
        params: JsonParams = {
            "status": "DISABLED",
            "evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": []},
            "execution_spec": {"execution_type": "PAUSE"},
            "schedule_spec": {"schedule_type": "SEMI_HOURLY"},
        }
        planner.add("make_rule", request=Request(path=f"{ACCOUNT}/adrules_library", params=params))


def _video(planner: "Planner", wish: "Wish") -> None:
    """A video, a creative that shows it, and ads with that."""
    path = planner.video
    if path.name in planner.taken:
        return
    planner.taken.add(path.name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    upload = Upload(path=str(path), sha256=digest, filename=path.name, mime="video/mp4")
    video = planner.add("upload_video", request=Request(path=f"{ACCOUNT}/advideos", upload=upload))
    story = {"page_id": "1", "video_data": {"video_id": result_ref(video, "id")}}
    creative = _creative(planner, {"object_story_spec": story}, (video.id,))
    for number in range(wish.count):
        planner.ad(f"2{(wish.index + number) % 5}", result_ref(creative, "id"), (creative.id,))


def _variant(planner: "Planner", wish: "Wish") -> None:
    """An ad beside itself with one thing different, tracked as that one is."""
    tracked: JsonParams = {"conversion_domain": "example.com", "tracking_specs": [{"fb_pixel": ["1"]}]}
    for thing in planner.free("ad", wish):
        story = {"page_id": "1", "link_data": {"image_hash": "h", "message": "Other"}}
        creative = _creative(planner, {"object_story_spec": story, "url_tags": "a=b"}, ())
        made = planner.ad(thing.row["adset_id"], result_ref(creative, "id"), (creative.id,))
        params = made.request.params | tracked
        request = made.request.model_copy(update={"params": params})
        planner.changes[-1] = made.model_copy(update={"request": request})


def _creative(planner: "Planner", params: JsonParams, parents: tuple[str, ...]) -> Change:
    request = Request(path=f"{ACCOUNT}/adcreatives", params=params)
    return planner.add("create_creative", request=request, depends_on=parents)


def _started(planner: "Planner", wish: "Wish") -> None:
    """A campaign or ad sets with their ads, and each is started once it is there."""
    first = len(planner.changes)
    planner.structure(wish)
    for made in [change for change in planner.changes[first:] if change.level]:
        planner.add(
            "set_status",
            effect=Effect.START_SPEND,
            level=made.level,
            made_by=made.id,
            names=made.names,
            request=Request(path=f"new:{made.name}", params={"status": "ACTIVE"}),
            before={"status": "PAUSED"},
            after={"status": "ACTIVE"},
            depends_on=(made.id,),
        )


MAKERS: Mapping[str, Callable[["Planner", "Wish"], None]] = {
    "rules": _rules,
    "video": _video,
    "variants": _variant,
    "started structure": _started,
}
