"""A field that talks to the same loop as the chat; what it proposes waits on a page of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

from starlette.responses import FileResponse, Response, StreamingResponse

from agent.run.going_talk import GoingTalk
from agent.run.kept_talks import Talk as Earlier
from agent.setup.stops import ConfigError
from agent.stores.engine import FAILED
from agent.web.account_page import ACCOUNT
from agent.web.talks import FORMS, Talk, Turn, check_place, page_user_of, talks_of
from agent.web.visits import Page, Visit

REFRESH_S = 3
LISTEN_S = 0.1
STILL_S = 15.0
"""After so long without news a stream says that it is still there."""
LONGEST = 4000
MOST_EARLIER = 10
"""Talks that are offered to go on with."""


def look(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    """The talk so far about an account."""
    account = visit.asked("account") or visit.said("account")
    talk = _talk(visit, account)
    place, _, name = talk.label.partition(" · ")
    with visit.house.journal() as journal:
        accounts = visit.house.accounts(journal)
    return visit.show(
        "ask.html",
        status=status,
        world=place or visit.house.place,
        account=name or account or visit.house.account or "the account of the settings",
        talk=talk,
        earlier=[] if talk.turns else _earlier(visit),
        chosen=account,
        accounts=accounts,
        refresh_s=REFRESH_S if talk.busy else 0,
        next_look=2
        if visit.asked("look") == "1"
        else 1,  # an address that differs by its #now alone is not loaded anew
        wrong=wrong,
        kept=visit.said("request") if wrong else "",
    )


def ask(visit: Visit) -> Response:
    """Begin with a request, in a thread; the page of the talk shows how far it is."""
    # Browsers count a line's end as one character and send two.
    request, account = visit.said("request").replace("\r\n", "\n").strip(), visit.said("account").strip()
    talk = _talk(visit, account)
    if talk.busy:
        return look(visit, "The request before is still being worked on.", 409)
    if not request or len(request) > LONGEST:
        return look(visit, f"A request has 1 to {LONGEST} characters.", 422)
    job = partial(talk.answered, visit.house.options, request)
    work = visit.house.works.begin(_key(visit, account), job)
    if not any(turn.work is work for turn in talk.turns):
        talk.turns.append(Turn(request, work))
    return visit.go(f"/ask?account={account}#now" if account else "/ask#now")


def resume(visit: Visit) -> Response:
    """Go on with a kept talk of this person; it is looked at again where it was had with the next request."""
    with talks_of(visit) as talks:
        kept, writing = talks.read(visit.said("id") or "none")
    check_place(visit, kept)
    if _talk(visit, kept.account).busy:
        return look(visit, "The request before is still being worked on.", 409)
    visit.entered.kept[f"talk {kept.account}"] = Talk.of_kept(kept, writing, page_user_of(visit))
    return visit.go(f"/ask?account={kept.account}#now")


def stream(visit: Visit) -> Response:
    """What happens while the newest request is being worked on, as server-sent events; it waits in no thread, which pages need."""
    talk = _talk(visit, visit.asked("account"))

    async def told() -> AsyncIterator[str]:
        still_s = 0.0
        for news in talk.turns[-1].work.told(0) if talk.turns else ():
            if news:
                still_s = 0.0
                yield f"event: {news.kind}\ndata: {json.dumps(news.text)}\n\n"
                continue
            await asyncio.sleep(LISTEN_S)
            still_s += LISTEN_S
            if still_s >= STILL_S:
                still_s = 0.0
                yield ": still\n\n"
        yield "event: over\ndata: \n\n"

    return StreamingResponse(told(), media_type="text/event-stream")


def made(visit: Visit) -> Response:
    """A file that a request of this session made; it is saved, as what it holds is no page of ours."""
    talks = (talk for talk in visit.entered.kept.values() if isinstance(talk, Talk))
    files = (path for talk in talks for turn in talk.turns for path in turn.files)
    if path := next((path for path in files if path.name == visit.part("name")), None):
        return FileResponse(path, media_type=FORMS[path.suffix], filename=path.name)
    return visit.show("trouble.html", status=404, wrong="There is no such file of this session.")


def _key(visit: Visit, account: str) -> str:
    return f"ask {visit.entered.id} {account}"


def _talk(visit: Visit, account: str) -> Talk:
    """The talk of this session about an account. Raises ConfigError."""
    if account and not (ACCOUNT.fullmatch(account)):
        raise ConfigError("An ad account is called act_ and a number. Nothing was done.")
    if account and visit.house.options.account not in (None, account):
        raise ConfigError(f"This page is about {visit.house.options.account} alone. Nothing was done.")
    fresh = Talk(account, going=GoingTalk(page_user_of(visit)))
    talk: Talk = visit.entered.kept.setdefault(f"talk {account}", fresh)
    return talk


def _earlier(visit: Visit) -> list[Earlier]:
    """The newest kept talks that can go on here; none while they cannot be read."""
    found = list[Earlier]()
    with suppress(ConfigError, *FAILED), talks_of(visit) as talks:
        for kept in talks.listed(3 * MOST_EARLIER)[0]:
            with suppress(ConfigError):
                check_place(visit, kept)
                found.append(kept)
    return found[:MOST_EARLIER]


SITE = (
    Page("/ask", look, role="operate", nav="Ask"),
    Page("/ask", ask, role="operate", method="POST"),
    Page("/ask/resume", resume, role="operate", method="POST"),
    Page("/ask/stream", stream, role="operate"),
    Page("/ask/files/{name}", made, role="operate"),
)
