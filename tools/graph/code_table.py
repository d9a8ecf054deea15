"""Every error code and subcode we know (docs/graph-api.md §3.2, §3.3, §4.4, §7.6), and how one is found.

A subcode without an entry counts as its code. Several subcodes also arrive as codes; then both are here.
"""

import re
from dataclasses import replace

from tools.graph.codes import FIXES, RATE_LIMIT_SUBCODE, RENEW, VOID_CURSOR, Entry, Family

THROTTLE, TRANSIENT, VALIDATION = Family.THROTTLE, Family.TRANSIENT, Family.VALIDATION
PERMISSION, DEAD, BLOCKED = Family.PERMISSION, Family.TOKEN, Family.BLOCKED
NOT_FOUND, UNKNOWN = Family.NOT_FOUND, Family.UNKNOWN

_LESS = "Ask for a shorter range, fewer fields or breakdowns, or a higher level."
_MINIMUM = "Raise the budget to at least the minimum of the account, which Meta's message names."
_SHARING = "Set is_adset_budget_sharing_enabled on the campaign"
_QUOTA = "Wait for the minutes Meta gives; the quota is per hour and grows with the number of active ads."
_MORE_CALLS = "Wait for the time Meta gives, then ask less often; every id in a batch counts as a call."
_UNCONFIRMED = "in no Meta source (unconfirmed), so treated as unknown"
_CHECKED = "Make no more calls with this token. The user must log in at facebook.com and pass the check."
_INACTIVE = "Look at the account's state in Ads Manager: open Account Quality in Business Manager and ask for a review, or pay what is due in Billing & payments."
_LOGIN = f"The user must log in to the app again. {RENEW}"
_AGAIN = (
    "Meta did not say why; try again in a few minutes. If it stays, change the text, the picture or the page."
)
_PAGES = "Give the token pages_show_list, pages_read_engagement and pages_manage_ads, and its user a role on the page."

# fmt: off
ENTRIES: tuple[Entry, ...] = (
    Entry(-3, None, TRANSIENT, "The answer would be too large", _LESS, too_much=True),
    Entry(-2, None, TRANSIENT, "An internal error at Meta"),
    Entry(-2, 2490547, TRANSIENT, "Meta could not make the async report", f"Start the report again. {_LESS}"),
    Entry(-1, None, TRANSIENT, "An internal error at Meta"),
    Entry(1, None, TRANSIENT, "An unknown error at Meta; also an answer that would be too large", "Try again in a few minutes. If Meta asks for less data, shorten the range or leave out fields."),
    Entry(1, 99, TRANSIENT, "An unknown error at Meta; can come from a wrong insights level", "Try again in a few minutes; if it stays, check `level`."),
    Entry(1, 2853001, PERMISSION, "The page's profile is not linked", f"Link the profile to the page. {_PAGES}"),
    Entry(2, None, TRANSIENT, "A service of Meta is not available"),
    Entry(2, 1504038, TRANSIENT, "The insights query timed out", _LESS, too_much=True),
    Entry(2, 1504041, VALIDATION, "Insights have no data for this combination of metrics and breakdowns", "Leave out a metric or a breakdown; these do not go together."),
    Entry(2, 1504042, VALIDATION, "The custom metrics are not valid", "Correct or leave out the custom metrics."),
    Entry(2, 1504043, TRANSIENT, "An intermittent error of insights"),
    Entry(2, 1504044, TRANSIENT, "An unknown error of insights, often a question that is too large at once", _LESS),
    Entry(3, None, PERMISSION, "The app may not use this method", "A person must look: give the app Marketing API access (ads_management, ads_read) in its dashboard."),
    Entry(4, None, THROTTLE, "The app made too many calls", _MORE_CALLS),
    Entry(4, 1504022, THROTTLE, "Too many insights calls by the app, or Meta is busy", f"Wait. {_LESS}"),
    Entry(4, 1504039, THROTTLE, "Too many insights calls by the app, or Meta is busy", f"Wait. {_LESS}"),
    Entry(10, None, PERMISSION, "The app or token may not do this", f"{FIXES[PERMISSION]} For pages also pages_manage_ads."),
    Entry(17, None, THROTTLE, "The user or ad account made too many calls or budget changes", _MORE_CALLS),
    Entry(17, RATE_LIMIT_SUBCODE, THROTTLE, "The ad account's score is used up (a read costs 1, a write 3)", "Wait 1 to 5 minutes, depending on the app's access tier; the score decays within 5 minutes."),
    Entry(31, None, BLOCKED, "Meta has put a security lock on the person of this token", "Make no more calls with it; the person must pass the check in Ads Manager. Better: a System User token."),
    Entry(31, 3858385, BLOCKED, "Meta has put a security lock on the person of this token", "Make no more calls with this person's token; use a System User token, which the lock does not touch."),
    Entry(32, None, THROTTLE, "Too many calls for this page", _MORE_CALLS),
    Entry(100, None, VALIDATION, "A parameter is not valid; also missing permissions, or a cursor that is too deep", "Correct the value Meta names; if it speaks of permissions, give the token ads_management."),
    Entry(100, 33, NOT_FOUND, "No such object, or not for this token, or it does not take this call"),
    Entry(100, 1359188, BLOCKED, "The payment method was rejected", "Make no more changes; add a valid payment method in Ads Manager, Billing and payments."),
    Entry(100, 1443048, VALIDATION, "The creative is broken; its object_story_spec cannot be read", "Leave object_story_spec out of the fields, or make a new creative."),
    Entry(100, 1487033, VALIDATION, "The campaign's end is in the past", "Set an end in the future."),
    Entry(100, 1487056, VALIDATION, "The ad set is deleted; only its name can change", "Make a new ad set; a deleted one does not come back."),
    Entry(100, 1487061, VALIDATION, "The ad set has no daily budget", "Give the ad set a daily_budget."),
    Entry(100, 1487079, VALIDATION, "The targeting is not valid", "Correct the targeting: often a radius on a region, or a country that is also excluded."),
    Entry(100, 1487390, TRANSIENT, "The creative could not be made, and Meta says to try again later", _AGAIN),
    Entry(100, 1487534, VALIDATION, "Too many rows in one insights call", f"{_LESS} Or ask per campaign.", too_much=True),
    Entry(100, 1487694, VALIDATION, "A targeting category is no longer available", "Search for the interest again and put the new one into the targeting."),
    Entry(100, 1487901, VALIDATION, "The budget is too low", _MINIMUM),
    Entry(100, 1504018, TRANSIENT, "The insights query timed out", _LESS, too_much=True),
    Entry(100, 1815199, VALIDATION, "The ad account has no access to this Instagram account", "Connect the Instagram account to the ad account in Business settings."),
    Entry(100, 1885183, VALIDATION, "The app is in development mode, which may not make creatives", "Switch the app to Live in its dashboard at developers.facebook.com."),
    Entry(100, 1885261, VALIDATION, "The lifetime budget is above 1,000,000 USD", "Lower lifetime_budget."),
    Entry(100, 1885272, VALIDATION, "The budget is below the minimum", _MINIMUM),
    Entry(100, 1885621, VALIDATION, "Both the campaign and its ad sets have a budget", "Keep the budget on the campaign or on its ad sets, not on both."),
    Entry(100, 1885650, VALIDATION, "The budget is below the minimum", _MINIMUM),
    Entry(100, 2446211, VALIDATION, "The creative is broken; its object_story_spec cannot be read", "Leave object_story_spec out of the fields, or make a new creative."),
    Entry(100, 2446307, VALIDATION, "The budget is below the minimum", _MINIMUM),
    Entry(100, 2490562, VALIDATION, "The placement video_feeds does not exist any more", "Leave video_feeds out of facebook_positions."),
    Entry(100, 3858258, VALIDATION, "Meta could not download the image", "Check that the image's URL opens without a login, or upload the file with upload_image."),
    Entry(100, 3858418, VALIDATION, "Budget sharing cannot be switched on while the campaign runs", f"{_SHARING} when it is made; make a new campaign for it."),
    Entry(100, 3858504, VALIDATION, "standard_enhancements was removed in v22.0", "Leave standard_enhancements out of degrees_of_freedom_spec; name the single features instead."),
    Entry(100, 4834002, VALIDATION, "Budget sharing together with a campaign budget", f"{_SHARING} to false, or remove the campaign's budget."),
    Entry(100, 4834005, VALIDATION, "Budget sharing without a bid strategy", "Set bid_strategy on the campaign."),
    Entry(100, 4834006, VALIDATION, "The bid strategy cannot change while budget sharing is on", "Keep bid_strategy as it is."),
    Entry(100, 4834009, VALIDATION, "Ad sets that share a budget must be set up alike", "Give the ad set a daily budget and the same bid strategy as its neighbours."),
    Entry(100, 4834011, VALIDATION, "A campaign without a budget must say whether its ad sets share theirs", f"{_SHARING} (false keeps the budgets apart), or give the campaign a budget."),
    Entry(102, None, DEAD, "The session is not valid"),
    Entry(104, None, DEAD, "The signature is not correct", f"Check that META_APP_SECRET belongs to the token's app. {RENEW}"),
    Entry(105, None, VALIDATION, "Too many parameters", "Send fewer parameters."),
    Entry(190, None, DEAD, "The access token is invalid, expired or revoked"),
    Entry(190, 456, DEAD, "The session is malformed"),
    Entry(190, 457, DEAD, "The session comes from a place it may not come from"),
    Entry(190, 458, DEAD, "The app is no longer authorised", f"Authorise the app again. {RENEW}"),
    Entry(190, 459, BLOCKED, "Meta asks this user to log in and pass a security check", _CHECKED),
    Entry(190, 460, DEAD, "The password was changed"),
    Entry(190, 461, DEAD, "The user has installed the app anew", _LOGIN),
    Entry(190, 462, DEAD, "The session is of an old version"),
    Entry(190, 463, DEAD, "The access token has expired"),
    Entry(190, 464, BLOCKED, "The user is not confirmed", "Make no more calls with this token. The user must log in at facebook.com and confirm the account."),
    Entry(190, 465, DEAD, "The user of this session is not valid"),
    Entry(190, 466, DEAD, "The session was ended by a call"),
    Entry(190, 467, DEAD, "The access token is not valid any more"),
    Entry(190, 468, DEAD, "The user has not used the app for long", _LOGIN),
    Entry(190, 490, BLOCKED, "Meta asks this user to log in and pass a security check", _CHECKED),
    Entry(190, 492, DEAD, "The user lost the role on the page", f"Give the user the role again. {RENEW}"),
    Entry(190, 493, DEAD, "The user has not used the app for 90 days", _LOGIN),
    Entry(194, None, VALIDATION, "A required parameter is missing", "Add the parameter Meta names."),
    Entry(200, None, PERMISSION, "The permission for this object or action is missing", f"{FIXES[PERMISSION]} Check that the account is active."),
    Entry(200, 1870034, PERMISSION, "The terms for custom audiences are not accepted", "Accept them once for this ad account in Ads Manager, Audiences (admin or advertiser), then try again."),
    Entry(201, None, PERMISSION, "The permission for this object or action is missing", last=299),
    Entry(294, None, PERMISSION, "Managing ads needs ads_management; no rate limit, unless its text or subcode 2446079 says so", "Give the token ads_management, and its app access to the Marketing API."),
    Entry(294, RATE_LIMIT_SUBCODE, THROTTLE, "A rate limit, although 294 is a permission error", _MORE_CALLS),
    Entry(341, None, THROTTLE, "A temporary limit of the app", _MORE_CALLS),
    Entry(368, None, BLOCKED, "Meta takes this action for abusive or against its policy, and has blocked it"),
    Entry(500, None, VALIDATION, "The text holds content that Meta bans", "Put this copy aside, do not send it again; write a new text."),
    Entry(506, None, VALIDATION, "The same post was made shortly before", "Look whether it is there already; if not, change the text."),
    Entry(613, None, THROTTLE, "A limit against abuse, if there is no subcode; also on changes of spend_cap", "Stop for some hours, then call less often. If it comes again, open Account Quality."),
    Entry(613, 1996, THROTTLE, "The number of calls rose abruptly", f"Spread the calls evenly. {_MORE_CALLS}"),
    Entry(613, 1487225, THROTTLE, "The account made as many new ads as its daily spend allows", "Wait; make fewer new ads at a time."),
    Entry(613, 1487632, THROTTLE, "The ad set's budget was changed more than 4 times within an hour", "Leave the ad set's budget alone for an hour, then apply the change set again.", wait_s=3600.0),
    Entry(613, 1487742, THROTTLE, "Too many calls from this ad account", _MORE_CALLS),
    Entry(613, 5044001, THROTTLE, "More than 100 writes a second by the app on this account", "Wait a few seconds and send fewer writes at once."),
    Entry(801, None, VALIDATION, "The operation is not valid for this object", "Choose another operation."),
    Entry(960, None, TRANSIENT, "The batch timed out", "Try again in a few minutes, with a smaller batch."),
    Entry(2500, None, VALIDATION, "The fields or the query are malformed, or there is no token at all", "Correct `fields`; if FACEBOOK_ACCESS_TOKEN is not set, set it."),
    Entry(2601, None, TRANSIENT, "The result of a report could not be read"),
    Entry(2606, None, VALIDATION, "The ad has no preview"),
    Entry(2607, None, VALIDATION, "The currency cannot be used for ads"),
    Entry(2615, None, VALIDATION, "The call to change the ad account is not valid", "Leave out what an ad account does not take."),
    Entry(2635, None, VALIDATION, "This version of the Marketing API has ended", "Set graph_version in stack.md (or META_GRAPH_VERSION) to a version that is live, such as v26.0."),
    Entry(VOID_CURSOR, None, VALIDATION, "The cursor of a list is not valid (any more)", "Ask for the list again: one that was cut short is begun anew once."),
    Entry(2654, None, VALIDATION, "The custom audience could not be made"),
    Entry(3018, None, VALIDATION, "The time range begins more than 37 months ago", "Begin the range less than 37 months ago."),
    Entry(5000, None, TRANSIENT, "An unknown error at Meta"),
    Entry(80000, None, THROTTLE, "An hourly quota of the business is used up; which one is unconfirmed", _QUOTA, last=80014),
    Entry(80000, None, THROTTLE, "The account's hourly quota for insights is used up", _QUOTA),
    Entry(80000, RATE_LIMIT_SUBCODE, THROTTLE, "The account's hourly quota for insights is used up", _QUOTA),
    Entry(80001, None, THROTTLE, "The hourly quota for pages is used up", _QUOTA),
    Entry(80002, None, THROTTLE, "The hourly quota for Instagram is used up (which quota: unconfirmed)", _QUOTA),
    Entry(80003, None, THROTTLE, "The account's hourly quota for custom audiences is used up", _QUOTA),
    Entry(80004, None, THROTTLE, "The account's hourly quota for ads management is used up", _QUOTA),
    Entry(80005, None, THROTTLE, "The hourly quota for lead forms is used up", _QUOTA),
    Entry(80006, None, THROTTLE, "The hourly quota for Messenger is used up (which quota: unconfirmed)", _QUOTA),
    Entry(80008, None, THROTTLE, "The hourly quota for WhatsApp is used up (which quota: unconfirmed)", _QUOTA),
    Entry(80009, None, THROTTLE, "The hourly quota for catalogs is used up (which quota: unconfirmed)", _QUOTA),
    Entry(80014, None, THROTTLE, "The hourly quota for catalog batches is used up", _QUOTA),
    Entry(1363037, None, TRANSIENT, "A chunk of a video upload did not arrive; usually a subcode", "Go on with the upload at the offsets in error_data."),
    Entry(1404078, None, BLOCKED, "This action is blocked for a time"),
    Entry(1404163, None, BLOCKED, "This user may no longer advertise on Facebook"),
    Entry(1487033, None, VALIDATION, "The campaign's end is in the past; usually a subcode of 100", "Set an end in the future."),
    Entry(1487056, None, VALIDATION, "The ad set is deleted; only its name can change; usually a subcode of 100", "Make a new ad set; a deleted one does not come back."),
    Entry(1487195, None, UNKNOWN, f"A wrong call to action, some say; {_UNCONFIRMED}"),
    Entry(1487390, None, TRANSIENT, "The creative could not be made, and Meta says to try again later; usually a subcode of 100", _AGAIN),
    Entry(1487395, None, UNKNOWN, f"An unknown image hash, some say; {_UNCONFIRMED}"),
    Entry(1487901, None, VALIDATION, "The budget is too low", _MINIMUM),
    Entry(2061015, None, UNKNOWN, f"A number of unknown meaning; {_UNCONFIRMED}"),
    Entry(2859015, None, BLOCKED, "This action is blocked for a time"),
    Entry(3910001, None, TRANSIENT, "Meta has a problem with this account and says to try again later"),
)
# fmt: on

_BY_CODE = {(entry.code, entry.subcode): entry for entry in ENTRIES if entry.last is None}
_RANGES = tuple(entry for entry in ENTRIES if entry.last is not None)


_INACTIVE_TEXT = re.compile(
    r"\b(?:ads?|advertis\w+|your) account\b[^.]{0,40}?\b(?:is|was|been) (?:currently )?"
    r"(?:not active|inactive|disabled|deactivated|closed|suspended|restricted|unsettled)"
    r"|\b(?:disabled|closed|suspended|inactive|unsettled) ad account",
    re.IGNORECASE,
)
_THROTTLES = {e.subcode: e for e in ENTRIES if e.family is THROTTLE and e.subcode and e.subcode > 100_000}
"""Subcodes that tell a throttle, whatever code they come with."""
_TOO_MUCH_TEXT = "reduce the amount of data"
_MAY_BE_TOO_MUCH = (TRANSIENT, VALIDATION, UNKNOWN)


def find(code: int, subcode: int | None = None) -> Entry | None:
    """The entry of a code with its subcode, else of the code alone, else of the range it lies in, else none."""
    ranges = (entry for entry in _RANGES if entry.code <= code <= (entry.last or code))
    return _BY_CODE.get((code, subcode)) or _BY_CODE.get((code, None)) or next(ranges, None)


def entry_for(
    code: int, subcode: int | None = None, said: str = "", *, transient: bool = False, passing: bool = False
) -> Entry:
    """The entry that counts for an error; one is made up for what the table does not know.

    294 is a permission error unless its own text says rate limit (§3.5); a permission that is missing because the
    account is not active says that (§2.1). `transient` decides about codes that are not known; negative ones are
    internal errors of Meta, and pass. `passing`, Meta's own word, counts for subcodes of 100 that are not known.
    Text that asks for less data makes any code that is not about something else a read that was too much (§3.2).
    """
    entry = _entry_for(code, subcode, said, transient=transient, passing=passing)
    if entry.family in _MAY_BE_TOO_MUCH and _TOO_MUCH_TEXT in said.lower():
        return replace(entry, own_fix=_LESS, too_much=True)
    return entry


def _entry_for(code: int, subcode: int | None, said: str, *, transient: bool, passing: bool) -> Entry:
    if code == 294 and "rate limit" in said.lower():
        subcode = RATE_LIMIT_SUBCODE
    entry = find(code, subcode)
    if entry and subcode and entry.subcode != subcode:
        entry = _by_subcode(entry, code, subcode, passing=passing)
    if (
        entry
        and entry.family in (PERMISSION, VALIDATION)
        and not entry.subcode
        and _INACTIVE_TEXT.search(said)
    ):
        return Entry(code, None, PERMISSION, "The ad account is not active", _INACTIVE)
    if entry and entry.family is not UNKNOWN:
        return entry
    meaning = entry.meaning if entry else "A code that is not in adsteward's table"
    return Entry(code, None, TRANSIENT if transient or code < 0 else UNKNOWN, meaning)


def _by_subcode(entry: Entry, code: int, subcode: int, *, passing: bool) -> Entry:
    """What an unknown subcode says against the entry of its code."""
    throttle = _THROTTLES.get(subcode)
    if throttle and entry.family not in (THROTTLE, DEAD, BLOCKED):
        return throttle
    if code == 100 and passing:
        return Entry(100, None, TRANSIENT, "A parameter is not valid, but Meta says that this passes")
    return entry
