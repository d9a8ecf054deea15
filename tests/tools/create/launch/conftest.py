"""The desks of the tools' tests."""

from tests.tools.conftest import desk, reading

__all__ = ["desk", "reading"]
