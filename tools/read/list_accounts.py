"""Lists the ad accounts the token may see."""

from tools.domain.account import FIELDS, state_of
from tools.domain.changes import Effect
from tools.domain.tool import Context, Input, Result, Tool


class AccountsInput(Input):
    pass


def run(_: AccountsInput, ctx: Context) -> Result:
    listing = ctx.graph.read_all("me/adaccounts", fields=FIELDS, summary="true", keep=True)
    accounts = [
        {"id": str(row["id"]), "name": row.get("name"), "state": state_of(row)}
        | {"currency": row.get("currency"), "timezone": row.get("timezone_name")}
        for row in listing.rows
        if row.get("id")
    ]
    nameless = len(listing.rows) - len(accounts)
    complete = listing.said("accounts") + (
        f", {nameless} of them without an id, left out" if nameless else ""
    )
    ctx.keep("accounts", accounts)
    return Result({"complete": complete, "in_use": ctx.account.id, "accounts": accounts})


TOOL = Tool(
    name="list_accounts",
    description="List the accounts this token sees, with state and currency.",
    Input=AccountsInput,
    effect=Effect.READ,
    run=run,
    words="Which Meta (Facebook) ad accounts.",
)
