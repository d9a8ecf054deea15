"""The variables of the environment that count, and what they say."""

import os
from collections.abc import Mapping

VARIABLES = {
    "FACEBOOK_ACCESS_TOKEN": "the access token, before the one of `adsteward login` and that of social-cli",
    "META_AD_ACCOUNT": "`ad_account`",
    "META_APP_SECRET": "signs each request (appsecret_proof), if the app demands it; and tells Meta's webhooks from others",
    "META_WEBHOOK_VERIFY_TOKEN": "the verify token of `adsteward hooks`, instead of the one that it makes",
    "META_GRAPH_URL": "another server than Meta's, such as `adsteward sandbox`",
    "META_GRAPH_VERSION": "`graph_version`",
    "ANTHROPIC_API_KEY": "the key for Claude, also called `ANTHROPIC_AUTH_TOKEN`",
    "ANTHROPIC_BASE_URL": "a local server that speaks the Messages API",
    "ADSTEWARD_MODEL": "`model`",
    "ADSTEWARD_WORKSPACE": "the workspace, unless `--workspace` names it",
    "ADSTEWARD_TELEMETRY": "`otlp` sends times and counts of runs to a collector of OpenTelemetry, found by its own `OTEL_…` variables",
    "ADSTEWARD_DATABASE_URL": "a Postgres that several machines share, instead of the files of the state folder (docs/fleet.md)",
    "ADSTEWARD_PERSON": "under whose name talks are kept in a shared database; without it your login",
    "NO_COLOR": "no colours, and no line that says how long something takes",
    "TERM": "what the terminal can do; where it is `dumb` a chat reads plain lines",
    "ADSTEWARD_TOKEN_COMMAND": "a command that prints the token of a name, such as `vault kv get -field=token`, for accounts whose token is kept as `command:NAME`",
    "COLUMNS": "how wide lines and tables are; without it as wide as the terminal, and in a pipe lines are whole",
}
"""Every variable of the environment that counts, and what it sets."""


def variable(name: str) -> str:
    """A variable of the environment; some hosts pass a placeholder such as `${NAME}` on as it is: then nothing."""
    text = os.environ.get(name, "").strip()
    return "" if text.startswith("${") else text


def environment_note(environ: Mapping[str, str]) -> str:
    """Which of the known variables are set, by name only."""
    return ", ".join(name for name in VARIABLES if environ.get(name)) or "none"
