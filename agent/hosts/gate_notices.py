"""What a host's gate shows a person: one small file per waiting change set, which the server writes and no model can word."""

import json
import re
from contextlib import suppress

from agent.hosts import gate_approvals, plain_lines
from agent.setup import private
from tools.domain.changes import ChangeSet

MOST_KEPT = 200
_NAME = re.compile(r"cs-[0-9a-f]{12}\.json")


def post(change_set: ChangeSet) -> None:
    """Put the digest and a summary where the gate finds them, and make sure there is a key. Raises ConfigError."""
    gate_approvals.key()
    told = {"id": change_set.id, "digest": change_set.digest, "summary": plain_lines.summary(change_set)}
    folder = gate_approvals.folder() / "waiting"
    private.write(folder / f"{change_set.id}.json", json.dumps(told))
    with suppress(OSError):  # somebody else tidies up at the same time
        files = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        for old in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)[MOST_KEPT:]:
            old.unlink()
