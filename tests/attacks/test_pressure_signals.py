"""Ctrl-C, a kill, a closed terminal or a pipe that nobody reads, while a write is out: what was answered is recorded."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from agent.setup.undisturbed import undisturbed
from agent.writes.journal import Journal
from tests import warm
from tests.agent.conftest import sandbox, workspace  # noqa: F401
from tests.agent.servers import graph_server
from tests.attacks.stdio import ANSWERS_WAIT_S, ROOT, Held


@contextmanager
def pausing(workspace, sandbox, held):  # noqa: F811
    """`adsteward tool set_status` as a process, once its write is out."""
    ads = sandbox.of_class("loser")[:5]
    asked = json.dumps({"ids": ads, "status": "PAUSED"})
    command = [sys.executable, "-m", "agent", "tool", "set_status", asked, "--sandbox", "--approve", "safe"]
    with graph_server(sandbox, held) as url:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "META_GRAPH_URL": url}
        env["ADSTEWARD_WORKSPACE"] = str(workspace)
        pipe = subprocess.PIPE
        with warm.Popen(command, env=env, stdout=pipe, stderr=pipe, stdin=pipe) as process:
            try:
                assert held.reached.wait(ANSWERS_WAIT_S), process.stderr.read()
                yield process
            finally:
                process.kill()


def states(workspace):  # noqa: F811
    journal = Journal(workspace / "state" / "journal.sqlite")
    (row,) = journal.recent("", 5)
    outcomes = journal.outcomes(journal.change_set(row["id"]))
    journal.close()
    return {outcome.state for outcome in outcomes}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_waits_for_the_answer_that_is_on_its_way(number, workspace, sandbox):  # noqa: F811
    """Then it ends the run as Ctrl-C does, with everything in the journal and told."""
    held = Held()
    with pausing(workspace, sandbox, held) as process:
        process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        held.go.set()
        told = json.loads(process.stdout.read())
        assert process.wait(ANSWERS_WAIT_S) == 130
        assert process.stderr.read() == b""
    assert "Interrupted: 5 done" in told["answer"]
    assert states(workspace) == {"CONFIRMED"}


def test_a_second_signal_does_not_wait(workspace, sandbox):  # noqa: F811
    """What was sent stays unknown, and is told as that."""
    held = Held()
    with pausing(workspace, sandbox, held) as process:
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        told = json.loads(process.stdout.read())
        assert process.wait(ANSWERS_WAIT_S) == 130
        held.go.set()
    assert "Interrupted: 5 unknown" in told["answer"]
    assert states(workspace) == {"SENT"}


def test_nobody_reading_the_output_changes_nothing_of_the_record(workspace, sandbox):  # noqa: F811
    """Both pipes are closed while the answer is on its way."""
    held = Held()
    with pausing(workspace, sandbox, held) as process:
        process.stdout.close()
        process.stderr.close()
        held.go.set()
        assert process.wait(ANSWERS_WAIT_S) == 1
    assert states(workspace) == {"CONFIRMED"}


def test_what_was_told_to_be_ignored_stays_ignored():
    """`nohup` has a closed terminal mean nothing, inside as well."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
