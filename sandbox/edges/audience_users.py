"""People in and out of a customer list: rows of hashes, in one call or in sessions (docs/graph-api.md §9.1)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.objects.custom_audience import found
from sandbox.request import params
from sandbox.request.fields import parse
from sandbox.request.refusals import GraphError, invalid, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node

    Args = Mapping[str, str]

MOST_ROWS, MOST_SAMPLES, MOST_SESSIONS = 10_000, 5, 100
SESSION_S = 90 * 60
"""How long a replacement may take, from its first batch on."""
HASHED = frozenset(
    """
    EMAIL PHONE GEN DOBY DOBM DOBD LN FN FI CT ST ZIP COUNTRY EMAIL_SHA256 PHONE_SHA256
    """.split()
)
PLAIN = frozenset(
    "MADID EXTERN_ID LOOKALIKE_VALUE PAGEUID UID APPUID MOBILE_ADVERTISER_ID INSTAGRAM_ID".split()
)
_HASH = re.compile(r"[0-9a-f]{64}")


class Upload:
    """The rows of one call: the people that can be read, and samples of those that cannot."""

    def __init__(self, args: Args) -> None:
        """Read `payload`. Raises GraphError."""
        payload = params.mapping(args, "payload")
        if payload is None:
            raise required("payload")
        self.schema, rows = _schema(payload), payload.get("data")
        if not isinstance(rows, list):
            raise invalid("Param payload[data] must be an array.", blame="payload")
        if len(rows) > MOST_ROWS:
            raise invalid(f"At most {MOST_ROWS} rows can be sent at a time", blame="payload")
        self.received, self.people, self.bad = len(rows), set[str](), dict[str, str]()
        self.invalid = 0
        for place, row in enumerate(rows):
            self._take(place, row, raw=bool(payload.get("is_raw")))

    def _take(self, place: int, row: Any, *, raw: bool) -> None:
        cells = row if isinstance(row, list) else [row]
        wrong = len(cells) != len(self.schema) or not all(
            isinstance(cell, str | int | float) for cell in cells
        )
        if not wrong and not raw:
            wrong = any(
                key in HASHED and cell != "" and not _HASH.fullmatch(str(cell).lower())
                for key, cell in zip(self.schema, cells, strict=True)
            )
        if wrong or not any(str(cell) for cell in cells):
            self.invalid += 1
            if len(self.bad) < MOST_SAMPLES:
                self.bad[str(place)] = "Does not match the schema"
            return
        known = [
            str(cell).lower()
            for key, cell in zip(self.schema, cells, strict=True)
            if key != "LOOKALIKE_VALUE"
        ]
        self.people.add(hashlib.sha256("|".join(known).encode(errors="replace")).hexdigest()[:12])


def _schema(payload: dict[str, Any]) -> list[str]:
    schema = payload.get("schema")
    keys = [str(key).upper() for key in (schema if isinstance(schema, list) else [schema] if schema else [])]
    if not keys:
        raise required("payload[schema]")
    unknown = sorted(set(keys) - HASHED - PLAIN)
    if unknown:
        raise invalid(f"Param payload[schema] must not hold {unknown[0]}", blame="payload")
    if set(keys) & {"UID", "APPUID"} and not payload.get("app_ids"):
        raise invalid("Param payload[app_ids] is required for this schema", blame="payload")
    return keys


def changing(how: str) -> Edge:
    """Make the answer to `/{audience}/users` (`add`, `remove`) or `/{audience}/usersreplace` (`replace`)."""

    def change(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
        if node.data["subtype"] != "CUSTOM":
            text = "Failed to update the custom audience: it does not come from a file of customers"
            raise GraphError(code=2650, message=f"(#2650) {text}")
        upload = Upload(args)
        session = _session(ctx, node, args, upload, how)
        members, before = set(node.data.get("members") or ()), node.data.get("people", 0)
        if how != "replace":
            members = members | upload.people if how == "add" else members - upload.people
        elif session["done"]:
            members, before, session["pending"] = {*session["pending"], *upload.people}, 0, []
        else:
            session["pending"] = sorted({*session["pending"], *upload.people})
        _keep(ctx, node, {"members": sorted(members), "people": before}, session)
        return {
            "audience_id": node.id,
            "session_id": session["session_id"],
            "num_received": upload.received,
            "num_invalid_entries": upload.invalid,
            "invalid_entry_samples": upload.bad,
        }

    return change


def _session(ctx: Context, node: Node, args: Args, upload: Upload, how: str) -> dict[str, Any]:
    """Give the session a call belongs to, with this call counted; a call without one is a session of its own."""
    now, asked = int(ctx.world.clock()), params.mapping(args, "session") or {}
    name = str(asked.get("session_id") or _own_number(node))
    known = {one["session_id"]: one for one in node.data.get("sessions") or () if not one["done"]}
    session = known.get(name)
    if session is None:
        session = {
            "session_id": name,
            "how": how,
            "start_time": now,
            "received": 0,
            "invalid": 0,
            "pending": [],
        }
    if session["how"] != how or now - session["start_time"] > SESSION_S:
        raise GraphError(code=2650, message=f"(#2650) The session {name} has ended or is of another kind")
    last = not asked or asked.get("last_batch_flag") in (True, "true", 1, "1")
    return {
        **session,
        "received": session["received"] + upload.received,
        "invalid": session["invalid"] + upload.invalid,
        "done": last,
        **({"end_time": now} if last else {}),
    }


def _own_number(node: Node) -> str:
    place = node.data.get("uploads", 0)
    return str(int(hashlib.sha256(f"{node.id}/{place}".encode()).hexdigest()[:15], 16))


def _keep(ctx: Context, node: Node, who: dict[str, Any], session: dict[str, Any]) -> None:
    """Keep who is in it: no part of the history, which would hold every list once a call."""
    others = [one for one in node.data.get("sessions") or () if one["session_id"] != session["session_id"]]
    more = {
        "sessions": [*others, session][-MOST_SESSIONS:],
        "uploads": node.data.get("uploads", 0) + 1,
        "time_content_updated": int(ctx.world.clock()),
    }
    ctx.world.keep(replace(node, data={**node.data, **who, **more}))


def sessions(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{audience}/sessions`, newest first."""
    del ctx
    asked = [field.name for field in parse(args.get("fields", ""))]
    rows = [_shown(one) for one in reversed(node.data.get("sessions") or ())]
    if "session_id" in args:
        rows = [row for row in rows if row["session_id"] == args["session_id"]]
    return {"data": [{k: v for k, v in row.items() if not asked or k in asked} for row in rows]}


def _shown(session: dict[str, Any]) -> dict[str, str]:
    row = {
        "session_id": session["session_id"],
        "num_received": str(session["received"]),
        "num_invalid_entries": str(session["invalid"]),
        "num_matched": str(found(session["received"] - session["invalid"])),
        "progress": "100" if session["done"] else "50",
        "stage": "completed" if session["done"] else "uploading",
        "start_time": str(session["start_time"]),
    }
    return row | ({"end_time": str(session["end_time"])} if "end_time" in session else {})
