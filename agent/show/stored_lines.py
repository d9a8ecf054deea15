"""What is told of a stored change set beside its changes: who asked, where it stands, by which limits it was judged."""

from contextlib import suppress

from agent.run.report import StoredSet
from tools.domain.brand import BrandError
from tools.domain.brand_layers import followed, of_texts
from tools.domain.changes import ChangeSet
from tools.domain.money import separated
from tools.domain.text import clock_of, visible


def stored_lines(stored: StoredSet) -> list[str]:
    """One line each, the same on every surface."""
    change_set = stored.change_set
    return [
        f"asked for: {visible(change_set.request)}",
        f"state: {stored.said} · world: {change_set.world} · proposed {_at(change_set)}",
        *([f"declined by {visible(stored.declined)}"] if stored.declined else []),
        _limits(change_set),
        *([_transcript(stored)] if stored.machine else []),
    ]


def _transcript(stored: StoredSet) -> str:
    """Where the whole run can be read: transcripts stay on the machine that wrote them."""
    return f"transcript: {visible(stored.machine)}, state/transcripts/{stored.change_set.run_id}.jsonl of its workspace"


def _limits(change_set: ChangeSet) -> str:
    """The settings that a set was judged by: from where, as of when, and what they say."""
    held = dict(change_set.settings)
    origin, workspace = held.pop("origin", ""), held.pop("workspace", "")
    held.pop("timezone", "")
    if not origin:
        return "limits: an older version of adsteward did not keep by which ones it was judged"
    with suppress(BrandError):  # of an older version, with a value that is none any more
        held |= followed(of_texts(held), change_set.currency)
    values = [f"{key} {separated(visible(text.replace(chr(10), ', ')))}" for key, text in held.items()]
    told = f": {'; '.join(values)}" if values else ""
    place = f" (workspace {visible(workspace)})" if workspace and workspace not in origin else ""
    return f"limits: {visible(origin)}{place}, as they were on {_at(change_set)}{told}"


def _at(change_set: ChangeSet) -> str:
    return clock_of(change_set.created_at, change_set.settings.get("timezone", "UTC"))
