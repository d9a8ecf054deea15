"""What campaigns and ad sets can aim for, and which of it goes together (docs/graph-api.md §8.1, §8.2)."""

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
BY_EVENT = frozenset({"OFFSITE_CONVERSIONS", "VALUE"})
BY_PAGE = frozenset({"LEAD_GENERATION", "QUALITY_LEAD", "PAGE_LIKES", "CONVERSATIONS", "QUALITY_CALL"})
BY_APP = frozenset({"APP_INSTALLS", "APP_INSTALLS_AND_OFFSITE_CONVERSIONS"})
OWN_BILLING = frozenset({"LINK_CLICKS", "THRUPLAY"})
EVENTS = frozenset(
    """
    ADD_PAYMENT_INFO ADD_TO_CART ADD_TO_WISHLIST COMPLETE_REGISTRATION CONTACT CONTENT_VIEW
    CUSTOMIZE_PRODUCT DONATE FIND_LOCATION INITIATED_CHECKOUT LEAD OTHER PURCHASE SCHEDULE SEARCH
    START_TRIAL SUBMIT_APPLICATION SUBSCRIBE
    """.split()
)
"""`custom_event_type` of a website's pixel."""
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


def event(text: str | None, brand: Brand) -> str:
    """The pixel event to aim for, of the input or the brand file. Raises ToolError."""
    written = text or brand.conversion_event or ""
    name = written.rpartition(".")[2].removeprefix("fb_pixel_").removeprefix("omni_").upper()
    name = _PIXEL_WORDS.get(name, name)
    if name not in EVENTS:
        said = f"{written!r} is no event of the pixel" if written else "Which event counts?"
        raise ToolError(f"{said} Give event: {', '.join(sorted(EVENTS))}.")
    return name
