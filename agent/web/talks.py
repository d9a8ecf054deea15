"""A conversation at the page: one per session and account, kept between its requests and for other days and machines."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from agent.models.model import Message
from agent.run import kept_talks
from agent.run.braking import settings_and_model
from agent.run.events import Noted
from agent.run.going_talk import SINCE, GoingTalk, check_reachable
from agent.run.report import Report
from agent.run.talk_store import Talks, open_talks
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.web.decisions import opened
from agent.web.visits import Visit
from agent.web.works import Work
from tools.domain.tables.kept_tables import Tables
from tools.domain.tool import Evidence

FORMS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Files that a request may make, by their ending."""


@dataclass(slots=True)
class Turn:
    """A request and the work on it."""

    request: str
    work: Work

    @property
    def files(self) -> list[Path]:
        """What its run made for people to take with them: a report, a picture, a table."""
        if not self.work.report or not self.work.report.transcript:
            return []
        run = Path(self.work.report.transcript)
        made = (run.parents[1] / "results").glob(f"*-{run.stem}-*")
        return sorted(
            path for path in made if path.suffix in FORMS and path.is_file() and not path.is_symlink()
        )


@dataclass(slots=True)
class Talk:
    """What one request leaves to the next; the account is opened anew for each."""

    account: str
    turns: list[Turn] = field(default_factory=list)
    label: str = ""
    """World and account, as they were found."""
    going: GoingTalk = field(default_factory=GoingTalk)
    _earlier: tuple[kept_talks.Talk, str] | None = None
    """The kept talk that the next request goes on with, and its writing."""
    _messages: list[Message] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)
    _toolsets: set[str] = field(default_factory=set)
    _tables: Tables = field(default_factory=Tables)
    _evidence: dict[str, Evidence] = field(default_factory=dict)
    _weighed: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        return bool(self.turns) and not self.turns[-1].work.over

    def answered(self, options: Options, request: str, work: Work) -> Report:
        """Ask the same loop as the chat does. Raises Stop."""
        options = replace(options, account=self.account or options.account)
        settings, model = settings_and_model(options, request)
        session = opened(options, work, model=model.name, settings=settings)
        try:
            self.label = session.world.label
            session.messages, session.said, session.toolsets = self._messages, self._said, self._toolsets
            session.tables, session.evidence, session.weighed = self._tables, self._evidence, self._weighed
            if self._earlier:
                for line in self.going.take_up(session, model.name, *self._earlier):
                    work.hear(Noted(line))
                self._earlier, self._messages, self._toolsets = None, session.messages, session.toolsets
            report = session.run(request, model, stream=True)
            self._messages, self._said = session.messages, session.said
            self.going.keep(session, model.name, request)
            return report
        finally:
            session.close()

    @classmethod
    def of_kept(cls, kept: kept_talks.Talk, writing: str, page_user: str) -> Self:
        """A talk that was kept, to go on with; what was said stands in it as words."""
        made = cls(kept.account, going=GoingTalk(page_user), _earlier=(kept, writing))
        for request, answer in _exchanges(kept):
            work = Work()
            work.end(None, answer)
            made.turns.append(Turn(request, work))
        return made


def _exchanges(kept: kept_talks.Talk) -> Iterator[tuple[str, str]]:
    """What a person asked, and what they were answered last."""
    asked, answer = "", ""
    for message in kept.messages:
        if isinstance(message.content, str):
            if asked:
                yield asked, answer
            asked, answer = ("" if message.content.startswith(SINCE) else message.content), ""
        elif message.role == "assistant":
            said = [str(block.get("text") or "") for block in message.content if block.get("type") == "text"]
            answer = "".join(said) or answer
    if asked:
        yield asked, answer


def talks_of(visit: Visit) -> AbstractContextManager[Talks]:
    """The talks of whoever is in: a user's own, or those of whoever owns the workspace. Raises ConfigError."""
    return open_talks(load_settings(visit.house.options, whole=False).state, page_user_of(visit))


def page_user_of(visit: Visit) -> str:
    """The name of the user whose talks they are; empty for whoever opened the link at this computer."""
    return visit.entered.name


def check_place(visit: Visit, kept: kept_talks.Talk) -> None:
    """Whether a kept talk is about what this page is about. Raises ConfigError."""
    check_reachable(kept)
    options = visit.house.options
    state = str(options.sandbox_state.resolve()) if options.sandbox_state else None
    here = (kept.sandbox, kept.sandbox_state) == (options.sandbox, state)
    if not here or options.account not in (None, kept.account):
        raise ConfigError(f"{kept.id} was had about another place than this page. Nothing was done.")
