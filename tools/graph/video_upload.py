"""Uploads a video in chunks (docs/graph-api.md §8.5): begin a session, send part after part, finish.

Until it is finished nothing can be seen of a video, so everything before may be sent again. Only the finish
makes it, and is sent once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tools.graph.errors import AnswerLost, GraphError, NotSent
from tools.graph.http import Files
from tools.graph.retry import guarded_read
from tools.graph.wire import Wire

WRONG_OFFSET = 1363037
"""Meta stands elsewhere in the file, as after a chunk whose answer was lost, and says where."""
MOST_CORRECTIONS = 8
LARGEST_CHUNK = 32 * 1024 * 1024
"""Meta says how much it wants next; no more than this is held in memory."""


@dataclass(frozen=True, slots=True)
class VideoSource:
    """The file of a video: its name and size in bytes, and a way to read from one position to another."""

    filename: str
    size: int
    read: Callable[[int, int], bytes]
    """Raises ValueError when the file is not what it was."""


def upload(wire: Wire, path: str, params: Mapping[str, Any], video: VideoSource) -> dict[str, Any]:
    """Make a video; gives its id. Raises GraphFailure: AnswerLost only when it may have been made."""
    try:
        session, video_id = _send_parts(wire, path, video)
    except AnswerLost as lost:
        raise NotSent(
            f"{lost} The upload of {video.filename} did not get to its end; nothing was made."
        ) from None
    finish = {"upload_phase": "finish", "upload_session_id": session, **params}
    body = wire.exchange("POST", path, finish).body
    if not isinstance(body, dict) or body.get("success") is not True:
        raise AnswerLost("Meta's answer to the end of an upload says neither done nor refused.")
    return {"id": video_id}


def _send_parts(wire: Wire, path: str, video: VideoSource) -> tuple[str, str]:
    """All of the file; gives the session and the id the video will have. Raises GraphFailure."""
    begin = {"upload_phase": "start", "file_size": str(video.size)}
    begun = _answer(wire, lambda: wire.exchange("POST", path, begin).body)
    session, video_id = str(begun.get("upload_session_id") or ""), str(begun.get("video_id") or "")
    if not session or not video_id:
        raise AnswerLost("Meta's answer to the beginning of an upload names no session.")
    (start, end), corrections = _offsets(begun, video), 0
    while start < end:
        params = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(start)}
        try:
            part = video.read(start, min(end, start + LARGEST_CHUNK))
        except ValueError as changed:
            raise NotSent(f"{changed}. Nothing was made of it.") from None
        files = {"video_file_chunk": (video.filename, part, "application/octet-stream")}
        answer = _answer(wire, partial(_transfer, wire, path, params, files))
        corrections += bool(answer.get("corrected"))
        if corrections > MOST_CORRECTIONS:
            raise AnswerLost("Meta does not say clearly how far the upload is.")
        start, end = _offsets(answer, video)
    return session, video_id


def _transfer(wire: Wire, path: str, params: Mapping[str, Any], files: Files) -> dict[str, Any]:
    """One part. Where Meta stands elsewhere, what it says of that is the answer."""
    try:
        body: dict[str, Any] = wire.exchange("POST", path, params, files).body
    except GraphError as error:
        if error.subcode != WRONG_OFFSET or not {"start_offset", "end_offset"} <= error.data.keys():
            raise
        return error.data | {"corrected": True}
    return body


def _answer(wire: Wire, call: Callable[[], Any]) -> dict[str, Any]:
    body = guarded_read(wire, call)
    if not isinstance(body, dict):
        raise AnswerLost("Meta's answer to a part of an upload is not readable.")
    return body


def _offsets(answer: Mapping[str, Any], video: VideoSource) -> tuple[int, int]:
    """From where to where Meta wants the next part; equal at the end. Raises AnswerLost."""
    try:
        start, end = int(answer["start_offset"]), int(answer["end_offset"])
    except (KeyError, TypeError, ValueError):
        raise AnswerLost("Meta does not say which part of the file it wants next.") from None
    if not 0 <= start <= end <= video.size:
        raise AnswerLost("Meta asks for a part that the file does not have.")
    return start, end
