"""`adsteward web` as a process, and who may sign in."""

import json
import re
import signal
import socket
import sys
from contextlib import closing
from io import StringIO
from typing import Any

import httpx
import pytest

from agent.cli.entry import _guarded
from agent.run.talk_store import open_talks
from agent.web.users import Users
from tests import warm
from tests.agent.run.test_kept_talks import a_talk
from tests.agent.web.conftest import cheap_hashes  # noqa: F401
from tools.graph.redact import Redactor


def test_users_are_added_listed_and_removed(ws, cheap_hashes, monkeypatch, capsys) -> None:  # noqa: F811
    """Names and roles are told, passwords never; a short one and an unknown name are refused; whoever is out leaves no talk to the next of that name."""
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery\n"))
    assert _guarded(["web", "user", "add", "anna", "--role", "approve"]) == 0
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    assert _guarded(["web", "user", "add", "ben", "--role", "look"]) == 2
    assert _guarded(["web", "user", "list"]) == 0
    assert Users.of(ws / "state").fits("anna", "correct horse battery")
    with open_talks(ws / "state", "anna") as talks:
        talks.keep(a_talk(), [], Redactor())
    assert _guarded(["web", "user", "remove", "anna"]) == 0
    with open_talks(ws / "state", "anna") as talks:
        assert talks.listed() == ([], [])
    assert _guarded(["web", "user", "remove", "anna"]) == 2
    out, err = capsys.readouterr()
    assert "anna  approve" in out
    assert "12 characters or more. Nothing was changed." in err
    assert "There is no user 'anna'" in err
    assert "battery" not in out + err


def test_users_are_told_to_programs(ws, cheap_hashes, monkeypatch, capsys) -> None:  # noqa: F811
    """Each of the commands prints one object, and nobody yet is said with how somebody is let in."""

    def told(*arguments: str) -> Any:
        _guarded(["web", "user", *arguments, "--json"])
        return json.loads(capsys.readouterr().out)

    assert "`adsteward web user add NAME --role look`" in told("list")["answer"]
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery\n"))
    assert told("add", "anna", "--role", "approve")["status"] == "done"
    assert told("list")["users"] == [{"name": "anna", "role": "approve"}]
    assert told("remove", "anna")["answer"] == "anna is out."
    assert told("remove", "anna")["status"] == "error"


def test_what_cannot_be_served_is_said(ws, capsys) -> None:
    """A host for others without TLS, nobody who could sign in, a certificate that is none, a port in use."""
    remote = ["--behind-proxy", "--url", "https://ads.example.com"]
    assert _guarded(["web", "--host", "10.0.0.7"]) == 2
    assert _guarded(["web", *remote]) == 2
    err = capsys.readouterr().err
    assert "is open to other computers" in err
    assert "`adsteward web user add NAME --role approve` comes first" in err
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        assert _guarded(["web", "--sandbox", "--port", str(taken.getsockname()[1])]) == 2
    assert "cannot be used" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("number", ["SIGINT", "SIGHUP"])
def test_the_page_is_served_until_ctrl_c(ws, number: str) -> None:
    """The link of the first lines lets in, over a real socket; Ctrl-C or a closed terminal ends it without a word, and its exit code says so."""
    command = [sys.executable, "-m", "agent", "web", "--sandbox", "--port", "0"]
    with warm.Popen(command, stdout=-1, stderr=-1, text=True) as server:
        try:
            told = [server.stdout.readline() for _ in range(2)]
            link = re.search(r"http://\S+", told[1])[0]
            assert "SANDBOX: the page of" in told[0]
            with httpx.Client() as browser:
                assert "You are in" in browser.get(link).text
                answer = browser.get(f"{link.partition('/enter')[0]}/inbox")
                assert "Nothing waits for an approval." in answer.text
                assert "server" not in answer.headers
        finally:
            server.send_signal(getattr(signal, number))
        out, err = server.communicate(timeout=30)
    assert (server.returncode, out, err) == (0, "", "")
