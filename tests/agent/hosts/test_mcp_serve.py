"""`adsteward mcp` as a process of its own: standard input and output, and HTTP with a bearer token."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters

from agent.hosts import gate_approvals
from tests import warm
from tests.agent.hosts.hosts import ERAS

COMMAND = (sys.executable, "-m", "agent", "mcp", "--sandbox")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment(sealed, workspace):
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(sealed), "ADSTEWARD_WORKSPACE": str(workspace)}


@pytest.mark.parametrize("era", ERAS)
def test_it_speaks_over_standard_input_and_output(environment, era):
    """Lists and calls; nothing but the protocol on stdout."""
    server = StdioServerParameters(command=COMMAND[0], args=list(COMMAND[1:]), env=environment)

    async def run():
        async with Client(server, mode=era) as client:
            tools = await client.list_tools()
            told = await client.call_tool("list_accounts", {})
            return [tool.name for tool in tools.tools], told

    names, told = asyncio.run(run())
    assert "apply_changes" in names
    assert "act_123456789" in str(told.structured_content)


def test_it_ends_when_the_host_closes_the_connection(environment):
    """Without a word and without an error."""
    told = warm.run(COMMAND, env=environment, input=b"", timeout=60)
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")


def test_what_is_no_protocol_is_answered_and_survived(environment):
    """A stray line kills nothing."""
    text = b"hello\n{}\n\xff\xfe\n"
    told = warm.run(COMMAND, env=environment, input=text, timeout=60)
    assert told.returncode == 0
    assert b"Traceback" not in told.stderr


@pytest.fixture
def served(environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = warm.Popen([*COMMAND, "--http", str(port)], env=environment, stderr=subprocess.PIPE)
    url = f"http://127.0.0.1:{port}/mcp"
    for _ in range(200):
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield url, process
    process.terminate()
    process.wait(20)
    process.stderr.close()


def test_http_wants_the_token_that_only_its_owner_can_read(served):
    """401 without it, with a wrong one, and for a page of a browser under another name."""
    url, process = served
    path = gate_approvals.folder() / "http.token"
    token = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": token},
        {"Authorization": "Bearer x y"},
    ):
        assert httpx.post(url, json=hello, headers=headers).status_code == 401
    right = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    params = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    assert httpx.post(url, json=hello | {"params": params}, headers=right).status_code == 200
    assert httpx.post(url, json=hello, headers=right | {"Host": "evil.example"}).status_code == 421
    assert httpx.post(url, json=hello, headers=right | {"Origin": "http://evil.example"}).status_code == 403
    process.terminate()
    assert token not in process.stderr.read().decode()
