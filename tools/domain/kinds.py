"""Every kind of change in one table: its words, how it is sent, looked for, proven, undone, limited and shown.

A new kind of write is a word in `Kind` and a row in `KINDS`; nothing else asks a change for its kind by name
to decide how it is treated. A kind without a row, or a row that contradicts itself, fails at import.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from tools.domain.change_kind import (
    ChangeKind,
    Covered,
    Known,
    Limit,
    Listed,
    Parameter,
    Sent,
    Shown,
    Undone,
)
from tools.domain.copying.creative_shapes import COPIED, NEWEST
from tools.domain.parameter_words import AIM, CONDITIONS, FEATURES, FEED, STORY, TARGETING

Kind = Literal[
    "set_status",
    "set_budget",
    "refresh_ad",
    "upload_image",
    "upload_video",
    "create_creative",
    "create_campaign",
    "create_ad_set",
    "create_ad",
    "make_rule",
    "edit",
    "rename",
    "label",
    "archive",
    "delete",
]
_NAME = Shown("name")
_STATUS = Shown("status")
_LABEL = Covered("a label by which adsteward finds it again; people do not see it")
_BUDGETS: dict[str, Parameter] = {
    "daily_budget": Shown("daily budget"),
    "lifetime_budget": Shown("lifetime budget"),
}
_RUN_TIME: dict[str, Parameter] = {
    "start_time": Shown("starts"),
    "end_time": Shown("ends"),
    "stop_time": Shown("ends"),
}
KINDS: Mapping[Kind, ChangeKind] = {
    "set_status": ChangeKind(
        verb="activate",
        verb_when_paused="pause",
        deed="activated",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.PAUSES,
        repeatable=True,
        measured=True,
        parameters={"status": _STATUS},
    ),
    "set_budget": ChangeKind(
        verb="budget of",
        deed="budget raised",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.BUDGET_STEP,
        measured=True,
        parameters=_BUDGETS,
    ),
    "refresh_ad": ChangeKind(
        verb="new content for",
        deed="content changed",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.CHANGED_ADS,
        parameters={"creative": Shown("creative", {"creative_id": "creative"})},
    ),
    "upload_image": ChangeKind(
        verb="upload",
        deed="created",
        creates="an image",
        many="pictures",
        sent=Sent.FILE,
        known=Known.BY_CONTENT,
        undone=Undone.NEVER,
        limit=Limit.NONE,
        repeatable=True,
        result="hash",
        parameters={},
    ),
    "upload_video": ChangeKind(
        verb="upload",
        deed="created",
        creates="a video",
        sent=Sent.PARTS,
        known=Known.BY_DESCRIPTION,
        undone=Undone.NEVER,
        limit=Limit.NONE,
        listed=Listed("advideos"),
        parameters={
            "title": _NAME,
            "description": Covered("a mark by which adsteward finds it again; no ad shows it"),
        },
    ),
    "create_creative": ChangeKind(
        verb="new creative",
        deed="created",
        creates="a creative",
        many="creatives",
        known=Known.BY_LABEL,
        undone=Undone.DELETED,
        limit=Limit.NEW_OBJECTS,
        listed=Listed("adcreatives"),
        parameters={
            "name": _NAME,
            "adlabels": _LABEL,
            "object_story_spec": STORY,
            "asset_feed_spec": FEED,
            "object_story_id": Shown("post"),
            "source_instagram_media_id": Shown("Instagram post"),
            "instagram_user_id": Shown("Instagram account"),
            "degrees_of_freedom_spec": FEATURES,
            "object_id": Shown("page"),
            **COPIED,
            **NEWEST,
        },
    ),
    "create_campaign": ChangeKind(
        verb="new campaign",
        deed="created",
        creates="a campaign",
        must_be_paused=True,
        holds_others=True,
        known=Known.BY_LABEL,
        undone=Undone.DELETED,
        limit=Limit.NEW_BUDGET,
        listed=Listed("campaigns", log_category="CAMPAIGN", log_event="create_campaign_group"),
        parameters={
            "name": _NAME,
            "status": _STATUS,
            "adlabels": _LABEL,
            "objective": Shown("objective"),
            "special_ad_categories": Shown("special ad categories"),
            "special_ad_category_country": Shown("special ad category in"),
            "bid_strategy": Shown("bid strategy"),
            "is_adset_budget_sharing_enabled": Shown("ad sets share budgets"),
            **_BUDGETS,
            **_RUN_TIME,
        },
    ),
    "create_ad_set": ChangeKind(
        verb="new ad set",
        deed="created",
        creates="an ad set",
        must_be_paused=True,
        holds_others=True,
        known=Known.BY_LABEL,
        undone=Undone.DELETED,
        limit=Limit.NEW_BUDGET,
        listed=Listed("adsets", "campaign_id", log_category="AD_SET", log_event="create_ad_set"),
        parameters={
            "name": _NAME,
            "status": _STATUS,
            "adlabels": _LABEL,
            "campaign_id": Shown("campaign"),
            "optimization_goal": Shown("aims for"),
            "billing_event": Shown("billed by"),
            "promoted_object": AIM,
            "targeting": TARGETING,
            "bid_strategy": Shown("bid strategy"),
            "bid_amount": Shown("bid"),
            "bid_constraints": Shown("bid", {"roas_average_floor": "lowest ROAS"}),
            "dsa_beneficiary": Shown("EU beneficiary"),
            "dsa_payor": Shown("EU payor"),
            "regional_regulated_categories": Shown("declared for", {"[]": "declared for"}),
            "regional_regulation_identities": Shown("verified", {"*": "verified *"}),
            "destination_type": Shown("leads to"),
            "is_dynamic_creative": Shown("dynamic creative"),
            **_BUDGETS,
            **_RUN_TIME,
        },
    ),
    "create_ad": ChangeKind(
        verb="new ad",
        deed="created",
        creates="an ad",
        many="ads",
        must_be_paused=True,
        known=Known.BY_LABEL,
        undone=Undone.DELETED,
        limit=Limit.NEW_ADS,
        listed=Listed("ads", "adset_id", log_category="AD", log_event="create_ad"),
        parameters={
            "name": _NAME,
            "status": _STATUS,
            "adlabels": _LABEL,
            "adset_id": Shown("ad set"),
            "creative": Shown("creative", {"creative_id": "creative"}),
            "tracking_specs": Shown("tracked by"),
            "conversion_domain": Shown("conversion domain"),
        },
    ),
    "make_rule": ChangeKind(
        verb="new rule",
        deed="created",
        creates="a rule",
        must_be_paused=True,
        idle="DISABLED",
        known=Known.BY_NAME,
        undone=Undone.DELETED,
        limit=Limit.NEW_OBJECTS,
        listed=Listed("adrules_library"),
        parameters={
            "name": _NAME,
            "status": _STATUS,
            "evaluation_spec": CONDITIONS,
            "execution_spec": Shown("then", {"execution_type": "then"}),
            "schedule_spec": Shown("looks", {"schedule_type": "looks"}),
        },
    ),
    "edit": ChangeKind(
        verb="new settings for",
        deed="settings changed",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.ENDS,
        measured=True,
        repeatable=True,
        parameters={
            "targeting": TARGETING,
            "spend_cap": Shown("spend cap"),
            "bid_strategy": Shown("bid strategy"),
            "bid_amount": Shown("bid"),
            **_RUN_TIME,
        },
    ),
    "rename": ChangeKind(
        verb="rename",
        deed="renamed",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.NONE,
        repeatable=True,
        parameters={"name": _NAME},
    ),
    "label": ChangeKind(
        verb="label",
        deed="labelled",
        known=Known.BY_STATE,
        undone=Undone.SET_BACK,
        limit=Limit.NONE,
        repeatable=True,
        parameters={"adlabels": Shown("labels", {"[].name": "labels"})},
    ),
    "archive": ChangeKind(
        verb="archive",
        deed="archived",
        known=Known.BY_ABSENCE,
        undone=Undone.NEVER,
        limit=Limit.PAUSES,
        repeatable=True,
        parameters={"status": _STATUS},
    ),
    "delete": ChangeKind(
        verb="delete",
        deed="deleted",
        known=Known.BY_ABSENCE,
        undone=Undone.NEVER,
        limit=Limit.PAUSES,
        repeatable=True,
        parameters={},
    ),
}


def check(table: Mapping[Kind, ChangeKind]) -> None:
    """Raises TypeError for a kind without a row, or a row that contradicts itself."""
    if missing := set(get_args(Kind)) - set(table):
        raise TypeError(f"kinds of change without a row in KINDS: {', '.join(sorted(missing))}")
    for kind, row in table.items():
        marked = row.known in (Known.BY_LABEL, Known.BY_DESCRIPTION, Known.BY_NAME)
        made = marked or row.known is Known.BY_CONTENT
        if made != bool(row.creates):
            raise TypeError(f"{kind}: what is created is known by a mark or its content, and nothing else is")
        if (row.listed is None) == marked:
            raise TypeError(f"{kind}: what carries a mark needs the list in which it is looked for")
        if row.listed and row.listed.parent not in ("", *row.parameters):
            raise TypeError(f"{kind}: {row.listed.parent} is none of its parameters")
        if row.must_be_paused and row.parameters.get("status") is not _STATUS:
            raise TypeError(f"{kind}: what could spend is created PAUSED")
        if row.undone is Undone.DELETED and not row.creates:
            raise TypeError(f"{kind}: only what was created is deleted to take it back")


check(KINDS)
