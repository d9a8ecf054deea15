"""Whether an ad fits the ad set and campaign it goes into, and in which form Meta takes it there."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tools.create.creative_spec import Form
from tools.create.goals import STORES, TALKS
from tools.create.launch.copy_checks import button
from tools.create.launch.feed import FLEXIBLE
from tools.create.launch.findings import Findings
from tools.create.launch.wanted import Wanted
from tools.domain.creative_fields import APP, MESSAGE
from tools.domain.objects import AdObject

_FORM_GOALS = ("LEAD_GENERATION", "QUALITY_LEAD")


def form_in(ad: Wanted, adset: AdObject) -> Form:
    """The form of its creative: by the ad set, and by whether there are several pictures or texts."""
    if adset.row.get("is_dynamic_creative") is True:
        return "dynamic"
    lists = (tuple(ad.images()), *(ad.texts(name) for name in ("bodies", "titles", "descriptions")))
    return "flexible" if any(len(items) > 1 for items in lists) else "link"


def check_fit(adset: AdObject, ads: Sequence[Wanted], findings: Findings) -> None:
    """All that the ad set and its campaign tell against these ads."""
    campaign = adset.campaign
    categories = [c for c in campaign.get("special_ad_categories") or [] if c != "NONE"]
    if categories:
        said = f"the campaign {campaign.get('name')} is in the special ad category {', '.join(categories)}"
        numbers = [ad.number for ad in ads]
        findings.note(
            ads[0].place_of("adset_id"), f"{said}: Meta's rules for it hold for pictures and texts", numbers
        )
    for ad in ads:
        try:
            called = button(ad)
        except ValueError:
            continue  # that is said elsewhere
        _check_objective(adset, ad, called, findings)
        _say_form(adset, ad, findings)


def _check_objective(adset: AdObject, ad: Wanted, called: str, findings: Findings) -> None:
    objective = str(adset.campaign.get("objective") or "")
    goal, destination = (str(adset.row.get(name) or "") for name in ("optimization_goal", "destination_type"))
    place, named = ad.place_of("adset_id"), f"{adset.name} ({adset.id})"
    host = (urlsplit(ad.text("destination_url")).hostname or "") if _parses(ad) else ""
    if objective == "OUTCOME_APP_PROMOTION" and host not in STORES:
        findings.error(place, f"{named} promotes an app ({objective}): the link must lead to its store page")
    if objective == "OUTCOME_APP_PROMOTION" and called not in APP | {"LEARN_MORE", "DOWNLOAD", "PLAY_GAME"}:
        findings.error(
            ad.place_of("call_to_action"), f"{called} does not fit {objective}; use INSTALL_MOBILE_APP"
        )
    if destination in TALKS and called not in MESSAGE:
        findings.error(
            ad.place_of("call_to_action"),
            f"{called} does not fit the destination {destination}; use MESSAGE_PAGE",
        )
    if goal in _FORM_GOALS and destination in ("", "ON_AD", "UNDEFINED"):
        findings.error(place, f"{named} collects leads in a form ({goal}), which an ad with a link has not")
    if objective != "OUTCOME_APP_PROMOTION" and called in APP:
        findings.note(
            ad.place_of("call_to_action"),
            f"{called} is for apps, but the campaign is {objective}",
            (ad.number,),
        )
    if called in MESSAGE and destination not in TALKS:
        said = f"{called} opens a talk, but the ad set leads to {destination or 'a website'}"
        findings.note(ad.place_of("call_to_action"), said, (ad.number,))


def _parses(ad: Wanted) -> bool:
    try:
        urlsplit(ad.text("destination_url"))
    except ValueError:
        return False
    return True


def _say_form(adset: AdObject, ad: Wanted, findings: Findings) -> None:
    """What becomes of DEGREES_OF_FREEDOM, or of several texts in an ordinary ad set."""
    form = form_in(ad, adset)
    if form == "flexible":
        said = "several pictures or texts in an ordinary ad set: sent in Meta's flexible format"
    elif ad.flexible and form == "dynamic":
        said = f"{FLEXIBLE} is left out: the ad set has dynamic creative, which mixes them itself"
    elif ad.flexible:
        said = f"{FLEXIBLE} is left out: one picture and one text of a kind make an ordinary link ad"
    else:
        return
    place = ad.place_of("optimization_type") if ad.flexible else ad.place
    findings.note(place, said, (ad.number,))
