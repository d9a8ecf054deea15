"""Whether a model could run now: its key, its server and its name, asked of the server once, without a token being used."""

from urllib.parse import quote, urlsplit

import httpx

from agent.models.claude import base_url, environment_key, shown
from agent.models.model import RULES
from tools.domain.text import clean, shortened

ANTHROPIC = "https://api.anthropic.com"
VERSION = "2023-06-01"
TIMEOUT_S = 3.0
LOCAL = "set ANTHROPIC_BASE_URL for a local server, or use `--model offline`"


def why_not(name: str) -> str:
    """Why the model of this name cannot run, with what to do next; nothing when it can, or that cannot be told."""
    if name == RULES:
        return ""
    url, key = base_url(), environment_key()
    if not (url or key):
        return f"{name} needs a key, and none is set. Set ANTHROPIC_API_KEY, or {LOCAL}."
    if url and not _is_address(url):
        return f"ANTHROPIC_BASE_URL {shortened(clean(shown(url)), 100)!r} is no address. Set it to one such as http://127.0.0.1:11434, or unset it."
    return _asked(url or ANTHROPIC, key, name, own=url is None)


def _asked(url: str, key: str, name: str, *, own: bool) -> str:
    headers = {"Authorization": f"Bearer {key or 'none'}", "anthropic-version": VERSION}  # as its SDK does
    try:
        answer = httpx.get(f"{url}/v1/models/{quote(name, safe='')}", headers=headers, timeout=TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        return f"No connection to the model's server {shown(url)} ({type(error).__name__}). Start it, or check ANTHROPIC_BASE_URL."
    if answer.status_code in (401, 403):
        return f"{shown(url)} refuses the key (HTTP {answer.status_code}). Set ANTHROPIC_API_KEY to one that is valid."
    if own and answer.status_code == 404:  # of other servers only some know this address
        return f"Anthropic has no model {name!r}. Correct the name in `model` of stack.md, ADSTEWARD_MODEL or --model."
    return ""


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
