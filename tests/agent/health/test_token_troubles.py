"""What a daily check says about the token: what is wrong or soon will be, never the token."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from agent.health.token_check import token_troubles
from tools.graph import Governor, GraphError, MemoryLimits
from tools.graph.allowance import Cost
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


def governor() -> Governor:
    return Governor(MemoryLimits(), host="h", token=TOKEN, account="act_1")


def troubles(known: Governor | None = None, **data) -> list[str]:
    """The lines for a token of which Meta says this."""
    world = SimpleNamespace(
        settings=SimpleNamespace(token=SimpleNamespace(value=TOKEN)),
        reader=SimpleNamespace(get_many=lambda _: [{"data": GOOD | data}]),
        account=SimpleNamespace(id="act_1"),
        redactor=Redactor([TOKEN]),
        governor=known or governor(),
    )
    return token_troubles(world, lambda: NOW)


def test_a_healthy_token_is_not_spoken_about():
    """Nothing to do, nothing to say."""
    assert troubles() == []


def test_the_app_of_the_token_is_learned_on_the_way():
    """From then on what Meta says of the app counts for it, too."""
    known = governor()
    troubles(known, app_id="77")
    known.failed(GraphError({"code": 4}, http_status=400, wait_s=60), Cost(reads=1))
    assert "h app 77" in known._known()


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
