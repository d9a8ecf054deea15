"""Lists the ad accounts the token may see."""

from tools.domain.changes import Effect
from tools.domain.tool import Context, Input, Result, Tool
from tools.read.accounts_today import accounts_today, as_figures


class AccountsInput(Input):
    pass


def run(_: AccountsInput, ctx: Context) -> Result:
    seen = accounts_today(ctx.graph)
    ctx.keep("accounts", as_figures(seen.accounts))
    return Result({"complete": seen.complete, "in_use": ctx.account.id, "accounts": seen.accounts})


TOOL = Tool(
    name="list_accounts",
    description="This token's accounts; account: id, name or all.",
    Input=AccountsInput,
    effect=Effect.READ,
    run=run,
    words="Which Meta (Facebook) ad accounts, their state, currency and spend today; totals per client.",
)
