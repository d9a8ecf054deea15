"""Turns an approved change into the request that is sent, and Meta's answer into what is kept of it."""

import hashlib
from pathlib import Path
from typing import Any

from agent.writes.journal_reader import Outcome
from tools.domain.changes import Upload, resolve
from tools.domain.files import large_file, read_regular
from tools.domain.image_files import MAX_BYTES
from tools.domain.kinds import Sent
from tools.domain.video_files import MAX_BYTES as MAX_VIDEO_BYTES
from tools.graph import VideoSource, WriteRequest


class FileChanged(Exception):  # noqa: N818 - a reason, shown as it is
    """A file that was approved is not there any more as it was."""


def request(outcome: Outcome, results: dict[str, dict[str, Any]]) -> WriteRequest:
    """The write to send. Raises FileChanged when a file is not the one that was approved."""
    planned = outcome.change.request
    params = resolve(planned.params, results)
    if planned.upload is None:
        return WriteRequest(planned.method, planned.path, params)
    upload = planned.upload
    if outcome.change.row.sent is Sent.PARTS:
        return WriteRequest(planned.method, planned.path, params, video=_video(upload))
    try:
        data = read_regular(Path(upload.path), max_bytes=MAX_BYTES)
    except ValueError as error:
        raise FileChanged(f"{error}. It was not uploaded.") from None
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise FileChanged(_ANOTHER.format(upload.path))
    return WriteRequest(
        planned.method, planned.path, params, {"source": (upload.filename, data, upload.mime)}
    )


_ANOTHER = "{} is not the file that was approved. It was not uploaded."


def _video(upload: Upload) -> VideoSource:
    """A video to be sent part by part. Raises FileChanged."""
    try:
        file = large_file(Path(upload.path), max_bytes=MAX_VIDEO_BYTES)
    except ValueError as error:
        raise FileChanged(f"{error}. It was not uploaded.") from None
    if file.sha256 != upload.sha256:
        raise FileChanged(_ANOTHER.format(upload.path))
    return VideoSource(upload.filename, file.size, file.read)


def result(outcome: Outcome, answer: dict[str, Any]) -> dict[str, Any]:
    """What later changes and people need of an answer: the new id, or the image's hash."""
    if outcome.change.row.result == "hash":
        images = [i for i in (answer.get("images") or {}).values() if isinstance(i, dict)]
        return {"hash": str(images[0]["hash"])} if images and images[0].get("hash") else {}
    return {"id": str(answer["id"])} if answer.get("id") else {}
