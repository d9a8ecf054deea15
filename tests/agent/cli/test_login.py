"""The own store of the token: checked before it is kept, readable by its owner alone, shown nowhere."""

import io
import json

import pytest

from agent.cli.entry import _guarded
from agent.setup import private
from agent.setup.found_token import find_token, token_file
from agent.setup.stops import ConfigError
from tests.agent.servers import graph_server
from tests.agent.support import Sandbox

SECRET = "EAAcanaryTOKENcanaryTOKEN0123456789"


@pytest.fixture
def meta(monkeypatch):
    """The sandbox as Meta, over a real socket."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        yield sandbox


@pytest.fixture
def login(monkeypatch, capsys):
    def call(typed, *options):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = _guarded(["login", *options])
        out, err = capsys.readouterr()
        return code, out + err

    return call


def test_a_working_token_is_stored_for_its_owner_alone(meta, login):
    """Mode 0600, and the next command finds it."""
    code, said = login("sandbox-token\n")
    assert code == 0
    assert token_file().read_text() == "sandbox-token"
    assert token_file().stat().st_mode & 0o777 == 0o600
    assert find_token(sandbox=False).value == "sandbox-token"
    assert "adsteward login" in find_token(sandbox=False).origin
    assert "sandbox-token" not in said


def test_login_tells_programs_what_was_found(meta, login):
    """One object, whether the token works, does not, or is forgotten; never the token."""
    code, said = login("sandbox-token\n", "--json")
    told = json.loads(said)
    assert (code, told["status"]) == (0, "done")
    assert {"token valid", "scopes"} <= {check["what"] for check in told["checks"]}
    code, said = login("sandbox-expired", "--json")
    assert (code, json.loads(said)["status"]) == (4, "error")
    assert "190/463" in json.loads(said)["answer"]
    assert "sandbox-expired" not in said
    assert json.loads(login("", "--forget", "--json")[1])["answer"].startswith("Removed")


@pytest.mark.parametrize(
    "typed", ["sandbox-expired", "sandbox-readonly", SECRET, "", "  ", "two words", "x" * 5000, "\x00\x01"]
)
def test_a_token_that_does_not_work_is_not_stored(meta, login, typed):
    """What was stored before stays; the token is never repeated."""
    login("sandbox-token")
    code, said = login(typed)
    assert code in (2, 4)
    assert token_file().read_text() == "sandbox-token"
    assert not typed.strip() or typed not in said
    assert len([*token_file().parent.glob(".token*")]) == 0


def test_without_meta_nothing_is_stored(login, monkeypatch):
    """An unchecked token is not kept."""
    monkeypatch.setenv("META_GRAPH_URL", "http://127.0.0.1:9")
    code, said = login(SECRET)
    assert code == 4
    assert SECRET not in said
    assert not token_file().exists()


def test_the_token_of_social_cli_is_taken_when_asked_for(meta, login, sealed):
    """And it is checked like any other."""
    assert login("", "--from-social-cli")[0] == 2
    (sealed / ".social-cli").mkdir()
    config = {"profiles": {"default": {"tokens": {"facebook": "sandbox-token"}}}}
    (sealed / ".social-cli" / "config.json").write_text(json.dumps(config))
    assert login("", "--from-social-cli")[0] == 0
    assert token_file().read_text() == "sandbox-token"


def test_the_environment_wins_over_the_store_and_the_store_over_social_cli(meta, login, sealed, monkeypatch):
    """Argument, environment, own store, social-cli."""
    (sealed / ".social-cli").mkdir()
    config = {"profiles": {"default": {"tokens": {"facebook": "from-social-cli"}}}}
    (sealed / ".social-cli" / "config.json").write_text(json.dumps(config))
    assert find_token(sandbox=False).value == "from-social-cli"
    login("sandbox-token")
    assert find_token(sandbox=False).value == "sandbox-token"
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "from-environment")
    assert find_token(sandbox=False).value == "from-environment"
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "${FACEBOOK_ACCESS_TOKEN}")
    assert find_token(sandbox=False).value == "sandbox-token"


def test_a_store_that_others_can_read_is_not_used(meta, login):
    """It is said how to mend it."""
    login("sandbox-token")
    token_file().chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        find_token(sandbox=False)


def test_a_link_in_the_place_of_the_store_is_not_followed(meta, login, tmp_path):
    """Another file cannot pose as the token."""
    (tmp_path / "other").write_text("sandbox-token")
    token_file().parent.mkdir()
    token_file().symlink_to(tmp_path / "other")
    with pytest.raises(ConfigError):
        find_token(sandbox=False)


def test_forget_removes_the_token(meta, login):
    """Twice is no error."""
    login("sandbox-token")
    assert login("", "--forget")[0] == 0
    assert not token_file().exists()
    assert login("", "--forget")[0] == 0


def test_a_dead_token_is_renewed_where_it_came_from(meta, monkeypatch, capsys):
    """Whoever logged in with adsteward is sent to its login, whoever set the environment to that; nobody to another tool."""
    private.write(token_file(), "sandbox-expired")
    monkeypatch.setenv("META_AD_ACCOUNT", "act_123456789")
    assert _guarded(["tool", "list_ads", "{}"]) == 4
    said = "".join(capsys.readouterr())
    assert "`adsteward login` again" in said
    assert "social" not in said
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-expired")
    assert _guarded(["tool", "list_ads", "{}"]) == 4
    said = "".join(capsys.readouterr())
    assert "set FACEBOOK_ACCESS_TOKEN, from which this one came" in said
    assert "social" not in said
