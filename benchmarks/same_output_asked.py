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
