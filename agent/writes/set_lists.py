"""Change sets as people and the model list them: first what became what it is last."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.setup.who_and_where import machine
from agent.stores.database import to_moment
from agent.stores.engine import Row
from agent.writes.store import Store
from tools.domain.text import visible

_RECENT = (
    "SELECT s.id, s.created_at, r.state, r.state_at, s.content,"
    " (SELECT a.who FROM approvals a WHERE a.run_id = s.id ORDER BY a.ts DESC LIMIT 1) AS approved_by,"
    " (SELECT MAX(a.ts) FROM approvals a WHERE a.run_id = s.id) AS approved_at,"
    " (SELECT e.data FROM events e WHERE e.run_id = s.id AND e.event='declined' ORDER BY e.seq DESC LIMIT 1) AS no,"
    " (SELECT e.data FROM events e WHERE e.run_id = s.id AND e.event='proposed' LIMIT 1) AS origin,"
    " (SELECT MAX(c.sent_at) FROM changes c WHERE c.run_id = s.id) AS sent_at,"
    " (SELECT COUNT(*) FROM changes c WHERE c.run_id = s.id AND c.proof<>'already') AS moved"
    " FROM change_sets s JOIN runs r ON r.run_id = s.id"
    " WHERE {} ORDER BY r.state_at DESC, s.rowid DESC LIMIT ?"
)
"""Only what is asked for stands in it, as an index cannot be used for what may be anything."""
_DONE = (
    "SELECT s.id FROM changes c JOIN runs r ON r.run_id = c.run_id JOIN change_sets s ON s.id = c.run_id"
    " WHERE {} AND c.sent_at IS NOT NULL GROUP BY s.id ORDER BY MAX(c.sent_at) DESC"
)
_COUNT = "SELECT COUNT(*) AS number FROM change_sets s JOIN runs r ON r.run_id = s.id WHERE {}"
_REMOVED = (
    "SELECT c.target, c.kind, c.run_id, c.sent_at,"
    " (SELECT e.data FROM events e WHERE e.run_id = s.id AND e.event='proposed' LIMIT 1) AS origin"
    " FROM changes c JOIN runs r ON r.run_id = c.run_id JOIN change_sets s ON s.id = c.run_id WHERE r.account=? AND c.state='CONFIRMED'"
    " AND c.kind IN ('archive', 'delete') AND json_extract(s.content, '$.world')=?"
)
STATES: dict[str, str] = {
    "proposed": "waits for approval",
    "approved": "approved, not sent",
    "applying": "being applied, or cut off",
    "applied": "applied",
    "partly_applied": "applied in part",
    "failed": "not done",
    "declined": "declined",
    "undone": "undone",
    "as_was": "was so already; nothing was sent",
}
"""How a state is said to people."""
EVERY = 2**63 - 1
"""No limit, as both engines read it."""
Removed = Mapping[str, tuple[str, str]]
"""By the id of what was archived or deleted: in which of both ways, and by which set."""
Asked = Mapping[str, str]
"""What lists are narrowed to: `account`, `state`, `world`, and `since`, a moment as text; what is empty narrows nothing."""
_COLUMNS = {
    "account": "r.account=?",
    "state": "r.state=?",
    "since": "r.state_at>=?",
    "world": "json_extract(s.content, '$.world')=?",
}


def recent(store: Store, asked: Asked, limit: int, begun: datetime) -> list[dict[str, Any]]:
    """The newest of the change sets that are asked for; what was sent before `begun` went with the own sandbox."""
    which, values = _narrowed(asked)
    return [_told(row, begun) for row in store.all(_RECENT.format(which), *values, limit)]


def done(store: Store, asked: Asked) -> list[str]:
    """The ids of the sets that are asked for of which something was sent, what was sent last first."""
    which, values = _narrowed(asked)
    return [row["id"] for row in store.all(_DONE.format(which), *values)]


def number(store: Store, asked: Asked) -> int:
    """How many there are."""
    which, values = _narrowed(asked)
    row = store.one(_COUNT.format(which), *values)
    return int(row["number"]) if row else 0


def removed(store: Store, account: str, world: str, since: datetime) -> Removed:
    """What sets of an account and world archived or deleted since a moment."""
    rows = store.all(_REMOVED, account, world)
    return {
        row["target"]: (row["kind"], row["run_id"])
        for row in rows
        if (to_moment(row["sent_at"]) or since) >= since and not elsewhere(world, row["origin"])
    }


def _narrowed(asked: Asked) -> tuple[str, list[str]]:
    """The condition, and its values."""
    given = {column: asked[name] for name, column in _COLUMNS.items() if asked.get(name)}
    return " AND ".join(given) or "1=1", [*given.values()]


def _told(row: Row, begun: datetime) -> dict[str, Any]:
    content = json.loads(row["content"])
    told: dict[str, Any] = {
        "id": row["id"],
        "when": row["created_at"],
        "state": row["state"],
        "state_at": row["state_at"] or row["created_at"],
        "request": content["request"],
        "changes": len(content["changes"]),
        "world": content["world"],
        "account": content["account"],
        "timezone": content.get("settings", {}).get("timezone", "UTC"),
        **_decided(row),
    }
    other = elsewhere(content["world"], row["origin"])
    gone = not other and content["world"] == "sandbox" and (to_moment(row["sent_at"]) or begun) < begun
    as_was = row["state"] == "applied" and not row["moved"]
    told["said"] = said("as_was" if as_was else row["state"], gone=gone, other=other)
    return told | ({"sandbox_of": other} if other else {}) | ({"gone": True} if gone else {})


def said(state: str, *, gone: bool = False, other: str = "") -> str:
    """A state in words, and what it says nothing of: that it stands in a sandbox which is not here any more, or was never."""
    place = f", in the sandbox of {visible(other)}" if other else ", gone with its sandbox" if gone else ""
    return STATES[state] + place


def _decided(row: Row) -> dict[str, str]:
    """Who decided on a set of a list and when, and why it was declined."""
    told = {name: str(row[name]) for name in ("approved_by", "approved_at") if row[name]}
    if row["state"] != "declined" or not row["no"]:
        return told
    no = json.loads(row["no"])
    return told | {"declined_by": no["who"], "declined_at": str(row["state_at"]), "why": no["reason"]}


def elsewhere(world: str, origin: str | None) -> str:
    """The other machine in whose own sandbox a set was made, by its event of `proposed`; nothing where it is of here, or of Meta."""
    made_on = str(json.loads(origin or "{}").get("machine", ""))
    own = world.startswith("sandbox") and not world.startswith("sandbox@")
    return made_on if own and made_on != machine() else ""
