"""The page as an application: its addresses, who may come to which, and what becomes of forms."""

import asyncio
from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from agent.setup.bugs import understood
from agent.setup.settings import Options
from agent.setup.stops import AbsentError, Stop
from agent.web import account_page, asking_page, glance_page, history_page, inbox_page, set_page
from agent.web.browsers import MARKED_S
from agent.web.guard import Address, Guard, TooLong
from agent.web.guesses import TooManyGuesses, nearest, place_of
from agent.web.sign_in import Door, Entered
from agent.web.users import may
from agent.web.visits import PAGES, House, Page, Visit, rendered
from tools.graph.redact import Redactor

SITE: Sequence[Page] = (
    *glance_page.SITE,
    *account_page.SITE,
    *inbox_page.SITE,
    *history_page.SITE,
    *set_page.SITE,
    *asking_page.SITE,
)
"""Every page; a new one brings its own `SITE`."""
FILES = {
    "style.css": "text/css",
    "accounts.css": "text/css",
    "stream.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
FIELDS = 6000
ARRIVES_S = 30.0
"""So long a form may take to arrive."""
NO_PLACE = (
    "The proxy does not say in X-Forwarded-For where visitors are, so all are one place: anybody's wrong passwords"
    " keep everybody out whose browser is not known (docs/web.md)."
)


class Site:
    """The pages of one server."""

    def __init__(
        self, options: Options, door: Door, address: Address, warn: Callable[[str], None] = lambda _: None
    ) -> None:
        nav = tuple((page.path, page.nav) for page in SITE if page.nav)
        self.house = House(options, door, nav=nav)
        self._secure, self._proxied = address.secure, address.proxied
        self._warn, self._warned = warn, False
        port = min(address.hosts).rpartition(":")[2]
        self.cookie = "__Host-adsteward" if self._secure else f"adsteward-{port}"
        routes = [
            Route("/static/{name}", _file),
            Route("/enter", self._by_link),
            Route("/sign-in", self._by_password, methods=["POST"]),
            Route(
                "/sign-out", self._answering(Page("/sign-out", self._out, method="POST")), methods=["POST"]
            ),
            *(Route(page.path, self._answering(page), methods=[page.method]) for page in SITE),
        ]
        app = Starlette(routes=routes, exception_handlers={404: _missing, 405: _missing})
        self.app = Guard(app, address)

    def _answering(self, page: Page) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            form = await _form(request) if page.method == "POST" else {}
            if isinstance(form, Response):
                return form
            return await run_in_threadpool(self._answered, page, request, form)

        return answer

    def _answered(self, page: Page, request: Request, form: dict[str, list[str]]) -> Response:
        """What a page answers to whom: nothing to strangers, and to forms that this session's pages did not hold."""
        try:
            entered = self.house.door.found(request.cookies.get(self.cookie, ""))
            if entered is None:
                return self._stranger()
            visit = Visit(request, self.house, entered, form)
            if not may(entered.role, page.role):
                wrong = f"Your role here is “{entered.role}”; this takes “{page.role}”. Nothing was done."
                return visit.show("trouble.html", status=403, wrong=wrong)
            if page.method == "POST" and not compare_digest(
                visit.said("csrf").encode(), entered.csrf.encode()
            ):
                wrong = "That form is not one of this session. Nothing was done: go back and try again."
                return visit.show("trouble.html", status=403, wrong=wrong)
            return page.does(visit)
        except Stop as stop:
            return _alone(str(stop), 404 if isinstance(stop, AbsentError) else 409)
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback on a person's screen
            return _alone(str(understood(error, Redactor())), 500)

    def _stranger(self, wrong: str = "", status: int = 401) -> Response:
        self.house.door.new_link()
        page = "sign_in.html" if self.house.door.users else "link.html"
        return HTMLResponse(rendered(page, wrong=wrong), status)

    def _by_link(self, request: Request) -> Response:
        """Only a person's own click counts: what looks at a link beforehand, or a page elsewhere that loads it, does nothing."""
        itself = request.headers.get("sec-fetch-dest", "document") == "document"
        if request.method != "GET" or "sec-purpose" in request.headers or not itself:
            return _alone("Open the link itself.", 400)
        try:
            entered = self.house.door.by_link(request.query_params.get("key", ""))
        except TooManyGuesses as stop:
            return _alone(str(stop), 429)
        return self._let_in(request, entered) or self._stranger("That link was used before, or is over.")

    async def _by_password(self, request: Request) -> Response:
        form = await _form(request)
        if isinstance(form, Response):
            return form
        try:
            name, password = (next(iter(form.get(field, ())), "") for field in ("name", "password"))
            place, mark = self._place(request), request.cookies.get(f"{self.cookie}-browser", "")
            entered = await run_in_threadpool(self.house.door.by_password, name, password, place, mark)
            known = self.house.door.mark(entered) if entered else ""
        except TooManyGuesses as stop:
            return self._stranger(str(stop), 429)
        except Stop as stop:
            return _alone(str(stop), 409)
        answer = self._let_in(request, entered) or self._stranger("That name and password do not fit.")
        if known:
            self._keep(answer, f"{self.cookie}-browser", known, int(MARKED_S))
        return answer

    def _place(self, request: Request) -> str:
        forwarded = request.headers.getlist("x-forwarded-for")[-1:] if self._proxied else []
        if self._proxied and not self._warned and not any(map(nearest, forwarded)):
            self._warned = True
            self._warn(NO_PLACE)
        return place_of(request.client.host if request.client else "", *forwarded)

    def _let_in(self, request: Request, entered: Entered | None) -> Response | None:
        """A page of ours that leads on: a redirect would still count as begun elsewhere, and the cookie not be sent.

        The session that this browser had before ends.
        """
        if entered is None:
            return None
        self.house.door.leave(request.cookies.get(self.cookie, ""))
        answer = HTMLResponse(rendered("entered.html"))
        self._keep(answer, self.cookie, entered.id)
        return answer

    def _keep(self, answer: Response, name: str, value: str, longest_s: int | None = None) -> None:
        """Have the browser keep something for this page alone; without `longest_s` until it is closed."""
        answer.set_cookie(
            name, value, longest_s, path="/", secure=self._secure, httponly=True, samesite="strict"
        )

    def _out(self, visit: Visit) -> Response:
        self.house.door.leave(visit.entered.id)
        answer = HTMLResponse(rendered("signed_out.html", users=self.house.door.users is not None))
        answer.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
        return answer


async def _form(request: Request) -> dict[str, list[str]] | Response:
    """The fields of a form as browsers send it, of anything else none; or why it is not taken."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        async with asyncio.timeout(ARRIVES_S):
            body = await request.body()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
    except (TooLong, ValueError):
        return _alone("That is more than a form of this page holds. Nothing was done.", 413)
    except (TimeoutError, ClientDisconnect):
        return _alone("The form did not arrive whole. Nothing was done: go back and send it again.", 408)


def _file(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in FILES:
        return _alone("There is no such page.", 404)
    return FileResponse(PAGES / name, media_type=FILES[name])


async def _missing(_: Request, __: Exception) -> Response:
    return _alone("There is no such page.", 404)


def _alone(text: str, status: int) -> Response:
    """A sentence by itself."""
    return HTMLResponse(rendered("alone.html", text=Redactor().text(text)), status)
