"""kill -9 in the middle of 40 changes, at every point around the writes: afterwards all 40 are done once."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

from tests import warm
from tests.agent.servers import graph_server
from tests.agent.support import Sandbox
from tests.agent.writes.test_apply import active, status_writes


def adsteward(*arguments, **env):
    return warm.Popen(
        [sys.executable, "-m", "agent", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
    )


@pytest.mark.parametrize(
    ("engine", "moment"),
    [("sqlite", "before"), ("sqlite", "after"), ("postgres", "after")],
    indirect=["engine"],
)
def test_forty_pauses_survive_kill_9(tmp_path, engine, moment):
    """The process dies as the write arrives at Meta, or when it was executed but not answered; wherever the journal is."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "stack.md").write_text("max_pauses_per_day: 50\n", encoding="utf-8")
    running = []

    def kill_once(at):
        if at == moment and running:
            running.pop().send_signal(signal.SIGKILL)

    with Sandbox() as sandbox, graph_server(sandbox, kill_once) as url:
        env = {"META_GRAPH_URL": url, "ADSTEWARD_WORKSPACE": str(tmp_path)}
        ids = active(sandbox, 40)
        propose = adsteward(
            "tool", "set_status", json.dumps({"ids": ids, "status": "PAUSED"}), "--sandbox", **env
        )
        out, err = propose.communicate(timeout=60)
        assert propose.returncode == 3, err
        change_set_id = json.loads(out)["change_sets"][0]["id"]

        victim = adsteward("apply", change_set_id, "--json", **env)
        running.append(victim)
        victim.communicate(timeout=60)
        assert victim.returncode == -signal.SIGKILL

        rescue = adsteward("apply", change_set_id, "--json", **env)
        out, err = rescue.communicate(timeout=60)
        assert rescue.returncode == 0, out + err
        assert [c["outcome"] for c in json.loads(out)["change_sets"][0]["changes"]] == ["done"] * 40
        assert Counter(status_writes(sandbox)) == dict.fromkeys(ids, 1)
