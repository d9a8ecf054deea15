"""What campaigns and ad sets can aim for, and which of it goes together (docs/graph-api.md §8.1, §8.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.domain.brand import Brand
from tools.domain.text import listed
from tools.domain.tool import ToolError

GOALS: dict[str, tuple[str, ...]] = {
    objective: tuple(goals.split())
    for objective, goals in {
        "OUTCOME_AWARENESS": "REACH IMPRESSIONS AD_RECALL_LIFT THRUPLAY",
        "OUTCOME_TRAFFIC": (
            "LINK_CLICKS LANDING_PAGE_VIEWS REACH IMPRESSIONS CONVERSATIONS QUALITY_CALL"
            " PROFILE_VISIT VISIT_INSTAGRAM_PROFILE"
        ),
        "OUTCOME_ENGAGEMENT": (
            "POST_ENGAGEMENT THRUPLAY PAGE_LIKES EVENT_RESPONSES CONVERSATIONS LINK_CLICKS LANDING_PAGE_VIEWS"
            " OFFSITE_CONVERSIONS REACH IMPRESSIONS QUALITY_CALL REMINDERS_SET"
        ),
        "OUTCOME_LEADS": (
            "OFFSITE_CONVERSIONS LEAD_GENERATION QUALITY_LEAD CONVERSATIONS QUALITY_CALL LINK_CLICKS"
            " LANDING_PAGE_VIEWS REACH IMPRESSIONS"
        ),
        "OUTCOME_APP_PROMOTION": (
            "APP_INSTALLS OFFSITE_CONVERSIONS VALUE LINK_CLICKS APP_INSTALLS_AND_OFFSITE_CONVERSIONS"
        ),
        "OUTCOME_SALES": (
            "OFFSITE_CONVERSIONS VALUE LINK_CLICKS LANDING_PAGE_VIEWS CONVERSATIONS QUALITY_CALL REACH IMPRESSIONS"
        ),
    }.items()
}
"""Goals by objective; the first is taken when none is said."""
OBJECTIVES = tuple(GOALS)
STRATEGIES = ("LOWEST_COST_WITHOUT_CAP", "LOWEST_COST_WITH_BID_CAP", "COST_CAP", "LOWEST_COST_WITH_MIN_ROAS")
CAPPED = frozenset({"LOWEST_COST_WITH_BID_CAP", "COST_CAP"})
CATEGORIES = (
    "HOUSING",
    "EMPLOYMENT",
    "CREDIT",
    "FINANCIAL_PRODUCTS_SERVICES",
    "ISSUES_ELECTIONS_POLITICS",
    "ONLINE_GAMBLING_AND_GAMING",
)
RESTRICTED = frozenset({"HOUSING", "EMPLOYMENT", "CREDIT", "FINANCIAL_PRODUCTS_SERVICES"})
"""Special ad categories in which nobody is chosen by age or gender, in the countries of `RESTRICTING`."""
RESTRICTING = frozenset(
    """
    US PR GU VI AS MP CA GB CH NO IS LI AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO
    SE SI SK
    """.split()
)
BY_EVENT = frozenset({"OFFSITE_CONVERSIONS", "VALUE"})
BY_PAGE = frozenset({"LEAD_GENERATION", "QUALITY_LEAD", "PAGE_LIKES", "CONVERSATIONS", "QUALITY_CALL"})
BY_APP = frozenset({"APP_INSTALLS", "APP_INSTALLS_AND_OFFSITE_CONVERSIONS"})
STORES = ("apps.apple.com", "itunes.apple.com", "play.google.com")
OWN_BILLING = frozenset({"LINK_CLICKS", "THRUPLAY"})
EVENTS = frozenset(
    """
    ADD_PAYMENT_INFO ADD_TO_CART ADD_TO_WISHLIST COMPLETE_REGISTRATION CONTACT CONTENT_VIEW
    CUSTOMIZE_PRODUCT DONATE FIND_LOCATION INITIATED_CHECKOUT LEAD PURCHASE SCHEDULE SEARCH
    START_TRIAL SUBMIT_APPLICATION SUBSCRIBE
    """.split()
)
"""`custom_event_type` of a website's pixel; OTHER needs a name of its own, which nothing here gives it."""
TALKS = (
    *("MESSENGER", "WHATSAPP", "INSTAGRAM_DIRECT", "MESSAGING_INSTAGRAM_DIRECT_MESSENGER"),
    *("MESSAGING_INSTAGRAM_DIRECT_MESSENGER_WHATSAPP", "MESSAGING_INSTAGRAM_DIRECT_WHATSAPP"),
    "MESSAGING_MESSENGER_WHATSAPP",
)
DESTINATIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("UNDEFINED", "FACEBOOK", "IMAGINE", "SHOP_AUTOMATIC", "APPLINKS_AUTOMATIC"), ()),
    **dict.fromkeys(("FACEBOOK_LIVE", "INSTAGRAM_LIVE", "FACEBOOK_PAGE", "INSTAGRAM_PROFILE"), ()),
    "INSTAGRAM_PROFILE_AND_FACEBOOK_PAGE": (),
    "APP": (),
    "WEBSITE": (),
    "ON_AD": ("OUTCOME_LEADS",),
    **dict.fromkeys(("ON_POST", "ON_VIDEO", "ON_EVENT", "ON_PAGE"), ("OUTCOME_ENGAGEMENT",)),
    **dict.fromkeys(TALKS, ("OUTCOME_TRAFFIC", "OUTCOME_ENGAGEMENT", "OUTCOME_LEADS", "OUTCOME_SALES")),
}
"""Where ads of an ad set may lead, and the objectives it is for; none named is all (docs/graph-api.md §8.2)."""
ON_PAGE = ("ON_POST", "ON_PAGE")
"""Those that promote a page, which must be said when the ad set is made (1885154)."""
_PIXEL_WORDS = {"VIEW_CONTENT": "CONTENT_VIEW", "INITIATE_CHECKOUT": "INITIATED_CHECKOUT"}
"""What the pixel itself calls these events."""


def objective(text: str) -> str:
    """An objective by its name or its last word: "sales" is OUTCOME_SALES. Raises ValueError."""
    name = text.strip().upper().replace(" ", "_")
    name = name if name.startswith("OUTCOME_") else f"OUTCOME_{name}"
    if name not in GOALS:
        raise ValueError(f"{text!r} is no objective; use {', '.join(OBJECTIVES)}")
    return name


def goal(chosen: str | None, campaign_objective: str) -> str:
    """The goal of an ad set below a campaign. Raises ToolError for one that does not go with it."""
    allowed = GOALS.get(campaign_objective, ())
    if not chosen and not allowed:
        raise ToolError(
            f"The campaign's objective is {campaign_objective or 'unknown'}; give optimization_goal."
        )
    picked = chosen or allowed[0]
    if allowed and picked not in allowed:
        raise ToolError(f"{picked} does not go with {campaign_objective}; use {listed(allowed, most=12)}.")
    return picked


def check_billing(billing_event: str, optimization_goal: str) -> None:
    """Meta bills by impressions, or for two goals by the goal itself. Raises ToolError."""
    own = billing_event == optimization_goal and optimization_goal in OWN_BILLING
    if billing_event != "IMPRESSIONS" and not own:
        raise ToolError(
            f"billing_event {billing_event} does not go with {optimization_goal}; use IMPRESSIONS."
        )


def check_destination(destination: str | None, campaign_objective: str, optimization_goal: str) -> None:
    """Whether ads may lead there, for this objective and goal. Raises ToolError with what goes."""
    if optimization_goal == "CONVERSATIONS" and destination not in TALKS:
        raise ToolError(f"CONVERSATIONS needs a destination_type that talks: {listed(TALKS, most=3)}.")
    if destination is None:
        return
    if destination not in DESTINATIONS:
        raise ToolError(
            f"{destination} is no destination_type; there are {listed(list(DESTINATIONS), most=30)}."
        )
    allowed = DESTINATIONS[destination]
    if allowed and campaign_objective in GOALS and campaign_objective not in allowed:
        raise ToolError(
            f"{destination} does not go with {campaign_objective}; it is for {', '.join(allowed)}."
        )


def check_people(categories: Sequence[str], targeting: Mapping[str, Any], countries: frozenset[str]) -> None:
    """In some special ad categories nobody is chosen by age or gender. Raises ToolError."""
    special = sorted(RESTRICTED & set(categories))
    ages = targeting.get("age_min", 18), targeting.get("age_max", 65), *targeting.get("age_range", ())
    if special and countries & RESTRICTING and (targeting.get("genders") or set(ages) - {18, 65}):
        raise ToolError(
            f"The campaign is in the special ad category {', '.join(special)}, in which Meta takes no choice of age"
            f" or gender in {', '.join(sorted(countries & RESTRICTING))}: leave out age_min, age_max and genders."
        )


def event(text: str | None, brand: Brand) -> str:
    """The pixel event to aim for, of the input or the brand file. Raises ToolError."""
    written = text or brand.conversion_event or ""
    name = written.rpartition(".")[2].removeprefix("fb_pixel_").removeprefix("omni_").upper()
    name = _PIXEL_WORDS.get(name, name)
    if name not in EVENTS:
        said = f"{written!r} is no event of the pixel" if written else "Which event counts?"
        raise ToolError(f"{said} Give event: {', '.join(sorted(EVENTS))}.")
    return name
