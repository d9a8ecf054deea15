"""What brand files say for one account: its own over that of the workspace, which may be written for another.

The account's own file sets its values, and may tighten the limits of the workspace, never loosen one that stands there.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from agent.setup.owned import must_be_own
from agent.setup.stops import ConfigError
from tools.domain.brand import Amount, Brand, BrandError
from tools.domain.brand_layers import (
    AMOUNTS,
    GUARDRAILS,
    Setting,
    Source,
    load_brand,
    readable_layer,
    tightened,
)

ACCOUNTS = Path("brand") / "accounts"
_ID = re.compile(r"act_[0-9]{1,25}")
_OF_ONE_ACCOUNT = frozenset({"currency", "timezone", "default_adset_id"})
"""What a file says of the account that it names, and of no other."""
_GOALS = ("target_cpa", "max_cpc", "max_cpm")
_OF_THE_WORKSPACE = frozenset({"model", "graph_version"})
DEMO = "sandbox default"
"""Where the demo's own settings are from: an amount of theirs that does not fit leaves the built-in limit."""
_FOLLOWS = {"max_new_objects_per_day": "max_new_ads_per_day", "max_lowering_per_day": "max_daily_budget"}
"""Limits that follow from another one where they are not set."""


class Whose(NamedTuple):
    """The account that settings are for."""

    id: str
    currency: str
    named_currency: str = ""
    """That of the account which the brand file names, where it is another one and its currency is known."""
    only_read: bool = False
    """Nothing can be changed in it, so a limit that says nothing there is none to miss."""


def own_file(workspace: Path, account_id: str) -> Path:
    """Where the brand file of an account stands. Raises ConfigError for an id that is none."""
    if not _ID.fullmatch(account_id):
        raise ConfigError(f"Meta calls the account {account_id[:40]!r}, which is no account's id.")
    return workspace / ACCOUNTS / f"{account_id}.md"


def own_files(workspace: Path) -> list[Path]:
    """All brand files of accounts in a workspace."""
    try:
        return sorted(path for path in (workspace / ACCOUNTS).glob("act_*.md") if _ID.fullmatch(path.stem))
    except OSError:
        return []


def own_layer(path: Path, workspace: Path) -> Source:
    """The brand file of one account, if it is there. Raises ConfigError, and BrandError."""
    must_be_own(path, workspace)
    label = f"{ACCOUNTS.name}/{path.name}"
    source = readable_layer(path, label)
    wrong = [
        f"{s.origin}: {s.key}: this is settled before there is an account; it belongs into stack.md"
        for s in source.settings
        if s.key in _OF_THE_WORKSPACE
    ]
    wrong += [
        f"{s.origin}: ad_account: found {s.value}, but this is the file of {path.stem}"
        for s in source.settings
        if s.key == "ad_account" and _account(s) not in ("", path.stem)
    ]
    return replace(source, problems=(*source.problems, *wrong))


def named_elsewhere(sources: Iterable[Source], account_id: str) -> str:
    """Another account that one of these files names, whose amounts say no currency of their own."""
    for source in sources:
        named, keys = _named(source), {s.key for s in source.settings}
        if named not in ("", account_id) and "currency" not in keys and keys & {*AMOUNTS, *_GOALS}:
            return named
    return ""


def for_account(workspace: Path, whose: Whose, shared: list[Source]) -> list[Source]:
    """The account's own file, and of each shared one (the workspace's first) what holds for the account.

    Raises ConfigError, and BrandError.
    """
    path = own_file(workspace, whose.id)
    own = own_layer(path, workspace) if path.exists() else None
    set_here = {s.key for s in own.settings} if own else set()
    shared = [_fitting(source, whose, set_here, replaced=own is not None) for source in shared]
    return [_not_looser(own, shared[0], whose.currency), *shared] if own else shared


def _fitting(source: Source, whose: Whose, set_here: set[str], *, replaced: bool) -> Source:
    """A shared file without what it says of another account, and without amounts of another currency."""
    elsewhere = _named(source) not in ("", whose.id)
    if not elsewhere and not replaced:
        return source
    believed = next((str(s.value).upper() for s in source.settings if s.key == "currency"), "")
    meant = believed or (whose.named_currency if elsewhere else whose.currency)
    dropped = _OF_ONE_ACCOUNT if elsewhere else {"currency"}
    kept, problems, warnings = list[Setting](), list(source.problems), list(source.warnings)
    for setting in source.settings:
        if not (currency := _foreign(setting, meant, whose.currency)):
            kept += [] if setting.key in dropped else [setting]
            continue
        told = f"{setting.origin}: {setting.key} {setting.value} is in {currency} and says nothing for {whose.id} ({whose.currency})"
        if setting.key in set_here:
            continue
        if setting.key in AMOUNTS and not whose.only_read and not setting.origin.startswith(DEMO):
            problems.append(f"{told}: set it in {ACCOUNTS}/{whose.id}.md")
        else:
            holds = "; the built-in default holds there" if setting.key in AMOUNTS else ""
            warnings.append(f"{told}{holds}.")
    return Source(tuple(kept), tuple(warnings), tuple(problems))


def _foreign(setting: Setting, meant: str, currency: str) -> str:
    """The currency of an amount that is not the account's; nothing for all other settings."""
    if setting.key not in (*AMOUNTS, *_GOALS):
        return ""
    try:
        said = Amount.parse(str(setting.value)).currency or meant
    except ValueError:
        return ""  # said when it is loaded
    return "" if said == currency else said or "another currency"


def _not_looser(own: Source, shared: Source, currency: str) -> Source:
    """The account's own file without limits that are looser than those of the workspace, which hold on."""
    try:
        mine, theirs = _brand(own), _brand(shared)
    except BrandError:
        return own  # said when all is loaded
    tight = tightened(theirs, mine, currency)
    limits = {s.key: s for s in shared.settings if s.key in GUARDRAILS}
    kept, warnings = list[Setting](), list(own.warnings)
    for setting in own.settings:
        held = limits.get(setting.key) or limits.get(_FOLLOWS.get(setting.key, ""))
        if held is None or setting.key not in GUARDRAILS:
            kept.append(setting)
        elif setting.key == "protect":
            kept.append(Setting("protect", tight.protect, f"{held.origin} and {setting.origin}"))
        elif getattr(tight, setting.key) == getattr(mine, setting.key):
            kept.append(setting)
        else:
            warnings.append(
                f"{setting.origin}: {setting.key} {setting.value} is not tighter than {held.origin}, which holds."
            )
    return Source(tuple(kept), tuple(warnings), own.problems)


def _brand(source: Source) -> Brand:
    return load_brand([source]).brand


def _named(source: Source) -> str:
    return next((_account(s) for s in source.settings if s.key == "ad_account"), "")


def _account(setting: Setting) -> str:
    """The account that a setting names; nothing where it is none, which is said when it is loaded."""
    try:
        return Brand.model_validate({"ad_account": str(setting.value).strip()}).ad_account or ""
    except ValidationError:
        return ""
