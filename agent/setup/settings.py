"""What a run is told: arguments, environment, the brand file and defaults, and where each value came from."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from agent.setup import private, trusted
from agent.setup.account_brand import DEMO, Whose, for_account, named_elsewhere, own_file, own_files
from agent.setup.environment import variable
from agent.setup.found_token import Token, find_token
from agent.setup.owned import must_be_own
from agent.setup.stops import BrandFileError, ConfigError
from tools.domain.brand import BrandError
from tools.domain.brand_layers import (
    AMOUNTS,
    ENVIRONMENT,
    GUARDRAILS,
    LoadedBrand,
    Source,
    argument_layer,
    as_texts,
    environment_layer,
    file_layer,
    load_brand,
    readable_layer,
    tightened,
)
from tools.graph.wire import GRAPH_URL, GRAPH_VERSION

Mode = Literal["ask", "none", "safe", "all"]
"""Who approves changes (`--approve`)."""
MODES: tuple[Mode, ...] = ("ask", "none", "safe", "all")
ROOT = Path(__file__).resolve().parents[2]
STACK = Path("brand") / "stack.md"
HOLD_ANYWHERE = frozenset(GUARDRAILS) - set(AMOUNTS) | {"notify"}
"""Settings that hold in every world: they name no object and no currency."""
CHANGED = "stack.md, or the file of this account, changed: it takes effect in the next session, except where it is tighter now"
STILL_STOPS = 'Nothing was sent. Stopping all works even so: adsteward "stop everything"'
BUILT_IN, SANDBOX_OWN = "built-in defaults", "the sandbox's own settings"
"""Where the guardrails of a workspace without a brand file come from."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    sandbox: bool = False
    sandbox_state: Path | None = None
    workspace: Path | None = None
    account: str | None = None
    model: str | None = None
    approve: Mode | None = None
    max_turns: int = 30
    json: bool = False
    verbose: bool = False
    record: Path | None = None
    max_wait_s: int | None = None
    output: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run needs to know before it opens a world."""

    options: Options
    workspace: Path
    workspace_origin: str
    loaded: LoadedBrand
    token: Token | None
    graph_url: str
    graph_version: str
    app_secret: str | None = field(repr=False)
    demo_goals: bool = False
    """Only the guardrails of the brand file count: it describes an account the sandbox lacks."""
    whose: Whose | None = None
    """The account that they are for, once it is known; its own brand file counts then."""
    whole: bool = True
    """False: what is wrong in the brand files is left out, and the rest of them counts."""
    brakes: bool = False
    """For what only stops: no amount matters, so it is done in an account of another currency, too."""
    seen: LoadedBrand | str | None = None
    """What the files said when they were looked at last, or why they cannot be used; None since they were loaded."""

    @property
    def state(self) -> Path:
        """Journal, transcripts and results."""
        return self.workspace / "state"

    @property
    def journal(self) -> Path:
        """The file of what was proposed, approved and done."""
        return self.state / "journal.sqlite"

    @property
    def stamp(self) -> dict[str, str]:
        """The guardrails as they hold and where they come from, for what is judged by them."""
        own = any(place.startswith(DEMO) for place in self.loaded.origin.values())
        origin = ", ".join(map(str, self.brand_files)) or (SANDBOX_OWN if own else BUILT_IN)
        return as_texts(self.loaded.brand) | {"workspace": str(self.workspace), "origin": origin}

    @property
    def brand_files(self) -> list[Path]:
        """The files that set the brand: that of the workspace, and over it that of the account."""
        own = [own_file(self.workspace, self.whose.id)] if self.whose else []
        return [path for path in (self.workspace / STACK, *own) if path.is_file()]

    def named_elsewhere(self, account_id: str) -> str:
        """Another account that the workspace's brand file names, in whose currency its amounts are meant."""
        return named_elsewhere([readable_layer(self.workspace / STACK)], account_id)


def load_settings(options: Options, *, whole: bool = True) -> Settings:
    """Read everything. Raises ConfigError naming the place of each bad value.

    Not `whole`, for what must work whatever the brand files say: seeing what was done, declining it, stopping all.
    """
    workspace, origin = find_workspace(options.workspace)
    loaded = _load(options, workspace, whole=whole)
    return Settings(
        options=options,
        workspace=workspace,
        workspace_origin=origin,
        loaded=loaded,
        token=find_token(sandbox=options.sandbox),
        graph_url=_graph_url(),
        graph_version=loaded.brand.graph_version or GRAPH_VERSION,
        app_secret=variable("META_APP_SECRET") or None,
        whole=whole,
    )


def with_demo_goals(settings: Settings) -> Settings:
    """The settings for the sandbox's own account. Raises ConfigError."""
    loaded = _load(settings.options, settings.workspace, whole=settings.whole, demo_goals=True)
    return replace(settings, loaded=loaded, demo_goals=True)


def settings_for(settings: Settings, whose: Whose) -> Settings:
    """The settings as they are for this account, with its own brand file. Raises ConfigError."""
    loaded = _load(
        settings.options,
        settings.workspace,
        whole=settings.whole,
        demo_goals=settings.demo_goals,
        whose=whose,
    )
    return replace(settings, loaded=loaded, whose=whose)


def look_again(settings: Settings, currency: str) -> tuple[Settings, str]:
    """The settings of a session as they hold from now on, and what to tell of a change, once.

    They stay as they were when it began; what is written meanwhile can only tighten them.
    """
    seen: LoadedBrand | str
    try:
        seen = _load(
            settings.options,
            settings.workspace,
            whole=settings.whole,
            demo_goals=settings.demo_goals,
            whose=settings.whose,
        )
    except ConfigError as wrong:
        seen = f"{wrong} Until the next session its settings hold as they were."
    before = settings.seen or settings.loaded
    if isinstance(seen, str):
        return replace(settings, seen=seen), "" if seen == before else seen
    if isinstance(before, LoadedBrand) and seen.brand == before.brand:
        return settings, ""
    held = settings.loaded
    brand = tightened(held.brand, seen.brand, currency)
    taken = {key: seen.origin[key] for key in GUARDRAILS if getattr(brand, key) != getattr(held.brand, key)}
    loaded = replace(held, brand=brand, origin=held.origin | taken)
    return replace(settings, seen=seen, loaded=loaded), CHANGED


def _load(
    options: Options,
    workspace: Path,
    *,
    whole: bool = True,
    demo_goals: bool = False,
    whose: Whose | None = None,
) -> LoadedBrand:
    try:
        return _merged(tuple(_layers(options, workspace, demo_goals=demo_goals, whose=whose)), whole=whole)
    except BrandError as error:
        of_file = " line " in str(error)
        raise BrandFileError(f"{error}\n{STILL_STOPS if of_file else 'Nothing was done.'}") from None


_merged = lru_cache(maxsize=16)(load_brand)
"""What is looked at again with every request, and seldom says anything new."""


def find_workspace(given: Path | None) -> tuple[Path, str]:
    """The workspace folder and who named it: one of the current folder counts only if its person chose it.

    Raises ConfigError when a named folder is not there.
    """
    named = (
        (given, "argument --workspace"),
        (_env_path("ADSTEWARD_WORKSPACE"), "environment ADSTEWARD_WORKSPACE"),
    )
    for path, origin in named:
        if path:
            if not path.is_dir():
                raise ConfigError(
                    f"{path} ({origin}) is no folder. `adsteward init {path}` makes a workspace there."
                )
            return path.resolve(), origin
    for path in _here():
        if trusted.is_chosen(path):
            return path, "current folder"
    return private.folder(), "default"


def unchosen_workspace(given: Path | None) -> Path | None:
    """A workspace in the current folder that would count had its person chosen it; none where another one counts.

    The brand file as it is shipped, as in a checkout of adsteward, says nothing yet.
    """
    if find_workspace(given)[1] != "default":
        return None
    shipped = data_file(f"workspace/{STACK.as_posix()}")
    return next((path for path in _here() if own_files(path) or not _same(path / STACK, shipped)), None)


def _here() -> list[Path]:
    """The workspaces of the current folder."""
    try:
        here = Path.cwd()
        return [path for path in (here, here / "workspace") if (path / STACK).is_file()]
    except OSError:
        return []  # it is gone, or closed to us


def _same(path: Path, other: Path) -> bool:
    try:
        return path.stat().st_size == other.stat().st_size and path.read_bytes() == other.read_bytes()
    except OSError:
        return False


def data_file(name: str) -> Path:
    """A prompt or default file: beside the code in a checkout, inside the package in an installation."""
    packaged = Path(__file__).resolve().parents[1] / "_data" / name
    return packaged if packaged.exists() else ROOT / name


def _layers(options: Options, workspace: Path, *, demo_goals: bool, whose: Whose | None) -> list[Source]:
    arguments = argument_layer({"ad_account": options.account, "model": options.model})
    environment = environment_layer({name: variable(name) for name in ENVIRONMENT})
    must_be_own(workspace / STACK, workspace)
    own = readable_layer(workspace / STACK)
    if demo_goals:
        without_account = tuple(s for s in environment.settings if s.key != "ad_account")
        guardrails = tuple(s for s in own.settings if s.key in HOLD_ANYWHERE)
        environment, own = replace(environment, settings=without_account), replace(own, settings=guardrails)
    demo = [file_layer(ROOT / "sandbox" / "stack.md", "sandbox default")] if options.sandbox else []
    files = for_account(workspace, whose, [own, *demo]) if whose else [own, *demo]
    return [arguments, environment, *files]


def _graph_url() -> str:
    """Meta's address, or the one that the environment names. Raises ConfigError."""
    if not (named := variable("META_GRAPH_URL")):
        return GRAPH_URL
    from tools.graph.request import plain_address

    try:
        return plain_address(named)
    except ValueError as wrong:
        raise ConfigError(f"{wrong} Nothing was sent.") from None


def _env_path(name: str) -> Path | None:
    text = variable(name)
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise ConfigError(f"{name} {text!r} names no home folder that exists.") from None
