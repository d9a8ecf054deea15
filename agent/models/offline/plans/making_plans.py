"""Plans for what is new: images, ads, copies, other pictures and texts, campaigns. New ads are always paused."""

from pathlib import PurePath
from typing import Any

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import Amount, NotPossible, Request
from agent.models.offline.plans.budget_plans import money
from agent.models.offline.plans.choices import guessed, one
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.telling import change_answers
from agent.models.offline.telling.steps import Call, Ended, Plan
from agent.models.offline.telling.steps import one as turn

REVIEW = "Meta reviews the ad again, and does not show it until it is approved."
LAUNCH_FILES = (".json", ".yaml", ".yml")
_PICTURE = (".jpg", ".jpeg", ".png")
_EVENTS = ("purchase", "lead", "add_to_cart", "results")
_RULE_DAYS = {"last_3d": 3, "last_7d": 7, "last_14d": 14, "last_30d": 30}
_RULE: str = sayings()["sentences"]["rule"]
_KEYS = {"body": "bodies", "headline": "titles", "description": "descriptions"}


def _pictures(request: Request) -> list[str]:
    for path in request.files:
        if PurePath(path).suffix.lower() not in _PICTURE:
            raise NotPossible(f'"{shown(path)}" is no image file that Meta takes here: use JPG or PNG.')
    return list(request.files)


def upload(request: Request, _: Talk) -> Plan:
    """Put images into the library."""
    if not request.files:
        raise Ended("Which image file? Such as: upload hero.jpg. Nothing was done.")
    return change_answers.uploaded((yield from turn(Call("upload_image", {"paths": _pictures(request)}))))


def make_ad(request: Request, _: Talk) -> Plan:
    """Pictures, creatives and ads as one launch, which finds the form that the ad set takes: an ad of each picture where ads are asked for, else one of them all."""
    paths, bodies = _pictures(request), request.texts.get("body", ())
    if not paths:
        raise Ended(
            'Which image? Name the file, such as: make an ad from hero.jpg with text "Snap and go". Nothing was done.'
        )
    if not bodies:
        raise Ended('With which text? Give it in quotes, such as: with text "Snap and go". Nothing was done.')
    if len(request.named) > 1:
        raise Ended("Into which ad set? Name one. Nothing was done.")
    adset = {"adset_id": one(request.named[0], ("adset",)).id} if request.named else {}
    parts: dict[str, Any] = {_KEYS[key]: list(texts) for key, texts in request.texts.items() if key in _KEYS}
    parts |= {"call_to_action": request.texts["button"][0]} if "button" in request.texts else {}
    parts |= {"link": request.link} if request.link else {}
    each = len(paths) > 1 and (request.every or request.count or request.want == "launch")
    ads: list[dict[str, Any]] = [{"name": PurePath(path).stem, "image_path": path} for path in paths]
    if not each:
        ads = [{"name": name_of(request, paths), "image_paths": paths}]
    shared = {{"link": "destination_url"}.get(key, key): value for key, value in parts.items()}
    result = yield from turn(Call("launch_ads", {**shared, **adset, "ads": ads}, guessed(request.things)))
    return change_answers.launched(result, [str(ad["name"]) for ad in ads])


def name_of(request: Request, paths: list[str]) -> str:
    """The ad's name: as given, else its title, else the file's name."""
    given = next((texts[0] for part in ("name", "headline") if (texts := request.texts.get(part))), "")
    return (given or PurePath(paths[0]).stem)[:400].strip()


def launch(request: Request, _: Talk) -> Plan:
    """Make the ads of a launch file."""
    files = [path for path in request.files if path.lower().endswith(LAUNCH_FILES)]
    if len(files) != 1:
        raise Ended("Which launch file? Such as: launch ads.json. Nothing was done.")
    return change_answers.told([(yield from turn(Call("launch_ads", {"file": files[0]})))], "made")


def duplicate(request: Request, _: Talk) -> Plan:
    """The same ad, paused, in other ad sets, with another headline or text if one is given."""
    source, targets = request.named[:1], request.named[1:]
    changes = [(part, texts) for part, texts in request.texts.items() if part in ("headline", "body")]
    if not source or source[0].role == "to" or not (targets or changes):
        raise Ended('Which ad, into which ad set? Such as: duplicate "AD" into "AD SET". Nothing was done.')
    if len(changes) > 1 or any(len(texts) > 1 for _, texts in changes):
        raise Ended("One thing may differ in a copy: its headline or its text. Nothing was done.")
    ad, adsets = one(source[0], ("ad",)), [one(thing, ("adset",)) for thing in targets]
    wanted: dict[str, Any] = {"ad_id": ad.id} | (
        {"adset_ids": [each.id for each in adsets]} if adsets else {}
    )
    for part, texts in changes:
        wanted |= {"change": {"body": "text"}.get(part, part), "to": texts[0]}
    result = yield from turn(Call("duplicate_ad", wanted, guessed(request.things)))
    told = change_answers.told([result], "made")
    paused = "New ads are PAUSED; likes and comments come along where nothing differs."
    return told if result.error else f"{told}\n{paused}"


def refresh(request: Request, _: Talk) -> Plan:
    """A new creative for the ad, with the picture in the same turn if there is one."""
    parts = {_KEYS[part]: list(texts) for part, texts in request.texts.items() if part in _KEYS}
    if len(request.named) != 1 or bool(request.files) == bool(parts) or len(request.files) > 1:
        raise Ended(
            'Which ad, and what instead? Such as: change the text of "AD" to "WORDS". Nothing was done.'
        )
    ad, note = one(request.named[0], ("ad",)).id, guessed(request.things)
    if parts:
        results = yield (Call("refresh_ad", {"ad_ids": [ad], **parts}, note),)
    else:
        (path,) = _pictures(request)
        picture = f"new:{PurePath(path).name}"
        swap = Call("refresh_ad", {"ad_ids": [ad], "image_hashes": [picture]}, note)
        results = yield (Call("upload_image", {"paths": [path]}), swap)
    told = change_answers.told(change_answers.essential(list(results)), "made")
    return told if any(result.error for result in results) else f"{told}\n{REVIEW}"


def new_campaign(request: Request, talk: Talk) -> Plan:
    """A paused campaign, still empty."""
    names = [*request.texts.get("name", ()), *(thing.text for thing in request.named)]
    if len(names) != 1:
        raise Ended(
            'What is it called? Such as: create a sales campaign called "Winter" with 50 USD a day. Nothing was done.'
        )
    if not request.objective:
        raise Ended(
            "What is it for: sales, leads, traffic, awareness, engagement or app promotion? Nothing was done."
        )
    if request.amount and request.amount.currency in ("$", "¥", ""):
        raise Ended(
            f"{request.amount.number} of which currency? Write its code, as in 50 USD. Nothing was done."
        )
    field = "lifetime_budget" if request.budget == "lifetime" else "daily_budget"
    budget = {field: money(request.amount, talk)} if request.amount else {}
    result = yield from turn(
        Call("create_campaign", {"name": names[0], "objective": request.objective, **budget})
    )
    told = change_answers.told([result], "made")
    return told if result.error else f"{told}\nIt is PAUSED and has no ad sets yet."


def make_rule(request: Request, talk: Talk) -> Plan:
    """A rule by which Meta pauses what costs too much or spends without results; made switched off."""
    if request.level == "campaign":
        raise Ended(_RULE)
    asked: dict[str, Any] = {"level": "adset"} if request.level == "adset" else {}
    for test in request.tests:
        event, amount = test.figure.rpartition(":")[2], Amount(test.value, test.currency)
        if test.figure in ("spend", "cost_per_result") and test.operator == ">":
            asked["spend_over" if test.figure == "spend" else "cost_over"] = money(amount, talk)
        elif (test.operator, test.value) == ("EQUAL", "0") and event in _EVENTS:
            asked |= {"no_results": True} | ({"event": event} if event != "results" else {})
        else:
            raise Ended(_RULE)
    days = _RULE_DAYS.get(request.periods[0].preset if request.periods else "last_7d")
    if not asked.keys() - {"level"} or days is None or len(request.periods) > 1:
        raise Ended(_RULE)
    within = {"campaign_ids": [one(thing, ("campaign",)).id for thing in request.named]}
    wanted = asked | {"days": days} | (within if request.named else {})
    return change_answers.told(
        [(yield from turn(Call("make_rule", wanted, guessed(request.things))))], "made"
    )
