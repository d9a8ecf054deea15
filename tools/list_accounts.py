"""Lists the ad accounts the token may see."""

from tools.account import FIELDS, parse_account
from tools.changes import Effect
from tools.tool import Context, Input, Result, Tool


class AccountsInput(Input):
    pass


def run(_: AccountsInput, ctx: Context) -> Result:
    listing = ctx.graph.read_all("me/adaccounts", fields=FIELDS, summary="true")
    accounts = [
        {"id": a.id, "name": a.name, "state": a.state, "currency": a.currency, "timezone": a.timezone}
        for a in map(parse_account, listing.rows)
    ]
    return Result({"complete": listing.said("accounts"), "in_use": ctx.account.id, "accounts": accounts})


TOOL = Tool(
    name="list_accounts",
    description="List the ad accounts this token can see, with state and currency.",
    Input=AccountsInput,
    effect=Effect.READ,
    run=run,
)
