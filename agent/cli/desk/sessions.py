"""`adsteward sessions`: the talks that can go on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.run.kept_talks import Talk, Unread
from agent.run.talk_store import open_talks
from agent.setup.settings import Options, load_settings
from agent.show.ending import print_json
from agent.show.table_file import chosen, saved
from tools.domain.text import clock, visible

if TYPE_CHECKING:
    from agent.show.screen import Screen

NONE = "No talk was kept in this workspace yet: `adsteward chat` begins one."
HOW = "`adsteward chat --resume ID` goes on with one; without ID, with the newest."


def sessions(options: Options) -> int:
    """List them, the newest first. Raises ConfigError."""
    output = chosen(options)
    with open_talks(load_settings(options, whole=False).state) as talks:
        kept, unread = talks.listed()
    rows = [told(talk) for talk in kept]
    file = saved(output, "sessions", rows)
    if options.json:
        print_json({"sessions": rows, "unreadable": [one._asdict() for one in unread]} | file.told)
        return file.code
    from agent.show.screen import Screen

    screen = Screen()
    put_talks(screen, kept, unread)
    if kept:
        screen.say(HOW)
    if file.said:
        screen.line(file.said)
    return file.code


def put_talks(screen: "Screen", kept: Sequence[Talk], unread: Sequence[Unread]) -> None:
    """Talks as a table, and those that cannot be read."""
    from rich.text import Text

    from agent.show.wrapped_rows import Rows

    heads = ("", "ended", "where", "account", ">requests", "began with")
    rows = [
        (
            talk.id,
            clock(talk.ended.astimezone()),
            "SANDBOX" if talk.sandbox else "LIVE",
            visible(talk.account),
            f"{talk.requests:,}",
            visible(talk.first),
        )
        for talk in kept
    ]
    if rows:
        screen.out.print(Rows("", heads, [tuple(map(Text, row)) for row in rows], names=len(heads) - 1))
    if not (kept or unread):
        screen.say(NONE)
    for one in unread:
        screen.say(one.why, style="yellow")


def told(talk: Talk) -> dict[str, Any]:
    """A talk as JSON and files have it."""
    names = {
        "id",
        "ended",
        "began",
        "sandbox",
        "world",
        "account",
        "account_name",
        "model",
        "requests",
        "first",
        "machine",
    }
    return talk.model_dump(mode="json", include=names)
