"""Has Meta tell the app of the token what happens in the account, or not any more."""

from tools.domain.changes import Effect
from tools.domain.settings.subscriptions import State, hears, switched
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError


class WebhooksInput(Input):
    webhooks: State
    reason: str = ""


def run(args: WebhooksInput, ctx: Context) -> Proposal:
    app = ctx.graph.get("app", fields="id,name")
    app_id, name = str(app.get("id") or ""), str(app.get("name") or "")
    if not app_id:
        raise ToolError("Meta does not say which app the access token belongs to, so none can be told.")
    if hears(ctx.graph, ctx.account.id, app_id) == args.webhooks:
        return Proposal((), f"webhooks of {ctx.account.name} are {args.webhooks} already")
    shown = {"told to the app": f"{app_id} {name}".strip()}
    change = switched(ctx, app_id, args.webhooks, shown=shown, reason=args.reason or "asked for")
    return Proposal((change,))


TOOL = Tool(
    name="set_webhooks",
    description="Have Meta tell the app of issues, reviews and tired ads of the account by webhook, or stop that.",
    Input=WebhooksInput,
    effect=Effect.CHANGE_NOTICES,
    run=run,
    toolset=TOOLSET,
    words="Subscribe, push notifications, tell me when an ad is rejected.",
)
