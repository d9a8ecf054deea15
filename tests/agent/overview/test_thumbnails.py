"""The small picture of an ad: from Meta's hosts alone, with nothing of ours, never more than its pixels."""

from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random

import httpx
import pytest
from PIL import Image

from agent.overview.readings import PICTURE, ad_part, look_at_ad
from agent.overview.snapshots import Snapshots
from agent.overview.thumbnails import (
    FORMATS,
    KEPT_BYTES,
    MAX_BYTES,
    SANDBOX_HOST,
    allowed,
    fetched,
    made_anew,
)
from tests.agent.conftest import Open
from tests.agent.overview.conftest import Looked
from tests.agent.support import ACCOUNT, Faults
from tests.tools.support import TENT
from tools.domain.image_files import MOST_DECODED

CDN = "https://scontent-fra3-1.xx.fbcdn.net/v/t45.1600-4/1_n.png?stp=dst&oh=00_AA&oe=69"
WORD = b"word-of-its-maker"


def encoded(kind: str, picture: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def soft() -> Image.Image:
    return noise(16).resize((500, 450))


def noise(side: int) -> Image.Image:
    return Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3))


@pytest.mark.parametrize(
    "address",
    [
        CDN.replace("https", "http"),
        CDN.replace("https", "ftp"),
        CDN.replace(".net/", ".net:8443/"),
        CDN.replace("https://", "https://me:secret@"),
        "https://fbcdn.net.evil.example/1.png",
        "https://evilfbcdn.net/1.png",
        "https://127.0.0.1/1.png",
        "https://[::1]/.fbcdn.net",
        "https://evil.example/.fbcdn.net",
        "https://evil.example\\.fbcdn.net/1.png",
        "https://evil.example#.fbcdn.net",
        "https://169.254.169.254/latest/meta-data",
        f"https://{SANDBOX_HOST}/thumbnail/1.jpg",
        "file:///etc/passwd",
        "//x.fbcdn.net/1.png",
        "https://x\x00.fbcdn.net/",
        "https://" + "a" * 70_000,
        "None",
        "",
    ],
)
def test_other_places_are_not_asked(address: str) -> None:
    """Neither another host nor another port, another scheme or a name and password."""
    assert allowed(address) is None


def test_hosts_of_meta_and_of_the_sandbox_are_asked() -> None:
    """A live account's pictures come from Meta, a sandbox's from the sandbox itself, and never crosswise."""
    assert str(allowed(CDN)) == CDN
    assert allowed("https://www.facebook.com/ads/image/?d=1")
    assert allowed("https://scontent.cdninstagram.com/1.jpg")
    local, its_own = "http://127.0.0.1:8787", f"https://{SANDBOX_HOST}/thumbnail/1.jpg"
    assert str(allowed(its_own, local)) == f"{local}/thumbnail/1.jpg"
    assert allowed(CDN, local) is None


def served(answer: Callable[[httpx.Request], httpx.Response]) -> tuple[bytes | None, list[httpx.Request]]:
    """What is fetched from a server that answers so, and what it was sent."""
    heard: list[httpx.Request] = []

    def hear(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return answer(request)

    return fetched(httpx.URL(CDN), httpx.MockTransport(hear)), heard


def endless() -> Iterator[bytes]:
    """Fails when more is read than is needed to know that it is too much."""
    for _ in range(MAX_BYTES // 65536 + 1):
        yield bytes(65536)
    raise AssertionError("read on")


def breaks(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def test_nothing_of_ours_is_sent() -> None:
    """No token, cookie or proof: only which picture is wanted."""
    found, (request,) = served(lambda _: httpx.Response(200, content=WORD))
    assert (found, request.method, str(request.url)) == (WORD, "GET", CDN)
    assert set(request.headers) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert request.headers["user-agent"] == "adsteward"


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(302, headers={"location": "http://169.254.169.254/"}),
        lambda _: httpx.Response(404, content=WORD),
        lambda _: httpx.Response(200, content=endless()),
        breaks,
    ],
)
def test_what_is_not_simply_there_is_left(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """A redirect is not followed, an endless answer not read to its end, a broken one no error; one request each."""
    found, heard = served(answer)
    assert (found, len(heard)) == (None, 1)


def test_a_slow_answer_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However regularly it drips."""
    moments = iter((0.0, 1.0, 9.0))
    monkeypatch.setattr("agent.overview.thumbnails.time.monotonic", lambda: next(moments))
    assert served(lambda _: httpx.Response(200, content=iter([b"a", b"b", b"c"])))[0] is None


@pytest.mark.parametrize("kind", FORMATS)
def test_only_pixels_are_kept(kind: str) -> None:
    """Of every format a small PNG of the first frame, without what else the file held."""
    frames = {"save_all": True, "append_images": [Image.new("RGB", (500, 450), "red")]}
    options = frames if kind in ("GIF", "WEBP") else {}
    kept = made_anew(encoded(kind, soft(), **options) + WORD)
    assert kept
    assert WORD not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.info, getattr(picture, "n_frames", 1)) == ("PNG", {}, 1)
        assert picture.size in ((400, 360), (320, 288))
        assert len(picture.convert("RGB").getcolors(200_000) or ()) > 50


def test_what_is_kept_is_small_whatever_it_shows() -> None:
    """A picture that cannot be packed loses size, not its place."""
    kept = made_anew(encoded("PNG", noise(330)))
    with Image.open(BytesIO(kept or b"")) as picture:
        assert (picture.size, len(kept or b"") <= KEPT_BYTES) == ((240, 240), True)


def test_what_is_clear_stands_on_white() -> None:
    """As it does on a page."""
    kept = made_anew(encoded("PNG", Image.new("RGBA", (900, 10), (0, 0, 0, 0))))
    with Image.open(BytesIO(kept or b"")) as picture:
        assert (picture.size, picture.convert("RGB").getpixel((0, 0))) == ((400, 4), (255, 255, 255))


def bomb() -> bytes:
    """A head that says more pixels than are looked at; what would be decoded is not even there."""
    data = bytearray(encoded("GIF", Image.new("P", (1, 1))))
    data[6:10] = (4001).to_bytes(2, "little") * 2
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        encoded("BMP", Image.new("RGB", (9, 9))),
        encoded("PNG", noise(64))[:300],
        b"\x89PNG\r\n\x1a\n" + bytes(90),
        b"GIF89a",
        b"",
    ],
)
def test_hostile_bytes_are_no_picture(data: bytes) -> None:
    """Bombs, other formats, halves and nonsense: none is decoded, none is an error."""
    assert MOST_DECODED < 4001**2
    assert made_anew(data) is None


def test_a_look_at_an_ad_keeps_its_picture(looked: Looked) -> None:
    """The sandbox draws one; it was asked once, in the size that is kept, and the picture's own request had no token."""
    kept = looked.snapshots.one_of(ACCOUNT, ad_part(TENT), sandboxed=True)
    assert kept
    assert kept.parts[ad_part(TENT)].answer[PICTURE].startswith("iVBORw0KGgo")
    drawn = [request for request in looked.requests if request.url.path.startswith("/thumbnail/")]
    asked = [request for request in looked.requests if "thumbnail_width=400" in str(request.url)]
    assert (len(drawn), len(asked)) == (1, 1)
    assert "authorization" not in drawn[0].headers
    assert "sandbox-token" not in str(drawn[0].url)


def test_without_a_picture_the_texts_are_there(
    open_session: Open, faults: Faults, snapshots: Snapshots
) -> None:
    """A host that does not answer takes nothing from the look, and an older picture is not shown with newer texts."""
    session = open_session()
    look_at_ad(session, snapshots, TENT)

    def lost(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/thumbnail/"):
            raise httpx.ConnectError("gone", request=request)
        return forward()

    faults.reads = [lost] * 20
    report = look_at_ad(session, snapshots, TENT)
    kept = snapshots.one_of(ACCOUNT, ad_part(TENT), sandboxed=True)
    assert kept
    part = kept.parts[ad_part(TENT)]
    assert (report.status, part.problem, PICTURE in part.answer) == ("done", "", False)
    assert part.answer["creative"]["id"]
