"""`adsteward login`: checks an access token with Meta and keeps it for every host, readable by its owner alone."""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from agent.cli.opening import at_terminal
from agent.health.check import Check, without_secrets
from agent.health.token_check import check_token_alone
from agent.setup import private
from agent.setup.environment import variable
from agent.setup.found_token import Token, social_cli_token, token_file
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, MetaFailed
from agent.show.check_table import show
from agent.show.ending import done
from agent.show.screen import Screen
from tools.graph.redact import Redactor

_FORM = re.compile(r"[A-Za-z0-9_.|-]{10,1000}")


def login(*, social_cli: bool = False, as_json: bool = False) -> int:
    """Ask for a token (or take social-cli's), check it, store it. Raises Stop; then nothing is stored."""
    token = _of_social_cli() if social_cli else _typed()
    if not _FORM.fullmatch(token):
        raise ConfigError("That does not look like an access token. Nothing was stored.")
    settings = replace(load_settings(Options()), token=Token(token, "login"))
    checks = without_secrets(check_token_alone(settings, datetime.now(UTC)), Redactor([token]))
    if not as_json:
        show(checks, Screen())
    if any(check.problem for check in checks):
        raise MetaFailed(
            f"This token does not work as it is, so it was not stored. What was stored before stays.{_why(checks) if as_json else ''}"
        )
    private.write(token_file(), token)
    said = f"Stored in {token_file()}, which only you can read. `adsteward login --forget` removes it."
    if variable("FACEBOOK_ACCESS_TOKEN"):
        said += "\nFACEBOOK_ACCESS_TOKEN is set and wins over it where it is."
    return done(said, as_json=as_json, checks=[check._asdict() for check in checks])


def _why(checks: Sequence[Check]) -> str:
    """What is wrong, where no table of it is shown."""
    return "".join(f" {check.what}: {check.problem}" for check in checks if check.problem)


def forget(*, as_json: bool = False) -> int:
    """Remove the stored token; it stays valid at Meta. Raises ConfigError."""
    path = token_file()
    try:
        path.unlink()
        said = f"Removed {path}. Meta still accepts the token until it ends or you revoke it there."
    except FileNotFoundError:
        said = "No token was stored."
    except OSError as error:
        raise ConfigError(f"{path} cannot be removed ({error.strerror}).") from None
    return done(said, as_json=as_json)


def _typed() -> str:
    """Typed without an echo, or piped in."""
    if not at_terminal():
        return (sys.stdin.readline(2000) if sys.stdin else "").strip()
    from getpass import getpass

    sys.stderr.write(
        "Paste an access token with ads_read and ads_management (a System User token is best).\n"
        "It is not shown, goes to Meta alone, and is stored when Meta says that it works.\n"
    )
    try:
        return getpass("Token: ").strip()
    except EOFError:
        return ""


def _of_social_cli() -> str:
    found = social_cli_token()
    if found is None:
        raise ConfigError("social-cli has no token here (~/.social-cli/config.json). Nothing was stored.")
    return found.value
