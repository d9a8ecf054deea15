"""The main job in the sandbox, played from question to undo; the person's part is scripted, and that is said."""

import tempfile
from pathlib import Path

from agent.models.offline import Offline
from agent.run.session import Session
from agent.setup.settings import STACK, Options, data_file
from agent.show.screen import Screen
from agent.writes.approval import approved_by

REQUEST = "pause underperforming ads"
SCRIPTED = "the demo's script (you would be asked here)"
GO_ON = """
Try it yourself, still without any account:
  adsteward chat --sandbox
  adsteward run "how are my ads doing?" --sandbox

With your own account:
  adsteward init                       makes workspace/brand/stack.md; fill it in
  adsteward login                      paste a token with ads_read and ads_management, best a System User's
  export ANTHROPIC_API_KEY=…           optional: Claude instead of the built-in rules
  adsteward doctor
  adsteward                            opens the chat; nothing changes without your approval
"""


def demo() -> int:
    """Ask, judge, approve, apply, read back and undo; gives the worst exit code."""
    screen = Screen(talking=True)
    with tempfile.TemporaryDirectory(prefix="adsteward-demo-") as folder:
        workspace = Path(folder)
        (workspace / STACK).parent.mkdir()
        (workspace / STACK).write_bytes(data_file(f"workspace/{STACK.as_posix()}").read_bytes())
        options = Options(sandbox=True, workspace=workspace)
        session = Session.open(
            options, approver=approved_by(SCRIPTED), listener=screen, mode="ask", fresh=True
        )
        try:
            return _play(session, screen)
        finally:
            session.close()


def _play(session: Session, screen: Screen) -> int:
    _heading(screen, f"1. The question: “{REQUEST}”")
    report = session.run(REQUEST, Offline())
    _heading(screen, "2. The answer")
    screen.say(report.answer)
    if not report.change_sets:
        return report.exit_code or 4
    change_set_id = report.change_sets[0].change_set.id
    _heading(screen, f"3. Taking it back: adsteward undo {change_set_id}")
    undone, _ = session.tool("undo", {"change_set_id": change_set_id}, request=f"undo {change_set_id}")
    _heading(screen, "4. How to go on")
    screen.say(GO_ON.strip("\n"))
    return report.exit_code or undone.exit_code


def _heading(screen: Screen, text: str) -> None:
    screen.out.print()
    screen.say(text, style="bold cyan")
