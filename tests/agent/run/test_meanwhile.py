"""What happened since a talk ended is told from the journal, a line for each set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.run import meanwhile
from agent.writes.journal import Journal
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((), "was proposed, and waits 2026-11-27 13:00 UTC: 1 change"),
        (("declined",), "was declined 2026-11-27 14:00 UTC: 1 change"),
    ],
)
def test_each_set_is_told_once_by_how_it_ended(tmp_path: Path, ends: tuple[str, ...], said: str) -> None:
    """Proposed or decided since: its last state with when and what was asked; nothing of what is older."""
    now = AT + timedelta(hours=1)
    journal = Journal(tmp_path / "journal.sqlite", now=lambda: now)
    held = a_set(change())
    journal.propose(held)
    now = AT + timedelta(hours=2)
    for _ in ends:
        journal.decline(held, "somebody", "no")
    (line,) = meanwhile.since(journal, held.account, AT)
    assert held.id in line
    assert said in line
    assert meanwhile.since(journal, held.account, AT + timedelta(days=1)) == []
    assert meanwhile.since(journal, "act_0", AT) == []
    journal.close()
