"""Hosts that do not keep to a tool's schema are understood, and what was understood is what is shown and done."""

import json
from typing import Any

import pytest
from mcp_types import CallToolRequest, CallToolRequestParams, CallToolResult

from tests.agent.hosts.hosts import Host, Person


@pytest.fixture(params=["legacy", "auto"])
def host(request, workspace, sandbox, faults, monkeypatch):
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(workspace, faults.clock, era=request.param)
    yield opened
    opened.server.close()


class AnyParams(CallToolRequestParams):
    arguments: Any


class AnyCall(CallToolRequest):
    params: AnyParams


def sent(host, name, arguments):
    """A call whose arguments are no object on the wire."""
    request = AnyCall(params=AnyParams(name=name, arguments=arguments))
    return host.with_client(lambda client: client.session.send_request(request, CallToolResult))


WAYS = [
    lambda ads: {"ids": json.dumps(ads), "status": "PAUSED", "reason": ""},
    lambda ads: {"IDs": ads, "Status": "paused", "reason": None, "_meta": {"n": 1}, "toolCallId": "c"},
    lambda ads: {"input": {"ids": ads, "status": "PAUSED", "reason": "null"}},
    lambda ads: {"name": "set_status", "arguments": json.dumps({"ids": ads, "status": "PAUSED"})},
]


@pytest.mark.parametrize("way", WAYS)
def test_a_sloppy_proposal_shows_and_does_what_it_means(host, sandbox, way):
    """The table that a person approves names each ad, and those are paused."""
    ads = sandbox.of_class("loser")[:2]
    told = host.call("set_status", **way(ads))
    assert all(ad in told["table"] for ad in ads)
    host.person = Person()
    assert host.apply(told)["status"] == "applied"
    assert {ad for ad in ads if sandbox.status(ad) == "PAUSED"} == set(ads)


@pytest.mark.parametrize("way", WAYS)
def test_calls_inside_of_propose_are_read_the_same_way(host, sandbox, way):
    """Nested, and the nest as text."""
    ads = sandbox.of_class("loser")[:2]
    calls = [{"tool": "adsteward__set_status", "arguments": way(ads)}]
    for form in (
        calls,
        json.dumps(calls),
        json.dumps(calls[0]),
        [{**calls[0], "arguments": json.dumps(way(ads))}],
    ):
        told = host.call("propose", calls=form)
        assert all(ad in told["table"] for ad in ads)


def test_one_id_is_a_list_of_one(host, sandbox):
    """Many models leave the brackets out."""
    (ad,) = sandbox.of_class("loser")[:1]
    assert ad in host.call("set_status", ids=ad, status="PAUSED")["table"]


@pytest.mark.parametrize("arguments", ['{"id": "23848000000001"}', '"{\\"id\\": \\"23848000000001\\"}"'])
def test_arguments_may_come_as_text(host, arguments):
    """The protocol wants an object; what some hosts send is read all the same."""
    result = sent(host, "inspect", arguments)
    assert not result.is_error
    assert result.structured_content["id"] == "23848000000001"


@pytest.mark.parametrize("arguments", ["", "{}", [], None])
def test_no_arguments_are_no_protocol_error(host, arguments):
    """A tool that needs none runs; one that needs some says which."""
    assert not sent(host, "list_accounts", arguments).is_error
    refused = sent(host, "inspect", arguments)
    assert 'For example: {"id": "1234567890"}' in refused.structured_content["error"]


@pytest.mark.parametrize("arguments", ["{", 5, ["1"], '["1"]', True])
def test_arguments_that_are_none_are_refused_with_the_right_form(host, arguments):
    """As a result, which a model reads, and not as an error of the protocol."""
    refused = sent(host, "inspect", arguments)
    assert refused.is_error
    assert 'For example: {"id": "1234567890"}' in refused.structured_content["error"]


@pytest.mark.parametrize("ids", [[120210000000000123], 1.2e17, "[120210000000000123]"])
def test_a_rounded_id_changes_nothing(host, sandbox, ids):
    """It may be the id of something else."""
    told = host.call("set_status", ids=ids, status="PAUSED")
    assert 'For example: {"ids": ["1234567890"]}' in told["error"]
    assert not sandbox.writes()
