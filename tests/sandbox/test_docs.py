"""The page about the sandbox says what there is, and its commands work."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox import TOKENS
from sandbox.insights.breakdown_cells import BREAKDOWNS
from sandbox.world import faults

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("what", [TOKENS, faults._MATCHES, faults._EFFECTS, BREAKDOWNS])
def test_every_name_is_explained(what):
    """Tokens, faults and breakdowns are all there."""
    assert [name for name in what if f"`{name}`" not in PAGE] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_commands_work(server):
    """Each command of the page is answered with JSON that is no error."""
    url = server[1]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[1:]).replace(
        "http://127.0.0.1:8787", url
    )
    assert script.count("curl ") == 13
    script = 'set -e\ncurl() { command curl --fail-with-body "$@"; echo; }\n' + script
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    answers = done.stdout.splitlines()
    assert len(answers) == 13
    assert not any(answer.startswith('{"error"') for answer in answers)
