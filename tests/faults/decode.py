"""The wire, decoded anew: forms, files and batches as they leave the client, answers as Graph gives them.

Nothing of the product is imported here: a mistake in how it encodes must not be mirrored.
"""

import hashlib
import json
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

VERSION = "v26.0"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, alone or an item of a batch; parameters are still text."""

    method: str
    path: str
    params: dict[str, str]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def key(self) -> str:
        """By what a write is recognised: its marker, the hash of its file, or its target; nothing for a part of a video."""
        if "/" not in self.path or self.path.endswith("/subscribed_apps"):
            return self.path.partition("/")[0]
        if phase := self.params.get("upload_phase"):
            return self.params["description"] if phase == "finish" else ""
        if self.path.endswith("/adrules_library"):
            return self.params["name"].rpartition("[")[2].removesuffix("]")
        labels = json.loads(self.params.get("adlabels", "[]"))
        if labels:
            return str(labels[0]["name"])
        for _, data in self.files.values():
            return hashlib.md5(data, usedforsecurity=False).hexdigest()
        return self.path

    def json(self, name: str, default: Any = None) -> Any:
        return json.loads(self.params[name]) if name in self.params else default


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one call."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def calls_of(request: httpx.Request) -> tuple[list[Call], bool]:
    """The calls in a request, and whether it is a batch."""
    path = request.url.path.strip("/").removeprefix(VERSION).strip("/")
    params = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    if "access_token" in params:
        raise AssertionError("the token is in the URL")
    form, files = _body(request)
    if "batch" in form:
        return [_item(item) for item in json.loads(form["batch"])], True
    return [Call(request.method, path, params | form, files)], False


def response_of(replies: list[Reply | None], *, batch: bool, request: httpx.Request) -> httpx.Response:
    """The HTTP answer to a request; an item without a reply is null."""
    if not batch:
        (reply,) = replies
        reply = reply or Reply(200, None)
        return httpx.Response(reply.status, json=reply.body, headers=reply.headers, request=request)
    items = [None if reply is None else _answer(reply) for reply in replies]
    return httpx.Response(200, json=items, request=request)


def error(
    code: int, subcode: int | None = None, *, status: int = 400, message: str = "scripted", **headers: str
) -> Reply:
    """An error object; header names are written with `_` for `-`."""
    detail = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "F1"}
    detail |= {"error_subcode": subcode} if subcode else {}
    return Reply(status, {"error": detail}, {name.replace("_", "-"): text for name, text in headers.items()})


def _answer(reply: Reply) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in reply.headers.items()]
    body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
    return {"code": reply.status, "headers": headers, "body": body}


def _item(item: dict[str, Any]) -> Call:
    url = urlsplit(item["relative_url"])
    form = dict(parse_qsl(item.get("body", ""), keep_blank_values=True))
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    return Call(item["method"], url.path.strip("/").removeprefix(f"{VERSION}/"), query | form)


def _body(request: httpx.Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return dict(parse_qsl(request.content.decode(), keep_blank_values=True)), {}
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.content)
    form, files = dict[str, str](), dict[str, tuple[str, bytes]]()
    for part in message.get_payload():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        if filename := part.get_filename():
            files[name] = (filename, data)
        else:
            form[name] = data.decode()
    return form, files
