"""What same_output.py runs in both checkouts: scenarios as data, each a row of commands in a workspace of its own.

In arguments %WS% is the workspace, %STATE% the sandbox's file, %FILES% the folder of pictures and launch files,
%HOME% the folder of the scenario, %CS% the change set that was named last in any output, %FIRST% the first.
"""

import json
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One command: its arguments and what it reads from standard input; a server ends after so many answers."""

    args: tuple[str, ...]
    stdin: str = ""
    answers: int = 0


class Scenario(NamedTuple):
    """Commands that share a workspace and a sandbox; with `faults` the sandbox is served, and fails as they say."""

    name: str
    steps: tuple[Step, ...]
    faults: tuple[dict[str, Any], ...] | None = None


PLACE = ("--sandbox-state", "%STATE%", "--workspace", "%WS%")
SERVED = ("--sandbox", "--workspace", "%WS%")
ACCOUNT, PAGE = "act_123456789", "104200000000001"
SPRING, SUMMER = "23846000000001", "23846000000002"
SET, SPRING_SET, CREATORS = "23847000000001", "23847000000002", "23847000000007"
TENT, EARLY_BIRD, JACKET, EVERGREEN = "23848000000001", "23848000000011", "23848000000012", "23848000000060"
LIBRARY = ("374761a8b7da40254ce51aede126b04d", "cc3e69e1a181e3d667d83912ffa1dcc8")
AUSTRIA = {"countries": ["Austria"], "dsa": "x"}
US = {"countries": ["United States"], "interests": ["hiking"], "genders": "women", "age_min": 25}


def cmd(*args: str, stdin: str = "") -> Step:
    """A command as it stands."""
    return Step(args, stdin)


def at(*args: str, stdin: str = "") -> Step:
    """A command in the workspace and the sandbox of the scenario."""
    return Step((*args, *PLACE), stdin)


def ask(request: str, *more: str) -> Step:
    """A request that is answered in JSON."""
    return at("run", request, "--json", *more)


def tool(name: str, /, *more: str, **arguments: Any) -> Step:
    """A tool with its input."""
    return at("tool", name, json.dumps(arguments, ensure_ascii=False), *more)


def asks(name: str, *requests: str, more: tuple[str, ...] = ()) -> Scenario:
    """Requests one after the other, each with the same options."""
    return Scenario(name, tuple(ask(request, *more) for request in requests))


ALL, SAFE, NONE = ("--approve", "all"), ("--approve", "safe"), ("--approve", "none")
RECORDED = ("--record", "%HOME%/record.jsonl")

READING = (
    asks("ask: daily check", "how are my ads doing?", "how did my ads do yesterday", "status"),
    asks("ask: reviews", "review performance", "which ads underperform?", "who are my winners", "which ads are losing money last 14 days"),
    asks("ask: figures", "show performance by age last month", "compare campaigns", "top 5 ads", "weekly spend"),
    asks("ask: more figures", "cpa by ad set this week", "how much did I spend yesterday?", "how is the summer campaign doing", "compare men and women"),
    asks("ask: looking", "list my ads", "show paused ads", f"inspect {TENT}", "what was rejected and why", "what's in the summer campaign"),
    asks("ask: help and history", "help", "hello!", "history", "undo", "stop", "what can you do?"),
    asks("ask: not understood", "write me a poem", "delete the losers", "pause losers tomorrow at 9", "pause X and activate Y", "don't pause anything", "pause it", "x" * 1500),
    asks("ask: not clear", "raise the budget", "make an ad from hero.jpg", "upload", "pause ads that cost too much", "duplicate my ads", "create a campaign", "pause underperforming ads?"),
    asks("ask: in German", "wie laufen meine Anzeigen?", "pausiere schlechte Anzeigen", "hilfe", "zeige alle Anzeigen", "erhöhe das Budget um 10 %"),
    Scenario("ask: on screen", tuple(at("run", text) for text in ("daily check", "review performance", "compare campaigns", "list my ads", "help", "why?"))),
    Scenario("ask: every request shown", (at("run", "pause underperforming ads", *ALL, "--verbose"),)),
    Scenario("ask: a sandbox of its own", (cmd("run", "daily check", "--sandbox", "--json"), cmd("history", "--json"), cmd("run", "who are my losers", "--sandbox", "--account", "act_234567890"))),
    Scenario("ask: nothing", (at("run", ""), at("run", " ", "--json"), cmd("run"), cmd("run", "status"), at("run", "status", "--approve", "maybe"))),
)  # fmt: skip
CHANGING = (
    Scenario("pause: approved, shown, undone", (
        ask("pause underperforming ads", *ALL, *RECORDED), at("show", "%CS%", "--json"), at("show", "%CS%"),
        at("history", "--json"), at("history"), at("undo", "%FIRST%", "--json"), at("undo", "%FIRST%", "--json"),
        at("history", "--json", "--limit", "1"), at("history", "--outcomes", "--json"), at("history", "--outcomes"),
    )),
    Scenario("pause: proposed, applied by id", (
        ask("pause underperforming ads", *NONE), at("apply", "%FIRST%", "--json"), at("apply", "%FIRST%", "--json"),
        at("show", "%FIRST%", "--json"), at("run", "undo", *ALL), at("show", "%FIRST%"), at("apply", "%FIRST%"),
    )),
    Scenario("pause: safe, on screen", (
        at("run", "pause underperforming ads in the spring campaign", *SAFE), at("apply", "%CS%"),
        at("undo", "%CS%"), at("run", "revive paused ads", *SAFE), at("run", "history"),
    )),
    Scenario("pause: named ones", (
        ask(f"pause {TENT}", *ALL), ask(f"pause {TENT}", *ALL), ask("pause the UGC Maria ad", *ALL),
        ask(f"pause {EVERGREEN}", *ALL), ask("pause campaign Spring Collection", *ALL),
        ask("turn on ad set Spring – Broad US", *ALL), ask("pause all ads", *ALL), ask("pause 99", *ALL),
    )),
    Scenario("activate", (
        ask("activate all paused ads", *SAFE), ask("activate all paused ads", *ALL), ask(f"unpause {EARLY_BIRD}", *ALL),
        ask("stop everything you did", *ALL), ask("history"), at("history"),
    )),
    Scenario("budgets", (
        ask("set the budget of Summer – Prospecting to 60 USD", *SAFE),
        ask("increase budget of Summer – Prospecting by 10%", *ALL),
        at("run", 'lower the budget of "Summer – Prospecting" by 10 %', *ALL),
        ask("double the budget of Summer – Prospecting", *ALL), ask("raise the daily budget of 23847000000001 to $80", *ALL),
        ask("set the budget of Blog Traffic to 1000 USD", *ALL), at("undo", "%FIRST%", "--json"), ask("stop", *ALL),
    )),
    Scenario("budgets: locked for the hour", (
        *(ask(f"set the budget of {CREATORS} to {amount} USD", *ALL) for amount in (59, 58, 57, 56, 55, 54)),
    )),
    Scenario("ads from words", (
        ask("upload %FILES%/a.png", *ALL),
        ask("make an ad from %FILES%/b.png with text 'Snap and go', title 'Tents'", *SAFE, *RECORDED),
        at("run", 'make an ad from "%FILES%/c.png" with text "Don\'t wait"', *NONE), at("apply", "%CS%"), at("show", "%CS%"),
        at("undo", "%CS%", "--json"), ask("make an ad from %FILES%/small.png with text 'x'", *ALL),
        ask("make an ad from %FILES%/none.png with text 'x'", *ALL), ask("upload %FILES%/broken.png", *ALL),
    )),
    Scenario("ads: refreshed and copied", (
        ask(f'change the text of {TENT} to "Not now, later"', *ALL), at("undo", "%CS%", "--json"),
        ask(f"swap the image of ad {TENT} for %FILES%/a.png", *ALL), at("show", "%CS%"),
        ask(f"duplicate ad {TENT} into ad set {SPRING_SET}", *ALL), at("undo", "%CS%"),
        ask(f"duplicate ad {TENT} into ad set 5", *ALL),
    )),
    Scenario("campaigns from words", (
        ask("create a sales campaign called Winter Sale with 50 USD a day", *ALL), at("undo", "%CS%", "--json"),
        at("run", 'create a campaign called "W" for awareness', *NONE), at("apply", "%CS%", "--json"),
        ask('create a sales campaign called "W" with $50 a day', *ALL),
    )),
    Scenario("brand file", (
        cmd("init", "%WS%"), cmd("init", "%WS%"), at("doctor", "--json"), at("doctor"), ask("daily check"),
        at("run", "pause underperforming ads", *ALL), cmd("init", "%HOME%/other"),
    )),
    Scenario("by id: wrong", (
        at("apply", "cs-000000000000", "--json"), at("undo", "cs-000000000000"), at("show", "nothing"), at("show", "x", "--json"),
        ask("undo cs-abc123", *ALL), cmd("show"), cmd("apply", "x", "--workspace", "%HOME%/none"),
    )),
)  # fmt: skip
LAUNCHES = (
    Scenario("launch: for real", (
        at("launch", "%FILES%/good.json", "--dry-run", "--json"), at("launch", "%FILES%/good.json", "--dry-run"),
        at("launch", "%FILES%/good.json", "--json", *SAFE), at("launch", "%FILES%/good.json", "--json", *SAFE),
        at("undo", "%CS%", "--json"), at("history", "--json"),
    )),
    Scenario("launch: on screen", (
        at("launch", "%FILES%/good.yaml", *SAFE, "--validate-remote"), at("show", "%CS%"), at("run", "history"),
    )),
    Scenario("launch: proposed, then applied", (
        at("launch", "%FILES%/good.json", *NONE, "--json", *RECORDED), at("apply", "%CS%", "--json"), at("show", "%CS%", "--json"),
    )),
    Scenario("launch: wrong", (
        at("launch", "%FILES%/bad.json", "--json"), at("launch", "%FILES%/bad.json"), at("launch", "%FILES%/bad.yaml", "--dry-run"),
        at("launch", "%FILES%/none.json", "--json"), at("launch", "%FILES%/broken.png"), cmd("launch"), cmd("launch", "--schema"),
        at("launch", "%FILES%/good.json", "--account", "act_234567890", "--json"),
    )),
)  # fmt: skip
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
