"""Which access token an account is worked with: kept is where the token is found on each machine, never the token.

| reference | where the token is |
| --- | --- |
| `env:NAME` | the environment variable of that name |
| `file:/PATH` | a file that only its owner can read |
| `keyring:SERVICE/USER` | the system's keyring, by the package `keyring` |
| `command:NAME` | what `ADSTEWARD_TOKEN_COMMAND NAME` prints: Vault, a cloud's secret manager |

Whoever can write to a shared database can choose among these and nothing else: the command itself is set on the machine.
"""

import re
import shlex
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from agent.setup import private
from agent.setup.environment import VARIABLES, variable
from agent.setup.found_token import Token
from agent.setup.own_files import make_private
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from agent.stores.database import Database

COMMAND_WAIT_S = 30
NO_TOKENS = {*VARIABLES, "ANTHROPIC_AUTH_TOKEN"} - {"FACEBOOK_ACCESS_TOKEN"}
"""Variables that say something else: a key, a secret, a database with its password."""
_REFERENCE = re.compile(
    r"(env):([A-Za-z_][A-Za-z0-9_]{0,99})|(file):(/[^\0]{1,400})|(keyring):([^/\0]{1,100}/[^\0]{1,100})|(command):([A-Za-z0-9][\w./@-]{0,99})"
)


_ACCOUNT = re.compile(r"(?:act_)?([0-9]{1,25})")


class AccountTokens(Database):
    """References by account."""

    what = "The list of tokens"
    file = "tokens.sqlite"
    schema = """
CREATE TABLE IF NOT EXISTS account_tokens (account TEXT PRIMARY KEY, reference TEXT NOT NULL, kept_at TEXT NOT NULL);
"""

    def keep(self, account: str, reference: str) -> None:
        """Work with an account by what is found there. Raises ConfigError for what is no account or no reference."""
        parts_of(reference)
        account = account_named(account)
        with self.transaction():
            self.run(
                "INSERT INTO account_tokens(account, reference, kept_at) VALUES (?,?,?)"
                " ON CONFLICT (account) DO UPDATE SET reference=excluded.reference, kept_at=excluded.kept_at",
                *(account, reference, self.stamp()),
            )

    def forget(self, account: str) -> bool:
        """Work with an account by the usual token again; False when it was so already. Raises ConfigError."""
        account = account_named(account)
        with self.transaction():
            return bool(self.run("DELETE FROM account_tokens WHERE account=?", account))

    def references(self) -> dict[str, str]:
        """All of them, by account."""
        rows = self.all("SELECT account, reference FROM account_tokens ORDER BY account")
        return {row["account"]: row["reference"] for row in rows}


def open_tokens(settings: Settings) -> AccountTokens:
    """Those of the settings' workspace or database. Raises ConfigError."""
    make_private(settings.state)
    return AccountTokens.of(settings.state)


def with_own_token(settings: Settings) -> Settings:
    """The settings with the token of their account, where one is kept for it. Raises ConfigError when it is not found."""
    account = settings.loaded.brand.ad_account
    if settings.options.sandbox or not account or not AccountTokens.is_kept(settings.state):
        return settings
    with closing(open_tokens(settings)) as tokens:
        reference = tokens.references().get(account)
    return replace(settings, token=Token(found(reference, account), reference)) if reference else settings


def parts_of(reference: str) -> tuple[str, str]:
    """The kind and the name of a reference. Raises ConfigError, without repeating what might be a token."""
    if fits := _REFERENCE.fullmatch(reference):
        kind, name = filter(None, fits.groups())
        if kind == "env" and name in NO_TOKENS:
            raise ConfigError(
                f"{reference} is no access token, so it is not sent to Meta. Nothing was changed."
            )
        return kind, name
    raise ConfigError(
        "A token is kept as env:NAME, file:/PATH, keyring:SERVICE/USER or command:NAME, never itself. Nothing was changed."
    )


def account_named(text: str) -> str:
    """An account as it is called everywhere: by another name it would be another one, unnoticed. Raises ConfigError."""
    if fits := _ACCOUNT.fullmatch(text):
        return f"act_{fits[1]}"
    raise ConfigError(
        "An account is named by its number, such as act_123456789: `adsteward accounts` lists them. Nothing was changed."
    )


def found(reference: str, account: str) -> str:
    """The token at a reference. Raises ConfigError, which names the reference and says what to do."""
    kind, name = parts_of(reference)
    ways = {"env": variable, "file": _in_file, "keyring": _in_keyring, "command": _by_command}
    try:
        token = ways[kind](name).strip()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigError(_missing(reference, account, f" ({why})")) from None
    if not token:
        raise ConfigError(_missing(reference, account, ""))
    return token


def _missing(reference: str, account: str, why: str) -> str:
    return (
        f"The token of {account} is to be found at {reference} on this machine, and is not{why}. Nothing was sent."
        f" Put it there, or `adsteward fleet token {account} REFERENCE` names another place."
    )


def _in_file(name: str) -> str:
    return private.read(Path(name)) or ""


def _in_keyring(name: str) -> str:
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise ConfigError("keyring: needs `pip install keyring` on this machine. Nothing was sent.") from None
    service, _, user = name.partition("/")
    try:
        return str(keyring.get_password(service, user) or "")
    except Exception as error:  # noqa: BLE001 - each backend fails in its own way, and might repeat what it found
        raise OSError(0, type(error).__name__) from None


def _by_command(name: str) -> str:
    command = shlex.split(variable("ADSTEWARD_TOKEN_COMMAND"))
    if not command:
        raise ConfigError(
            "command: needs ADSTEWARD_TOKEN_COMMAND on this machine, such as `vault kv get -field=token`. Nothing was sent."
        )
    done = subprocess.run(  # noqa: S603 - set by the person of this machine; no shell
        [*command, name], capture_output=True, text=True, timeout=COMMAND_WAIT_S, check=True
    )
    return done.stdout
