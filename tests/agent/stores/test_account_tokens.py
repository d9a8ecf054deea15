"""An account is worked with by its own token, which is kept nowhere: only where each machine finds it."""

import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.stores.account_tokens import found, open_tokens, with_own_token

TOKEN = "EAAcanaryowntoken0123456789"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "stack.md").write_text("", encoding="utf-8")
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "EAAusual0123456789")
    monkeypatch.setenv("SHOP_TOKEN", TOKEN)
    monkeypatch.setenv(
        "ADSTEWARD_TOKEN_COMMAND",
        f"{sys.executable} -c 'import sys; print(\"{TOKEN}\", end=sys.argv[1][9:])'",
    )
    return tmp_path


@pytest.mark.usefixtures("engine")
def test_each_account_has_its_own_token(workspace: Path) -> None:
    """Wherever it is kept; another account and the sandbox have theirs as before, and the tables hold no token."""
    options = Options(workspace=workspace, account="act_1")
    settings = load_settings(options)
    with closing(open_tokens(settings)) as tokens:
        for reference in ("env:SHOP_TOKEN", f"file:{workspace / 'token'}", "command:meta/shop"):
            tokens.keep("act_1", reference)
            own = with_own_token(settings).token
            assert own
            assert (own.value, own.origin) == (TOKEN, reference)
        assert tokens.references() == {"act_1": "command:meta/shop"}
        for other in (replace(options, account="act_2"), replace(options, sandbox=True)):
            kept = load_settings(other)
            assert with_own_token(kept) is kept
        assert [tokens.forget("act_1"), tokens.forget("act_1")] == [True, False]
    assert with_own_token(settings) == settings
    assert not any(TOKEN.encode() in path.read_bytes() for path in (workspace / "state").iterdir())


@pytest.mark.parametrize(
    "wrong",
    [
        TOKEN,
        f"token:{TOKEN}",
        "env:NOT A NAME",
        "file:relative",
        "command:x; rm -rf /",
        "command:-x",
        "keyring:x",
        "env:",
        "",
    ],
)
def test_what_is_no_reference_is_not_kept(workspace: Path, wrong: str) -> None:
    """Above all no token, which is not repeated either."""
    with closing(open_tokens(load_settings(Options(workspace=workspace)))) as tokens:
        with pytest.raises(ConfigError, match="never itself") as refused:
            tokens.keep("act_1", wrong)
        assert tokens.references() == {}
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("name", ["ADSTEWARD_DATABASE_URL", "ANTHROPIC_API_KEY", "META_APP_SECRET"])
def test_no_other_secret_goes_to_meta_as_a_token(workspace: Path, name: str) -> None:
    """Whoever can write to the shared list cannot have a password or a key sent anywhere."""
    with closing(open_tokens(load_settings(Options(workspace=workspace)))) as tokens:
        for way in (lambda: tokens.keep("act_1", f"env:{name}"), lambda: found(f"env:{name}", "act_1")):
            with pytest.raises(ConfigError, match="is not sent to Meta"):
                way()


def test_an_account_has_one_name(workspace: Path) -> None:
    """With its prefix or without; what is none, such as a token in its place, is neither kept nor repeated."""
    with closing(open_tokens(load_settings(Options(workspace=workspace)))) as tokens:
        tokens.keep("123", "env:SHOP_TOKEN")
        assert tokens.references() == {"act_123": "env:SHOP_TOKEN"}
        for wrong in (TOKEN, "act_", "act_1 ", "shop"):
            with pytest.raises(ConfigError, match="named by its number") as refused:
                tokens.keep(wrong, "env:SHOP_TOKEN")
            assert TOKEN not in str(refused.value)
        assert [tokens.forget("123"), tokens.references()] == [True, {}]


def test_nothing_waits_for_a_token_and_no_keyring_is_a_bug(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe in the file's place, and a keyring that fails and repeats what it found."""

    def locked(*_: str) -> str:
        raise RuntimeError(TOKEN)

    os.mkfifo(workspace / "pipe", 0o600)
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=locked))
    for reference, said in (
        (f"file:{workspace / 'pipe'}", "is not used"),
        ("keyring:m/s", r"\(RuntimeError\)"),
    ):
        with pytest.raises(ConfigError, match=said) as refused:
            found(reference, "act_1")
        assert TOKEN not in str(refused.value)


def test_a_token_that_is_not_there_is_said(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it was looked for, and nothing else."""
    (workspace / "token").chmod(0o644)
    monkeypatch.setenv("ADSTEWARD_TOKEN_COMMAND", "false")
    monkeypatch.setitem(sys.modules, "keyring", None)
    for reference, said in (
        ("env:NO_SUCH", "is to be found at env:NO_SUCH on this machine, and is not. Nothing was sent"),
        ("file:/nowhere/token", "found at file:/nowhere/token"),
        (f"file:{workspace / 'token'}", "can be read by others, so it is not used"),
        ("command:shop", r"at command:shop on this machine, and is not \(CalledProcessError\)"),
        ("keyring:meta/shop", "pip install keyring"),
    ):
        with pytest.raises(ConfigError, match=said):
            found(reference, "act_1")
    monkeypatch.delenv("ADSTEWARD_TOKEN_COMMAND")
    with pytest.raises(ConfigError, match="needs ADSTEWARD_TOKEN_COMMAND"):
        found("command:shop", "act_1")
