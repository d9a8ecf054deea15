"""A model without a model: reads requests by their parts, in five languages, and drives the same loop and tools."""

from agent.models.offline.planner import Offline, pulls_brake

__all__ = ["Offline", "pulls_brake"]
