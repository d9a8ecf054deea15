"""What a host's gate shows a person: one small file per waiting change set, which the server writes and no model can word."""

import hashlib
import json
import re
from contextlib import suppress

from agent.hosts import gate_approvals, plain_lines
from agent.setup import private
from tools.domain.changes import ChangeSet

MOST_KEPT = 400
_NAME = re.compile(r"cs-[0-9a-f]{12}\.(?:json|txt)")


def post(change_set: ChangeSet) -> None:
    """Put the question where the gate finds it, the whole set beside it, and make sure there is a key.

    Raises ConfigError.
    """
    gate_approvals.key()
    folder = gate_approvals.folder() / "waiting"
    text, place = plain_lines.whole(change_set) + "\n", folder / f"{change_set.id}.txt"
    private.write(place, text)
    told = {
        "id": change_set.id,
        "digest": change_set.digest,
        "summary": plain_lines.prompt(change_set, f"~/{place.relative_to(place.home())}", text),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    private.write(folder / f"{change_set.id}.json", json.dumps(told))
    with suppress(OSError):  # somebody else tidies up at the same time
        files = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        for old in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)[MOST_KEPT:]:
            old.unlink()
