"""`adsteward accounts`: the accounts of the token, whether they run, and what they spent today."""

from typing import TYPE_CHECKING, Any

from agent.cli.opening import silent
from agent.run.listeners.recording import Recorder
from agent.run.refused import stop_of
from agent.setup.settings import Options, load_settings
from agent.setup.world import asking
from agent.show.ending import print_json
from agent.show.table_file import chosen, saved
from agent.stores.shared_limits import limits_of
from tools.domain.text import clean, visible
from tools.graph import GraphFailure
from tools.read.accounts_today import Seen, accounts_today, as_figures, as_minor

if TYPE_CHECKING:
    from agent.show.screen import Screen


def accounts(options: Options) -> int:
    """Ask Meta once for all of them; what cannot be read of one says so. Raises Stop."""
    output, settings = chosen(options), load_settings(options)
    recorder = Recorder.of(options.record, settings) if options.record else None
    try:
        with asking(settings, limits_of, recorder or silent) as reader:
            seen = accounts_today(reader)
    except GraphFailure as failure:
        raise stop_of(failure, " Nothing was changed.") from None
    in_use = settings.loaded.brand.ad_account or ""
    file = saved(output, "accounts", as_figures(seen.accounts))
    if options.json:
        rows = as_minor(seen.accounts)
        print_json({"accounts": rows, "complete": seen.complete, "in_use": in_use} | file.told)
        return file.code
    from agent.show.screen import Screen

    screen = Screen()
    put_accounts(screen, seen, in_use)
    if file.said:
        screen.line(file.said)
    return file.code


def put_accounts(screen: "Screen", seen: Seen, in_use: str) -> None:
    """The accounts as a table, the one in use marked, and why one cannot run."""
    from agent.show.wrapped_rows import Rows

    lines = []
    for row in seen.accounts:
        name, spent = visible(row["name"] or ""), row["spend_today"] or "not known"
        cells = (
            f"→ {name}" if row["id"] == in_use else name,
            row["id"],
            _words(row["state"]),
            row["currency"],
            row["timezone"],
            spent,
        )
        lines.append([_cell(cell) for cell in cells])
    heads = ("name", "account", "state", "currency", "time zone", ">spend today")
    screen.out.print(Rows("", heads, lines, names=0))
    for row in seen.accounts:
        for text in filter(None, (row.get("problem"), row.get("why"))):
            screen.say(f"  {visible(row['id'])}: {clean(text)}", style="yellow")
    screen.say(
        f"{seen.complete[:1].upper()}{seen.complete[1:]}. `use ACCOUNT` in a chat, or --account ID, works on another.",
        style="dim",
    )


def _words(state: str) -> str:
    """A state of Meta's in words."""
    return state.lower().replace("_", " ")


def _cell(value: Any) -> Any:
    """Text as it is: names are somebody else's, and no markup."""
    from rich.text import Text

    return Text(visible("" if value is None else value))
