"""Plans that duplicate an ad, give it another picture or text, or make a campaign."""

from pathlib import PurePath

from agent.models.offline import change_answers
from agent.models.offline.intents import Duplicate, NewCampaign, Refresh, Target
from agent.models.offline.names import LIST_ALL, among, only
from agent.models.offline.steps import Call, Plan, Steps, needed, one

REVIEW = "Meta reviews the ad again, and does not show it until it is approved."


def duplicate(intent: Duplicate) -> Plan:
    """The same ad, paused, in other ad sets; names are looked up first, all in one listing."""
    ad, *adsets = yield from _ids((intent.ad, *intent.adsets))
    result = yield from one(Call("duplicate_ad", {"ad_id": ad, "adset_ids": list(dict.fromkeys(adsets))}))
    text = change_answers.told([result], "made")
    return text if result.error else f"{text}\nNew ads are PAUSED; likes and comments come along."


def refresh(intent: Refresh) -> Plan:
    """A new creative for the ad, with the picture in the same turn if there is one."""
    (ad,) = yield from _ids((intent.ad,))
    if not intent.path:
        texts = {part: [text] for part, text in intent.texts.items()}
        results = yield (Call("refresh_ad", {"ad_ids": [ad], **texts}),)
    else:
        name = f"new:{PurePath(intent.path).name}"
        results = yield (
            Call("upload_image", {"paths": [intent.path]}),
            Call("refresh_ad", {"ad_ids": [ad], "image_hashes": [name]}),
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


def _ids(wanted: tuple[Target, ...]) -> Steps[list[str]]:
    """The ids of some things, in order. Raises Ended when one is not the only one of its name."""
    if all(target.is_id for target in wanted):
        return [target.text for target in wanted]
    content = yield from needed(LIST_ALL)
    return [t.text if t.is_id else only(t, among(t, content)).id for t in wanted]
