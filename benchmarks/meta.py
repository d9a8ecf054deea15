"""A small Graph server for the benchmarks: 500 ads, figures, a score limit. Knows nothing of the clients it serves."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

ACCOUNT = "act_1"
POINTS, WINDOW_S = 60, 300.0


class Meta:
    """The account, what was asked of it, and a clock that only moves when somebody waits."""

    def __init__(self, *, ads: int = 500, rows: int = 0, limited: bool = False) -> None:
        self.status = {str(1000 + i): "ACTIVE" for i in range(ads)}
        self.rows, self.limited = rows, limited
        self.requests = self.refused = 0
        self.writes: list[str] = []
        self.now = 1_000_000.0
        self._spent: list[tuple[float, int]] = []

    def call(self, method: str, path: str, params: dict[str, str]) -> tuple[int, dict]:
        """One call, alone or out of a batch."""
        self._spent = [(at, points) for at, points in self._spent if self.now - at < WINDOW_S]
        if self.limited and sum(points for _, points in self._spent) >= POINTS:
            self.refused += 1
            return 400, {"error": {"code": 17, "error_subcode": 2446079, "message": "limit"}}
        self._spent.append((self.now, 1 if method == "GET" else 3))
        name = path.strip("/").split("/", 1)[-1] if path.strip("/").startswith("v") else path.strip("/")
        return 200, self._answer(method, name, params)

    def headers(self) -> dict[str, str]:
        used = 100 * sum(points for _, points in self._spent) / POINTS if self.limited else 1.0
        tier = "development_access" if self.limited else "standard_access"
        usage = {"acc_id_util_pct": used, "reset_time_duration": 300, "ads_api_access_tier": tier}
        return {"X-Ad-Account-Usage": json.dumps(usage)}

    def _answer(self, method: str, name: str, params: dict[str, str]) -> dict:
        if name == ACCOUNT:
            return {"id": ACCOUNT, "name": "Bench", "account_status": 1, "currency": "USD", "disable_reason": 0,
                    "timezone_name": "UTC", "min_daily_budget": 100, "amount_spent": "0"}  # fmt: skip
        if name.endswith("/insights"):
            return self._page(params, self.rows or len(self.status), self._figures)
        if name.endswith("/ads"):
            ids = [i for rule in json.loads(params.get("filtering") or "[]") for i in rule["value"]]
            known = ids or list(self.status)
            return self._page(params, len(known), lambda i: self._ad(known[i]))
        if method == "POST":
            self.status[name] = params["status"]
            self.writes.append(name)
            return {"success": True}
        return self._ad(name)

    def _ad(self, ad_id: str) -> dict:
        status = self.status[ad_id]
        parent = {"id": "11", "name": "Set", "status": "ACTIVE", "effective_status": "ACTIVE"}
        return {"id": ad_id, "name": f"Ad {ad_id}", "status": status, "effective_status": status, "adset_id": "11",
                "campaign_id": "12", "adset": parent, "campaign": parent | {"id": "12"}}  # fmt: skip

    def _figures(self, i: int) -> dict:
        results = 2 if i % 12 == 0 else 10
        return {"ad_id": str(1000 + i), "spend": "300.00", "impressions": "10000", "date_start": "2026-11-01",
                "date_stop": "2026-11-30", "actions": [{"action_type": "purchase", "value": str(results)}]}  # fmt: skip

    def _page(self, params: dict[str, str], total: int, row: object) -> dict:
        start, limit = int(params.get("after") or 0), int(params.get("limit") or 25)
        end = min(start + limit, total)
        paging: dict = {"cursors": {"before": str(start), "after": str(end)}}
        if end < total:
            paging["next"] = "more"
        return {"data": [row(i) for i in range(start, end)], "paging": paging}


def serve(meta: Meta) -> tuple[ThreadingHTTPServer, str]:
    """Serve it on loopback; gives the server and its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond({k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
            query = parse_qs(urlsplit(self.path).query)
            self._respond({k: v[0] for k, v in (query | form).items()})

        def _respond(self, params: dict[str, str]) -> None:
            meta.requests += 1
            status, body = (
                200,
                [one(item) for item in json.loads(params["batch"])] if "batch" in params else None,
            )
            if body is None:
                status, body = meta.call(self.command, urlsplit(self.path).path, params)
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {
                **meta.headers(),
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Benchmarks print their own lines."""

    def one(item: dict) -> dict:
        url = urlsplit(item["relative_url"])
        params = dict(parse_qsl(url.query)) | dict(parse_qsl(item.get("body") or ""))
        status, body = meta.call(item["method"], unquote(url.path), params)
        headers = [{"name": name, "value": value} for name, value in meta.headers().items()]
        return {"code": status, "headers": headers, "body": json.dumps(body)}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
