"""What makes a request fit to be sent: parameters in Graph's form, a path in the graph, a token that stays secret."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Item = dict[str, Any]

_PATH = re.compile(r"[A-Za-z0-9_:-]+(/[A-Za-z0-9_:-]+)*")
_ADDRESS = re.compile(r"[A-Za-z0-9_.~/-]*")
_NO_URL = "META_GRAPH_URL is not a URL."
_TOKEN = re.compile(r"[!-~]+")


def encode(params: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as Graph wants them: text as it is, everything else as compact JSON text.

    Raises ValueError for `method`, with which Graph would take a GET for a write.
    """
    if "method" in params:
        raise ValueError("a parameter `method` would override the HTTP method")
    return {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)
        for name, value in params.items()
        if value is not None
    }


def item(method: str, path: str, params: Mapping[str, Any]) -> Item:
    """One call as a batch item. Raises ValueError for what is no path in the graph."""
    path, query = checked_path(path), urlencode(encode(params))
    if method == "POST":
        return {"method": method, "relative_url": path, "body": query, "omit_response_on_success": False}
    return {"method": method, "relative_url": f"{path}?{query}" if query else path}


def is_digits(text: str) -> bool:
    """Whether a text is all digits, as the ids of Meta are: those of other scripts are none, and no path in the graph."""
    return text.isascii() and text.isdecimal()


def checked_path(path: str) -> str:
    """A path of ids and edges. Raises ValueError for any other: a `?` in an id could turn a read into a write."""
    stripped = path.strip("/")
    if not _PATH.fullmatch(stripped):
        raise ValueError("this is no path in the graph: ids are letters, digits, '_', ':' and '-'")
    return stripped


def checked_token(token: str) -> str:
    """A token that fits into a header. Raises ValueError without showing it."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("The access token is empty or has characters no token has (a space, a line break).")
    return token


def plain_address(text: str) -> str:
    """The address of a Graph server in its one spelling. Raises ValueError, naming nothing of it, where it holds more than that.

    A user, a password or a token in it would be kept with every set that is made there, and be sent beside the token.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError(_NO_URL) from None
    path = "/".join(part for part in url.path.split("/") if part)
    if (
        url.userinfo
        or url.query
        or url.fragment
        or "?" in text
        or "#" in text
        or not _ADDRESS.fullmatch(path)
    ):
        raise ValueError(
            "META_GRAPH_URL is an address alone, such as https://graph.facebook.com: without user, password, '?' or '#'."
        )
    if not url.host:
        raise ValueError(_NO_URL)
    return str(url.copy_with(host=url.host.rstrip("."), raw_path=f"/{path}".encode())).rstrip("/")


def place_of(address: str) -> str:
    """What tells one server from another: the names of this computer are one."""
    url = httpx.URL(address)
    return str(url.copy_with(host="127.0.0.1")).rstrip("/") if url.host in LOOPBACK else address


def checked_url(base_url: str, *, leaves_process: bool) -> httpx.URL:
    """A base URL that keeps the token secret. Raises ValueError when it would travel unencrypted."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ValueError(_NO_URL) from None
    encrypted = url.scheme == "https" and url.host
    stays_here = url.scheme == "http" and url.host in LOOPBACK
    if leaves_process and not encrypted and not stays_here:
        raise ValueError(
            f"META_GRAPH_URL must be https (or a loopback address), not {str(url)!r}: it carries the token."
        )
    return url


def proof_of(token: str, app_secret: str | None) -> str | None:
    """appsecret_proof = hex HMAC-SHA256 of the token with the app secret as key (docs/graph-api.md §2)."""
    if not app_secret:
        return None
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
