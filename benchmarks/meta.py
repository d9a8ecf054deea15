"""A small Graph server for the benchmarks: 500 ads, figures, a score limit. Knows nothing of the clients it serves."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

ACCOUNT = "act_1"
ADS = 500
WASTEFUL = 40
"""Of the ads, these cost 150.00 per result; all others cost 30.00."""
POINTS, WINDOW_S, BLOCK_S = 60, 300.0, 300.0
"""The Limited tier: a read is one point, a write three; above that everything is refused for a while."""
LATENCY_S = 0.2
"""What an answer takes on the virtual clock."""


class Clock(Protocol):
    """Virtual seconds that server and client share; moved by requests and by waiting."""

    value: float


class Meta:
    """The account, and what was asked of it."""

    def __init__(
        self, clock: Clock, *, rows: int = ADS, limited: bool = False, drops_write: bool = False
    ) -> None:
        self.clock = clock
        self.rows, self.limited, self.drops_write = rows, limited, drops_write
        self.status = {str(1000 + i): "ACTIVE" for i in range(ADS)}
        self.requests = self.refused = 0
        self.writes: list[str] = []
        self._spent: list[tuple[float, int]] = []
        self._blocked_until = 0.0

    def call(self, method: str, path: str, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """One call, alone or out of a batch."""
        if self.limited and self._over(1 if method == "GET" else 3):
            self.refused += 1
            return 400, {"error": {"code": 17, "error_subcode": 2446079, "message": "User request limit"}}
        name = "/".join(part for part in unquote(path).split("/") if part and not part.startswith("v26"))
        return 200, self._answer(method, name, params)

    def usage(self) -> str:
        """The usage header of this moment."""
        used = 100 * self._score() / POINTS if self.limited else 0
        tier = "development_access" if self.limited else "standard_access"
        return json.dumps(
            {
                "acc_id_util_pct": round(used, 2),
                "reset_time_duration": int(WINDOW_S),
                "ads_api_access_tier": tier,
            }
        )

    def _over(self, points: int) -> bool:
        now = self.clock.value
        if now < self._blocked_until:
            return True
        if self._score() + points > POINTS:
            self._blocked_until = now + BLOCK_S
            return True
        self._spent.append((now, points))
        return False

    def _score(self) -> int:
        self._spent = [(at, points) for at, points in self._spent if self.clock.value - at < WINDOW_S]
        return sum(points for _, points in self._spent)

    def _answer(self, method: str, name: str, params: dict[str, str]) -> dict[str, Any]:
        if name == ACCOUNT:
            return {
                "id": ACCOUNT,
                "name": "Bench",
                "account_status": 1,
                "currency": "USD",
                "timezone_name": "UTC",
            }
        if name.endswith("/insights"):
            return _page(params, self.rows, _figures)
        if name.endswith("/ads"):
            asked = [i for rule in json.loads(params.get("filtering") or "[]") for i in rule["value"]]
            ids = asked or list(self.status)
            return _page(params, len(ids), lambda i: self._ad(ids[i]))
        if method == "POST":
            self.status[name] = params["status"]
            self.writes.append(name)
            return {"success": True}
        return self._ad(name)

    def _ad(self, ad_id: str) -> dict[str, Any]:
        status = self.status[ad_id]
        return {
            "id": ad_id,
            "name": f"Ad {ad_id}",
            "status": status,
            "effective_status": status,
            "adset_id": "11",
            "campaign_id": "12",
        }


def _figures(index: int) -> dict[str, Any]:
    wasteful = index % 12 == 0 and index < 12 * WASTEFUL
    return {
        "ad_id": str(1000 + index),
        "spend": "300.00",
        "impressions": "10000",
        "date_start": "2026-11-01",
        "date_stop": "2026-11-30",
        "actions": [{"action_type": "purchase", "value": "2" if wasteful else "10"}],
    }


def _page(params: dict[str, str], total: int, row: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    start, limit = int(params.get("after") or 0), int(params.get("limit") or 25)
    end = min(start + limit, total)
    paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
    if end < total:
        paging["next"] = "there is more"
    return {"data": [row(i) for i in range(start, end)], "paging": paging}


def serve(meta: Meta) -> tuple[ThreadingHTTPServer, str]:
    """Serve it on loopback; gives the server and its address."""
    handler = type("Handler", (_Handler,), {"meta": meta})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    """Head and body leave together: apart, the kernels' delayed answers cost both clients 40 ms a request."""
    meta: Meta

    def do_GET(self) -> None:
        self._respond({})

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._respond(dict(parse_qsl(form)))

    def _respond(self, form: dict[str, str]) -> None:
        meta, url = self.meta, urlsplit(self.path)
        meta.requests += 1
        meta.clock.value += LATENCY_S
        before = len(meta.writes)
        params = dict(parse_qsl(url.query)) | form
        body: Any
        if "batch" in params:
            status, body = 200, [self._item(item) for item in json.loads(params["batch"])]
        else:
            status, body = meta.call(self.command, url.path, params)
        if meta.drops_write and len(meta.writes) > before:
            meta.drops_write, self.close_connection = False, True
            return
        self._send(status, json.dumps(body).encode())

    def _item(self, item: dict[str, str]) -> dict[str, Any]:
        url = urlsplit(item["relative_url"])
        params = dict(parse_qsl(url.query)) | dict(parse_qsl(item.get("body") or ""))
        status, body = self.meta.call(item["method"], url.path, params)
        headers = [{"name": "X-Ad-Account-Usage", "value": self.meta.usage()}]
        return {"code": status, "headers": headers, "body": json.dumps(body)}

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("X-Ad-Account-Usage", self.meta.usage())
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Benchmarks print their own lines."""
