"""Attacks use the sessions of the agent's own tests."""

from tests.agent.conftest import events, faults, open_session, sandbox, workspace

__all__ = ["events", "faults", "open_session", "sandbox", "workspace"]
