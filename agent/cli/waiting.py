"""What a person says in a chat about change sets: apply it, show it, show what waits, forget it. No model is asked."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from agent.cli.show import put_on
from agent.run.conversation import noted_last
from agent.run.places import found_set
from agent.run.reopen import carry_out, check_account
from agent.run.report import Report
from agent.run.session import Session
from agent.show.screen import Screen
from agent.writes.change_events import Proposed
from tools.domain.changes import ChangeSet
from tools.domain.text import clock_of, counted, listed, visible

_ID = r"cs-\w{1,60}"
_WHAT = rf"(?:\s+(?P<what>it|them|that|this|these|those|(?:the|this|that) (?:set|change set|changes?)|{_ID}))"
_APPLY = re.compile(
    rf"/?(?:(?:yes|ok|okay|please|now)[, ]+)*(?:adsteward )?(?:apply|approve)(?:{_WHAT})?(?: now| please)?|do it(?: now)?",
    re.IGNORECASE,
)
_FORGET = re.compile(
    rf"/?(?:please )?(?:adsteward )?(?:forget|decline|withdraw|drop|discard){_WHAT}(?: please)?",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"/waiting|(?:show(?: me)? )?what(?:'s|’s| is)? (?:waits|waiting)(?: for (?:me|approval|my approval))?|"
    r"(?:show|list) (?:the )?(?:waiting|pending) (?:change )?sets?",
    re.IGNORECASE,
)
_SHOW = re.compile(rf"/?(?:please )?(?:adsteward )?show(?: me)? (?P<what>{_ID})(?: please)?", re.IGNORECASE)
_LAST_SAID = ("it", "that", "this")
HOW = "`apply ID` asks for your approval, `decline ID` withdraws it."
MOST = 50


@dataclass(slots=True)
class Waiting:
    """The sets of this account that nobody decided on, and which of them the talk is about."""

    session: Session
    screen: Screen
    last: str = ""
    """The set that was proposed last in this talk."""
    answer: str = field(default="", init=False)
    ended: str = field(default="", init=False)
    """How the last one ended, where all was said that a person should read."""

    def answered(self, request: str) -> bool:
        """Whether a request was about what waits; then it is done, and `answer` says how it ended. Raises Stop."""
        said, self.answer, self.ended = request.strip().rstrip(".!?").strip(), "", "done"
        if _LIST.fullmatch(said):
            self.answer = self._listed()
        elif match := _APPLY.fullmatch(said):
            if said.lower().startswith("do it") and not self._waiting():
                return False  # about something else, which the model may know
            self._apply(match["what"] or "")
        elif match := _FORGET.fullmatch(said):
            if said[:1] != "/" and match["what"].lower() in _LAST_SAID and noted_last(self.session.messages):
                return False  # the note, which the model takes out
            self._forget(match["what"])
        elif match := _SHOW.fullmatch(said):
            self._show(match["what"].lower())
        else:
            return False
        return True

    def moved(self, session: Session) -> str:
        """Go on in a session on another account; says what waits in the one before, where it stays."""
        left, before = self._waiting(), self.session.world.account.id
        self.session, self.last = session, ""
        waits = f"{counted(len(left), 'change set')} in {before} wait{'s' if len(left) == 1 else ''}"
        return f"{waits} there: `use {before}` goes back." if left else ""

    def heard(self, report: Report) -> None:
        """Note which set a request left waiting."""
        for stored in report.change_sets:
            self.last = stored.change_set.id if stored.state == "proposed" else ""

    def _apply(self, what: str) -> None:
        if change_set := self._meant(what):
            report = carry_out(self.session, change_set)
            self.answer, self.ended = report.answer, report.status
            self.heard(report)

    def _forget(self, what: str) -> None:
        if change_set := self._meant(what):
            check_account(self.session, change_set)
            journal = self.session.journal
            if journal.state(change_set.id) == "declined":
                self.answer = f"{journal.standing(change_set.account, change_set.id)} Nothing was changed."
                return
            journal.decline(change_set, "the person at the terminal", "withdrawn")
            self.answer = f"{change_set.id} is withdrawn. Nothing was changed in the account."

    def _show(self, change_set_id: str) -> None:
        change_set = self._stored(change_set_id)
        check_account(self.session, change_set)
        put_on(self.screen, self.session.journal, change_set)
        waits = self.session.journal.state(change_set_id) == "proposed"
        self.answer = f"It waits: {HOW.replace('ID', change_set_id)}" if waits else ""

    def _meant(self, what: str) -> ChangeSet | None:
        """The set that is named, or the one the talk is about, or the only one; else `answer` lists them."""
        waiting, what = self._waiting(), what.lower()
        ids = [row["id"] for row in waiting]
        chosen = what if what.startswith("cs-") else self.last if self.last in ids else ""
        if not chosen and len(ids) == 1:
            chosen = ids[0]
        if chosen:
            return self._stored(chosen)
        self.answer = f"Which one?\n{self._listed()}" if waiting else self._nothing()
        return None

    def _stored(self, change_set_id: str) -> ChangeSet:
        return found_set(self.session.settings.workspace, self.session.journal, change_set_id)

    def _nothing(self) -> str:
        """That nothing waits here, and in which other accounts of this world something does."""
        here, journal = self.session.world.account, self.session.journal
        others = Counter(row["account"] for row in journal.recent("", MOST, state="proposed"))
        others.pop(here.id, None)
        if not others:
            return "Nothing waits for an approval."
        there = [f"{counted(number, 'change set')} in {account}" for account, number in others.items()]
        wait = "waits" if list(others.values()) == [1] else "wait"
        go = f"`use {next(iter(others))}` goes there."
        return f"Nothing waits in {here.id}. {listed(there)} {wait}: {go}"

    def _waiting(self) -> list[dict[str, Any]]:
        session = self.session
        return session.journal.recent(session.world.account.id, MOST, state="proposed")

    def _listed(self) -> str:
        rows = self._waiting()
        if len(rows) == 1:
            self.screen(Proposed(self.session.journal.change_set(str(rows[0]["id"])), ""))
        lines = [
            f"{row['id']}  {clock_of(str(row['when']), str(row['timezone']))}  {counted(int(str(row['changes'])), 'change')}  {visible(row['request'])}"
            for row in rows
        ]
        return "\n".join([*lines, HOW]) if rows else self._nothing()
