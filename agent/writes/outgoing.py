"""Turns an approved change into the request that is sent, and Meta's answer into what is kept of it."""

import hashlib
from pathlib import Path
from typing import Any

from agent.writes.course import Course
from agent.writes.journal_reader import Outcome, Proof
from agent.writes.look import Witness
from tools.domain.change_kind import Sent
from tools.domain.changes import Change, resolve
from tools.domain.files import Closed, large_file, read_regular
from tools.domain.image_files import MAX_BYTES
from tools.domain.video_files import MAX_BYTES as MAX_VIDEO_BYTES
from tools.graph import VideoSource, WriteRequest

OTHER_ANSWERED = "Meta's answer named another picture; it is in the library under the hash of its bytes"
OTHER_HASH = (
    "Meta gave it another hash than that of its bytes: look at the picture before anything with it is started"
)


class FileChanged(Exception):  # noqa: N818 - a reason, shown as it is
    """A file that was approved is not there any more as it was."""


def request(outcome: Outcome, results: dict[str, dict[str, Any]], closed: Closed) -> WriteRequest:
    """The write to send. Raises FileChanged when a file is not the one that was approved, or is `closed` by now."""
    planned = outcome.change.request
    params = resolve(planned.params, results)
    upload = planned.upload
    if upload is None:
        return WriteRequest(planned.method, object_made(outcome.change, results) or planned.path, params)
    try:
        if outcome.change.row.sent is Sent.PARTS:
            file = large_file(Path(upload.path), closed, max_bytes=MAX_VIDEO_BYTES)
            found = file.sha256
            video = VideoSource(upload.filename, file.size, file.read)
            write = WriteRequest(planned.method, planned.path, params, video=video)
        else:
            data = read_regular(Path(upload.path), closed, max_bytes=MAX_BYTES)
            found = hashlib.sha256(data).hexdigest()
            files = {"source": (upload.filename, data, upload.mime)}
            write = WriteRequest(planned.method, planned.path, params, files)
    except ValueError as error:
        raise FileChanged(f"{error}. It was not uploaded.") from None
    if found != upload.sha256:
        raise FileChanged(f"{upload.path} is not the file that was approved. It was not uploaded.")
    return write


def object_made(change: Change, results: dict[str, dict[str, Any]]) -> str:
    """The id of what a change is about, where an earlier one of its set has made that; else nothing."""
    return str(results[change.made_by]["id"]) if change.made_by else ""


def result(outcome: Outcome, answer: dict[str, Any]) -> dict[str, Any]:
    """What later changes and people need of an answer: the new id, or the image's hash."""
    if outcome.change.row.result == "hash":
        images = [i for i in (answer.get("images") or {}).values() if isinstance(i, dict)]
        return {"hash": str(images[0]["hash"])} if images and images[0].get("hash") else {}
    return {"id": str(answer["id"])} if answer.get("id") else {}


def keep_named(course: Course, witness: Witness) -> None:
    """Look into pictures that Meta answered with another hash than that of their bytes, before anything is built on them.

    That both are the same is not certain (docs/graph-api.md §8.5): a new picture under another hash is kept, and told.
    Raises GraphFailure.
    """
    for outcome in course.at("CONFIRMED"):
        upload, given = outcome.change.request.upload, str(outcome.result.get("hash") or "")
        if outcome.proven or not given or not upload or upload.graph_hash in ("", given):
            continue
        found = witness.named(outcome.change, given, outcome.sent)
        if found.conflict:
            course.record(outcome, "CONFLICT", note=f"{found.conflict}. Nothing was made with it")
            continue
        right = found.result["hash"] == upload.graph_hash
        note = OTHER_ANSWERED if right else OTHER_HASH
        course.record(outcome, "CONFIRMED", note=note, result=found.result, proof=Proof.READ_BACK)
