"""A model without a model: rules that understand a small set of requests and drive the same loop and tools."""

from agent.models.offline.planner import Offline

__all__ = ["Offline"]
