"""From an intent to its plan."""

from collections.abc import Callable, Sequence
from typing import Any

from agent.offline import ad_plans, answers, launch, reads, writes
from agent.offline.budgets import set_budget
from agent.offline.intents import (
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
)
from agent.offline.steps import Plan, Result

PLANS: dict[type[Any], Callable[[Any], Plan]] = {
    Budget: set_budget,
    Check: reads.check,
    Duplicate: ad_plans.duplicate,
    Figures: reads.figures,
    History: reads.history,
    Inspect: reads.inspect,
    ListAds: reads.list_ads,
    MakeAd: launch.make_ad,
    NewCampaign: ad_plans.new_campaign,
    PauseWeak: writes.pause_weak,
    Refresh: ad_plans.refresh,
    Rejected: reads.rejected,
    Review: reads.review,
    Revive: writes.revive,
    SetAll: writes.set_all,
    SetStatus: writes.set_status,
    Stop: writes.stop,
    Upload: launch.upload,
}


def plan_for(intent: Intent, earlier: Sequence[Result]) -> Plan | str:
    """The plan of an intent, or an answer that needs none; `earlier` are the results of the talk before it."""
    if isinstance(intent, Help):
        return answers.HELP
    if isinstance(intent, Unclear):
        return answers.unclear(intent.reason)
    if isinstance(intent, Undo):
        return writes.undo(intent, earlier)
    return PLANS[type(intent)](intent)
