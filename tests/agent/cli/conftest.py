"""What tests of commands share."""

import pytest


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """An empty workspace that every command finds."""
    folder = tmp_path / "ws"
    folder.mkdir()
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    return folder
