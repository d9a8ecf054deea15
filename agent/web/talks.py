"""A conversation at the page: one per session and account, kept between its requests."""

from dataclasses import dataclass, field, replace

from agent.models.model import Message
from agent.run.places import choose_model
from agent.run.report import Report
from agent.setup.settings import Options
from agent.web.decisions import opened
from agent.web.works import Work
from tools.domain.tables.kept_tables import Tables
from tools.domain.tool import Evidence


@dataclass(slots=True)
class Turn:
    """A request and the work on it."""

    request: str
    work: Work


@dataclass(slots=True)
class Talk:
    """What one request leaves to the next; the account is opened anew for each."""

    account: str
    turns: list[Turn] = field(default_factory=list)
    label: str = ""
    """World and account, as they were found."""
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
        model = choose_model(options)
        session = opened(options, work, model=model.name)
        try:
            self.label = session.world.label
            session.messages, session.said, session.toolsets = self._messages, self._said, self._toolsets
            session.tables, session.evidence, session.weighed = self._tables, self._evidence, self._weighed
            report = session.run(request, model, stream=True)
            self._messages, self._said = session.messages, session.said
            return report
        finally:
            session.close()
