"""One account, its campaigns, and one of its ads, from what is kept; and having them read anew."""

import re
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from agent.overview import account_view, tree_view
from agent.overview.ad_view import ad_view, picture_of
from agent.overview.readings import ad_part
from agent.overview.snapshots import Kept
from agent.setup.stops import AbsentError
from agent.show.change_lines import world_name
from agent.web import looks
from agent.web.visits import Page, Visit

ACCOUNT = re.compile(r"act_[0-9]{1,25}")
_AD = re.compile(r"[0-9]{1,25}")
NOT_KEPT = "That ad is not among those that were read. Look at the account again first."


def account(visit: Visit) -> Response:
    """The daily check, charts, winners and losers. Raises AbsentError for what is no account."""
    watched = _watched(visit)
    kept = _kept(visit, *account_view.PARTS)
    if kept is None:
        return _show(visit, None, "account.html", view=None, drawings=(), **watched)
    view = account_view.account_view(kept, datetime.now(UTC))
    # Made by our own code, which escapes every text in it; anything else is escaped as data.
    drawings = tuple(Markup(one) for one in view.charts.drawings) if view.charts else ()  # noqa: S704
    return _show(visit, kept, "account.html", view=view, drawings=drawings, **watched)


def campaigns(visit: Visit) -> Response:
    """Campaigns, ad sets and ads. Raises AbsentError for what is no account."""
    watched = _watched(visit)
    kept = _kept(visit, *tree_view.PARTS)
    view = tree_view.tree_view(kept, datetime.now(UTC)) if kept else None
    return _show(visit, kept, "campaigns.html", view=view, **watched)


def ad(visit: Visit) -> Response:
    """One ad with what it shows. Raises AbsentError for what is none, or is not kept."""
    ad_id = _ad(visit)
    watched = _watched(visit, ad_id)
    kept = _kept(visit, *tree_view.PARTS, ad_part(ad_id))
    view = ad_view(kept, ad_id, datetime.now(UTC)) if kept else None
    if kept is None or view is None:
        raise AbsentError(NOT_KEPT)
    return _show(visit, kept, "ad.html", view=view, **watched)


def picture(visit: Visit) -> Response:
    """The picture of an ad as it was kept. Raises AbsentError for what is no ad."""
    kept = _kept(visit, ad_part(_ad(visit)))
    found = picture_of(kept, _ad(visit)) if kept else None
    return Response(found, media_type="image/png") if found else Response(status_code=404)


def look_again(visit: Visit) -> Response:
    """Have the account read anew; its page shows how far that is."""
    looks.begin(visit.house, _account(visit))
    return visit.go(f"/accounts/{_account(visit)}")


def look_at_ad(visit: Visit) -> Response:
    """Have read what the ad shows."""
    looks.begin(visit.house, _account(visit), _ad(visit))
    return visit.go(f"/accounts/{_account(visit)}/ads/{_ad(visit)}")


def _show(visit: Visit, kept: Kept | None, template: str, **values: Any) -> Response:
    of = _account(visit)
    world = world_name(kept.place.world) if kept else visit.house.place
    return visit.show(
        template,
        status=200 if kept or values["refresh_s"] else 404,
        world=world,
        account=kept.place.name if kept else of,
        of=of,
        **values,
    )


def _watched(visit: Visit, ad_id: str = "") -> dict[str, Any]:
    return looks.watched(visit.house, looks.key_of(_account(visit), ad_id))


def _kept(visit: Visit, *parts: str) -> Kept | None:
    with looks.snapshots(visit.house.options) as kept:
        return kept.one_of(_account(visit), *parts, sandboxed=visit.house.options.sandbox)


def _account(visit: Visit) -> str:
    """Raises AbsentError for what is no account, or not the one that this page is for."""
    found, only = visit.part("account"), visit.house.options.account
    if not ACCOUNT.fullmatch(found) or only not in (None, found):
        raise AbsentError("There is no such account on this page.")
    return found


def _ad(visit: Visit) -> str:
    if not _AD.fullmatch(visit.part("ad")):
        raise AbsentError(NOT_KEPT)
    return visit.part("ad")


_OF = "/accounts/{account}"
SITE = (
    Page(_OF, account),
    Page(f"{_OF}/look", look_again, role="approve", method="POST"),
    Page(f"{_OF}/campaigns", campaigns),
    Page(f"{_OF}/ads/{{ad}}", ad),
    Page(f"{_OF}/ads/{{ad}}/picture", picture),
    Page(f"{_OF}/ads/{{ad}}/look", look_at_ad, role="approve", method="POST"),
)
