"""The app's own subscription to ad accounts, as Meta has it: one address and its fields for all accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.hooks.told_events import FIELDS, OBJECT
from agent.setup.found_token import Token
from agent.setup.settings import Settings
from agent.setup.world import asking
from agent.stores.shared_limits import limits_of
from tools.domain.text import visible
from tools.graph import GraphFailure

WHERE = "In the app dashboard, under Webhooks, choose Ad Account"


@dataclass(frozen=True, slots=True)
class AppSide:
    """Where Meta sends what happens, and what of it; without an address nowhere."""

    address: str = ""
    active: bool = False
    fields: tuple[str, ...] = ()
    problem: str = ""
    """Why it could not be read."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What is looked at here and not told."""
        return tuple(name for name in FIELDS if name not in self.fields)


def read_app_side(settings: Settings, app_id: str, app_secret: str) -> AppSide:
    """Ask Meta, as the app itself: no other token may. Raises ConfigError."""
    if not app_secret:
        return AppSide(problem="META_APP_SECRET is not set, and only the app itself may read it.")
    own = replace(settings, token=Token(f"{app_id}|{app_secret}", "the app"))
    try:
        with asking(own, limits_of, lambda _: None) as reader:
            rows = reader.read_all(f"{app_id}/subscriptions").rows
    except GraphFailure as failure:
        return AppSide(problem=str(failure))
    row = next((row for row in rows if row.get("object") == OBJECT), {})
    names = tuple(str(f.get("name")) if isinstance(f, dict) else str(f) for f in row.get("fields") or ())
    return AppSide(str(row.get("callback_url") or ""), bool(row.get("active")), names)


def lines(side: AppSide, token_origin: str) -> Sequence[str]:
    """How it stands, and what a person does about it: Meta asks for it in the dashboard, once for each app."""
    enter = (
        f"{WHERE}, and enter your https address that ends in /meta, and the verify token ({token_origin})."
    )
    if side.problem:
        return [f"The app's own subscription is not known: {side.problem}", enter]
    if not side.address:
        return [
            f"The app itself is subscribed to no ad account yet. {enter}",
            f"Fields: {', '.join(FIELDS)}.",
        ]
    state = "" if side.active else " (not active)"
    told = [f"Meta tells {visible(side.address, link=True)}{state}: {', '.join(map(visible, side.fields))}."]
    return told + ([f"Not told: {', '.join(side.missing)}. {WHERE}, and add them."] if side.missing else [])
