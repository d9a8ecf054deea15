"""One request to the page, from the session it belongs to up to its answer; and what every page rests on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.run.places import open_journal
from agent.setup.settings import Options, load_settings
from agent.show.change_lines import world_name
from agent.web.sign_in import Door, Entered
from agent.web.users import Role, may
from agent.web.wording import on_page
from agent.web.works import Works
from agent.writes.journal import Journal
from tools.domain.text import clean_lines, clock_of, counted, shortened, visible
from tools.graph.redact import Redactor

LATELY = 1000
SHORT = 200
"""Of a request or a reason where many stand together; a set's own page has all of it."""
PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class House:
    """What all pages of a server share."""

    options: Options
    """Of the command line, with the workspace as a path."""
    door: Door
    works: Works = field(default_factory=Works)
    nav: tuple[tuple[str, str], ...] = ()
    """The navigation: path and word."""

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """The journal, for one request. Raises ConfigError."""
        opened = open_journal(self.options)
        try:
            yield opened
        finally:
            opened.close()

    def accounts(self, journal: Journal) -> list[str]:
        """Those that something was proposed for of late, to choose from."""
        return sorted({row["account"] for row in journal.recent(self.options.account or "", LATELY)})

    @property
    def place(self) -> str:
        """LIVE or SANDBOX."""
        return world_name("sandbox" if self.options.sandbox else "live")

    @property
    def account(self) -> str:
        """The account that the settings name, or nothing. Raises ConfigError."""
        return load_settings(self.options, whole=False).loaded.brand.ad_account or ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who is in."""

    request: Request
    house: House
    entered: Entered
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """A parameter of the address, or nothing."""
        return self.request.query_params.get(name, "")

    def said(self, name: str) -> str:
        """A field of the form, or nothing."""
        return next(iter(self.form.get(name, ())), "")

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page. `world` and `account` are what stands at its top, if not those of the settings."""
        told: dict[str, Any] = {
            "visit": self,
            "path": self.request.url.path,
            "nav": self.house.nav,
            "csrf": self.entered.csrf,
            "who": self.entered.who,
            "may": lambda needed: may(self.entered.role, needed),
            "wrong": "",
            "refresh_s": 0,
        }
        if "world" not in values:
            told |= {"world": self.house.place, "account": self.house.options.account or "all accounts"}
        return HTMLResponse(rendered(template, **(told | values)), status)

    def go(self, path: str) -> Response:
        """Have the browser ask for another page; only paths of ours, which no input makes."""
        return RedirectResponse(path, 303)


@dataclass(frozen=True, slots=True)
class Page:
    """An address of the page, who may come, and what it does; with `nav` it has a place in the navigation."""

    path: str
    does: Callable[[Visit], Response]
    role: Role = "look"
    method: Literal["GET", "POST"] = "GET"
    nav: str = ""


def rendered(template: str, **values: Any) -> str:
    """A template with its values, all of which are data."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"on_page": on_page, "visible": visible, "text": _text, "clock": _clock, "short": _short}
    made.globals |= {"counted": counted, "world_name": world_name}
    return made


def _text(text: object) -> str:
    """Lines of an answer without what nobody sees, and without tokens."""
    return clean_lines(Redactor().text(str(text)))


def _short(text: str) -> str:
    """One line of what stands whole elsewhere: a browser needs half a minute for a word of 400,000 letters."""
    return visible(shortened(text, SHORT))


def _clock(at: datetime | str, timezone: str = "UTC") -> str:
    return clock_of(at if isinstance(at, str) else at.isoformat(), timezone)
