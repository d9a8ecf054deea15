"""No secret in any text: neither one we know nor one that only looks like a token."""

import hashlib
import hmac
import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import Meta, Reply, batch_item, broken, ok, raw, usage_header
from tools.graph import GraphFailure, Wire, redact
from tools.graph.redact import HIDDEN, Redactor
from tools.graph.writer import WriteRequest

CANARY = "EAAcanaryTOKEN0123456789abcdefghijklmnop"
APP_CANARY = "123456789|canary-App_Token-0123456789"
SECRET = "canary5ecret0fthe4pp00112233445566"
PROOF = hmac.new(SECRET.encode(), CANARY.encode(), hashlib.sha256).hexdigest()

# -- canaries through the client ---------------------------------------------------------------------------


def echo(token: str) -> str:
    """Everything secret, in every form a server might say it back in."""
    url = f"https://graph.test/v26.0/1?access_token={token}&appsecret_proof={PROOF}"
    forms = (
        token,
        SECRET,
        PROOF,
        url,
        quote(url, safe=""),
        json.dumps({"url": url}),
        repr({"access_token": token}),
    )
    return " ; ".join(forms)


def replies(token: str) -> list[Reply]:
    """A server that knows our secrets and says them back in every place it can."""
    said = echo(token)
    spoken = {
        "message": said,
        "error_user_title": said,
        "error_user_msg": said,
        "error_data": json.dumps({"blame_field_specs": [[said]], "access_token": token}),
        "fbtrace_id": said,
        token: said,
    }
    paging = {"next": f"https://graph.test/?access_token={token}", "cursors": {"after": "c"}}
    return [
        *(
            ok({"error": spoken | {"code": code}}, 400, **usage_header(1))
            for code in (1, 4, 17, 100, 190, 200, 368, 7)
        ),
        ok({"error": spoken | {"code": 190, "error_data": {"blame_field_specs": [[said], said]}}}),
        ok({"error": said}),
        ok({said: said}, 500),
        ok([batch_item({"error": spoken | {"code": 100}}, 400), None, batch_item({"error": said})]),
        ok({"data": [], "paging": paging}),
        ok({"data": said, "paging": paging}),
        raw(said, 200, content_type=said),
        raw(said, 502, content_type="text/html", x_app_usage=said),
        *(broken(kind, said) for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError)),
    ]


def attempts(meta: Meta, token: str) -> Iterator[Callable[[], Any]]:
    """Everything the client can be asked to do, with secrets in the parameters too."""
    params = {
        "input_token": token,
        "note": echo(token),
        "nested": {"access_token": token, "list": [echo(token)]},
    }
    write = WriteRequest("POST", "123", params)
    upload = WriteRequest("POST", "act_1/adimages", {}, {"source": ("a.png", token.encode(), "image/png")})
    yield lambda: meta.reader.get("123", fields="id")
    yield lambda: meta.reader.read_all("act_1/ads")
    yield lambda: meta.reader.get_many([("123", {"fields": "id"})] * 3)
    yield lambda: meta.reader.get_many([("123", params)] * 3)
    yield lambda: meta.writer.send([write])
    yield lambda: meta.writer.send([write] * 3)
    yield lambda: meta.writer.send([upload])
    yield lambda: meta.reader.get(quote(token, safe="-_").replace("%", ""))
    yield lambda: meta.writer.wait(f"because of {echo(token)}", 1)


def shown(thing: Any) -> str:
    """All text of a value and, for a failure, of everything that led to it."""
    if not isinstance(thing, BaseException):
        return f"{thing!r} {thing}"
    chain, texts = thing, []
    while chain is not None:
        texts += [repr(chain), str(chain), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    fields = repr(vars(thing))
    return " ".join([*texts[:3], fields, *traceback.format_exception(thing)])


@pytest.mark.parametrize("token", [CANARY, APP_CANARY])
@pytest.mark.parametrize("index", range(len(replies(CANARY))))
def test_no_canary_gets_out(index: int, token: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever Meta says back, no failure, outcome, event, statistic, repr or log line shows token, secret or proof."""
    caplog.set_level(logging.DEBUG)
    proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    meta = Meta(replies(token)[index], token=token, app_secret=SECRET)
    texts = [repr(meta.wire), repr(meta.reader), repr(meta.writer), repr(meta.wire.redactor)]
    for attempt in attempts(meta, token):
        try:
            result = attempt()
        except GraphFailure as failure:
            texts.append(shown(failure))
        else:
            texts += [shown(part) for part in (result if isinstance(result, list) else [result])]
    texts += [shown(meta.events), shown(meta.wire.stats), caplog.text]
    assert len(meta.events) >= 9
    for text in texts:
        for form in (token, SECRET, proof, quote(token, safe="")):
            assert form not in text


def test_a_foreign_token_in_an_error_is_hidden() -> None:
    """A token that is not ours, such as a page's, does not get out with an error, alone or in a batch."""
    body = {"error": {"code": 100, "message": f"Bad {CANARY}", "error_data": {"access_token": "page"}}}
    meta = Meta(ok(body, 400), ok([batch_item(body, 400)] * 2))
    write = WriteRequest("POST", "1", {})
    for outcome in (*meta.writer.send([write]), *meta.writer.send([write] * 2)):
        assert str(outcome).startswith(f"Meta error 100: Bad {HIDDEN}")
        assert CANARY not in shown(outcome)


def test_secrets_on_the_wire_are_where_they_belong() -> None:
    """The token is only in the Authorization header, the proof only in its parameter, the app secret nowhere."""
    listed = ok([batch_item({"data": []})])
    replies_ = [listed, ok([batch_item({})] * 2), ok({"success": True}), ok({"images": {"x": {}}})]
    meta = Meta(*replies_, token=CANARY, app_secret=SECRET)
    meta.reader.read_all("act_1/ads")
    meta.reader.get_many([("1", {}), ("2", {})])
    meta.writer.send([WriteRequest("POST", "1", {"status": "PAUSED"})])
    meta.writer.send([WriteRequest("POST", "act_1/adimages", {}, {"s": ("a.png", b"png", "image/png")})])
    assert len(meta.requests) == 4
    for request in meta.requests:
        headers = dict(request.headers)
        assert headers.pop("authorization") == f"Bearer {CANARY}"
        everything = f"{request.url} {headers} {request.content.decode()}"
        assert CANARY not in everything
        assert SECRET not in everything
        assert everything.count(PROOF) == 1
        assert PROOF not in str(request.url)


def test_without_an_app_secret_there_is_no_proof() -> None:
    """No secret, no proof."""
    meta = Meta(ok(), token=CANARY)
    meta.reader.get("1")
    assert meta.queries() == [{}]


def test_httpx_does_not_log_urls(caplog: pytest.LogCaptureFixture) -> None:
    """A program that logs everything does not log the proof in a URL."""
    caplog.set_level(logging.DEBUG)
    Meta(ok(), token=CANARY, app_secret=SECRET).reader.get("1")
    assert "appsecret_proof" not in caplog.text


def test_refusing_a_token_does_not_show_it() -> None:
    """A base URL or token that is refused leaves no token in the message."""
    with pytest.raises(ValueError, match="META_GRAPH_URL") as caught:
        Wire(CANARY, base_url="http://graph.test", app_secret=SECRET)
    assert CANARY not in shown(caught.value)


# -- the redactor alone ----------------------------------------------------------------------------------

letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
secrets = st.text(letters + "|-_.~+/=", min_size=6, max_size=60).filter(lambda text: text not in HIDDEN)
tokens = st.text(letters, min_size=20, max_size=60).map("EAA{}".format)
app_tokens = st.builds(
    "{}{}{}".format,
    st.text("0123456789", min_size=6, max_size=16),
    st.sampled_from(["|", "%7C", "%7c"]),
    st.text(letters + "_-", min_size=16, max_size=40),
)
keys = st.text(letters + "_-", min_size=8, max_size=60).map("sk-ant-{}".format)
WRAPPINGS: list[Callable[[str], str]] = [
    str,
    repr,
    json.dumps,
    lambda text: json.dumps(json.dumps({"x": text})),
    lambda text: quote(text, safe=""),
    lambda text: urlencode({"x": text}),
    lambda text: f"https://h.test/?limit=5&access_token={text}&after=x",
    lambda text: quote(f"https://h.test/?limit=5&access_token={text}&after=x", safe=""),
    lambda text: json.dumps({"next": f"https://h.test/?access_token={text}"}),
    lambda text: f"Authorization: Bearer {text}",
]


@given(st.text(), secrets, st.text(), st.sampled_from(WRAPPINGS))
def test_a_known_secret_is_hidden_in_any_text(before: str, secret: str, after: str, wrap: Any) -> None:
    """A secret we were told about is hidden wherever it stands, plain, quoted for a URL or inside JSON."""
    text = Redactor([secret, None, ""]).text(before + wrap(secret) + after)
    assert secret not in text
    assert quote(secret, safe="") not in text
    assert HIDDEN in text


@given(st.text(), tokens | app_tokens | keys, st.text(), st.sampled_from(WRAPPINGS))
def test_what_looks_like_a_token_is_hidden_in_any_text(
    before: str, token: str, after: str, wrap: Any
) -> None:
    """Tokens nobody told us about are hidden by their shape, whatever stands before and after."""
    text = Redactor().text(before + wrap(token) + after)
    end = token[-12:]
    assert token not in text
    assert text.count(end) <= f"{before}{wrap('')}{after}".count(end)


NAMED = "access_token appsecret_proof input_token client_secret fb_exchange_token app_secret".split()


TEMPLATES = ["{}={}", "a&{}={}&b", "{}%3D{}", '"{}": "{}"', "'{}': '{}'", r"{{\"{}\":\"{}\"}}"]


@given(
    st.sampled_from([*NAMED, "FACEBOOK_ACCESS_TOKEN", "page_access_token"]),
    st.sampled_from(TEMPLATES),
    st.text(letters + "._-", min_size=1, max_size=40),
)
def test_the_value_of_a_secret_parameter_is_hidden(name: str, template: str, value: str) -> None:
    """Whatever stands behind the name of a secret parameter is hidden, and the name stays readable."""
    assert Redactor().text(template.format(name, value)) == template.format(name, HIDDEN)


@pytest.mark.parametrize("opaque", ["abcdefgh", "ab%2Fcdef%7Cghij", "a.b-c_d~e+f/g=="])
@pytest.mark.parametrize("before", ["Bearer ", "authorization: bearer  ", "Bearer%20"])
def test_what_a_bearer_bears_is_hidden(before: str, opaque: str) -> None:
    """Whatever follows the word of an Authorization header is hidden to its end, also quoted for a URL."""
    assert Redactor().text(f"{before}{opaque} end") == f"{before}{HIDDEN} end"


def place(inside: str) -> st.SearchStrategy[Any]:
    """JSON values that carry a text somewhere, as a value, inside one, or as a key."""
    leaf = st.text(max_size=3).map(lambda text: f"{text}{inside}")
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(st.text(max_size=3), inner, min_size=1, max_size=3)
            | st.dictionaries(leaf, st.none(), min_size=1, max_size=1)
            | inner.map(lambda value: (value, 1))
        ),
        max_leaves=5,
    )


@given(place(CANARY))
def test_a_secret_deep_in_a_value_is_hidden(value: Any) -> None:
    """Lists, objects, tuples and keys are gone through to the end, and the value itself is not changed."""
    before = json.dumps(value)
    assert CANARY not in repr(Redactor().value(value))
    assert json.dumps(value) == before


@pytest.mark.parametrize("name", [*NAMED, "ACCESS_TOKEN"])
@pytest.mark.parametrize("value", ["short", 5, ["short"], {"x": "short"}])
def test_secret_parameters_are_hidden_whole(name: str, value: Any) -> None:
    """The value of a secret parameter is hidden by its name, whatever its type."""
    assert Redactor().value({"a": [{name: value, "fields": "id"}]}) == {"a": [{name: HIDDEN, "fields": "id"}]}


@pytest.mark.parametrize(
    "value",
    [
        "Meta error 100: Invalid parameter (field: daily_budget).",
        "The access token has expired",
        "120210123456789",
        "act_123456789/adimages: 1234567:0123456789abcdef",
        "EAA short",
        {"fields": "id,name", "after": "QVFIUmx1WTBpMGpJXYZ", "limit": 200, "x": [True, None, 1.5]},
        "bearer of good news",
        "Summer sale | 50 % off",
    ],
)
def test_what_is_no_secret_stays(value: Any) -> None:
    """Ordinary errors, ids, cursors and names come through unchanged."""
    assert Redactor(["", None, "EAA"]).value(value) == value


@given(st.text(), secrets, st.text())
def test_hiding_twice_changes_nothing(before: str, secret: str, after: str) -> None:
    """A text that went through once comes through again as it is, so layers may both redact."""
    redactor = Redactor([secret])
    once = redactor.text(f"{before}access_token={secret} Bearer {secret}{after}")
    assert redactor.text(once) == once


# -- signed URLs -----------------------------------------------------------------------------------------

SIGNED = "oh=00_AYcanarySIGNATURE&oe=66F0A1B2&_nc_cat=1&stp=dst-jpg,tt6&ccb=1-7&hash=AQcanary"
PICTURES = [
    "https://scontent-fra3-1.xx.fbcdn.net/v/t45.1600-4/1_2_n.png",
    "https://external.xx.fbcdn.net/safe_image.php",
    "https://scontent.cdninstagram.com/v/a.jpg",
    "https://lookaside.facebook.com/ads/media/",
    "https://platform-lookaside.fbsbx.com/platform/profilepic/",
    "https://www.facebook.com/ads/image/",
    "https://www.facebook.com/ads/api/preview_iframe.php",
]
pieces = st.text(letters + "-_.~+", min_size=8, max_size=40).map("canary{}".format)
signed_urls = st.one_of(
    st.builds("{}?{}&oe={}".format, st.sampled_from(PICTURES), st.just(SIGNED), pieces),
    st.builds("{}?d={}".format, st.sampled_from(PICTURES), pieces),
)
SIGNATURES = (
    "signature sig X-Amz-Signature x-amz-credential X-Goog-Signature hmac token code oh oe _nc_ohc".split()
)


@given(st.text(), signed_urls, st.sampled_from(["", " and more", "\n", "'", ")"]), st.sampled_from(WRAPPINGS))
def test_a_signed_url_is_hidden_in_any_text(before: str, url: str, after: str, wrap: Any) -> None:
    """What opens a picture or a download does not get out, plain, quoted or inside JSON; a second time changes nothing."""
    redactor = Redactor()
    text = redactor.text(before + wrap(url) + after)
    assert "canary" not in text.replace(before, "")
    assert HIDDEN in text
    assert redactor.text(text) == text


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize("wrap", WRAPPINGS[:6])
@pytest.mark.parametrize("mark", ["?", "?x=1&"])
def test_what_signs_any_url_is_hidden(name: str, wrap: Callable[[str], str], mark: str) -> None:
    """The usual names of signatures, behind `?` or `&`, at any host and however often quoted."""
    url = f"https://bucket.example/a{mark}{name}="
    text = Redactor().text(wrap(f"{url}canary%2Ban.d-so=on&y=2"))
    assert "canary" not in text
    assert "so" not in text
    assert wrap(url).rstrip("\"'}\\") in text


@pytest.mark.parametrize("url", PICTURES)
@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_the_place_of_a_picture_stays_readable(url: str, slash: str) -> None:
    """Host and path are kept: which picture it was can be told, and what stands beside it."""
    url = url.replace("/", slash)
    assert Redactor().value({"url": f"{url}?{SIGNED}", "id": "5"}) == {"url": f"{url}?{HIDDEN}", "id": "5"}
    assert Redactor().text(f'["{url}?{SIGNED}", 1]') == f'["{url}?{HIDDEN}", 1]'


def test_the_next_page_stays_readable() -> None:
    """Of `paging.next` only the token goes."""
    url = "https://graph.facebook.com/v26.0/act_1/ads?fields=id&access_token={}&limit=5&after=QVFI"
    assert Redactor().value({"next": url.format("short")}) == {"next": url.format(HIDDEN)}


@pytest.mark.parametrize(
    "text",
    [
        "Meta error 190: code=5, signature missing, token=expired?",
        "https://shop.example/tent?utm_source=fb&ref=code&image_hash=abcdef",
        "is it on fbcdn.net? or scontent. Who knows",
        "https://www.facebook.com/ads/library/?id=123",
        "https://scontent.xx.fbcdn.net/v/a.png",
    ],
)
def test_what_is_no_signature_stays(text: str) -> None:
    """Words, errors and plain links come through."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize("name", ["page_access_token", "FACEBOOK_ACCESS_TOKEN"])
def test_longer_names_of_secret_parameters_count(name: str) -> None:
    """A key that ends in the name of a secret holds one."""
    assert Redactor().value({name: "short"}) == {name: HIDDEN}


@given(
    st.text(letters + '|"\\&=/+%', min_size=6, max_size=30).filter(lambda s: s not in HIDDEN),
    st.lists(st.sampled_from(["json", "url", "plus"]), max_size=2),
    st.booleans(),
)
def test_a_known_secret_is_hidden_in_any_two_encodings(secret: str, layers: list[str], lower: bool) -> None:
    """JSON in a URL, a URL in JSON, JSON in JSON, a URL in a URL, with small letters for percent codes too."""
    text = secret
    for layer in layers:
        text = {
            "json": lambda t: json.dumps(t)[1:-1],
            "url": lambda t: quote(t, safe=""),
            "plus": quote_plus,
        }[layer](text)
    if lower and layers and layers[-1] != "json":
        text = re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)
    assert Redactor([secret]).own(f"<{text}>") == f"<{HIDDEN}>"


fragments = st.sampled_from(
    "EAA sk-ant- bearer access_token 123456| = ? & %3D %3F %26 %25 \\ \\u0026 \\/ \" ' : fbcdn.net scontent- sig token= oh"
    " [hidden] abcdefgh12345678 / facebook.com/ads/image".split()
)


@given(st.lists(fragments | st.text(max_size=4), max_size=25).map("".join))
def test_hiding_twice_is_hiding_once(text: str) -> None:
    """Whatever pieces of secrets a text is made of."""
    once = Redactor().text(text)
    assert Redactor().text(once) == once


@given(
    st.lists(
        fragments | st.sampled_from(["IGAA", "1" * 30, "facebook.com%2Fads%2Fimage", "ſ", "K"]), max_size=9
    )
)
def test_no_pattern_finds_anything_where_its_words_are_not(pieces: list[str]) -> None:
    """A text without them is not looked at; other letters that count as these are reason enough to look."""
    for text in ("".join(pieces), "".join(pieces).upper()):
        for words, pattern, _ in redact._LOOKS:
            if text.isascii() and pattern.search(text):
                assert any(word in text.lower() for word in words), (pattern, text)


@pytest.mark.parametrize(
    "secret",
    ["acceſs_token=abc", "acceSS_TOKEN=abc", "https://ſcontent-x/a?b", "BEARER abcdefgh"],
)
def test_letters_that_look_alike_hide_no_secret(secret: str) -> None:
    """Whatever case, and whatever stands for the same letter."""
    assert HIDDEN in Redactor().text(secret)


@pytest.mark.parametrize(
    "before",
    [
        *("", "https://x.fbcdn.net/", "access_token", "a?sig=", "bearer ", "123456%"),
        "EAA IGQV | sk-ant- bearer access_token ? fbcdn.net ",  # so that all patterns look
    ],
)
def test_a_long_hostile_text_costs_no_more_than_its_length(before: str) -> None:
    """Three hundred thousand characters of the beginnings of secrets are looked through in a moment each."""
    starts = [
        "fbcdn.net",
        "scontent-",
        "%25",
        "%",
        "25",
        "\\",
        "\\u0026",
        "access_token",
        "bearer ",
        "?sig",
        "&",
        "1",
        "EAA",
        " ",
    ]
    redactor = Redactor(["EAAcanaryTOKEN0123456789abcdefghijklmnop"])
    for start in starts:
        text = before + start * (300_000 // len(start))
        began = time.process_time()
        redactor.text(text)
        assert time.process_time() - began < 2, start
