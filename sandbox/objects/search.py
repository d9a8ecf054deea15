"""Targeting search over the fixed catalogue (docs/graph-api.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.objects.audiences import BY_ID, CATEGORIES, INTERESTS, LOCALES, PEOPLE, PLACES, Interest
from sandbox.request import params
from sandbox.request.paging import cut
from sandbox.request.refusals import invalid, required

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]
    Rows = list[dict[str, Any]]

DEFAULT_LIMIT = 25
_LIVING = [interest for interest in INTERESTS if not interest.retired]


def _has(text: str, args: Args) -> bool:
    return params.text(args, "q").strip().casefold() in text.casefold()


def _interest(interest: Interest) -> dict[str, Any]:
    return {
        "id": interest.id,
        "name": interest.name,
        "audience_size_lower_bound": round(interest.people * 0.85),
        "audience_size_upper_bound": interest.people,
        "path": list(interest.path),
        "topic": interest.path[-1],
    }


def _unified(interest: Interest) -> dict[str, Any]:
    return {
        **_interest(interest),
        "type": interest.type,
        "description": f"People who have shown interest in {interest.name}.",
    }


def _interests(args: Args) -> Rows:
    return [_interest(i) for i in _LIVING if i.type == "interests" and _has(i.name, args)]


def _valid(args: Args) -> Rows:
    """Say of each asked interest, by name or id, whether it can be used."""
    names = params.array(args, "interest_list") or []
    ids = params.array(args, "interest_fbid_list") or []
    if not names and not ids:
        raise required("interest_list")
    by_name = {interest.name.casefold(): interest for interest in INTERESTS}
    found = [(name, by_name.get(str(name).casefold())) for name in names]
    found += [(number, BY_ID.get(str(number))) for number in ids]
    return [
        {**_interest(i), "valid": True} if i and not i.retired else {"name": str(asked), "valid": False}
        for asked, i in found
    ]


def _suggested(args: Args) -> Rows:
    given = {str(name).casefold() for name in params.array(args, "interest_list") or []}
    topics = {i.path for i in _LIVING if i.name.casefold() in given}
    return [_interest(i) for i in _LIVING if i.path in topics and i.name.casefold() not in given]


def _categories(args: Args) -> Rows:
    wanted = params.choice(args, "class", ("interests", "behaviors", "demographics", *CATEGORIES))
    if wanted in {"interests", "behaviors"}:
        return [_unified(i) for i in _LIVING if i.type == wanted]
    rows = []
    for place, (name, options) in enumerate(CATEGORIES.items()):
        if wanted in {name, "demographics"}:
            rows += [
                {"id": str(6_017_000_000_000 + 100 * place + n), "name": option, "type": name}
                for n, option in enumerate(options)
            ]
    return rows


def _places(args: Args) -> Rows:
    wanted = params.names(args, "location_types") or ["country", "region", "city", "zip"]
    rows: Rows = []
    if "country" in wanted:
        rows += _countries(args)
    for place in PLACES:
        if (
            place.type in wanted
            and _has(place.name, args)
            and place.country == args.get("country_code", place.country)
        ):
            row: dict[str, Any] = {
                "key": place.key,
                "name": place.name,
                "type": place.type,
                "country_code": place.country,
            }
            row |= {"country_name": PEOPLE[place.country][0], "supports_region": True, "supports_city": True}
            rows.append(row | ({"region": place.region} if place.region else {}))
    return rows


def _countries(args: Args) -> Rows:
    return [
        {
            "key": code,
            "name": name,
            "type": "country",
            "country_code": code,
            "country_name": name,
            "supports_region": True,
            "supports_city": True,
        }
        for code, (name, _) in PEOPLE.items()
        if _has(name, args) or args.get("q", "").upper() == code
    ]


def _locales(args: Args) -> Rows:
    return [{"key": key, "name": name} for key, name in LOCALES.items() if _has(name, args)]


TYPES: dict[str, Callable[[Args], Rows]] = {
    "adinterest": _interests,
    "adinterestvalid": _valid,
    "adinterestsuggestion": _suggested,
    "adTargetingCategory": _categories,
    "adgeolocation": _places,
    "adcountry": _countries,
    "adlocale": _locales,
}


def search(ctx: Context, args: Args) -> dict[str, Any]:
    """Answer `GET /search?type=…`."""
    del ctx
    return _first(TYPES[params.choice(args, "type", TYPES)](args), args)


def _first(rows: Rows, args: Args) -> dict[str, Any]:
    limit = params.whole(args, "limit")
    return {"data": rows[: DEFAULT_LIMIT if limit is None else max(limit, 0)]}


def of_account(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/targetingsearch`."""
    del ctx, node
    kinds = params.names(args, "limit_type")
    return _first(
        [_unified(i) for i in _LIVING if _has(i.name, args) and (not kinds or i.type in kinds)], args
    )


def browse(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/targetingbrowse`: everything there is."""
    del ctx, node
    kinds = params.names(args, "limit_type")
    rows = [_unified(i) for i in _LIVING if not kinds or i.type in kinds]
    return {"data": rows if "limit" not in args else _first(rows, args)["data"]}


BROAD = tuple(
    """
    category_description id name parent_category path size_lower_bound size_upper_bound source type type_name
    untranslated_name untranslated_parent_name
    """.split()
)


def broad(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/broadtargetingcategories`: all of Meta's; no account has any of its own."""
    asked = params.names(args, "fields") or ("id", "name", "type", "type_name", "source", "path")
    for name in asked:
        if name not in BROAD:
            raise invalid(
                f"Tried accessing nonexisting field ({name}) on node type (BroadTargetingCategories)"
            )
    rows = [] if params.flag(args, "custom_categories_only") else [_broad(row) for row in _all_categories()]
    placed = list(enumerate({name: row[name] for name in (*asked, "id") if name in row} for row in rows))
    page = cut(
        placed, args, most=500, address=f"{ctx.base}/{node.id}/broadtargetingcategories", token=ctx.token
    )
    return {"data": page.items, **({"paging": page.paging} if page.items else {})}


def _all_categories() -> Rows:
    return [
        row for name in ("interests", "behaviors", "demographics") for row in _categories({"class": name})
    ]


def _broad(row: dict[str, Any]) -> dict[str, Any]:
    path = row.get("path", ["Demographics", row["type"].replace("_", " ").capitalize()])
    return {
        "id": row["id"],
        "name": row["name"],
        "untranslated_name": row["name"],
        "category_description": row.get("description", row["name"]),
        "parent_category": path[-1],
        "untranslated_parent_name": path[-1],
        "path": path,
        "size_lower_bound": row.get("audience_size_lower_bound", 1_000_000),
        "size_upper_bound": row.get("audience_size_upper_bound", 1_200_000),
        "source": "facebook",
        "type": row["type"],
        "type_name": row["type"].replace("_", " ").capitalize(),
    }


def suggestions(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/targetingsuggestions` for options that are chosen already."""
    del ctx, node
    rows = params.array(args, "targeting_list") or []
    chosen = {str(row.get("id")) for row in rows if isinstance(row, dict)}
    topics = {BY_ID[one].path for one in chosen & BY_ID.keys()}
    return _first([_unified(i) for i in _LIVING if i.path in topics and i.id not in chosen], args)


def validation(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /act_X/targetingvalidation`: `id_list`, `name_list` or `targeting_list`."""
    del ctx, node
    rows = params.array(args, "targeting_list") or []
    asked = [str(row.get("id")) for row in rows if isinstance(row, dict)]
    asked += [str(number) for number in params.array(args, "id_list") or []]
    names = [str(name) for name in params.array(args, "name_list") or []]
    if not asked and not names:
        raise required("targeting_list")
    by_name = {interest.name.casefold(): interest for interest in INTERESTS}
    found = [(one, BY_ID.get(one)) for one in asked] + [
        (name, by_name.get(name.casefold())) for name in names
    ]
    return {
        "data": [
            {**_unified(i), "valid": not i.retired} if i else {"id": one, "valid": False} for one, i in found
        ]
    }
