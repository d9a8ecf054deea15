"""API versions: which are live, and what the others get (docs/graph-api.md §1)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sandbox.request.refusals import GraphError, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

CURRENT = "v26.0"
VERSIONS = ("v22.0", "v23.0", "v24.0", "v25.0", CURRENT)
ENDED = {"v22.0": date(2026, 2, 19), "v23.0": date(2026, 6, 9), "v24.0": date(2026, 10, 6)}
"""The day after which a version's Marketing API lives on automatic upgrade alone."""
LEGACY_ENDS = date(2026, 10, 27)
"""The day on which every version loses what v26.0 began without (§1.1)."""


def check(version: str, today: date, *, auto_upgrade: bool) -> dict[str, str]:
    """Give the headers that say what became of a version; refuse the ones that are not served (2635).

    Without `auto_upgrade` a version whose Marketing API has ended is not served.
    """
    if version not in VERSIONS:
        raise deprecated()
    headers = {"facebook-api-version": version}
    if today > ENDED.get(version, date.max):
        if not auto_upgrade:
            raise deprecated()
        target = next(live for live in VERSIONS if today <= ENDED.get(live, date.max))
        headers["x-ad-api-version-warning"] = (
            f"The call has been auto-upgraded to {target} as {version} has been deprecated."
        )
    return headers


def deprecated() -> GraphError:
    """Refuse a version whose Marketing API has ended (2635)."""
    text = f"You are calling a deprecated version of the Ads API. Please update to the latest version: {CURRENT}."
    return GraphError(code=2635, message=f"(#2635) {text}")


def strict(version: str, today: date) -> bool:
    """Tell whether the rules of v26.0 hold that reached every version in October 2026."""
    return version == CURRENT or today >= LEGACY_ENDS


def check_protocol(version: str, today: date, args: Mapping[str, str]) -> None:
    """Refuse the protocol features that are gone; `pretty` and `debug` are overlooked (§1.1)."""
    if strict(version, today) and "date_format" in args:
        raise invalid("The parameter date_format is no longer supported", blame="date_format")
