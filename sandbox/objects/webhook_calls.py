"""Calls the address of a webhook: the handshake, and what there is to tell, signed as Meta signs it (§9.2).

Only addresses of this machine are called; the sandbox reaches no network.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx

from sandbox import APP_ID, APP_SECRET
from sandbox.request.refusals import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.world.outbox import Event, Letter
    from sandbox.world.state import World

WAIT_S = 5.0
OK = 200


def is_here(address: str) -> bool:
    """Tell whether an address is one of this machine."""
    try:
        url = httpx.URL(address)
        return url.scheme in ("http", "https") and (
            url.host == "localhost" or ip_address(url.host).is_loopback
        )
    except (ValueError, httpx.InvalidURL):
        return False


def shake_hands(address: str, verify_token: str) -> None:
    """Ask an address of this machine whether it is the subscriber's own. Raises GraphError."""
    challenge = str(secrets.randbelow(10**9))
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        answer = httpx.get(address, params=asked, timeout=WAIT_S, trust_env=False)
    except httpx.HTTPError:
        raise _failed(2200, "the address does not answer") from None
    if answer.status_code != OK or answer.text != challenge:
        raise _failed(2201, "the challenge did not come back")


def _failed(code: int, why: str) -> GraphError:
    return GraphError(code=code, message=f"(#{code}) callback verification failed: {why}")


def signature(body: bytes) -> str:
    """Give the header that signs a body."""
    return f"sha256={hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}"


def deliver(world: World) -> None:
    """Tell all that waits to the address that listens for it, each event by itself; what is not taken waits on."""
    for letter in world.outbox.taken():
        address = _address(world, letter.event)
        if not address:
            continue  # nobody listens, or not any more
        letter.tries += 1
        if _taken(address, letter):
            world.outbox.delivered += 1
        elif letter not in world.outbox.waiting:
            world.outbox.again(letter)


def _address(world: World, event: Event) -> str:
    row = world.nodes[APP_ID].data.get("subscriptions", {}).get("ad_account", {})
    account = world.nodes.get(f"act_{event.account_id}")
    heard = account is not None and account.data.get("subscribed_fields") is not None
    named = event.name in [field["name"] for field in row.get("fields", ())]
    address = str(row.get("callback_url", ""))
    return address if heard and named and is_here(address) else ""


def _taken(address: str, letter: Letter) -> bool:
    body = json.dumps(notification([letter.event])).encode()
    headers = {"content-type": "application/json", "x-hub-signature-256": signature(body)}
    try:
        answer = httpx.post(address, content=body, headers=headers, timeout=WAIT_S, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == OK


def notification(events: Iterable[Event]) -> dict[str, Any]:
    """Give the body that tells of events, an entry for each."""
    return {"object": "ad_account", "entry": list(_entries(events))}


def _entries(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        change = {"field": event.name, "value": event.value}
        yield {"id": event.account_id, "time": int(event.at), "changes": [change]}
