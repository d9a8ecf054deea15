"""The rest of what same_output.py runs: each tool, hosts, and what fails; and all of it together, in its order."""

import json
from typing import Any

from same_output_asked import (
    ACCOUNT,
    ALL,
    AUSTRIA,
    CHANGING,
    CREATORS,
    EARLY_BIRD,
    EVERGREEN,
    JACKET,
    LAUNCHES,
    LIBRARY,
    NONE,
    PAGE,
    PLACE,
    READING,
    RECORDED,
    SAFE,
    SERVED,
    SET,
    SPRING,
    SPRING_SET,
    SUMMER,
    TENT,
    US,
    Scenario,
    Step,
    ask,
    at,
    cmd,
    tool,
)

TOOLS = (
    Scenario("tool: list", (cmd("tool", "list"), at("tool", "nothing"), at("tool", "inspect", "{"), at("tool", "inspect", "-", stdin='{"id": 1}'), at("tool", "inspect", "[]"))),
    Scenario("tool: daily_check", (tool("daily_check"), tool("daily_check", x=1))),
    Scenario("tool: review_performance", (
        tool("review_performance"), tool("review_performance", scope="spring", date_preset="last_30d"),
        tool("review_performance", scope="label:x"), tool("review_performance", since="2026-10-01", until="2026-11-01"),
        tool("review_performance", since="2026-11-09", until="2026-11-01"), tool("review_performance", scope=5),
    )),
    Scenario("tool: get_insights", (
        tool("get_insights"), tool("get_insights", level="ad", date_preset="last_30d", limit=5),
        tool("get_insights", level="adset", ids=[SUMMER], breakdowns=["age", "gender"]),
        tool("get_insights", level="account", time_increment=7, since="2026-10-01", until="2026-11-01"),
        tool("get_insights", level="page"), tool("get_insights", breakdowns=["shoe_size"]), tool("get_insights", ids=["99"]),
    )),
    Scenario("tool: list_ads", (
        tool("list_ads"), tool("list_ads", name="maria"), tool("list_ads", effective_status=["DISAPPROVED"]),
        tool("list_ads", adset_id=SET), tool("list_ads", campaign_id="99"), tool("list_ads", effective_status=["GONE"]),
    )),
    Scenario("tool: inspect", (
        tool("inspect", id=TENT), tool("inspect", id=SET), tool("inspect", id=SPRING), tool("inspect", id="23849000000001"),
        tool("inspect", id="23848000000010"), tool("inspect", id="99"), tool("inspect", id="me"), tool("inspect"),
    )),
    Scenario("tool: list_accounts", (tool("list_accounts"), tool("list_accounts", x=1), tool("list_accounts", "--account", "act_99"))),
    Scenario("tool: history", (tool("history"), tool("set_status", *ALL, ids=[TENT], status="PAUSED"), tool("history", outcomes=True), tool("history", limit=99))),
    Scenario("tool: set_status", (
        tool("set_status", ids=[TENT, JACKET], status="PAUSED", reason="too dear"),
        tool("set_status", *ALL, ids=[TENT, SPRING], status="PAUSED"), tool("set_status", *SAFE, ids=[EARLY_BIRD], status="ACTIVE"),
        tool("set_status", *ALL, ids=[EVERGREEN], status="PAUSED"), tool("set_status", ids=["1"], status="OFF", extra=1),
        tool("set_status", ids=[], status="PAUSED"), tool("set_status", ids=["99", "me"], status="PAUSED"),
    )),
    Scenario("tool: set_budget", (
        tool("set_budget", *ALL, id=CREATORS, daily_budget="62.00 USD"), tool("set_budget", *SAFE, id=SPRING, daily_budget="300 USD", reason="r"),
        tool("set_budget", id=SPRING_SET, daily_budget="50 USD"), tool("set_budget", id=SET, daily_budget="50 EUR"),
        tool("set_budget", id=SET, lifetime_budget="500 USD"), tool("set_budget", id=SET), tool("set_budget", *ALL, id=SET, daily_budget="9000 USD"),
    )),
    Scenario("tool: upload_image", (
        tool("upload_image", *ALL, paths=["%FILES%/a.png", "%FILES%/b.png"]), tool("upload_image", *SAFE, paths=["%FILES%/a.png"]),
        tool("upload_image", paths=["%FILES%/broken.png", "%FILES%/none.png"]), tool("upload_image", paths=[]),
        tool("upload_image", paths=["/etc/hostname"]),
    )),
    Scenario("tool: create_creative", (
        tool("create_creative", *ALL, name="C", image_hashes=[LIBRARY[0]], bodies=["Hello"], titles=["T"], call_to_action="shop now"),
        tool("create_creative", name="C", image_hashes=["new:a.png"], bodies=["Hello"]),
        tool("create_creative", name="C", image_hashes=[*LIBRARY], bodies=["Hello", "You"]),
        tool("create_creative", name="C", image_hashes=["h"], bodies=["Hello"], link="http://x"), tool("create_creative", name="C"),
        tool("create_creative", name="C", image_hashes=[LIBRARY[0]], bodies=["x"], call_to_action="BUY IT ALL"), at("undo", "%FIRST%", "--json"),
    )),
    Scenario("tool: create_ad", (
        tool("create_ad", *ALL, name="A", creative_id="23849000000001"), tool("create_ad", *SAFE, name="A", creative_id="23849000000002", adset_id=SPRING_SET),
        tool("create_ad", name="A", creative_id="99"), tool("create_ad", name="A", creative_id="new:C"), tool("create_ad", name="", creative_id="23849000000001"),
        tool("create_ad", name="A", creative_id="23849000000001", adset_id="5"), at("undo", "%FIRST%", "--json"), at("show", "%FIRST%"),
    )),
    Scenario("tool: undo", (
        tool("set_status", *ALL, ids=[TENT], status="PAUSED"), tool("set_budget", *ALL, id=CREATORS, daily_budget="61 USD"),
        tool("undo", change_set_id="%FIRST%"), tool("undo", *ALL, change_set_id="%FIRST%"), tool("undo", *ALL, change_set_id="%FIRST%"),
        tool("undo", change_set_id="cs-none"), tool("undo"),
    )),
    Scenario("tool: stop", (
        tool("stop"), tool("set_status", *ALL, ids=[EARLY_BIRD], status="ACTIVE"), tool("create_ad", *ALL, name="A", creative_id="23849000000001"),
        tool("stop"), tool("stop", *ALL, hours=1), tool("stop", hours=999),
    )),
    Scenario("tool: more_tools", (tool("more_tools"), tool("more_tools", x=1))),
    Scenario("tool: launch_ads", (
        tool("launch_ads", *SAFE, campaign="spring", ads=[{"name": f"L{n}", "image_hashes": [h], "bodies": ["Hello"]} for n, h in enumerate(LIBRARY)]),
        tool("launch_ads", *SAFE, campaign="autumn", ads=[{"name": "L", "image_path": "%FILES%/a.png", "bodies": ["Hello"]}, {"name": "M", "image_hashes": [LIBRARY[0]], "bodies": ["Hi"], "titles": ["T"]}]),
        tool("launch_ads", file="%FILES%/good.json", validate_remote=True), tool("launch_ads", file="%FILES%/bad.json"),
        tool("launch_ads", ads=[]), tool("launch_ads", ads=[{"nam": "x"}]), tool("launch_ads"),
    )),
    Scenario("tool: create_campaign", (
        tool("create_campaign", *ALL, name="Winter", objective="sales", daily_budget="50.00 USD"),
        tool("create_campaign", *ALL, name="Year", objective="traffic", lifetime_budget="900 USD", start_time="2026-12-01", end_time="2027-04-01 18:30"),
        tool("create_campaign", name="Free", objective="awareness", special_ad_categories=["HOUSING"], special_ad_category_country=["US"]),
        tool("create_campaign", name="n", objective="fame"), tool("create_campaign", name="n", objective="sales", daily_budget="50"),
        tool("create_campaign", name="n", objective="sales", daily_budget="1 USD", lifetime_budget="9 USD"), at("undo", "%FIRST%", "--json"),
    )),
    Scenario("tool: create_ad_set", (
        tool("create_ad_set", *ALL, name="Hikers", campaign_id=SUMMER, targeting=US, daily_budget="20 USD"),
        tool("create_ad_set", name="EU", campaign_id=SUMMER, targeting={"cities": ["Vienna"], "languages": ["German"]}, daily_budget="20 USD", dsa_beneficiary="N", dsa_payor="N"),
        tool("create_ad_set", name="EU", campaign_id=SUMMER, targeting={"countries": ["Austria"]}, daily_budget="20 USD"),
        tool("create_ad_set", name="n", campaign_id=SPRING, targeting=US, daily_budget="20 USD"), tool("create_ad_set", name="n", campaign_id="99", targeting=US),
        tool("create_ad_set", name="n", campaign_id=SUMMER, targeting={"cities": ["Portland"], "interests": ["qqqq"]}, daily_budget="20 USD"),
        tool("create_ad_set", name="n", campaign_id=SUMMER, targeting=US, daily_budget="20 USD", bid_strategy="COST_CAP"),
        tool("create_ad_set", name="n", campaign_id=SUMMER, targeting=AUSTRIA), at("undo", "%FIRST%", "--json"),
    )),
    Scenario("tool: refresh_ad", (
        tool("refresh_ad", *ALL, ad_ids=[TENT, JACKET], bodies=["Warm nights"], titles=["Tents"]), tool("refresh_ad", *SAFE, ad_ids=[TENT], image_hashes=[LIBRARY[1]]),
        tool("refresh_ad", ad_ids=[TENT], creative_id="23849000000002"), tool("refresh_ad", ad_ids=["5"], bodies=["x"]),
        tool("refresh_ad", ad_ids=[EVERGREEN], bodies=["x"]), tool("refresh_ad", ad_ids=[TENT]), at("undo", "%FIRST%", "--json"),
    )),
    Scenario("tool: duplicate_ad", (
        tool("duplicate_ad", *ALL, ad_id=TENT, adset_ids=[SPRING_SET, SET]), tool("duplicate_ad", ad_id=TENT, adset_ids=[SPRING_SET], name="Copy"),
        tool("duplicate_ad", ad_id=SUMMER, adset_ids=[SET]), tool("duplicate_ad", ad_id=TENT, adset_ids=["5", EARLY_BIRD]),
        tool("duplicate_ad", ad_id=TENT, adset_ids=[]), at("undo", "%FIRST%", "--json"),
    )),
    Scenario("tool: upload_video", (
        tool("upload_video", *ALL, *RECORDED, paths=["%FILES%/clip.mp4"]), tool("upload_video", paths=["%FILES%/a.png"]), tool("upload_video", paths=[]),
        tool("upload_video", *SAFE, paths=["%FILES%/clip.mp4"]),
    )),
    Scenario("tool: create_carousel", (
        tool("create_carousel", *ALL, name="K", bodies=["Three for two"], fixed_order=True, cards=[{"image_hash": h, "title": "Lake"} for h in LIBRARY]),
        tool("create_carousel", name="K", bodies=["x"], cards=[{"image_hash": LIBRARY[0]}]), tool("create_carousel", name="K", bodies=["x"], cards=[{"image_hash": "h"}] * 2),
        tool("create_carousel", name="K", bodies=["x"], cards=[{"image_hash": LIBRARY[0], "link": "http://a"}] * 2), tool("create_carousel", name="K", bodies=[], cards=[]),
    )),
    Scenario("tool: create_video_creative", (
        tool("upload_video", *ALL, paths=["%FILES%/clip.mp4"]), tool("create_video_creative", name="V", video_id="99", thumbnail_hash=LIBRARY[0], bodies=["b"]),
        tool("create_video_creative", *ALL, name="V", video_id="%VIDEO%", thumbnail_hash=LIBRARY[0], bodies=["Look"], titles=["Tents"]),
        tool("create_video_creative", name="V", video_id="new:clip.mp4", thumbnail_hash="new:a.png", bodies=["b"]),
    )),
    Scenario("tool: create_post_creative", (
        tool("create_post_creative", *ALL, name="P", post_id=f"{PAGE}_1002"), tool("create_post_creative", *ALL, name="P", instagram_media_id="17895695668004551"),
        tool("create_post_creative", name="P", post_id="1003"), tool("create_post_creative", name="P", post_id=f"{PAGE}_99"),
        tool("create_post_creative", name="P", post_id="https://facebook.com/x/posts/1"), tool("create_post_creative", name="P"),
    )),
    Scenario("tool: draw_chart", (
        tool("draw_chart"), tool("draw_chart", id=SPRING_SET, date_preset="last_14d", inline=True), tool("draw_chart", since="2020-01-01", until="2020-01-02"),
        tool("draw_chart", id="99"), tool("draw_chart", date_preset="ever"),
    )),
)  # fmt: skip


def message(number: int, method: str, /, **params: Any) -> str:
    """One request to the tool server, as a line."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"


HELLO = message(
    0, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"}
)
READY = '{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'


def serve(method: str, **params: Any) -> Step:
    """One request of an assistant to the tool server."""
    return Step(("mcp", *PLACE), HELLO + READY + message(1, method, **params), answers=2)


def host(name: str, /, **arguments: Any) -> Step:
    """One call of a tool by an assistant."""
    return serve("tools/call", name=name, arguments=arguments)


TENT_AD = (
    {
        "tool": "create_creative",
        "arguments": {"name": "Red", "image_hashes": [LIBRARY[0]], "bodies": ["Come"]},
    },
    {"tool": "create_ad", "arguments": {"name": "Red ad", "creative_id": "new:Red"}},
)
HOSTS = (
    Scenario("host: tools", (serve("tools/list"), serve("prompts/list"), at("mcp", stdin="x\n"))),
    Scenario("host: reading", (host("daily_check"), host("inspect", id=TENT), host("inspect", id="99"), host("no_such_tool"), host("more_tools"))),
    Scenario("host: proposing", (
        host("set_status", ids=[TENT], status="PAUSED"), host("show_changes", change_set_id="%CS%"), host("apply_changes", change_set_id="%CS%"),
        host("propose", calls=[*TENT_AD]), at("apply", "%CS%", "--json"), host("undo", change_set_id="%CS%"), host("propose", calls=[]),
    )),
)  # fmt: skip
OTHERS = (
    Scenario("help", (*(cmd(*words, "--help") for words in ((), ("run",), ("launch",), ("sandbox",), ("tool",), ("mcp",))), cmd("nothing"), cmd(), cmd("--version"))),
    Scenario("explain", (cmd("explain"), cmd("explain", "190/463"), cmd("explain", "17", "--json"), cmd("explain", "--json"), cmd("explain", "x"), cmd("explain", "99999"), cmd("explain", "-1"))),
    Scenario("doctor", (at("doctor"), at("doctor", "--json"), cmd("doctor"), cmd("doctor", "--json"), at("doctor", "--close", ACCOUNT), at("doctor", "--close", "x", "--json"))),
    Scenario("demo", (cmd("demo"),)),
    Scenario("chat", (
        at("chat", *NONE, stdin="how are my ads doing?\npause underperforming ads\nhelp\nquit\n"), at("chat", "--json"),
        at("chat", stdin="pause underperforming ads\nyes\nundo\nno\n"),
    )),
    Scenario("login", (cmd("login", stdin="x\n"), cmd("login", "--forget"), cmd("login", "--from-social-cli"))),
    Scenario("replay", (
        ask("pause underperforming ads", *ALL, *RECORDED), at("replay", "%HOME%/record.jsonl", "--json"), at("replay", "%HOME%/record.jsonl", *ALL),
        at("undo", "%FIRST%", "--json"), at("replay", "%HOME%/record.jsonl", *ALL, "--json"), at("replay", "%HOME%/record.jsonl", "--line", "2"),
        at("replay", "%FILES%/good.json"), at("replay", "%HOME%/none.jsonl", "--json"),
    )),
    Scenario("replay: what was made", (
        tool("create_campaign", *ALL, *RECORDED, name="Winter", objective="sales"), at("replay", "%HOME%/record.jsonl", *NONE), at("apply", "%CS%", "--json"),
    )),
)  # fmt: skip


def failing(name: str, *faults: dict[str, Any], steps: tuple[Step, ...] = ()) -> Scenario:
    """The main job, and taking it back, while Meta's answers go wrong."""
    usual = (
        cmd("run", "pause underperforming ads", "--json", *ALL, *RECORDED, *SERVED),
        cmd("history", "--workspace", "%WS%"),
        cmd("undo", "%FIRST%", "--workspace", "%WS%"),
    )
    return Scenario(f"fault: {name}", steps or usual, faults)


NEW_AD = (
    cmd("run", "make an ad from %FILES%/a.png with text 'Go'", *SAFE, *RECORDED, *SERVED),
    cmd("apply", "%CS%", "--json", "--workspace", "%WS%"),
)
FAULTS = (
    failing("none"),
    failing("token expired", {"error": {"code": 190, "subcode": 463, "http_status": 401}, "times": 9}),
    failing("limit reached", {"path": "/act_*/ads", "error": {"code": 17, "subcode": 2446079}}, {"method": "POST", "nth": 3, "error": {"code": 4}}),
    failing("answers lost", {"method": "POST", "path": "/2384*", "drop": True, "when": "after", "times": 2}, {"path": "/2384*", "nth": 4, "html": 502}),
    failing("one refused", {"method": "POST", "path": "/23848000000012", "error": {"code": 100, "message": "(#100) No"}}, {"method": "GET", "path": "/act_*/insights", "error": {"code": 2, "transient": True, "http_status": 500}}),
    failing("new ad lost", {"method": "POST", "path": "/act_*/ads", "drop": True, "when": "after"}, {"method": "POST", "path": "/act_*/adimages", "error": {"code": 1, "http_status": 500}}, steps=NEW_AD),
)  # fmt: skip

SCENARIOS = (*READING, *CHANGING, *LAUNCHES, *TOOLS, *HOSTS, *OTHERS, *FAULTS)
