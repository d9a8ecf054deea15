"""A talk: one session after the other, what waits in it, and what is kept so that it can go on another day."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.cli.desk.learned import Learned
from agent.cli.opening import open_session
from agent.cli.waiting import Waiting
from agent.models.model import Model
from agent.run import kept_talks
from agent.run.braking import by_hand, heard_by
from agent.run.going_talk import GoingTalk, check_reachable, had_here, tell
from agent.run.other_accounts import OtherAccounts
from agent.run.session import Session
from agent.run.talk_store import Talks, open_talks
from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Stop
from agent.show.screen import Screen
from tools.domain.text import clock, visible
from tools.domain.tool import ToolError
from tools.graph import GraphFailure

_USE = re.compile(
    r"/?(?:please )?(?:use|switch to|go to)(?P<sure> (?:the )?(?:ad )?account)? (?P<account>.{1,200})",
    re.IGNORECASE,
)
_SURE = re.compile(r"/use |(?:please )?use [^\s.]+$", re.IGNORECASE)
"""What can be meant of an account alone."""


@dataclass(slots=True)
class Talk:
    """Goes on until the person leaves; close it then."""

    model: Model
    waiting: Waiting
    learned: Learned = field(default_factory=Learned)
    going: GoingTalk = field(default_factory=GoingTalk)

    @property
    def session(self) -> Session:
        return self.waiting.session

    @property
    def screen(self) -> Screen:
        return self.waiting.screen

    @property
    def kept(self) -> kept_talks.Talk | None:
        """As it was kept last."""
        return self.going.kept

    def talks(self) -> AbstractContextManager[Talks]:
        """Those of this person in this workspace. Raises ConfigError."""
        return open_talks(self.session.settings.state)

    def close(self) -> None:
        self.session.close()

    def greet(self) -> None:
        """Say where this is."""
        self.screen.say(f"{self.session.world.label} · model {self.model.name}", style="bold")

    def do(self, request: str) -> None:
        """One request in words: about what waits, about another account, or for the model."""
        aside = self._about_waiting(request) or self._switches(request)
        if not aside:
            model = heard_by(request, self.model)
            report = self.session.run(request, model, stream=True)
            report = by_hand(report, brakes=model is not self.model)
            self.waiting.heard(report)
            if report.status in ("error", "limit") and (unsaid := self._unsaid(report.answer)):
                self.screen.say(unsaid, style="red")
        if self.kept or (not aside and self.session.messages):
            self.keep(request)

    def _unsaid(self, answer: str) -> str:
        """An answer without what was shown while it was written."""
        *_, last = self.session.messages or [{"content": []}]
        blocks = last["content"] if isinstance(last["content"], list) else []
        written = "".join(block["text"] for block in blocks if block.get("type") == "text")
        return answer.removeprefix(written).strip()

    def tell(self, request: str, answer: str) -> None:
        """Have the model hear afterwards how something ended that it was not asked."""
        tell(self.session, request, answer)

    def _about_waiting(self, request: str) -> bool:
        """Whether it was about sets that wait; the model is told afterwards how that ended."""
        try:
            if not self.waiting.answered(request):
                return False
        except Stop as stop:
            self.waiting.answer = str(stop)
        if self.waiting.answer:
            self.screen.say(self.waiting.answer)
        self.tell(request, self.waiting.answer or self.waiting.ended)
        return True

    def _switches(self, request: str) -> bool:
        """Whether a request was to go on in another account, by an id or a name; why it cannot be is said."""
        if not (said := _USE.fullmatch(request.rstrip(".!"))):
            return False
        others, text = OtherAccounts(self.session.world), said["account"].strip("\"'“”")
        try:
            sure = said["sure"] or text.lower().startswith("act_") or _SURE.match(request)
            if not (sure or others.named(text)):
                return False  # about something else, which the model may know
            self._go_to(others.meant(text).id)
        except (ToolError, GraphFailure, Stop) as wrong:
            here = self.session.world.account.id
            self.screen.say(f"{wrong} Still on {here}.", style="yellow")
        return True

    def _go_to(self, account_id: str) -> None:
        """Open a session on an account of the same token. Raises Stop, and all stays as it was."""
        before = self.session
        options = before.settings.options
        if account_id != before.world.account.id:
            if options.record:
                raise ConfigError("A recording is of one account; start another talk for another.")
            session = self._opened(replace(options, account=account_id))
            session.messages, session.said = before.messages, before.said
            session.toolsets = before.toolsets
            left = self._moved(session)
            now = f"From here on this is {session.world.label}. All before is about {before.world.label}."
            self.tell(f"use {account_id}", now)
            if left:
                self.screen.say(left, style="yellow")
        self.greet()

    def _opened(self, options: Options) -> Session:
        mode = options.approve or "ask"
        return open_session(options, mode, model=self.model.name, screen=self.screen)

    def _moved(self, session: Session) -> str:
        """Leave the session of before for another one; gives what waits there."""
        before = self.session
        left = self.waiting.moved(session)
        before.close()
        return left

    def resume(self, talk_id: str) -> None:
        """Go on with a kept talk in its world and account. Raises Stop, and all stays as it was."""
        with self.talks() as talks:
            kept, writing = talks.read(talk_id)
        options = self.session.settings.options
        if options.record:
            raise ConfigError("A recording is of one talk; start another for another.")
        nowhere = replace(options, sandbox=False, sandbox_state=None, account=None)
        session = self._opened(placed(nowhere, kept))
        try:
            had_here(kept, session)
        except ConfigError:
            session.close()
            raise
        if left := self._moved(session):
            self.screen.say(left, style="yellow")
        self.go_on(kept, writing)

    def go_on(self, kept: kept_talks.Talk, writing: str) -> None:
        """Take up what was said in a kept talk, and say what happened since. Raises ConfigError."""
        news = self.going.take_up(self.session, self.model.name, kept, writing)
        self.greet()
        self.screen.say(f"Going on with {kept.id} of {clock(kept.ended)}, which began: {visible(kept.first)}")
        for line in news:
            self.screen.say(f"  {line}", style="yellow")

    def keep(self, request: str) -> None:
        """Keep the talk as it is now."""
        self.going.keep(self.session, self.model.name, request)


def placed(options: Options, kept: kept_talks.Talk) -> Options:
    """The options of a talk that goes on in its world and account. Raises ConfigError when they say another place."""
    check_reachable(kept)
    state = Path(kept.sandbox_state) if kept.sandbox_state else None
    said = {
        "--sandbox": not options.sandbox or kept.sandbox,
        f"--sandbox-state {options.sandbox_state}": options.sandbox_state is None
        or options.sandbox_state.resolve() == state,
        f"--account {options.account}": options.account in (None, kept.account),
    }
    if wrong := next((option for option, fits in said.items() if not fits), ""):
        raise ConfigError(
            f"{kept.id} was had in {'the sandbox' if kept.sandbox else 'the live account'}, {kept.account}, and you say {wrong}."
            " Leave that out. Nothing was changed."
        )
    return replace(options, sandbox=kept.sandbox, sandbox_state=state, account=kept.account)
