"""What tests of commands share."""

import pytest

from tests.agent.cli.test_doctor import look, meta  # noqa: F401 - what doctor sees, and what it says


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """An empty workspace that every command finds."""
    folder = tmp_path / "ws"
    folder.mkdir()
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    return folder
