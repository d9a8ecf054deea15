"""Plans for new images and ads: one turn for all three writes, a second only if an image is there already."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from agent.models.offline import change_answers
from agent.models.offline.intents import MakeAd, Upload
from agent.models.offline.names import find_one, guessed
from agent.models.offline.steps import Call, Plan, Result, Steps, one


def upload(intent: Upload) -> Plan:
    """Put images into the library."""
    result = yield from one(Call("upload_image", {"paths": list(intent.paths)}))
    return change_answers.uploaded(result)


def make_ad(intent: MakeAd) -> Plan:
    """Upload, creative and ad in one turn, so that one approval covers them."""
    adset, note = yield from _adset(intent)
    files = [PurePath(path).name for path in intent.paths]
    first = Call("upload_image", {"paths": list(intent.paths)})
    made = _creative_and_ad(intent, [f"new:{name}" for name in files], adset, note)
    results = yield (first, *made)
    hashes = _hashes(results[0], files)
    if results[1].error and _known(results[0], files) and set(files) <= set(hashes):
        again = yield _creative_and_ad(intent, [hashes[name] for name in files], adset, note)
        return change_answers.launched([results[0], *again], name_of(intent), intent.paths)
    return change_answers.launched(list(results), name_of(intent), intent.paths)


def name_of(intent: MakeAd) -> str:
    """The ad's name: as given, else its title, else the file's name."""
    return (intent.name or next(iter(intent.titles), "") or PurePath(intent.paths[0]).stem)[:400].strip()


def _adset(intent: MakeAd) -> Steps[tuple[str, str]]:
    """The id of the ad set that was named, if one was, and what is to be said about its name."""
    if intent.adset is None:
        return "", ""
    if intent.adset.is_id:
        return intent.adset.text, ""
    node = yield from find_one(intent.adset, ("adset",))
    return node.id, guessed((intent.adset, node))


def _creative_and_ad(intent: MakeAd, images: list[str], adset: str, note: str) -> tuple[Call, Call]:
    name = name_of(intent)
    texts = {"bodies": intent.bodies, "titles": intent.titles, "descriptions": intent.descriptions}
    rest = {"call_to_action": intent.call_to_action, "link": intent.link}
    creative = {
        "name": name,
        "image_hashes": images,
        **{key: list(values) for key, values in texts.items() if values},
        **{key: value for key, value in rest.items() if value},
    }
    ad = {"name": name, "creative_id": f"new:{name}", **({"adset_id": adset} if adset else {})}
    return Call("create_creative", creative), Call("create_ad", ad, note)


def _known(result: Result, files: list[str]) -> dict[str, str]:
    """Hashes of the files that the library has already, from the note of the upload."""
    note = str(result.content.get("note") or "")
    found: dict[str, str] = {}
    for name in files:
        match = re.search(rf"(?:^|[;,] ){re.escape(name)} is already there: image hash ([0-9A-Za-z]+)", note)
        if match:
            found[name] = match[1]
    return found


def _hashes(result: Result, files: list[str]) -> Mapping[str, str]:
    """Hashes of all files that are in the library now: those it had, and those that went up in this turn."""
    changes = result.content.get("changes")
    new = {
        str(change.get("name")): str(change["hash"])
        for change in (changes if isinstance(changes, list) else [])
        if isinstance(change, dict) and change.get("hash") and change.get("outcome") == "done"
    }
    return {**new, **_known(result, files)}
