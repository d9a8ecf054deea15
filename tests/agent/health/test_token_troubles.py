"""What a daily check says about the token: what is wrong or soon will be, never the token."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from agent.health.token_check import token_troubles
from tools.graph.redact import Redactor

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN = "sandbox-canary-0123456789abcdef"
GOOD = {
    "is_valid": True,
    "type": "SYSTEM_USER",
    "expires_at": 0,
    "data_access_expires_at": 0,
    "scopes": ["ads_read", "ads_management"],
}


def troubles(**data) -> list[str]:
    """The lines for a token of which Meta says this."""
    world = SimpleNamespace(
        settings=SimpleNamespace(token=SimpleNamespace(value=TOKEN)),
        reader=SimpleNamespace(get_many=lambda _: [{"data": GOOD | data}]),
        account=SimpleNamespace(id="act_1"),
        redactor=Redactor([TOKEN]),
    )
    return token_troubles(world, lambda: NOW)


def test_a_healthy_token_is_not_spoken_about():
    """Nothing to do, nothing to say."""
    assert troubles() == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"expires_at": int((NOW + timedelta(days=3)).timestamp())},
            "Token expires: ends 2026-11-23 12:00 UTC, in 3 days. Renew",
        ),
        ({"expires_at": int((NOW - timedelta(days=1)).timestamp())}, "It is over."),
        ({"scopes": ["ads_read"]}, "Missing: ads_management."),
        ({"application": f"app {TOKEN}", "type": "PAGE"}, "cannot manage ads"),
    ],
    ids=["soon", "over", "scopes", "page"],
)
def test_what_is_wrong_is_one_line_with_what_to_do(data, said):
    """The finding and the next step; what looks like the token is hidden."""
    (line,) = troubles(**data)
    assert said in line
    assert TOKEN not in line
