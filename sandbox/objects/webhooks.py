"""Subscriptions of the app to webhooks, and of accounts and pages to the app; only this machine is called (§9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import APP_ID
from sandbox.objects import access, oauth, tokens, webhook_calls
from sandbox.request import params
from sandbox.request.refusals import GraphError, invalid, not_one_of, required
from sandbox.request.versions import CURRENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]

OBJECTS = (
    "ad_account", "application", "catalog", "certificate_transparency", "commerce_merchant_settings", "instagram",
    "page", "permissions", "user", "whatsapp_business_account",
)  # fmt: skip
OF_ACCOUNT = (
    "ad_recommendations", "ads_async_creation_request", "creative_fatigue", "effective_status",
    "in_process_ad_objects", "product_set_issue", "subscriptions", "with_issues_ad_objects",
)  # fmt: skip
"""What can be heard of an ad account; of other objects any field is taken."""


def _check(ctx: Context) -> None:
    if not tokens.is_app(ctx.token):
        raise GraphError(code=15, message="(#15) This method must be called with an app access_token.")


def subscriptions(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{app}/subscriptions`."""
    del args
    _check(ctx)
    return {"data": [{"object": name, **row} for name, row in node.data.get("subscriptions", {}).items()]}


def subscribe(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{app}/subscriptions`: fields are added to those of the object, the address replaces the old one."""
    _check(ctx)
    name = params.choice(args, "object", OBJECTS)
    kept = node.data.get("subscriptions", {})
    old = kept.get(name, {"fields": []})
    address = args.get("callback_url") or old.get("callback_url") or ""
    wanted = params.names(args, "fields")
    if not wanted:
        raise required("fields")
    if name == "ad_account" and set(wanted) - set(OF_ACCOUNT):
        raise not_one_of("fields", OF_ACCOUNT)
    if not address:
        raise required("callback_url")
    here = webhook_calls.is_here(address)
    if not here and not address.startswith("https://"):
        raise GraphError(
            code=2200, message="(#2200) callback verification failed: the address must begin with https://"
        )
    if "callback_url" in args:
        verify_token = params.text(args, "verify_token")
        if here:
            webhook_calls.shake_hands(address, verify_token)
    known = [field["name"] for field in old["fields"]]
    fields = [*old["fields"], *({"name": one, "version": CURRENT} for one in wanted if one not in known)]
    row = {"callback_url": address, "active": True, "fields": fields}
    ctx.world.commit([ctx.world.changed(node, {"subscriptions": kept | {name: row}})])
    return {"success": True}


def unsubscribe(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{app}/subscriptions`: all of them, those of an object, or some of its fields."""
    _check(ctx)
    kept = dict(node.data.get("subscriptions", {}))
    gone, fields = args.get("object"), set(params.names(args, "fields"))
    if gone and gone not in OBJECTS:
        raise not_one_of("object", OBJECTS)
    for name in [gone] if gone else list(kept):
        row = kept.pop(name, None)
        left = [field for field in row["fields"] if field["name"] not in fields] if row and fields else []
        if row and left:
            kept[name] = row | {"fields": left}
    ctx.world.commit([ctx.world.changed(node, {"subscriptions": kept})])
    return {"success": True}


def apps(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{account or page}/subscribed_apps`."""
    del args
    app = ctx.world.nodes[APP_ID]
    heard = node.data.get("subscribed_fields")
    if heard is None:
        return {"data": []}
    if node.kind == "account":
        return {"data": [{"app_id": app.id, "app_name": app.data["name"]}]}
    return {
        "data": [
            {"id": app.id, "name": app.data["name"], "link": app.data["link"], "subscribed_fields": heard}
        ]
    }


def hear(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{account or page}/subscribed_apps`; a page says which fields."""
    heard = params.names(args, "subscribed_fields")
    if node.kind == "account":
        access.check_write(ctx.token)
        oauth.check_app_id(args, "app_id")
    elif tokens.is_app(ctx.token):
        raise GraphError(code=210, message="(#210) A page access token is required to request this resource.")
    elif not heard:
        raise invalid("The parameter subscribed_fields is required.", blame="subscribed_fields")
    ctx.world.commit([ctx.world.changed(node, {"subscribed_fields": heard})])
    return {"success": True}


def stop_hearing(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `DELETE /{account or page}/subscribed_apps`."""
    if node.kind == "account":
        access.check_write(ctx.token)
        oauth.check_app_id(args, "app_id")
    ctx.world.commit([ctx.world.changed(node, {"subscribed_fields": None})])
    return {"success": True}
