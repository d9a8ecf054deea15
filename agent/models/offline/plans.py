"""From an intent to its plan."""

from collections.abc import Callable, Sequence
from typing import Any

from agent.models.offline import ad_plans, new_ad_plans, read_answers, read_plans, write_plans
from agent.models.offline.budget_plans import set_budget
from agent.models.offline.intents import (
    Answered,
    Budget,
    Check,
    Duplicate,
    Figures,
    Help,
    History,
    Inspect,
    Intent,
    ListAds,
    MakeAd,
    NewCampaign,
    PauseWeak,
    Refresh,
    Rejected,
    Review,
    Revive,
    SetAll,
    SetStatus,
    Stop,
    Unclear,
    Undo,
    Upload,
    Wrong,
)
from agent.models.offline.steps import Answer, Plan, Result

PLANS: dict[type[Any], Callable[[Any], Plan]] = {
    Answered: read_plans.answered,
    Budget: set_budget,
    Check: read_plans.check,
    Duplicate: ad_plans.duplicate,
    Figures: read_plans.figures,
    History: read_plans.history,
    Inspect: read_plans.inspect,
    ListAds: read_plans.list_ads,
    MakeAd: new_ad_plans.make_ad,
    NewCampaign: ad_plans.new_campaign,
    PauseWeak: write_plans.pause_weak,
    Refresh: ad_plans.refresh,
    Rejected: read_plans.rejected,
    Review: read_plans.review,
    Revive: write_plans.revive,
    SetAll: write_plans.set_all,
    SetStatus: write_plans.set_status,
    Stop: write_plans.stop,
    Upload: new_ad_plans.upload,
}


def plan_for(intent: Intent, earlier: Sequence[Result]) -> Plan | Answer:
    """The plan of an intent, or an answer that needs none; `earlier` are the results of the talk before it."""
    if isinstance(intent, Help):
        return Answer(read_answers.HELP)
    if isinstance(intent, Unclear):
        return Answer(read_answers.unclear(intent.reason), "not_understood")
    if isinstance(intent, Wrong):
        return Answer(read_answers.unclear(intent.reason), "refused")
    if isinstance(intent, Undo):
        return write_plans.undo(intent, earlier)
    return PLANS[type(intent)](intent)
