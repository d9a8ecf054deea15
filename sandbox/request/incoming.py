"""Turns HTTP requests into calls: path, version, token and flat parameters (docs/graph-api.md §1, §2, §5, §11.2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.request import jsontext
from sandbox.request.refusals import invalid
from sandbox.request.versions import CURRENT

if TYPE_CHECKING:
    from starlette.requests import Request

METHODS = ("GET", "POST", "DELETE")
LARGEST_PART = 64 * 1024 * 1024
_VERSION = re.compile(r"v\d+\.\d+")


@dataclass(frozen=True)
class Upload:
    """One file of a multipart request."""

    part: str
    filename: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One Graph call, from a request of its own or from a batch."""

    method: str
    path: tuple[str, ...]
    params: dict[str, str]
    token: str
    version: str = CURRENT
    base: str = ""
    files: tuple[Upload, ...] = ()


def split_path(path: str, version: str = CURRENT) -> tuple[str, tuple[str, ...]]:
    """Give the version, or what holds without one, and the rest of a path; slashes at the ends do not matter."""
    parts = tuple(unquote(part) for part in path.split("/") if part)
    if parts and _VERSION.fullmatch(parts[0]):
        return parts[0], parts[1:]
    return version, parts


def query_params(query: str) -> dict[str, str]:
    """Read an urlencoded text; of repeated names the last wins."""
    return dict(parse_qsl(query, keep_blank_values=True))


def flat(values: dict[str, Any]) -> dict[str, str]:
    """Write JSON values as the text they would be in a form; null is the same as nothing."""
    given = {name: value for name, value in values.items() if value is not None}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}


async def read(request: Request) -> Call:
    """Read a whole request; the token may be in the header, the query or the body."""
    version, path = split_path(request.url.path)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in METHODS:
        raise invalid(f"Unsupported {method.lower()} request")
    params = query_params(request.url.query)
    files: tuple[Upload, ...] = ()
    if method != "GET":
        body, files = await _body(request)
        params |= body
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = params.pop("access_token", "") or (bearer.strip() if scheme.lower() == "bearer" else "")
    base = str(request.base_url).rstrip("/") + f"/{version}"
    return Call(method, path, params, token, version, base, files)


async def _body(request: Request) -> tuple[dict[str, str], tuple[Upload, ...]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json_body(await request.body()), ()
    if kind == "multipart/form-data":
        return await _multipart(request)
    return query_params((await request.body()).decode(errors="replace")), ()


def _json_body(body: bytes) -> dict[str, str]:
    try:
        values = jsontext.read(body or b"{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise invalid("The request body must be a JSON object")
    return flat(values)


async def _multipart(request: Request) -> tuple[dict[str, str], tuple[Upload, ...]]:
    from starlette.formparsers import MultiPartException, MultiPartParser

    params: dict[str, str] = {}
    files = []
    parser = MultiPartParser(request.headers, request.stream(), max_part_size=LARGEST_PART)
    parser.spool_max_size = 0  # files stay in memory, where they are read without waiting
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise invalid(f"The multipart body cannot be read: {error.message}") from None
    for name, value in form.multi_items():
        if isinstance(value, str):
            params[name] = value
        else:
            files.append(Upload(name, value.filename or name, await value.read()))
    await form.close()
    return params, tuple(files)


def relative(url: str, outer: str) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Read the `relative_url` of a batch item: version (the batch's without one), path and parameters."""
    parts = urlsplit(f"/{url.lstrip('/')}")
    version, path = split_path(parts.path, outer)
    return version, path, query_params(parts.query)
