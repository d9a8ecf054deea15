"""Turns a recorded write into the tool call that proposes it again; what is not made again is named."""

import re
from collections.abc import Mapping
from typing import Any

from agent.run.listeners.recording import Recorded, as_sent
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.money import Money

Arguments = dict[str, Any]
OURS = "adsteward:"
_HASH = re.compile(r"[0-9A-Za-z]+")


class NotReplayed(Exception):  # noqa: N818 - a reason, shown as it is
    """Why a recorded request is not made again."""


def tool_call(recorded: Recorded, account: Account, brand: Brand, reason: str) -> tuple[str, Arguments]:
    """Name and input of the tool that proposes this write in `account`. Raises NotReplayed."""
    if recorded.method == "DELETE":
        raise NotReplayed("a deletion cannot be taken back; `adsteward undo ID` deletes what it made")
    if recorded.method != "POST":
        raise NotReplayed("its method is none of GET, POST and DELETE")
    owner, _, edge = recorded.path.strip("/").partition("/")
    if not edge and owner.isascii() and owner.isdigit():
        return _update(owner, recorded.params, account.currency, reason)
    if edge in ("adimages", "advideos"):
        raise NotReplayed("a recording does not hold the file")
    if edge not in ("ads", "adcreatives"):
        raise NotReplayed("such a write is not made again from a recording")
    if owner != account.id:
        raise NotReplayed(f"it was made in {owner}, this is {account.id}")
    try:
        return _ad(recorded.params) if edge == "ads" else _creative(recorded.params, brand)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise NotReplayed("it holds more or other things than adsteward makes") from None


def _update(object_id: str, params: Mapping[str, Any], currency: str, reason: str) -> tuple[str, Arguments]:
    (field, *others) = params or [""]
    if others or field not in ("status", "daily_budget", "lifetime_budget"):
        raise NotReplayed("only a status or one budget of an object is set again")
    text = as_sent(params[field])
    if field == "status":
        if text not in ("ACTIVE", "PAUSED"):
            raise NotReplayed("only ACTIVE and PAUSED are set again")
        return "set_status", {"ids": [object_id], "status": text, "reason": reason}
    try:
        amount = Money.from_minor_text(text, currency)
    except ValueError as error:
        raise NotReplayed(str(error)) from None
    return "set_budget", {"id": object_id, field: str(amount), "reason": reason}


def _ad(params: Mapping[str, Any]) -> tuple[str, Arguments]:
    """The ad with another label, and PAUSED whatever it was."""
    _known(params, {"name", "adset_id", "creative", "status", "adlabels"})
    _only_our_labels(params)
    creative_id = _one(params["creative"], "creative_id")
    arguments = {"name": as_sent(params["name"]), "adset_id": as_sent(params["adset_id"])}
    return "create_ad", arguments | {"creative_id": _hash(as_sent(creative_id))}


def _creative(params: Mapping[str, Any], brand: Brand) -> tuple[str, Arguments]:
    """What `create_creative` was told, out of what it made of it; the Instagram account is the brand file's."""
    _known(params, {"name", "object_story_spec", "asset_feed_spec", "adlabels"})
    _only_our_labels(params)
    story = dict(params["object_story_spec"])
    if story.pop("instagram_user_id", None) != brand.instagram_user_id:
        raise NotReplayed("its instagram_user_id is not that of stack.md")
    feed = params.get("asset_feed_spec")
    arguments = {"name": as_sent(params["name"]), "page_id": story.pop("page_id")}
    texts = _link_ad(_one(story, "link_data")) if feed is None else _feed(feed)
    if feed is not None and story:
        raise ValueError
    for image in texts["image_hashes"]:
        _hash(image)
    return "create_creative", arguments | texts


def _link_ad(data: Mapping[str, Any]) -> Arguments:
    _known(data, {"link", "message", "image_hash", "call_to_action", "name", "description"})
    button = data["call_to_action"]
    _known(button, {"type", "value"})
    if _one(button["value"], "link") != data["link"]:
        raise ValueError
    return {
        "image_hashes": [data["image_hash"]],
        "bodies": [data["message"]],
        "titles": [data["name"]] if "name" in data else [],
        "descriptions": [data["description"]] if "description" in data else [],
        "call_to_action": button["type"],
        "link": data["link"],
    }


def _feed(feed: Mapping[str, Any]) -> Arguments:
    kinds = {"ad_formats", "images", "bodies", "link_urls", "call_to_action_types", "titles", "descriptions"}
    _known(feed, kinds)
    (link,), (button,) = feed["link_urls"], feed["call_to_action_types"]
    texts = {
        kind: [_one(t, "text") for t in feed.get(kind, ())] for kind in ("bodies", "titles", "descriptions")
    }
    images = [_one(image, "hash") for image in feed["images"]]
    if feed["ad_formats"] != ["SINGLE_IMAGE"] or max(map(len, (images, *texts.values()))) < 2:
        raise ValueError
    more = {"call_to_action": button, "link": _one(link, "website_url")}
    return {"image_hashes": images} | texts | more


def _known(params: Mapping[str, Any], names: set[str]) -> None:
    if not set(params) <= names:
        raise ValueError


def _one(value: Mapping[str, Any], name: str) -> Any:
    """The only thing in an object."""
    _known(value, {name})
    return value[name]


def _hash(text: str) -> str:
    """A hash or id, not a reference to something of the same turn."""
    if not _HASH.fullmatch(text):
        raise ValueError
    return text


def _only_our_labels(params: Mapping[str, Any]) -> None:
    """Our own label is replaced by a new one; any other would get lost."""
    for label in params.get("adlabels", ()):
        if not str(_one(label, "name")).startswith(OURS):
            raise ValueError
