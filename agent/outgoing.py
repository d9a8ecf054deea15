"""Turns an approved change into the request that is sent, and Meta's answer into what is kept of it."""

import hashlib
from pathlib import Path
from typing import Any

from agent.archive import Outcome
from tools.changes import resolve
from tools.files import read_regular
from tools.graph import WriteRequest
from tools.upload_image import MAX_BYTES


class FileChanged(Exception):  # noqa: N818 - a reason, shown as it is
    """A file that was approved is not there any more as it was."""


def request(outcome: Outcome, results: dict[str, dict[str, Any]]) -> WriteRequest:
    """The write to send. Raises FileChanged when a file is not the one that was approved."""
    planned = outcome.change.request
    params = resolve(planned.params, results)
    if planned.upload is None:
        return WriteRequest(planned.method, planned.path, params)
    upload = planned.upload
    try:
        data = read_regular(Path(upload.path), max_bytes=MAX_BYTES)
    except ValueError as error:
        raise FileChanged(f"{error}. It was not uploaded.") from None
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise FileChanged(f"{upload.path} is not the file that was approved. It was not uploaded.")
    return WriteRequest(
        planned.method, planned.path, params, {"source": (upload.filename, data, upload.mime)}
    )


def result(outcome: Outcome, answer: dict[str, Any]) -> dict[str, Any]:
    """What later changes and people need of an answer: the new id, or the image's hash."""
    if outcome.change.kind == "upload_image":
        images = [i for i in (answer.get("images") or {}).values() if isinstance(i, dict)]
        return {"hash": str(images[0]["hash"])} if images and images[0].get("hash") else {}
    return {"id": str(answer["id"])} if answer.get("id") else {}
