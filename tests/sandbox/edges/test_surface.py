"""What Meta's own clients ask for, in the shapes they send it."""

from __future__ import annotations

import json

import pytest

from sandbox import APP_TOKEN, DEMO_ACCOUNT
from sandbox.edges import routes
from sandbox.http.app import create_app
from sandbox.objects.nodes import FIELDS
from tests.sandbox.conftest import ADSET, NOW, PAGE, PIXEL, png

AD, CREATIVE, CAMPAIGN = "23848000000001", "23849000000001", "23846000000002"
LINK = "https://northwind.example/"


def upload(graph, *files, **form):
    """Upload pictures, each (part, file name, content); give the map that comes back."""
    parts = [(part, (name, data)) for part, name, data in files]
    return graph.http.post(f"{DEMO_ACCOUNT}/adimages", files=parts or None, data=form).json()["images"]


def test_the_guides_commands(connect, graph):
    """The curl commands of the guide work in a row: upload, creative, ad, insights, status."""
    bare = connect(graph.app, "")
    del bare.http.headers["authorization"]
    at, key = "http://sandbox/v22.0", {"access_token": "sandbox-token"}
    sent = {"files": {"source": ("image.jpg", png())}, "data": {"filename": "hero-v1.jpg"}}
    images = bare.http.post(f"{at}/{DEMO_ACCOUNT}/adimages", params=key, **sent).json()["images"]
    feed = {
        "bodies": [{"text": "One"}, {"text": "Two"}], "titles": [{"text": "T"}, {"text": "U"}],
        "descriptions": [{"text": "D"}], "images": [{"hash": images["hero-v1.jpg"]["hash"]}],
        "call_to_actions": [{"type": "LEARN_MORE", "value": {"link": LINK, "link_caption": "northwind.example"}}],
        "optimization_type": "DEGREES_OF_FREEDOM",
    }  # fmt: skip
    spec = {"creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}}
    body = {
        "name": "C",
        "object_story_spec": {"page_id": PAGE},
        "asset_feed_spec": feed,
        "degrees_of_freedom_spec": spec,
    }
    creative = bare.http.post(f"{at}/{DEMO_ACCOUNT}/adcreatives", json=body | key).json()["id"]
    body = {"name": "A", "adset_id": ADSET, "creative": {"creative_id": creative}, "status": "PAUSED"}
    ad = bare.http.post(f"{at}/{DEMO_ACCOUNT}/ads", json=body | key).json()["id"]
    assert bare.http.post(f"{at}/{ad}", data={"status": "ACTIVE"} | key).json() == {"success": True}
    fields = {"fields": "impressions,clicks,ctr,spend,cpc", "date_preset": "last_7d"}
    (row,) = bare.http.get(f"{at}/{AD}/insights", params=fields | key).json()["data"]
    assert all(isinstance(value, str) for value in row.values())
    shown = bare.http.get(
        f"{at}/{creative}", params={"fields": "id,name,status,asset_feed_spec,object_story_spec"} | key
    )
    assert shown.json()["asset_feed_spec"] == feed
    about = bare.http.get(f"{at}/debug_token", params={"input_token": "sandbox-token"} | key).json()["data"]
    assert (about["is_valid"], about["expires_at"]) == (True, 0)


def test_uploads_in_every_style(graph):
    """One entry per name and content, whatever the part is called."""
    red, blue = png("red"), png("blue")
    assert upload(graph, ("filename", "a.png", red)).keys() == {"a.png"}
    twice = upload(graph, ("filename", "a.png", red), ("source0", "a.png", red))
    assert twice.keys() == {"a.png"}
    same_name = upload(graph, ("x", "a.png", red), ("y", "a.png", blue))
    (other,) = same_name.keys() - {"a.png"}
    assert same_name[other]["hash"] == other != same_name["a.png"]["hash"]
    two_names = upload(graph, ("x", "a.png", red), ("y", "b.png", red))
    assert two_names["a.png"]["hash"] == two_names["b.png"]["hash"]
    named = upload(graph, ("source", "tmp.png", blue), filename="hero.png")
    assert named.keys() == {"hero.png"}


def test_images_are_found_and_deleted_by_hash(graph):
    """`hashes` finds, DELETE with `hash` removes, and a gone image cannot be used."""
    image = upload(graph, ("f", "a.png", png("red")))["a.png"]["hash"]
    where = f"{DEMO_ACCOUNT}/adimages"
    found = graph.get(where, hashes=[image], fields="hash,status,permalink_url")["data"]
    assert (found[0]["id"], found[0]["status"]) == (f"123456789:{image}", "ACTIVE")
    assert graph.http.request("DELETE", where, params={"hash": image}).json() == {"success": True}
    assert graph.get(where, hashes=[image])["data"] == []
    assert graph.http.request("DELETE", where, params={"hash": image}).json()["error"]["code"] == 100
    story = {"page_id": PAGE, "link_data": {"link": LINK, "image_hash": image}}
    assert graph.error("POST", f"{DEMO_ACCOUNT}/adcreatives", object_story_spec=story)["code"] == 100


def test_several_new_images_page_one_by_one(graph):
    """Images of one upload have places of their own in the list."""
    upload(graph, *[("f", f"{color}.png", png(color)) for color in ("red", "blue", "yellow")])
    names = [
        image["name"] for image in graph.everything(f"{DEMO_ACCOUNT}/adimages", limit=1, fields="name")[:3]
    ]
    assert sorted(names) == ["blue.png", "red.png", "yellow.png"]


@pytest.mark.parametrize("path", ["None/instruments", "910000000000001/instruments"])
def test_crash_reports_need_no_token(connect, demo, path):
    """The SDK's telemetry is taken from anybody."""
    answer = connect(demo.app, "").http.post(
        f"http://sandbox/v24.0/{path}", data={"bizsdk_crash_report": "{}"}
    )
    assert answer.json() == {"success": True}


@pytest.fixture(scope="module")
def stocked(connect):
    """An account with one of everything, for tests that only read."""
    graph = connect(create_app(now=NOW))
    graph.post(AD, adlabels=[{"name": "x"}])
    graph.post(f"{DEMO_ACCOUNT}/advideos", file_url=LINK)
    filters = [{"field": "entity_type", "operator": "EQUAL", "value": "AD"}]
    spec = {"evaluation_type": "SCHEDULE", "filters": filters}
    rule = {"name": "R", "evaluation_spec": spec, "execution_spec": {"execution_type": "PAUSE"}}
    graph.post(f"{DEMO_ACCOUNT}/adrules_library", **rule)
    calls = [{"name": "one", "relative_url": AD, "body": "name=x"}]
    graph.post(f"{DEMO_ACCOUNT}/async_batch_requests", name="J", adbatch=calls)
    report = graph.post(f"{DEMO_ACCOUNT}/insights")["report_run_id"]
    while graph.get(report)["async_status"] != "Job Completed":
        graph.app.state.world.move(graph.app.state.world.clock() + 60)
    return graph


def one_of(graph, kind):
    """Give the id of the first node of a kind that belongs to the demo account or to nobody."""
    mine = {None, DEMO_ACCOUNT.removeprefix("act_")}
    nodes = graph.app.state.world.nodes.values()
    return next(node.id for node in nodes if node.kind == kind and node.data.get("account_id") in mine)


@pytest.mark.parametrize("kind_edge", sorted(routes.READS), ids="-".join)
def test_every_edge_answers(stocked, connect, kind_edge):
    """Each edge of the table answers with `data`, with a trailing slash, and takes the SDK's `summary`."""
    kind, edge = kind_edge
    start = one_of(stocked, kind)
    wanted = {
        "ad_format": "MOBILE_FEED_STANDARD", "creative": json.dumps({"creative_id": CREATIVE}), "ad_label_ids": '["1"]',
        "targeting_spec": json.dumps({"geo_locations": {"countries": ["US"]}}), "q": "camp", "summary": "true",
        "optimization_goal": "REACH", "targeting_list": "[]", "id_list": '["1"]',
    }  # fmt: skip
    asking = connect(stocked.app, APP_TOKEN) if kind == "app" else stocked
    answer = asking.http.get(f"{start}/{edge}/", params=wanted)
    assert answer.status_code == 200, answer.text
    assert "data" in answer.json()


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_every_field_can_be_read(stocked, kind):
    """All fields of a kind can be asked for at once."""
    node = one_of(stocked, kind)
    assert stocked.get(node, fields=",".join(FIELDS[kind]))["id"] == node


def test_fields_meta_knows_and_fields_it_does_not(demo):
    """A field that has no value here is left out; one that Meta does not have is refused."""
    assert demo.get(AD, fields="name,bid_info,demolink_hash").keys() == {"name", "id"}
    error = demo.error("GET", CREATIVE, fields="name,colour")
    assert error["message"] == "(#100) Tried accessing nonexisting field (colour) on node type (AdCreative)"


def test_a_wrong_method_is_not_an_unknown_edge(graph):
    """An edge that exists and cannot do what is asked is 100/33; one that does not exist is 2500."""
    assert graph.error("POST", f"{DEMO_ACCOUNT}/ads_volume")["error_subcode"] == 33
    assert graph.error("GET", f"{DEMO_ACCOUNT}/none")["code"] == 2500
    assert graph.error("POST", f"{DEMO_ACCOUNT}/none")["code"] == 2500
    assert graph.error("POST", PAGE, name="x")["error_subcode"] == 33
    assert graph.error("POST", "", x="1")["code"] == 100


def test_write_and_read_back(graph):
    """`fields` on a POST reads the node as it is now, with expansion, on a node with a slash."""
    answer = graph.post(f"{AD}/", name="B", fields="name,adset{name},insights.date_preset(last_7d){spend}")
    assert (answer["success"], answer["name"], answer["adset"]["id"]) == (True, "B", ADSET)
    assert answer["insights"]["data"][0]["spend"]


def test_posts_of_a_page(graph):
    """A page's posts are listed, made, and promoted."""
    listed = graph.get(f"{PAGE}/posts", fields="message,is_published,from")["data"]
    assert {post["from"]["id"] for post in listed} == {PAGE}
    made = graph.post(f"{PAGE}/feed", message="New tents", published=False)["id"]
    assert graph.get(made, fields="message,is_published") == {
        "message": "New tents",
        "is_published": False,
        "id": made,
    }
    creative = graph.post(f"{DEMO_ACCOUNT}/adcreatives", object_story_id=made)["id"]
    assert graph.get(creative, fields="object_story_id")["object_story_id"] == made
    assert graph.error("POST", f"{PAGE}/feed")["code"] == 100


def test_identities(demo):
    """Page, business, Instagram account, pixel and conversion are where clients look for them."""
    assert demo.get(PAGE, fields="id,name,category,access_token")["access_token"] == "sandbox-page-token"
    business = demo.get(DEMO_ACCOUNT, fields="business")["business"]["id"]
    assert demo.get(f"{business}/owned_pages", fields="name")["data"][0]["id"] == PAGE
    pixel = demo.get(
        f"{DEMO_ACCOUNT}/adspixels", fields="id,name,creation_time,owner_business,is_unavailable"
    )
    assert pixel["data"][0]["id"] == PIXEL
    conversion = demo.get(f"{DEMO_ACCOUNT}/customconversions", fields="name,pixel")["data"][0]
    assert conversion["pixel"] == {"id": PIXEL}
    assert (
        demo.get(f"{PAGE}/instagram_accounts", fields="username")["data"][0]["username"]
        == "northwind.outdoor"
    )


def test_advice_is_taken_once(graph):
    """An applied recommendation is not given again."""
    advised = graph.get(f"{DEMO_ACCOUNT}/recommendations", fields="recommendations")["data"][0][
        "recommendations"
    ]
    first = advised[0]["recommendation_signature"]
    assert graph.post(f"{DEMO_ACCOUNT}/recommendations", recommendation_signature=first) == {"success": True}
    left = graph.get(f"{DEMO_ACCOUNT}/recommendations")["data"][0]["recommendations"]
    assert [row["recommendation_signature"] for row in left] == [
        r["recommendation_signature"] for r in advised[1:]
    ]
    assert (
        graph.error("POST", f"{DEMO_ACCOUNT}/recommendations", recommendation_signature=first)["code"] == 100
    )


def test_volume_counts_running_ads(graph):
    """Pausing an ad takes it out of the volume."""
    before = graph.get(f"{DEMO_ACCOUNT}/ads_volume")["data"][0]["ads_running_or_in_review_count"]
    graph.post(AD, status="PAUSED")
    assert graph.get(f"{DEMO_ACCOUNT}/ads_volume")["data"][0]["ads_running_or_in_review_count"] == before - 1


def test_small_budgets_are_asked_for_with_fields(demo):
    """`minimum_budgets` gives what is asked."""
    row = demo.get(f"{DEMO_ACCOUNT}/minimum_budgets", fields="currency,min_daily_budget_imp")["data"][0]
    assert row == {"currency": "USD", "min_daily_budget_imp": 100}


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"filtering": [{"field": "ad.name", "operator": "STARTS_WITH", "value": "Evergreen"}]}, 4),
        ({"filtering": [{"field": "impressions", "operator": "IN_RANGE", "value": [1, 10**9]}]}, 70),
        ({"filtering": [{"field": "impressions", "operator": "GREATER_THAN_OR_EQUAL", "value": 10**9}]}, 0),
        ({"updated_since": 4_000_000_000}, 0),
        ({"updated_since": 0}, 70),
    ],
)
def test_narrowed_lists(demo, params, count):
    """Lists take all operators and `updated_since`."""
    assert len(demo.everything(f"{DEMO_ACCOUNT}/ads", limit=500, **params)) == count


@pytest.mark.parametrize(
    "params",
    [
        {"effective_status": ["RUNNING"]},
        {"updated_since": "yesterday"},
        {"filtering": [{"field": "impressions", "operator": "IN_RANGE", "value": 5}]},
        {"filtering": [{"field": "impressions", "operator": "GREATER_THAN", "value": "many"}]},
        {"limit": "many"},
        {"after": "nowhere"},
    ],
)
def test_wrong_list_parameters(demo, params):
    """A parameter with a value it cannot have is refused."""
    assert demo.error("GET", f"{DEMO_ACCOUNT}/ads", **params)["code"] == 100


@pytest.mark.parametrize(
    ("token", "subcode"),
    [
        ("sandbox-revoked", 458),
        ("sandbox-checkpointed", 459),
        ("sandbox-password-changed", 460),
        ("sandbox-expired", 463),
        ("sandbox-unconfirmed", 464),
        ("sandbox-logged-out", 467),
    ],
)
def test_dead_tokens(connect, demo, token, subcode):
    """Each way a token dies has its subcode, with the challenge header, and debug_token says the same."""
    answer = connect(demo.app, token).http.get(AD)
    assert (answer.json()["error"]["code"], answer.json()["error"]["error_subcode"]) == (190, subcode)
    assert answer.headers["www-authenticate"].startswith('OAuth "Facebook Platform" "invalid_token"')
    assert demo.get("debug_token", input_token=token)["data"]["error"]["subcode"] == subcode


def test_a_stranger_sees_nothing_of_the_account(connect, graph):
    """Objects of accounts a token does not reach are as if they were not there, to read, write or name."""
    stranger = connect(graph.app, "sandbox-stranger")
    assert stranger.get("me/adaccounts") == {"data": []}
    for path in (DEMO_ACCOUNT, AD, ADSET, f"{DEMO_ACCOUNT}/ads"):
        assert stranger.error("GET", path)["error_subcode"] == 33
    assert stranger.error("POST", AD, status="PAUSED")["error_subcode"] == 33
    assert stranger.http.delete(AD).json()["error"]["error_subcode"] == 33
    assert graph.get(AD, fields="status")["status"] == "ACTIVE"


def test_a_token_without_ads_scopes(connect, demo):
    """It knows who it is and its pages; ads are 200."""
    weak = connect(demo.app, "sandbox-noads")
    assert weak.get("me")["name"]
    assert weak.get("me/accounts")["data"]
    error = weak.error("GET", AD)
    assert (error["code"], error["http"]) == (200, 403)


def test_the_apps_token_asks_about_others(connect, demo):
    """It may call debug_token, and nothing of the account."""
    app = connect(demo.app, APP_TOKEN)
    about = app.get("debug_token", input_token="sandbox-readonly")["data"]
    assert about["scopes"] == ["ads_read"]
    assert "123456789" in about["granular_scopes"][0]["target_ids"]
    assert app.error("GET", AD)["code"] == 200


JAPAN, OUTLET = "act_234567890", "act_345678901"


def test_other_accounts_parts_are_not_taken(graph):
    """Ad sets, creatives, campaigns, images and labels of one account do not work in another."""
    label = graph.post(f"{DEMO_ACCOUNT}/adlabels", name="mine")["id"]
    theirs = graph.get(f"{JAPAN}/ads", fields="adset_id,creative{image_hash},campaign_id", limit=1)["data"][0]
    used = {"name": "A", "status": "PAUSED", "adset_id": ADSET, "creative": {"creative_id": CREATIVE}}
    for change in ({"adset_id": theirs["adset_id"]}, {"creative": {"creative_id": theirs["creative"]["id"]}}):
        assert graph.error("POST", f"{DEMO_ACCOUNT}/ads", **used | change)["code"] == 100
    story = {"page_id": PAGE, "link_data": {"link": LINK, "image_hash": theirs["creative"]["image_hash"]}}
    assert graph.error("POST", f"{DEMO_ACCOUNT}/adcreatives", object_story_spec=story)["code"] == 100
    assert graph.error("POST", theirs["id"], adlabels=[{"id": label}])["code"] == 100
    assert graph.error("POST", theirs["id"], creative={"creative_id": CREATIVE})["code"] == 100
    assert graph.error("POST", f"{theirs['adset_id']}/copies", campaign_id=CAMPAIGN)["code"] == 100
    assert graph.get(f"{JAPAN}/adlabels")["data"] == []


def test_an_image_goes_from_account_to_account(graph):
    """`copy_from` makes the picture another account's own."""
    theirs = graph.get(f"{JAPAN}/adimages", fields="hash", limit=1)["data"][0]["hash"]
    source = {"source_account_id": JAPAN.removeprefix("act_"), "hash": theirs}
    images = graph.post(f"{DEMO_ACCOUNT}/adimages", copy_from=source)["images"]
    assert [image["hash"] for image in images.values()] == [theirs]
    assert graph.get(f"{DEMO_ACCOUNT}/adimages", hashes=[theirs])["data"]
    assert graph.error("POST", f"{DEMO_ACCOUNT}/adimages", copy_from={"hash": theirs})["code"] == 100


def test_a_disabled_account_takes_no_new_objects(graph):
    """Its objects can be read."""
    new = {"name": "N", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [], "daily_budget": 5000}
    assert graph.error("POST", f"{OUTLET}/campaigns", **new)["code"] == 200
    assert graph.get(f"{OUTLET}/campaigns")["data"]


def test_the_same_questions_get_the_same_bytes(connect):
    """Two worlds of one seed and moment answer a row of calls with the same bytes."""

    def answers():
        graph = connect(create_app(now=NOW))
        graph.app.state.world.clock = NOW.timestamp
        yield graph.http.post(f"{AD}/copies").content
        yield graph.http.post(f"{DEMO_ACCOUNT}/advideos", data={"file_url": LINK}).content
        yield graph.http.post(AD, data={"adlabels": '[{"name":"x"}]', "fields": "adlabels"}).content
        yield graph.http.post(ADSET, data={"daily_budget": "1"}).content
        for path in ("ads?limit=3", "recommendations", "adrules_library", "ads_volume", "activities"):
            yield graph.http.get(f"{DEMO_ACCOUNT}/{path}").content

    assert list(answers()) == list(answers())
