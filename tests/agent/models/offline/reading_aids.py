"""Reads requests as the offline model does, with the names of an account that stands in a file."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from agent.models.offline.language.slots import NotUnderstood, Request
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.frames import frame_of, refuse_more
from agent.models.offline.reading import read
from agent.models.offline.telling.steps import Result
from tools.domain.objects import AdObject, parse
from tools.read import find_names

TODAY = date(2026, 11, 12)
_ACCOUNT = {
    "Spring Collection – Sales": {"Spring – Broad US": ("UGC – Maria packs light", "Static – Rain jacket grey", "Video – Brand manifesto 60s", "Carousel – New arrivals")},
    "Summer Sale – Sales": {
        "Summer – Prospecting": ("UGC – Maria unboxing v2", "Static – Tent 20% off", "Static – Cooler flat lay v3", "Static – Bug net"),
        "Summer – Lookalike 3%": ("Carousel – All sandals", "Static – Sandals 2 for 1", "Evergreen – Our story film"),
    },
    "Retargeting – Always On": {"Retargeting – Cart 14d": ("Static – Still thinking it over", "Evergreen – Repair promise")},
    "Blog Traffic": {"Blog – Outdoor readers": ("Static – Camping chair grid",)},
}  # fmt: skip


def objects() -> list[AdObject]:
    """The account as rows of Graph; ids count up."""
    found, number = list[AdObject](), 0
    for campaign, adsets in _ACCOUNT.items():
        number += 1
        top = {
            "id": f"2384600000{number:04}",
            "name": campaign,
            "status": "ACTIVE",
            "effective_status": "ACTIVE",
        }
        found.append(parse("campaign", top))
        for adset, ads in adsets.items():
            number += 1
            holder = {
                "id": f"2384700000{number:04}",
                "name": adset,
                "status": "ACTIVE",
                "effective_status": "ACTIVE",
            }
            holder |= {"daily_budget": "5000", "campaign_id": top["id"], "campaign": top}
            found.append(parse("adset", holder))
            for ad in ads:
                number += 1
                row = {
                    "id": f"2384800000{number:04}",
                    "name": ad,
                    "status": "ACTIVE",
                    "effective_status": "ACTIVE",
                }
                found.append(
                    parse(
                        "ad",
                        row
                        | {
                            "adset_id": holder["id"],
                            "adset": holder,
                            "campaign": top,
                            "campaign_id": top["id"],
                        },
                    )
                )
    return sorted(found, key=lambda obj: obj.level)


ACCOUNTS = [
    {"id": "act_1", "name": "Northwind Outdoor (demo)"},
    {"id": "act_2", "name": "Northwind Japan (demo)"},
]
_CONTEXT = SimpleNamespace(roster={"names": objects()}, account=SimpleNamespace(currency="USD"))


def looked_up(arguments: dict[str, Any]) -> dict[str, Any]:
    """What the account has of these names, by the tool itself."""
    return find_names.run(find_names.FindInput(**arguments), _CONTEXT).content


def request_of(text: str, *before: str) -> Request:
    """The request that a text is, after others. Raises NotUnderstood."""
    talk = Talk(currency="USD")
    for words in before:
        talk = Talk(request_of(words) if talk.last is None else _read(words, talk), currency="USD")
    return _read(text, talk)


def _read(text: str, talk: Talk) -> Request:
    reading = read(text, TODAY, talk)
    try:
        (call,) = next(reading)
        (call,) = reading.send([Result(call.name, looked_up(call.arguments))])
        assert call.name == "list_accounts", "a word that nothing there is called by may be another account"
        reading.send([Result(call.name, {"accounts": ACCOUNTS})])
    except StopIteration as end:
        found: Request = end.value
        return found
    raise AssertionError("two look-ups are enough")


def kind_of(text: str, *before: str) -> str:
    """The kind of request that a text is, or "refused: " with the reason."""
    try:
        request = request_of(text, *before)
        frame = frame_of(request)
        refuse_more(request, frame)
    except NotUnderstood as why:
        return f"refused: {why}"
    return frame


def signature(text: str, *before: str) -> str:
    """The kind of a request and its slots on one line."""
    found = request_of(text, *before)
    slots = {key: value for key, value in found.set_slots.items() if key not in ("asked", "leading")}
    return " ".join(
        (kind_of(text, *before), *(f"{key}={_plainly(key, value)}" for key, value in slots.items()))
    )


def _plainly(key: str, value: Any) -> str:
    if key == "amount":
        way = {True: "by", False: "to", None: ""}[value.relative]
        return f"{way}{value.number}{'%' if value.percent else value.currency}"
    if key == "texts":
        return ";".join(f"{part}:{'|'.join(texts)}" for part, texts in value.items())
    one = {
        "things": lambda thing: f"{thing.role}:{thing.level}:{thing.text}",
        "periods": lambda period: period.preset or f"{period.since}..{period.until}",
        "tests": lambda test: f"{test.figure} {test.operator} {test.value}{test.currency}",
        "only": "=".join,
    }.get(key, str)
    return ";".join(map(one, value)) if isinstance(value, tuple) else str(value)
