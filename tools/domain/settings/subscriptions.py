"""Which apps hear of an account by webhook, and the change that has one hear or not (docs/graph-api.md §9.2)."""

from typing import Any, Literal

from tools.domain.changes import Change, Effect, Request
from tools.domain.tool import Applied, Context
from tools.graph import GraphReader

EDGE = "subscribed_apps"
State = Literal["on", "off"]


def hears(graph: GraphReader, account: str, app_id: str) -> State:
    """Whether an app hears of an account. Raises GraphFailure."""
    rows = graph.read_all(f"{account}/{EDGE}").rows
    return "on" if app_id in {str(row.get("app_id") or row.get("id")) for row in rows} else "off"


def app_of(change: Change) -> str:
    """The app that a change is about."""
    return str(change.request.params["app_id"])


def switched(ctx: Context, app_id: str, wanted: State, **about: Any) -> Change:
    """The change that has an app hear of the account, or not any more."""
    before: State = "off" if wanted == "on" else "on"
    method: Literal["POST", "DELETE"] = "POST" if wanted == "on" else "DELETE"
    return ctx.change(
        "subscribe",
        Effect.CHANGE_NOTICES,
        target=ctx.account.id,
        name=ctx.account.name,
        request=Request(method=method, path=f"{ctx.account.id}/{EDGE}", params={"app_id": app_id}),
        before={"webhooks": before},
        after={"webhooks": wanted},
        undo_note=f"webhooks {before} again",
        **about,
    )


def switched_back(ctx: Context, applied: Applied, index: int) -> tuple[Change | None, str]:
    """The change that takes a subscription back, or why there is none. Raises GraphFailure."""
    done = applied.change
    if hears(ctx.graph, done.target, app_of(done)) == done.before["webhooks"]:
        return None, f"{done.name}: already as it was before"
    wanted: State = "on" if done.before["webhooks"] == "on" else "off"
    about = {"index": index, "reason": f"undo of {applied.change_set_id}", "restores": done.id}
    return switched(ctx, app_of(done), wanted, **about), ""
