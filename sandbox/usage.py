"""The usage headers every answer carries (graph-api-facts §4.1, §4.2)."""

from __future__ import annotations

import json
import math
import time

ALLOWANCE = 9000
"""Points of the Full tier: a read costs 1, a write 3, and they decay over 300 seconds."""
DECAY_SECONDS = 300


class Usage:
    """A counter of points that melts away."""

    def __init__(self) -> None:
        """Begin with nothing used."""
        self._points = 0.0
        self._at = time.monotonic()

    def count(self, *, write: bool) -> None:
        """Charge one call."""
        now = time.monotonic()
        self._points *= math.exp((self._at - now) / DECAY_SECONDS)
        self._at = now
        self._points += 3 if write else 1

    def headers(self, account_id: str) -> dict[str, str]:
        """Give the three usage headers; all figures are percentages of the allowance."""
        used = round(100 * self._points / ALLOWANCE, 2)
        whole = math.ceil(used)
        tier = "standard_access"
        calls = {"call_count": whole, "total_cputime": whole, "total_time": whole}
        business = {
            "type": "ads_management",
            **calls,
            "estimated_time_to_regain_access": 0,
            "ads_api_access_tier": tier,
        }
        account = {"acc_id_util_pct": used, "reset_time_duration": DECAY_SECONDS, "ads_api_access_tier": tier}
        return {
            "x-app-usage": json.dumps(calls),
            "x-ad-account-usage": json.dumps(account),
            "x-business-use-case-usage": json.dumps({account_id: [business]}),
        }
