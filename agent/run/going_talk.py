"""A talk that goes on, at a terminal or at the page: kept after each request, taken up again where it was had."""

from dataclasses import dataclass
from datetime import UTC

from agent.run import meanwhile
from agent.run.events import Noted
from agent.run.kept_talks import Talk, new_id
from agent.run.session import Session
from agent.run.talk_store import open_talks
from agent.setup.bugs import understood
from agent.setup.own_sandbox import OWN_SANDBOX
from agent.setup.stops import ConfigError, Stop
from agent.setup.who_and_where import machine
from tools.domain.text import clock, visible

SINCE = "(The talk goes on; its last word was "
"""How a model is told what happened between."""


@dataclass(slots=True)
class GoingTalk:
    """What is kept of it."""

    page_user: str = ""
    """The user of the page whose it is, if not the terminal's."""
    kept: Talk | None = None
    """As it was kept last."""
    _writing: str = ""

    def take_up(self, session: Session, model: str, kept: Talk, writing: str) -> list[str]:
        """Have a session know what was said; gives what happened since. Raises ConfigError where it was had elsewhere."""
        had_here(kept, session)
        news = meanwhile.since(session.journal, session.world.account.id, kept.ended)
        if session.world.begun and session.world.begun > kept.ended:
            news.insert(0, "The sandbox was started afresh since: what was changed before is gone.")
        if session.world.id == OWN_SANDBOX and kept.machine not in ("", machine()):
            news.insert(0, f"It was had in the sandbox of {visible(kept.machine)}; this machine has its own.")
        session.messages, session.toolsets = kept.for_model(model), set(kept.toolsets)
        self.kept, self._writing = kept, writing
        told = "\n".join(news) or "Nothing was proposed or changed with adsteward since."
        tell(session, f"{SINCE}{clock(kept.ended)}. What happened since?)", told)
        return news

    def keep(self, session: Session, model: str, request: str) -> None:
        """Keep the talk as it is now; what somebody else kept under its id meanwhile stays.

        Why it cannot be is said: what was asked for is done all the same.
        """
        try:
            self._keep(session, model, request)
        except Exception as error:  # noqa: BLE001 - a full disk, a database that is away or a bug here is none of the run
            stop = error if isinstance(error, Stop) else understood(error, session.world.redactor)
            why = str(stop).replace(" Nothing was changed.", "")
            session.emit(Noted(f"What was said is not kept, to go on with another day: {why}"))

    def _keep(self, session: Session, model: str, request: str) -> None:
        kept, options = self.kept, session.settings.options
        state, at = options.sandbox_state, session.now().astimezone(UTC)
        now = Talk(
            id=kept.id if kept else new_id(),
            world=session.world.id,
            sandbox=options.sandbox,
            sandbox_state=str(state.resolve()) if state else None,
            account=session.world.account.id,
            account_name=session.world.account.name,
            model=model,
            began=kept.began if kept else at,
            ended=at,
            first=kept.first if kept else request,
            requests=kept.requests + 1 if kept else 1,
            toolsets=sorted(session.toolsets),
            messages=[],
            machine=machine(),
        )
        with open_talks(session.settings.state, self.page_user) as talks:
            self.kept, self._writing = talks.keep(
                now, session.messages, session.world.redactor, self._writing
            )


def tell(session: Session, request: str, answer: str) -> None:
    """Have the model hear afterwards how something ended that it was not asked."""
    told = {"role": "assistant", "content": [{"type": "text", "text": answer}]}
    session.messages += [{"role": "user", "content": request}, told]


def check_reachable(kept: Talk) -> None:
    """Whether the world of a talk may be on this machine. Raises ConfigError for a sandbox in a file of another one."""
    if kept.sandbox_state and kept.machine not in ("", machine()):
        raise ConfigError(
            f"{kept.id} was had in the sandbox of a file on {visible(kept.machine)}: go on with it there."
            " Nothing was changed."
        )


def had_here(kept: Talk, session: Session) -> None:
    """Whether a session is where a talk was had. Raises ConfigError when it is not."""
    if kept.world != session.world.id:
        raise ConfigError(
            f"{kept.id} was had in {kept.world}, and this is {session.world.id}: set META_GRAPH_URL as it was."
            " Nothing was changed."
        )
    if kept.account != session.world.account.id:
        raise ConfigError(
            f"{kept.id} was had about {kept.account}, and this is {session.world.account.id}. Nothing was changed."
        )
