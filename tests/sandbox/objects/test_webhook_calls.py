"""The sandbox calls a webhook's address on this machine as Meta does: the handshake, then what happens, signed."""

import hashlib
import hmac
import json
import threading

import httpx
import pytest
import respx

from sandbox import APP_ID, APP_SECRET, APP_TOKEN
from sandbox.http.keep_telling import telling
from sandbox.objects.webhook_calls import is_here
from sandbox.world.ad_review import REVIEW_S
from sandbox.world.identities import PAGE
from sandbox.world.outbox import MOST_TRIES, Event

ACCOUNT, ADDRESS = "act_123456789", "http://127.0.0.1:9/meta"
FIELDS = "in_process_ad_objects,creative_fatigue"


class Meta:
    """The address: takes what is told unless it is `down`, and gives an `odd` answer where there is one."""

    def __init__(self):
        self.asked, self.told, self.down, self.odd = [], [], False, None

    def __call__(self, request):
        return self.take(request)

    def take(self, request):
        if isinstance(self.odd, Exception):
            raise self.odd
        if self.odd:
            return self.odd
        if self.down:
            return httpx.Response(500)
        if request.method == "GET":
            self.asked.append(dict(request.url.params))
            return httpx.Response(200, text=self.asked[-1]["hub.challenge"])
        signed = hmac.new(APP_SECRET.encode(), request.content, hashlib.sha256).hexdigest()
        assert request.headers["x-hub-signature-256"] == f"sha256={signed}"
        assert request.headers["content-type"] == "application/json"
        body = json.loads(request.content)
        assert body["object"] == "ad_account"
        self.told += body["entry"]
        return httpx.Response(200)


@pytest.fixture
def meta():
    address = Meta()
    with respx.mock(assert_all_called=False) as router:
        router.route(host="127.0.0.1").mock(side_effect=address)
        yield address


@pytest.fixture
def subscribe(connect, graph):
    """Subscribes the app, and the account to it."""

    def both(address=ADDRESS, fields=FIELDS):
        app = connect(graph.app, APP_TOKEN)
        asked = {"object": "ad_account", "callback_url": address, "verify_token": "word", "fields": fields}
        assert app.post(f"{APP_ID}/subscriptions", **asked) == {"success": True}
        assert graph.post(f"{ACCOUNT}/subscribed_apps", app_id=APP_ID) == {"success": True}

    return both


def backstage(graph, what, **asked):
    return graph.http.post(f"http://sandbox/sandbox/{what}", json=asked).json()


def test_the_handshake_asks_the_address(meta, connect, graph, subscribe):
    """Mode, word and a challenge that must come back; 2200 for an address that is dead, 2201 for another answer."""
    subscribe()
    (asked,) = meta.asked
    assert (asked["hub.mode"], asked["hub.verify_token"]) == ("subscribe", "word")
    app = connect(graph.app, APP_TOKEN)
    wish = {"object": "ad_account", "callback_url": ADDRESS, "verify_token": "v", "fields": FIELDS}
    for meta.odd, code in ((httpx.Response(200, text="no"), 2201), (httpx.ConnectError("dead"), 2200)):
        assert app.error("POST", f"{APP_ID}/subscriptions", **wish)["code"] == code


def test_a_review_that_ends_is_told_with_its_outcome(meta, graph, subscribe):
    """The ad that was rejected, when its review is over and not before."""
    subscribe()
    row = graph.get(f"{ACCOUNT}/ads", fields="id,creative", limit="1")["data"][0]
    story = {
        "page_id": PAGE,
        "link_data": {"link": "https://northwind.example", "message": "A miracle cure"},
    }
    made = graph.post(f"{ACCOUNT}/adcreatives", name="New", object_story_spec=story)
    graph.post(row["id"], creative={"creative_id": made["id"]})
    backstage(graph, "clock", advance_s=REVIEW_S - 60)
    assert meta.told == []
    now = backstage(graph, "clock", advance_s=120)["now"]
    (entry,) = meta.told
    assert entry["changes"] == [
        {
            "field": "in_process_ad_objects",
            "value": {"id": row["id"], "level": "AD", "status_name": "DISAPPROVED"},
        }
    ]
    assert (entry["id"], now > "2026") == ("123456789", True)
    backstage(graph, "clock", advance_s=3600)
    assert len(meta.told) == 1


def test_worn_out_ads_are_told_on_the_next_day_in_the_order_that_is_wished(meta, graph, subscribe):
    """Each once, or twice and against their order: at least once, and unordered, as Meta says."""
    subscribe()
    backstage(graph, "webhooks", twice=True)
    backstage(graph, "clock", advance_s=90_000)
    told = [entry["changes"][0]["value"]["adgroup_id"] for entry in meta.told]
    assert told
    assert sorted(told) == sorted(2 * list(set(told)))
    for time in (100, 300, 200):
        backstage(graph, "webhooks", field="creative_fatigue", time=time, newest_first=True, twice=False)
    assert graph.http.get("http://sandbox/sandbox/webhooks").json()["delivered"] == len(told) + 3


def test_what_is_not_taken_is_tried_again_and_then_given_up(meta, graph, subscribe):
    """With every step of the clock, a few times."""
    subscribe()
    meta.down = True
    backstage(graph, "webhooks", field="creative_fatigue")
    for _ in range(2):
        backstage(graph, "clock", advance_s=1)
    meta.down = False
    backstage(graph, "clock", advance_s=1)
    assert len(meta.told) == 1
    meta.down = True
    backstage(graph, "webhooks", field="creative_fatigue")
    for _ in range(MOST_TRIES):
        backstage(graph, "clock", advance_s=1)
    meta.down = False
    backstage(graph, "clock", advance_s=1)
    assert (len(meta.told), backstage(graph, "webhooks")["waiting"]) == (1, 0)


@pytest.mark.parametrize("how", ["another field", "no account", "another machine"])
def test_nobody_is_called_who_does_not_listen(meta, graph, subscribe, how):
    """The field must be subscribed to, and the account; other machines are never called."""
    subscribe(
        address="https://northwind.example/meta" if how == "another machine" else ADDRESS,
        fields="with_issues_ad_objects" if how == "another field" else FIELDS,
    )
    if how == "no account":
        graph.http.request("DELETE", f"{ACCOUNT}/subscribed_apps", params={"app_id": APP_ID})
    backstage(graph, "webhooks", field="creative_fatigue")
    backstage(graph, "clock", advance_s=90_000)
    assert meta.told == []


@pytest.mark.parametrize(
    "wish",
    [{"moon": 1}, [], {"field": "moon"}, {"field": "creative_fatigue", "value": 1}, {"field": "creative_fatigue", "time": "x"}],
)  # fmt: skip
def test_odd_orders_are_refused(graph, wish):
    """100 with what is wrong."""
    answer = graph.http.post("http://sandbox/sandbox/webhooks", json=wish).json()
    assert answer["error"]["code"] == 100


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:1/x", True),
        ("https://localhost/x", True),
        ("http://[::1]/x", True),
        ("http://127.0.0.1.northwind.example/", False),
        ("http://127.0.0.1@northwind.example/", False),
        ("ftp://127.0.0.1/", False),
        ("//127.0.0.1/", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_which_addresses_are_of_this_machine(address, here):
    """By the host alone, whatever else stands in the address."""
    assert is_here(address) is here


def test_time_that_passes_by_itself_is_told_too(meta, graph, subscribe):
    """A thread tells what happens while the server runs, and ends with it; a failure is tried again."""
    subscribe()
    told = threading.Event()
    taken, meta.odd = meta.take, httpx.ReadError("once")

    def take(request):
        try:
            return taken(request)
        finally:
            meta.odd = None
            if meta.told:
                told.set()

    meta.take = take
    world = graph.app.state.world
    world.outbox.add([Event(world.clock(), "123456789", "creative_fatigue", {})])
    with telling(world, look_again_s=0.001):
        assert told.wait(20)
    assert not [thread for thread in threading.enumerate() if thread.name == "webhooks"]
