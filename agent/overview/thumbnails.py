"""The small picture that Meta has of an ad: fetched by itself, without anything of ours, and made anew from its pixels."""

import re
import time
from io import BytesIO
from typing import cast

import httpx

from agent.setup.world import World
from tools.domain.image_files import pixels
from tools.graph import GraphFailure, GraphReader

HOSTS = re.compile(r"[a-z0-9.-]+\.(?:fbcdn\.net|facebook\.com|cdninstagram\.com)")
SANDBOX_HOST = "images.northwind.example"
"""There is no such host: what is asked of it goes to the sandbox itself."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_BYTES = 2 * 1024 * 1024
KEPT_BYTES = 60_000
SIDES = (400, 320, 240)
"""The longest side of what is kept, the largest that fits; 240 always does."""
SAMPLE = (64, 64)
TIMEOUT_S = 5.0


class _NotOurs(httpx.BaseTransport):
    """A transport that goes on when the client that borrowed it is closed."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)


def thumbnail(world: World, graph: GraphReader, creative_id: str) -> bytes | None:
    """The picture of a creative as a PNG of at most 400 pixels and 60 kB; None when there is none, for whatever reason."""
    if not creative_id:
        return None
    try:
        sides = {"thumbnail_width": SIDES[0], "thumbnail_height": SIDES[0]}
        found = graph.get(creative_id, fields="thumbnail_url", **sides).get("thumbnail_url")
    except GraphFailure:
        return None
    address = allowed(str(found or ""), sandbox_url=_sandbox_url(world))
    data = fetched(address, world.wire.transport) if address else None
    return made_anew(data) if data else None


def _sandbox_url(world: World) -> str:
    return world.settings.graph_url if world.settings.options.sandbox else ""


def allowed(address: str, sandbox_url: str = "") -> httpx.URL | None:
    """Where to ask for a picture: its address if it is one of Meta's, or the sandbox's own for one of its; None for any other."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return None
    if url.scheme != "https" or url.userinfo or url.port is not None:
        return None
    if sandbox_url:
        return httpx.URL(sandbox_url).copy_with(path=url.path) if url.host == SANDBOX_HOST else None
    return url if HOSTS.fullmatch(url.host) else None


def fetched(url: httpx.URL, transport: httpx.BaseTransport | None = None) -> bytes | None:
    """What is there, if it is there itself, not packed, soon and not too long; no token, cookie or redirect is involved."""
    ends = time.monotonic() + TIMEOUT_S
    got = bytearray()
    try:
        with (
            httpx.Client(
                transport=_NotOurs(transport) if transport else None,
                verify=transport is None,
                trust_env=url.scheme == "https",
                timeout=TIMEOUT_S,
                follow_redirects=False,
                headers={"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "adsteward"},
            ) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                return None
            for piece in cast("httpx.SyncByteStream", answer.stream):  # `iter_bytes` would unpack
                got += piece
                if len(got) > MAX_BYTES or time.monotonic() > ends:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return None
    return bytes(got)


def made_anew(data: bytes) -> bytes | None:
    """The first frame of a picture as a PNG with nothing but its pixels; None for what is no picture, or too large a one."""
    from PIL import Image  # heavy, and only needed when an ad is looked at

    try:
        seen = pixels(data, FORMATS)
    except ValueError:
        return None
    shown = Image.new("RGB", seen.size, "white")
    shown.paste(seen, mask=seen.getchannel("A"))
    for side in SIDES:
        shown.thumbnail((side, side))
        file = BytesIO()
        colours = shown.resize(SAMPLE).quantize(256)  # of all pixels that would take a second
        shown.quantize(palette=colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= KEPT_BYTES:
            return file.getvalue()
    return None
