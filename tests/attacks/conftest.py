"""Attacks run on the same sandbox, wire and sessions as the agent's own tests."""

from tests.agent.conftest import events, faults, open_session, sandbox, workspace

__all__ = ["events", "faults", "open_session", "sandbox", "workspace"]
