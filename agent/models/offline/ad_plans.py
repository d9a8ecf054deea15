"""Plans that duplicate an ad, give it another picture or text, or make a campaign."""

from pathlib import PurePath

from agent.models.offline import change_answers
from agent.models.offline.intents import Duplicate, NewCampaign, Refresh, Target
from agent.models.offline.names import chosen, guessed
from agent.models.offline.steps import Call, Plan, Steps, one

REVIEW = "Meta reviews the ad again, and does not show it until it is approved."


def duplicate(intent: Duplicate) -> Plan:
    """The same ad, paused, in other ad sets; names are looked up first, all in one listing."""
    ids, note = yield from _ids((intent.ad, *intent.adsets))
    wanted = {"ad_id": ids[0], "adset_ids": list(dict.fromkeys(ids[1:]))}
    result = yield from one(Call("duplicate_ad", wanted, note))
    text = change_answers.told([result], "made")
    return text if result.error else f"{text}\nNew ads are PAUSED; likes and comments come along."


def refresh(intent: Refresh) -> Plan:
    """A new creative for the ad, with the picture in the same turn if there is one."""
    (ad,), note = yield from _ids((intent.ad,))
    if not intent.path:
        texts = {part: [text] for part, text in intent.texts.items()}
        results = yield (Call("refresh_ad", {"ad_ids": [ad], **texts}, note),)
    else:
        name = f"new:{PurePath(intent.path).name}"
        results = yield (
            Call("upload_image", {"paths": [intent.path]}),
            Call("refresh_ad", {"ad_ids": [ad], "image_hashes": [name]}, note),
        )
    text = change_answers.told(change_answers.essential(list(results)), "made")
    return text if any(result.error for result in results) else f"{text}\n{REVIEW}"


def new_campaign(intent: NewCampaign) -> Plan:
    """A paused campaign, still empty."""
    money: dict[str, str] = {intent.field: intent.amount} if intent.amount else {}
    result = yield from one(
        Call("create_campaign", {"name": intent.name, "objective": intent.objective, **money})
    )
    text = change_answers.told([result], "made")
    return text if result.error else f"{text}\nIt is PAUSED and has no ad sets yet."


def _ids(wanted: tuple[Target, ...]) -> Steps[tuple[list[str], str]]:
    """The ids of some things, in order, and what is to be said about names that are not whole.

    Raises Ended when one is not the only one of its name.
    """
    named = yield from chosen(wanted)
    return [found for _, found, _ in named], guessed(*((target, node) for target, _, node in named))
