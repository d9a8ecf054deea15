"""What the tests of hosts share: a server on the sandbox, clients of both eras, people who answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from mcp import Client
from mcp_types import CallToolResult, ElicitResult

from agent.hosts import gate_approvals
from agent.hosts.host_session import Desk
from agent.hosts.mcp_server import HostServer
from agent.run.session import Session
from agent.setup.settings import Options, Settings
from agent.writes.approval import Nobody
from tests.agent.support import Clock
from tools.graph import WaitBudget

ERAS = ("legacy", "auto")
"""The handshake era (2025-11-25) and the stateless one (2026-07-28)."""


@dataclass
class Person:
    """Answers questions of the host; `asked` is what they saw."""

    action: str = "accept"
    content: dict[str, Any] | None = field(default_factory=lambda: {"approve": True})
    asked: list[str] = field(default_factory=list)

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        self.asked.append(params.message)
        return ElicitResult(action=self.action, content=self.content if self.action == "accept" else None)


@dataclass
class Host:
    """A host with its server; each call is a connection of its own."""

    workspace: Path
    clock: Clock
    era: str = "auto"
    person: Person | None = None
    progress: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(Options(sandbox=True, workspace=self.workspace), opening=self._open)
        self.server = HostServer(lambda: self.desk, sandbox=True)

    def _open(self, settings: Settings, emit: Any, wait_budget: WaitBudget) -> Session:
        session = Session.open(
            settings.options,
            settings=settings,
            approver=Nobody(),
            listener=emit,
            mode="none",
            sleep=self.clock.sleep,
            now=self.clock.now,
            wait_budget=wait_budget,
        )
        session.monotonic = self.clock.monotonic
        return session

    def with_client(self, job: Callable[[Client], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            async with Client(self.server.mcp, mode=self.era, elicitation_callback=self.person) as client:
                return await job(client)

        return asyncio.run(run())

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured content of a call."""
        return self.result(tool, **arguments).structured_content

    def result(self, tool: str, **arguments: Any) -> CallToolResult:
        async def told(progress: float, total: float | None, message: str | None) -> None:
            self.progress.append(message or "")

        return self.with_client(lambda client: client.call_tool(tool, arguments, progress_callback=told))

    def found(self, tool: str, **arguments: Any) -> CallToolResult:
        """The result of a tool that is not listed."""
        wanted = {"tool": tool, "arguments": arguments}
        return self.with_client(lambda client: client.call_tool("call_tool", wanted))

    def propose(self, ads: list[str], status: str = "PAUSED") -> dict[str, Any]:
        return self.call("set_status", ids=ads, status=status)

    def apply(self, proposed: dict[str, Any], **more: Any) -> dict[str, Any]:
        return self.call("apply_changes", change_set_id=proposed["change_set_id"], **more)

    def grant(self, proposed: dict[str, Any], *, seconds: float = 300, nonce: str = "ab" * 16) -> str:
        """What the host's gate signs once its person agreed."""
        until = self.clock.now() + timedelta(seconds=seconds)
        return gate_approvals.sign(
            gate_approvals.key(),
            proposed["change_set_id"],
            proposed["digest"],
            expires=int(until.timestamp()),
            nonce=nonce,
        )
