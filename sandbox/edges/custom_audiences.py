"""Custom audiences: lists of customers, audiences by rule, and lookalikes (docs/graph-api.md §9.1)."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sandbox.edges.creates import check_active
from sandbox.edges.updates import answer_fields
from sandbox.objects import schema
from sandbox.objects.audiences import PEOPLE
from sandbox.objects.custom_audience import LEAST_SEED, people
from sandbox.request import params
from sandbox.request.refusals import GraphError, explained, invalid, not_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]

SUBTYPES = tuple(
    """
    APP BAG_OF_ACCOUNTS BIDDING CLAIM CUSTOM ENGAGEMENT EXCLUSION FOX LOOKALIKE MANAGED MEASUREMENT
    MESSENGER_SUBSCRIBER_LIST OFFLINE_CONVERSION PARTNER PRIMARY REGULATED_CATEGORIES_AUDIENCE STUDY_RULE_AUDIENCE
    VIDEO WEBSITE
    """.split()
)
FILE_SOURCES = ("USER_PROVIDED_ONLY", "PARTNER_PROVIDED_ONLY", "BOTH_USER_AND_PARTNER_PROVIDED")
_SOURCES = {
    "pixel": "WEBSITE",
    "app": "APP",
    "page": "ENGAGEMENT",
    "ig_business": "ENGAGEMENT",
    "video": "VIDEO",
}
"""What an audience by rule is, by the kind of its first event source."""
_TEXTS = ("description", "opt_out_link", "pixel_id")
MOST_RATIO, STEP = Decimal("0.20"), Decimal("0.01")


def create(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /act_X/customaudiences`."""
    check_active(node)
    if node.data.get("terms_open"):
        raise _terms()
    data: dict[str, Any] = {"account_id": node.data["account_id"], "name": schema.short(200)(args, "name")}
    subtype = args.get("subtype") or ("" if "rule" in args else "CUSTOM")
    if subtype and subtype not in SUBTYPES:
        raise not_one_of("subtype", SUBTYPES)
    if subtype == "LOOKALIKE":
        data |= _lookalike(ctx, node, args)
    elif "rule" in args:
        data |= _by_rule(args, subtype)
    elif subtype == "CUSTOM":
        data |= _list(args)
    else:
        raise invalid("Missing parameter(s): rule", blame="rule")
    now = int(ctx.world.clock())
    data |= {name: args[name] for name in _TEXTS if args.get(name)}
    data |= {"time_created": now, "time_updated": now, "time_content_updated": now}
    made = ctx.world.draft("audience", data)
    ctx.world.commit([made])
    return {"id": made.id, **answer_fields(ctx, made, args)}


def _terms() -> GraphError:
    return GraphError(
        code=200,
        subcode=1870090,
        http_status=403,
        message="(#200) The terms of custom audiences are not accepted",
        title="Custom Audience Terms Not Accepted",
        user_message="Accept the terms of custom audiences for this ad account before you make one.",
    )


def _list(args: Args) -> dict[str, Any]:
    if not args.get("customer_file_source"):
        raise invalid("Missing parameter(s): customer_file_source", blame="customer_file_source")
    source = params.choice(args, "customer_file_source", FILE_SOURCES)
    valued = params.flag(args, "is_value_based") or False
    return {"subtype": "CUSTOM", "customer_file_source": source, "is_value_based": valued, "members": []}


def _by_rule(args: Args, subtype: str) -> dict[str, Any]:
    """Read an audience that Meta fills by a rule, which says itself of what kind it is."""
    if subtype:
        text = "The subtype is not accepted with a rule in this version"
        raise GraphError(code=2654, subcode=1870053, message=f"(#2654) {text}")
    rules = _rules(params.mapping(args, "rule"))
    sources = rules[0].get("event_sources")
    first = sources[0] if isinstance(sources, list) and sources else None
    kind = str(first.get("type", "")) if isinstance(first, dict) else ""
    if kind not in _SOURCES or not all(isinstance(rule.get("filter"), dict) for rule in rules):
        raise explained(
            1713098, "Invalid rule JSON format", "The rule is not in the right format.", blame="rule"
        )
    return {"subtype": _SOURCES[kind], "rule": args["rule"], **_retention(args)}


def _rules(rule: dict[str, Any] | None) -> list[dict[str, Any]]:
    included = (rule or {}).get("inclusions")
    rules = included.get("rules") if isinstance(included, dict) else None
    if not isinstance(rules, list) or not rules or not all(isinstance(one, dict) for one in rules):
        raise explained(1713098, "Invalid rule JSON format", "The rule has no inclusions.", blame="rule")
    return rules


def _retention(args: Args) -> dict[str, Any]:
    days = params.whole(args, "retention_days")
    if days is not None and not 1 <= days <= 730:
        raise invalid("Param retention_days must be between 1 and 730", blame="retention_days")
    return {} if days is None else {"retention_days": days}


_SAME = ("country", "countries", "starting_ratio", "ratio")
"""What makes two lookalikes of one source the same."""


def _lookalike(ctx: Context, account: Node, args: Args) -> dict[str, Any]:
    origin = ctx.world.get(params.text(args, "origin_audience_id"), "audience")
    if origin is None or origin.data["account_id"] != account.data["account_id"] or "gone_at" in origin.data:
        raise invalid("The origin audience does not exist", blame="origin_audience_id")
    spec = _spec(params.mapping(args, "lookalike_spec"))
    if origin.data["subtype"] == "LOOKALIKE":
        raise _failed("A lookalike cannot be the source of another")
    if people(origin) < LEAST_SEED:
        raise _failed("Source Audience Too Small")
    spec = {"origin": [{"id": origin.id, "name": origin.data["name"], "type": "custom_audience"}], **spec}
    for other in ctx.world.of("audience", subtype="LOOKALIKE", origin_audience_id=origin.id):
        there = json.loads(other.data["lookalike_spec"])
        if "gone_at" not in other.data and all(there.get(name) == spec.get(name) for name in _SAME):
            raise _failed("Can't Create a Duplicate Lookalike", 1713007)
    return {"subtype": "LOOKALIKE", "origin_audience_id": origin.id, "lookalike_spec": json.dumps(spec)}


def _failed(text: str, subcode: int | None = None) -> GraphError:
    return GraphError(code=2654, subcode=subcode, message=f"(#2654) {text}")


def _spec(spec: dict[str, Any] | None) -> dict[str, Any]:
    """Read for which countries, and how many of their people: a hundredth to a fifth."""
    if not spec:
        raise invalid("Missing parameter(s): lookalike_spec", blame="lookalike_spec")
    place = spec.get("location_spec")
    inside = (place.get("geo_locations") or place) if isinstance(place, dict) else {}
    listed = inside.get("countries") if isinstance(inside, dict) else None
    countries = [spec["country"]] if spec.get("country") else listed
    if not isinstance(countries, list) or not countries or not {str(c) for c in countries} <= PEOPLE.keys():
        raise invalid("The lookalike_spec must name countries by their codes", blame="lookalike_spec")
    countries = sorted({str(country) for country in countries})
    start, ratio = _ratio(spec, "starting_ratio") or Decimal(0), _ratio(spec, "ratio")
    if ratio is None:
        size = {"similarity": "0.01", "reach": "0.05"}.get(str(spec.get("type")))
        if size is None:
            raise _failed("Type Mismatch: the lookalike_spec needs a ratio or a type")
        ratio = Decimal(size)
    if not start < ratio <= MOST_RATIO or ratio % STEP or start % STEP:
        raise invalid("The ratio must be between 0.01 and 0.20 in steps of 0.01", blame="lookalike_spec")
    about = {"country": countries[0]} if len(countries) == 1 else {"countries": countries}
    beginning = {"starting_ratio": float(start)} if start else {}
    return {**about, **beginning, "ratio": float(ratio), "type": str(spec.get("type") or "custom_ratio")}


def _ratio(spec: dict[str, Any], name: str) -> Decimal | None:
    try:
        ratio = None if spec.get(name) is None else Decimal(str(spec[name]))
    except InvalidOperation:
        ratio = Decimal("NaN")
    if ratio is not None and not ratio.is_finite():
        raise invalid(f"The {name} must be a number", blame="lookalike_spec")
    return ratio


def update(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{audience}`: what is said about it, and the rule where it has one."""
    change: dict[str, Any] = {name: args[name] for name in _TEXTS if name in args}
    change |= {"name": schema.short(200)(args, "name")} if "name" in args else {}
    if "customer_file_source" in args:
        change |= {"customer_file_source": params.choice(args, "customer_file_source", FILE_SOURCES)}
    change |= _retention(args)
    if "rule" in args:
        if "rule" not in node.data:
            raise GraphError(
                code=2650, message="(#2650) Failed to update the custom audience: it has no rule"
            )
        change |= {"rule": args["rule"], "subtype": _by_rule(args, "")["subtype"]}
    after = ctx.world.changed(node, {**change, "time_updated": int(ctx.world.clock())})
    ctx.world.commit([after])
    return {"success": True, **answer_fields(ctx, after, args)}


def delete(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{audience}`: it is gone, from lists and by its id."""
    del args
    ctx.world.commit([ctx.world.changed(node, {"status": "DELETED", "gone_at": ctx.world.clock()})])
    return {"success": True}
